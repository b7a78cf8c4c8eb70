#!/usr/bin/env python3
"""The oracle: a second converter, written from the text of mapping.md alone.

It turns a local copy of a legacy container (SRC) into the v2 tree (DEST) with exactly the bytes that mapping.md decides,
so that the tests can compare our converter with something that shares no line of code with it. It reads whole files,
remembers every id and knows nothing of speed. Section names in comments ("Rows", "Events" ...) are mapping.md's.
"""
import argparse
import base64
import datetime as dt
import fnmatch
import hashlib
import json
import os
import re
import sys
import urllib.parse
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Optional

sys.dont_write_bytecode = True
from grammar import Line, as_utf8, instant, is_real_timestamp, read_lines           # noqa: E402
from identity import (Collection, PlanStops, Source, event_source, give_collections, give_identities,  # noqa: E402
                      parse_path, row_identities)
from ids import event_id                                                            # noqa: E402

EIGHT_NAMES = ("$aml_dc_correlation_id", "$aml_dc_scoring_timestamp", "$aml_dc_boundary", "$aml_workspace",
               "$aml_service_name", "$aml_model_name", "$aml_model_version", "$aml_request_id")
ZERO_REQUEST = "00000000-0000-0000-0000-000000000000"
MAX_RAW = 64 * 2**10            # Rejects: raw whole up to here
PART = 1000                     # Events: rows an event holds at most
OPEN_CALLS = 4096               # Events: the grouping window, in calls begun ...
OPEN_BYTES = 32 * 2**20         # ... and in bytes of source that interrupted calls hold


# ---------------------------------------------------------------- Rows: headers

DATA_LIKE = re.compile(r"|[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?|True|False|nan|inf|-inf")


def plain_name(name: str) -> str:
    """A column index of two levels writes `('$aml_dc_boundary', '')`."""
    two_levels = re.fullmatch(r"\('(\$aml_[a-z_]+)', ''\)", name)
    return two_levels[1] if two_levels else name


def user_names(fields: list) -> tuple:
    ends_in_eight = tuple(map(plain_name, fields[-8:])) == EIGHT_NAMES
    return tuple(fields[:-8] if ends_in_eight else fields)


def has_data_like(fields: list) -> bool:
    return any(DATA_LIKE.fullmatch(name) for name in fields)


def counts_from_zero(fields: list) -> bool:
    """Are the fields exactly 0,1,…,n-1, as the header of an unnamed DataFrame?"""
    return fields == [str(n) for n in range(len(fields))]


def first_line(source: Source) -> Optional[Line]:
    return next((line for line in source.lines if not line.is_blank), None)


def header_verdict(source: Source, overrides: list) -> bool:
    first = first_line(source)
    if first is None or first.reason:
        return False
    for verdict, pattern in overrides:
        if fnmatch.fnmatchcase(source.name, pattern):
            return verdict == "present"
    if first.eight or None in first.fields:
        return False
    if any(plain_name(name).startswith("$aml_") for name in first.fields) or not has_data_like(first.fields):
        return True
    if not counts_from_zero(first.fields):
        return False
    of_another_form = any(
        len(line.fields) != len(first.fields) or not all(re.fullmatch("[+-]?[0-9]+", text) for text in line.fields)
        for line in source.lines if line is not first and not line.is_blank and not line.reason)
    begins_so_too = any(first_line(other) and first_line(other).fields == first.fields
                        for other in source.collection.sources if other is not source)
    return of_another_form or begins_so_too


def find_headers(collection: Collection, overrides: list) -> None:
    """Parts each file's lines into headers and rows, each row with the header in force."""
    for source in collection.sources:
        source.has_header = header_verdict(source, overrides)
    real_headers = {tuple(first_line(source).fields) for source in collection.sources if source.has_header}

    def is_repeated(line: Line) -> bool:
        if line.reason:
            return False
        if set(EIGHT_NAMES) <= set(map(plain_name, line.fields)):
            return True
        return tuple(line.fields) in real_headers and not has_data_like(line.fields)

    for source in collection.sources:
        in_force = None
        for line in source.lines:
            if line.is_blank:
                continue
            if source.has_header and line is first_line(source) or line is not first_line(source) and is_repeated(line):
                in_force = user_names(line.fields)
                source.written_headers.append(in_force)
                source.headers += 1
            else:
                source.rows.append((line, in_force))


