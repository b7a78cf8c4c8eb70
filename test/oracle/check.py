#!/usr/bin/env python3
"""Reads fixtures/expected back and compares it with the CSV, value by value, with Python's own csv and json modules.

Imports nothing from the oracle and decides nothing: it takes from outcomes.json whether a file has a header and where
its events are, and from the rejects which rows to leave out. (The golden files hold no CSV on which csv.reader and
mapping.md's grammar differ: no lone CR, no text behind a closing quote, no open quote. This is asserted.)"""
import csv
import hashlib
import io
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

sys.dont_write_bytecode = True
from refresh import CONTAINERS, FIXTURES      # noqa: E402

NULLS = {"", "nan", "inf", "-inf"}
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
ATTRIBUTES = ["specversion", "id", "source", "type", "datacontenttype", "time", "data", "contentrange", "correlationid",
              "xrequestid", "modelversion", "collectdatatype", "agent"]


class Number(str):
    """A JSON number's token, verbatim."""


def decode(text: str):
    return json.loads(text, parse_float=Number, parse_int=Number)


def instance(container: str, source: str) -> str:
    return hashlib.sha256(container.encode() + b"\0" + source.encode()).hexdigest()[:32] + "000000.jsonl"


def csv_rows(data: bytes) -> list:
    text = data.decode("utf-8")
    outside = re.sub(r'"([^"]|"")*"', "", text)
    assert '"' not in outside and "\r" not in outside.replace("\r\n", "\n")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def is_aml(row: list) -> bool:
    return len(row) >= 8 and row[-6] in ("60", "1440") and row[-7][10:11] == "T"


def compare_value(token: str, value, where: str) -> None:
    if value is None:
        assert token in NULLS, where
    elif isinstance(value, bool):
        assert token == str(value), where
    elif isinstance(value, Number):
        assert token == value and NUMBER.fullmatch(token), where
    else:
        assert isinstance(value, str) and value == token and token not in ("", "nan"), where


def check_source(expected: Path, container: str, name: str, outcome: dict, data: bytes, columns: dict) -> None:
    rows = csv_rows(data)
    assert len(rows) == outcome["lines"], name
    header = rows.pop(0) if outcome["header"] == "present" else None
    if header and "$aml_request_id" in header[-1]:
        header = header[:-8]
    if outcome["addedByExplosion"]:
        assert not any(map(is_aml, rows))
        rows, header = [[value] for row in rows for value in row], header[:1]

    rejects = expected / "rejects" / instance(container, name)
    reject_lines = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()] if rejects.exists() else []
    for reject in reject_lines:
        assert list(reject) == ["source", "offset", "length", "reason", "raw"] and reject["source"] == name
        assert data[reject["offset"]:reject["offset"] + reject["length"]] == reject["raw"].encode(), name
        assert data[reject["offset"] - 1:reject["offset"]] == b"\n" and reject["raw"].endswith("\n"), name
        row = csv_rows(reject["raw"].encode())[0]
        assert reject["reason"] == "width" and len(row) - 8 * is_aml(row) != len(header), name
        rows.remove(row)
    assert len(reject_lines) == sum(outcome["rejected"].values()), name
    assert len(rows) == outcome["rows"], name

    left = defaultdict(list)            # correlation id (None: uncorrelated) -> rows in file order
    for row in rows:
        left[row[-8] if is_aml(row) else None].append(row)
    events = 0
    for path in sorted((expected / outcome["collection"]).rglob(instance(container, name))):
        text = path.read_bytes().decode("utf-8")
        assert text.endswith("}\n")
        for line in text[:-1].split("\n"):
            events += 1
            check_event(line, path.relative_to(expected).parts, left, header, columns, name)
    assert not any(left.values()) and events == outcome["events"], name


def check_event(line: str, parts: tuple, left: dict, header, columns: dict, name: str) -> None:
    event = decode(line)
    assert list(event) == ATTRIBUTES
    at = line.index('"data":') + len('"data":')
    _, end = json.JSONDecoder().raw_decode(line, at)
    size = len(line[at:end].encode())
    assert event["contentrange"] == f"bytes 0-{size - 1}/{size}"
    assert line[end:].startswith(',"contentrange"') and not re.search(r'[,:] |[\[{] ', re.sub(r'"([^"\\]|\\.)*"', "", line))
    assert event["time"][:13].replace("T", "-").split("-") == list(parts[3:7])
    assert event["type"] == f"azureml.inference.{parts[2]}" and event["agent"] == "mdc-bridge/1"
    assert event["source"].endswith(f"/onlineEndpoints/{parts[0]}/deployments/{parts[1]}")
    assert event["id"][14] == "8" and event["id"][19] in "89ab"
    key = None if event["correlationid"] == event["id"] else event["correlationid"]
    for row_object in event["data"]:
        row = left[key].pop(0)
        if is_aml(row):
            request = row[-1]
            if row is not None and row_object is event["data"][0]:
                assert event["time"] == row[-7] + "Z"
            assert event["xrequestid"] == (event["correlationid"] if set(request) <= set("0-") else request)
            row = row[:-8]
        else:
            assert event["xrequestid"] == event["id"] and event["time"].endswith(":00:00Z")
        names = header if header is not None else [f"column_{n}" for n in range(len(row))]
        assert list(row_object) == names and len(row) == len(names), name
        for column, token in zip(names, row):
            compare_value(token, row_object[column], f"{name} {column} {token!r}")
            columns[(parts[:3], column)].append((token, row_object[column]))


def check_types(columns: dict) -> None:
    """One JSON type a column over its collection, and text only where something is text or kinds mix."""
    for where, cells in columns.items():
        kinds = {type(value) for _, value in cells if value is not None}
        assert len(kinds) <= 1, where
        tokens = {token for token, _ in cells} - {"", "nan"}
        booleans, numbers = tokens & {"True", "False"}, {t for t in tokens if NUMBER.fullmatch(t)} | tokens & {"inf", "-inf"}
        text = tokens - booleans - numbers
        assert (kinds == {str}) == bool(text or booleans and numbers), where


def main() -> None:
    outcomes = json.loads((FIXTURES / "expected" / "outcomes.json").read_text("utf-8"))
    for folder, container in CONTAINERS.items():
        expected, columns, values = FIXTURES / "expected" / folder, defaultdict(list), 0
        known = {instance(Path(container).name, name) for name in outcomes[folder]}
        assert {path.name for path in expected.rglob("*.jsonl")} <= known
        for name, outcome in outcomes[folder].items():
            data = (FIXTURES / "legacy" / container / name).read_bytes()
            check_source(expected, Path(container).name, name, outcome, data, columns)
        check_types(columns)
        on_disk = {p.relative_to(FIXTURES / "legacy" / container).as_posix()
                   for p in (FIXTURES / "legacy" / container).rglob("*.csv") if p.name != "aml_telemetry.csv"}
        assert on_disk == set(outcomes[folder])
        values = sum(map(len, columns.values()))
        print(f"{folder}: {len(outcomes[folder])} sources, {len(columns)} columns, {values} values as in the CSV")


if __name__ == "__main__":
    main()
