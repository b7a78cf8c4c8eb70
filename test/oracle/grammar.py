"""Rows: the grammar of a legacy file, read from its bytes, and the form of the eight values (mapping.md, "Rows")."""
import datetime as dt
import re
from dataclasses import dataclass
from typing import Iterator, Optional

BOM = b"\xef\xbb\xbf"
MAX_ROW = 64 * 2**20            # Rejects: `too-long`

END_OF_UNQUOTED = re.compile(rb",|\r?\n|\Z")      # a CR that no LF follows is data
TIMESTAMP_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[0-9.:Z+-]*\Z")
REAL_TIMESTAMP = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,6})?\Z")


@dataclass
class Line:
    """A line of the file: blank, header or row. A field that is not UTF-8 is None."""
    offset: int
    raw: bytes
    fields: list
    reason: Optional[str] = None            # what the parser rejects it for

    @property
    def is_blank(self) -> bool:
        return self.raw in (b"\n", b"\r\n")

    @property
    def eight(self) -> Optional[list]:
        """The eight values, recognised by form only; None if there are none or they can't be read."""
        last = self.fields[-8:]
        recognised = (len(last) == 8 and last[2] in ("60", "1440") and last[1] is not None
                      and TIMESTAMP_FORM.match(last[1]))
        return last if recognised and None not in last else None

    @property
    def user_fields(self) -> list:
        return self.fields[:-8] if self.eight else self.fields


def read_field(data: bytes, at: int) -> tuple:
    """One field from `at`: its bytes, where it ends, and its flaw."""
    if data[at:at + 1] != b'"':
        end = END_OF_UNQUOTED.search(data, at).start()
        return data[at:end], end, None
    text, at = b"", at + 1
    while True:
        quote = data.find(b'"', at)
        if quote < 0:
            return text, len(data), "unterminated-quote"
        text, at = text + data[at:quote], quote + 1
        if data[at:at + 1] != b'"':
            break
        text, at = text + b'"', at + 1
    end = END_OF_UNQUOTED.search(data, at).start()      # text behind the closing quote reads as unquoted
    return text + data[at:end], end, "text-after-quote" if end > at else None


def as_utf8(raw: bytes) -> Optional[str]:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def read_lines(data: bytes) -> Iterator[Line]:
    at = len(BOM) if data.startswith(BOM) else 0        # offsets count the BOM
    while at < len(data):
        start, fields, flaws = at, [], []
        while True:
            text, at, flaw = read_field(data, at)
            fields.append(text)
            flaws.append(flaw)
            if data[at:at + 1] != b",":
                break
            at += 1
        at += 2 if data[at:at + 2] == b"\r\n" else len(data[at:at + 1])
        raw = data[start:at]
        if "unterminated-quote" in flaws:
            yield Line(start, raw, [], "unterminated-quote")
        elif len(raw) > MAX_ROW:
            yield Line(start, raw, [], "too-long")
        else:
            decoded = [as_utf8(text) for text in fields]
            yield Line(start, raw, decoded, "text-after-quote" if "text-after-quote" in flaws
                       else "utf8" if None in decoded else None)


def is_real_timestamp(text: str) -> bool:
    match = REAL_TIMESTAMP.match(text)
    try:
        return bool(match and dt.datetime(*(int(part) for part in match.groups()[:6])))
    except ValueError:
        return False


def instant(timestamp: str) -> str:
    """A text that sorts as the real timestamp does."""
    return timestamp[:19] + timestamp[20:].ljust(6, "0")