# ---------------------------------------------------------------- Types: column names

def plan_column_names(collection: Collection) -> None:
    """Column names are resolved once a collection."""
    def first_of_all(position: int, name: str) -> str:
        if name == "":
            return f"column_{position}"
        return "correlationid_1" if name.lower() == "correlationid" else name

    spellings = defaultdict(Counter)        # lower-cased name -> in how many files each spelling stands
    for source in collection.sources:
        # a dict, not a set: the ties go to the first spelling met
        for name in dict.fromkeys(first_of_all(n, name) for names in source.written_headers for n, name in enumerate(names)):
            spellings[name.lower()][name] += 1
    canonical = {lower: counted.most_common(1)[0][0] for lower, counted in spellings.items()}

    def resolve(names: tuple) -> tuple:
        plain = [first_of_all(n, name) for n, name in enumerate(names)]
        written = {name.lower() for name in (*names, *plain)}
        given = []
        for name in plain:
            unique, n = canonical[name.lower()], 0
            taken = {done.lower() for done in given}
            if unique.lower() in taken:                 # a duplicate within the header, also by case
                while unique.lower() in taken | written:
                    n += 1
                    unique = f"{canonical[name.lower()]}_{n}"
            given.append(unique)
        return tuple(given)

    collection.resolve = resolve


def names_without_header(source: Source, width: int) -> tuple:
    """The names that all other files of the collection with that width agree on, else `column_0`…"""
    others = {source.collection.resolve(names) for other in source.collection.sources if other is not source
              for names in other.written_headers if len(names) == width}
    return others.pop() if len(others) == 1 else tuple(f"column_{n}" for n in range(width))


# ---------------------------------------------------------------- Rows: widths, one row of many predictions

@dataclass
class Record:
    """A row as it is counted: after explosion one line can be several."""
    line: Line
    names: tuple
    values: list
    reason: Optional[str]
    folder_time: str
    header: Optional[tuple] = None
    ordinal: int = -1
    call: Optional["Call"] = None           # the call it belongs to and its place there
    place: int = -1
    pair: Optional["Record"] = None         # --pair order: the input row whose id, part and time it takes

    @property
    def correlation(self) -> str:
        return self.line.eight[0] if self.line.eight else ""

    @property
    def time(self) -> str:
        return self.pair.time if self.pair else self.line.eight[1] if self.line.eight else self.folder_time


def make_records(source: Source, variants: dict) -> None:
    own_variants = variants.get(source.collection.path, {})
    for line, header in source.rows:
        values = line.user_fields
        names = (tuple(own_variants[str(len(values))]) if str(len(values)) in own_variants
                 else names_without_header(source, len(values)) if header is None
                 else source.collection.resolve(header))
        reason = line.reason
        if not reason and len(names) != len(values):
            reason = "width"
        if not reason and line.eight and not is_real_timestamp(line.eight[1]):
            reason = "timestamp"
        source.records.append(Record(line, names, values, reason, source.folder_time, header))


def predictions_a_row(records: list, calls: list, inputs: list) -> Optional[int]:
    """The m for which the widths, divided by m, are the sequence of the inputs' call sizes."""
    widths, sizes = [len(record.values) for record in records], [len(call.records) for call in calls]
    headers = {record.header for record in records}
    names = {len(header) for header in headers if header is not None}
    candidates = [1] + (list(names) if len(names) == 1 and None not in headers else [])
    for m in candidates:
        if m and all(width and width % m == 0 for width in widths):
            counts = [width // m for width in widths]
            if counts == sizes or never_go_back(inputs) is False and sum(counts) == sum(sizes):
                return m
    return None


def never_go_back(inputs: list) -> bool:
    times = [instant(record.time) for record in inputs if is_real_timestamp(record.time)]
    return times == sorted(times)


def explode_day(predictions: list, inputs: list, mode: str) -> None:
    """`predictions` and `inputs` are the sources of one identity and folder day, in source order."""
    rows = [record for source in predictions for record in source.records]
    calls = [call for source in inputs for call in group_calls(source.records).calls]
    input_rows = [record for source in inputs for record in source.records]
    uncorrelated = [r for r in rows if not r.correlation and r.reason in (None, "width")]
    all_known = all(record.call for record in input_rows)
    m = predictions_a_row(uncorrelated, calls, input_rows) if uncorrelated and all_known else None
    if mode == "auto" and (m is None or len(uncorrelated) < len(rows)):
        return                              # no evidence, or a correlated or rejected row forbids it
    if m is None:                           # `always`: by hand
        widths, names = [len(r.values) for r in uncorrelated], {len(r.header or ()) for r in uncorrelated}
        m = names.pop() if len(names) == 1 else 1
        m = m if m and all(width % m == 0 for width in widths) else 1
    for source in predictions:
        exploded = []
        for record in source.records:
            width = len(record.values)
            if record.correlation or record.reason not in (None, "width") or width == 0 or width % m:
                exploded.append(record)
                continue
            names = source.collection.resolve(record.header)[:m] if record.header else names_without_header(source, m)
            for at in range(0, width, m):
                exploded.append(Record(record.line, names, record.values[at:at + m], None, record.folder_time))
        source.added = len(exploded) - len(source.records)
        source.records = exploded


def pair_day(predictions: list, inputs: list) -> None:
    """--pair order: the k-th uncorrelated prediction row meets the k-th input row of the day."""
    rows = [record for source in predictions for record in source.records if not record.correlation]
    input_rows = [record for source in inputs for record in source.records]
    if len(rows) == len(input_rows) and never_go_back(input_rows) and all(record.call for record in input_rows):
        for record, partner in zip(rows, input_rows):
            record.pair = partner
            record.call, record.place = partner.call, partner.place


# ---------------------------------------------------------------- Types

TYPE_ORDER = ("null", "integer", "number")


def type_of(token: str) -> str:
    if token in ("", "nan"):
        return "null"
    if token in ("True", "False"):
        return "boolean"
    if re.fullmatch(r"-?(0|[1-9][0-9]*)", token):
        return "integer"
    if token in ("inf", "-inf") or re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", token):
        return "number"
    return "string"


def merged(one: str, other: str) -> str:
    if one == other or other == "null":
        return one
    if one == "null":
        return other
    return "number" if one in TYPE_ORDER and other in TYPE_ORDER else "string"


def columns(record: Record, keep_aml: bool) -> list:
    """The row's columns: the user's, then the eight if they are kept (and the row has them)."""
    kept = list(zip(EIGHT_NAMES, record.line.eight)) if keep_aml and record.line.eight else []
    return [*zip(record.names, record.values), *kept]


def plan_types(collection: Collection, keep_aml: bool) -> None:
    for source in collection.sources:
        for record in source.records:
            if record.reason in (None, "timestamp"):
                for name, token in columns(record, keep_aml):
                    collection.types[name] = merged(collection.types.get(name, "null"), type_of(token))


def json_string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)     # escapes as JSON.stringify does (there are no lone surrogates)


def json_value(token: str, type_: str, keep_empty: bool) -> str:
    if token == "" and type_ == "string" and keep_empty:
        return '""'
    if token in ("", "nan"):
        return "null"
    if type_ == "string":
        return json_string(token)
    if type_ == "boolean":
        return token.lower()
    return "null" if token in ("inf", "-inf") else token        # number tokens are copied verbatim


# ---------------------------------------------------------------- Events: calls, parts, packs

@dataclass
class Call:
    """Rows of one file with the same correlation id; `key` is the id, or `{id}.r{offset}` of a call begun anew."""
    id: str
    key: str
    begun: int
    records: list = field(default_factory=list)
    spoilt: dict = field(default_factory=dict)      # part -> its first rejected record
    held: int = 0                                   # bytes of source in the unfinished part

    def add(self, record: Record, adopted: bool = False) -> None:
        record.call, record.place = self, len(self.records)
        self.records.append(record)
        self.held = 0 if len(self.records) % PART == 0 else self.held + len(record.line.raw)
        if adopted:
            self.spoilt.setdefault((record.place - 1) // PART, record)
        if record.reason:
            self.spoilt.setdefault(record.place // PART, record)


def correlation_of_part(key: str, part: int) -> str:
    if part:
        return f"{key}.{part}"
    return f"{key}.0" if re.search(r"\.[0-9]+\Z", key) else key


@dataclass
class Bunch:
    """The rows of one event, or what would have been one."""
    records: list
    correlation: Optional[str] = None       # the event's correlationid; None for a pack
    id: Optional[str] = None                # the rows' own correlation id
    spoilt_by: Optional[Record] = None


class Grouped(NamedTuple):
    calls: list
    bunches: list
    left_out: list          # rejected uncorrelated rows


class OpenCalls:
    """The grouping window: which calls a later row can still join."""

    def __init__(self) -> None:
        self.begun, self.seen = [], set()       # all calls, all their ids
        self.open = {}                          # by id, in the order in which they were begun
        self.current = None                     # the call of the previous row; the other open ones are interrupted
        self.held = 0                           # bytes of source that the interrupted calls hold

    def call_of(self, record: Record) -> Call:
        id_ = record.correlation
        call = self.open.get(id_)
        if not call:
            call = Call(id_, f"{id_}.r{record.line.offset}" if id_ in self.seen else id_, len(self.begun))
            self.open[id_] = call
            self.begun.append(call)
            self.seen.add(id_)
        return call

    def go_to(self, call: Optional[Call]) -> None:
        """The next row is `call`'s, or no call's."""
        if call is self.current:
            return
        self.held += (self.current.held if self.current else 0) - (call.held if call else 0)
        self.current = call
        while oldest := next((one for one in self.open.values() if one is not call), None):
            if len(self.begun) - oldest.begun <= OPEN_CALLS and self.held < OPEN_BYTES:
                break
            self.held -= oldest.held
            del self.open[oldest.id]


def group_calls(records: list) -> Grouped:
    window, packs, paired, left_out = OpenCalls(), [], {}, []
    for record in records:
        if record.pair:
            add_paired(paired, record)
        elif record.reason and not record.line.eight and window.current:
            window.current.add(record, adopted=True)        # its last eight fields can't be read
        elif record.correlation:
            window.go_to(window.call_of(record))
            window.current.add(record)
        else:
            window.go_to(None)
            if record.reason:
                left_out.append(record)
            else:
                add_to_pack(packs, record)
    parts = [Bunch(call.records[at:at + PART], correlation_of_part(call.key, at // PART), call.id, call.spoilt.get(at // PART))
             for call in window.begun for at in range(0, len(call.records), PART)]
    return Grouped(window.begun, [*parts, *packs, *paired.values()], left_out)


def add_to_pack(packs: list, record: Record) -> None:
    """Rows without a correlation id: in file order, up to 1,000 an event, within one clock hour."""
    if not packs or len(packs[-1].records) == PART or packs[-1].records[0].time[:13] != record.time[:13]:
        packs.append(Bunch([]))
    packs[-1].records.append(record)


def add_paired(paired: dict, record: Record) -> None:
    correlation = correlation_of_part(record.call.key, record.place // PART)
    bunch = paired.setdefault(correlation, Bunch([], correlation, record.call.id))
    bunch.records.append(record)
    if record.reason and not bunch.spoilt_by:
        bunch.spoilt_by = record


# ---------------------------------------------------------------- Events: the lines

USER_PART = re.compile(r"(.+)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.I | re.S)


def row_id(kind: str, record: Record, correlation: str, row: int) -> str:
    if kind == "correlation":
        return json_string(f"{correlation}_{row}")
    match = USER_PART.fullmatch(record.call.id) if record.call else None
    if not match:
        return "null"
    return json_string(match[1] + (f"_{record.place}" if len(record.call.records) > 1 else ""))


def event_line(source: Source, bunch: Bunch, options: argparse.Namespace) -> str:
    collection, first = source.collection, bunch.records[0]
    id_ = (event_id(collection.name, bunch.correlation) if bunch.correlation
           else event_id(collection.name, source.name, str(first.ordinal)))
    correlation = bunch.correlation or id_
    request = first.line.eight[7] if first.line.eight and not first.pair else ""
    rows = []
    for n, record in enumerate(bunch.records):
        cells = [f"{json_string(name)}:{json_value(token, collection.types[name], options.empty == 'string')}"
                 for name, token in columns(record, options.keep_aml_columns)]
        if options.row_id:
            name, kind = options.row_id
            cells.append(f"{json_string(name)}:{row_id(kind, record, correlation, n)}")
        rows.append("{" + ",".join(cells) + "}")
    data = "[" + ",".join(rows) + "]"
    size = len(data.encode())
    attributes = (
        ("specversion", "1.0"), ("id", id_), ("source", event_source(source)),
        ("type", f"azureml.inference.{collection.name}"), ("datacontenttype", "application/json"),
        ("time", first.time + "Z"), ("data", None), ("contentrange", f"bytes 0-{size - 1}/{size}"),
        ("correlationid", correlation),
        ("xrequestid", request if request not in ("", ZERO_REQUEST) else bunch.id or id_),
        ("modelversion", "default"), ("collectdatatype", "pandas.core.frame.DataFrame"), ("agent", "mdc-bridge/1"))
    return "{" + ",".join(f'"{name}":{data if value is None else json_string(value)}' for name, value in attributes) + "}\n"


def reject_line(source: Source, record: Record, reason: str) -> str:
    raw, cells = record.line.raw, {"source": source.name, "offset": record.line.offset}
    cells.update(length=len(raw), reason=reason)
    text = as_utf8(raw[:MAX_RAW])
    cells.update(rawBase64=base64.b64encode(raw[:MAX_RAW]).decode()) if text is None else cells.update(raw=text)
    if len(raw) > MAX_RAW:
        cells["sha256"] = hashlib.sha256(raw).hexdigest()
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")) + "\n"


# ---------------------------------------------------------------- Files

def instance_name(container: str, source_name: str) -> str:
    return hashlib.sha256(f"{container}\0{source_name}".encode()).hexdigest()[:32] + "000000"


def source_id(container: str, src: Path) -> str:
    path = urllib.parse.quote(os.path.abspath(src), safe="/!$&'()*+,-.:;=@_").replace("~", "%7E")
    return f"{container}-{hashlib.sha256(f'file://{path}'.encode()).hexdigest()[:8]}"


def convert_source(source: Source, container: str, migration: Path, options: argparse.Namespace) -> dict:
    """Writes the source's event files and rejects; returns its line of the summary."""
    grouped = group_calls(source.records)
    rejects = [(record, record.reason) for record in grouped.left_out]
    files, events, rows, out_of_range = defaultdict(list), 0, 0, 0
    for bunch in sorted(grouped.bunches, key=lambda bunch: bunch.records[0].ordinal):
        first = bunch.records[0]
        if bunch.spoilt_by:
            rejects += [(record, record.reason or f"with-row {bunch.spoilt_by.ordinal}") for record in bunch.records]
        elif not options.since <= instant(first.time) < options.until:
            out_of_range += len(bunch.records)
        else:
            files[first.time[:13]].append(event_line(source, bunch, options))
            events, rows = events + 1, rows + len(bunch.records)
    instance = instance_name(container, source.name) + ".jsonl"
    for hour, lines in files.items():
        write(options.dest / source.collection.path / re.sub("[-T]", "/", hour) / instance, lines)
    if rejects:
        rejects.sort(key=lambda reject: (reject[0].line.offset, reject[0].ordinal))
        write(migration / "rejects" / instance, [reject_line(source, *reject) for reject in rejects])
    blank = sum(line.is_blank for line in source.lines)
    assert len(source.lines) + source.added == rows + len(rejects) + source.headers + blank + out_of_range, source.name
    return dict(
        lines=len(source.lines), rows=rows, events=events,
        rejected=dict(sorted(Counter(reason.split(" ")[0] for _, reason in rejects).items())),
        headers=source.headers, blank=blank, addedByExplosion=source.added, outOfRange=out_of_range,
        identity=source.identity._asdict(), collection=source.collection.path,
        header="present" if source.has_header else "absent",
        rowsOfOtherIdentity=sum(identity.key != source.identity.key for identity in row_identities(source)))


def write(path: Path, lines: list) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(lines).encode())


def convert(options: argparse.Namespace) -> dict:
    files = sorted((path for path in options.src.rglob("*") if path.is_file()),
                   key=lambda path: path.relative_to(options.src).as_posix().encode())
    parsed = [(parse_path(path.relative_to(options.src).as_posix()), path) for path in files]
    sources = [Source(**parts, lines=list(read_lines(path.read_bytes()))) for parts, path in parsed
               if parts and folder_in_range(parts["date"], options)]
    give_identities(sources)
    collections = give_collections(sources)
    for collection in collections:
        find_headers(collection, options.header)
        plan_column_names(collection)
        for source in collection.sources:
            make_records(source, options.variants)
    days = defaultdict(lambda: defaultdict(list))
    for source in sources:
        days[source.day][source.designation].append(source)
    for day in days.values():
        if options.explode != "never":
            explode_day(day["predictions"], day["inputs"], options.explode)
    for source in sources:
        for ordinal, record in enumerate(source.records):
            record.ordinal = ordinal
    for collection in collections:
        plan_types(collection, options.keep_aml_columns)
    for day in days.values():
        if options.pair == "order":
            for source in day["inputs"]:
                group_calls(source.records)
            pair_day(day["predictions"], day["inputs"])
    id_ = source_id(options.container, options.src)
    migration = options.dest / "_migration" / id_
    return dict(container=options.container, sourceId=id_, notConverted=sum(not parts for parts, _ in parsed),
                sources={source.name: convert_source(source, options.container, migration, options) for source in sources})


def folder_in_range(date: dt.date, options: argparse.Namespace) -> bool:
    """Folders are skipped with one day of margin."""
    day = dt.timedelta(days=1)
    first, end = max(date, dt.date.min + day) - day, min(date, dt.date.max - 2 * day) + 2 * day
    return moment(first.isoformat()) < options.until and moment(end.isoformat()) > options.since


# ---------------------------------------------------------------- the command line

def moment(text: str) -> str:
    """`2019-01-01` or `2019-01-01T10:00:00[.5][Z]`, as `instant` makes it."""
    full = text.removesuffix("Z") if "T" in text else text + "T00:00:00"
    if not is_real_timestamp(full):
        raise argparse.ArgumentTypeError(f"not a UTC time: {text}")
    return instant(full)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("src", type=Path)
    parser.add_argument("dest", type=Path)
    parser.add_argument("--container", help="default: the name of the folder SRC")
    parser.add_argument("--explode", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--pair", choices=("order",))
    parser.add_argument("--since", type=moment)
    parser.add_argument("--until", type=moment)
    parser.add_argument("--keep-aml-columns", action="store_true")
    parser.add_argument("--row-id", metavar="[NAME=]user|correlation")
    parser.add_argument("--empty", choices=("string",))
    parser.add_argument("--header", metavar="present|absent:PATTERN", action="append", default=[])
    parser.add_argument("--variants", type=Path, help='JSON: {"endpoint/deployment/collection": {"3": ["a","b","c"]}}')
    options = parser.parse_args()
    options.container = options.container or Path(os.path.abspath(options.src)).name
    options.since, options.until = options.since or "", options.until or "~"
    options.header = [override.split(":", 1) for override in options.header]
    options.variants = json.loads(options.variants.read_text("utf-8")) if options.variants else {}
    if options.row_id:
        options.row_id = ("correlation_id=" + options.row_id).rsplit("=", 2)[-2:]
        if options.row_id[1] not in ("user", "correlation") or options.row_id[0].lower() == "correlationid":
            parser.error("--row-id NAME=user|correlation, and never correlationid")
    try:
        print(json.dumps(convert(options), ensure_ascii=False, indent=1))
    except PlanStops as stop:
        sys.exit(f"the plan stops: {stop}")


if __name__ == "__main__":
    main()
