"""Legacy files written by Python's own writers, and the judge of what became of their values.

    python values.py write TREE        # the legacy tree
    python values.py check EVENTS      # reads the converted tree; prints how many values are the same, or the first that differ

Both make the same values from the same seed, so the judge compares with the values themselves, never with their text:
numbers by `==` of ints and floats, text by text, a missing value by null. Nothing here knows the converter's rules but
one: a column has one JSON type, so a value in a column of several kinds is compared with its `str()`.
"""
import csv
import datetime as dt
import json
import math
import random
import sys
import uuid
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20181230
EIGHT = ["$aml_dc_correlation_id", "$aml_dc_scoring_timestamp", "$aml_dc_boundary", "$aml_workspace", "$aml_service_name",
         "$aml_model_name", "$aml_model_version", "$aml_request_id"]
ALPHABET = "abcdefgh ABC,;\"'\n\r\t\\/{}[]$é日😀\u2028\u0000\u007f-_.0123456789"


def text(rng: random.Random, longest: int = 12) -> str:
    return "".join(rng.choice(ALPHABET) for _ in range(rng.randint(0, longest)))


def number(rng: random.Random) -> float:
    """Floats of all sizes, whole ones and the awkward ones."""
    return rng.choice([
        rng.uniform(-1, 1), rng.gauss(0, 1e6), float(rng.randint(-9, 9)), rng.uniform(0, 1) * 10.0 ** rng.randint(-300, 300),
        5e-324, 1.7976931348623157e308, -0.0, 1e16, 1e-7, 0.1, 2.0 ** 53 + 2])


def correlation(call: int) -> list:
    id_ = uuid.UUID(int=random.Random(call).getrandbits(128), version=4)
    time = dt.datetime(2024, 2, 29, call % 24, 59, 59, (call * 7919) % 1000000 if call % 3 else 0)
    return [f"user {call}, é-{id_}" if call % 2 else str(id_), time.isoformat(), 1440, "sub/rg/ws", "svc", "m", "1",
            "00000000-0000-0000-0000-000000000000"]


# ---------------------------------------------------------------- the values

def csv_columns(rng: random.Random, rows: int) -> dict:
    """Columns for Python's csv writer, which writes `str(value)`: each of one kind, but for the last three."""
    def column(make):
        return [make() for _ in range(rows)]
    return {
        "int": column(lambda: rng.choice([rng.randint(-10 ** 6, 10 ** 6), 2 ** 53 + 1, 10 ** 30, 0])),
        "float": column(lambda: number(rng)),
        "int and float": column(lambda: rng.choice([rng.randint(-9, 9), number(rng)])),
        "float and missing": column(lambda: rng.choice([number(rng), None, math.nan, math.inf, -math.inf])),
        "bool": column(lambda: rng.random() < 0.5),
        "bool and missing": column(lambda: rng.choice([True, False, None])),
        "text": column(lambda: "t" + text(rng)),
        "text and missing": column(lambda: rng.choice(["x" + text(rng, 40), "", None])),
        "nothing": column(lambda: None),
        "zip, with a comma": column(lambda: "0" + str(rng.randint(1000, 9999))),
        "datetime": column(lambda: dt.datetime(2024, 2, 29, 12, 30, 5, rng.choice([0, 123456]))),
        "list": column(lambda: [rng.randint(0, 9), text(rng, 3)]),
        "dict": column(lambda: {"a": rng.randint(0, 9)}),
        "numpy": [np.float64(number(rng)) if rng.random() < 0.5 else np.int64(rng.randint(-9, 9)) for _ in range(rows)],
        "bool and int": column(lambda: rng.choice([True, 7])),
        "all kinds": column(lambda: rng.choice([1, 0.5, True, None, "x", math.inf, (1, 2)])),
        "complex": column(lambda: complex(rng.randint(0, 9), 2)),
    }


def frame(rng: random.Random, rows: int) -> pd.DataFrame:
    """A DataFrame of every dtype that people score with. (A CR at a row's end is lost by pandas itself.)"""
    def column(make):
        return [make() for _ in range(rows)]
    return pd.DataFrame({
        "int64": np.array(column(lambda: rng.randint(-2 ** 62, 2 ** 62)), dtype="int64"),
        "uint8": np.array(column(lambda: rng.randint(0, 255)), dtype="uint8"),
        "float64": np.array(column(lambda: number(rng))),
        "float32": np.array(column(lambda: rng.uniform(-1e6, 1e6)), dtype="float32"),
        "float and NaN": column(lambda: rng.choice([number(rng), math.nan])),
        "infinite": column(lambda: rng.choice([number(rng), math.inf, -math.inf])),
        "bool": column(lambda: rng.random() < 0.5),
        "nullable int": pd.array(column(lambda: rng.choice([rng.randint(-9, 9), None])), dtype="Int64"),
        "nullable bool": pd.array(column(lambda: rng.choice([True, False, None])), dtype="boolean"),
        "text": column(lambda: "t" + text(rng)),
        "text and None": column(lambda: rng.choice(["x" + text(rng, 40), None])),
        "category": pd.Categorical(column(lambda: rng.choice(["low", "high, or \"so\""]))),
        "NaN": column(lambda: math.nan),
    })


# ---------------------------------------------------------------- writing

def path_of(tree: Path, designation: str) -> Path:
    path = tree / "sub/rg/ws/svc/m/1" / designation / "2024/02/29" / f"{designation}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write(tree: Path) -> None:
    columns = csv_columns(random.Random(SEED), 600)
    with path_of(tree, "inputs").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*columns, *EIGHT])
        for n, row in enumerate(zip(*columns.values())):
            writer.writerow([*row, *correlation(n // 3)])
    with path_of(tree, "labels").open("w", newline="", encoding="utf-8") as file:       # without correlations
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values()))
    frames = frame(random.Random(SEED), 600)
    with path_of(tree, "predictions").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow([*frames.columns, *EIGHT])
        for call in range(0, 600, 50):
            part = frames[call:call + 50].copy()
            for name, value in zip(EIGHT, correlation(call)):
                part[name] = value
            file.write(part.to_csv(index=False, header=False))
    with path_of(tree, "signals").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(frames.columns)
        file.write(frames.to_csv(index=False, header=False))


# ---------------------------------------------------------------- judging

def kind(value) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return "missing"
    if isinstance(value, (bool, np.bool_)):
        return "bool"
    if isinstance(value, (int, float, np.number)) and not isinstance(value, (complex, np.complexfloating)):
        return "missing" if math.isnan(value) else "number"
    if isinstance(value, str):
        return "missing" if value == "" else "number" if looks_like_number(value) else "text"
    return "text"


def looks_like_number(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return value[0] in "-0123456789"


def same(value, kinds: set, got) -> bool:
    if kind(value) == "missing":
        return got is None
    if kinds == {"number"}:
        if isinstance(got, bool) or not isinstance(got, (int, float, type(None))):
            return False
        if math.isinf(value):
            return got is None          # what JSON can't write; counted as lossy
        if isinstance(value, np.float32):
            return np.float32(got) == value and math.copysign(1, got) == math.copysign(1, value)
        return got == value and math.copysign(1, got) == math.copysign(1, value)
    if kinds == {"bool"}:
        return isinstance(got, bool) and got == bool(value)
    return isinstance(got, str) and got == str(value)


def rows_of(events: Path, collection: str) -> list:
    """All events of a collection: correlationid and rows."""
    rows = []
    for path in sorted((events / "svc/m-1" / collection).rglob("*.jsonl")):
        for line in path.read_bytes().decode().split("\n")[:-1]:
            event = json.loads(line)
            rows.append((event["correlationid"], event["data"]))
    return rows


def expected_calls(columns: dict, size: int, ids) -> dict:
    records = list(zip(*columns.values()))
    return {ids(at): records[at:at + size] for at in range(0, len(records), size)}


def check(events: Path) -> int:
    listed = csv_columns(random.Random(SEED), 600)
    framed = {name: [column.iloc[n] for n in range(600)] for name, column in frame(random.Random(SEED), 600).items()}
    cases = {
        "model_inputs": (listed, expected_calls(listed, 3, lambda at: correlation(at // 3)[0])),
        "model_outputs": (framed, expected_calls(framed, 50, lambda at: correlation(at)[0])),
        "labels": (listed, {None: list(zip(*listed.values()))}),
        "signals_signals": (framed, {None: list(zip(*framed.values()))}),
    }
    compared, wrong = 0, []
    for collection, (columns, calls) in cases.items():
        kinds = {name: {kind(value) for value in column} - {"missing"} for name, column in columns.items()}
        got = rows_of(events, collection)
        if None in calls:
            got = [(None, [row for _, data in got for row in data])]
        if sorted(map(str, dict(got))) != sorted(map(str, calls)):
            wrong.append(f"{collection}: calls differ")
        for id_, data in got:
            rows = calls.get(id_, [])
            if len(rows) != len(data):
                wrong.append(f"{collection} {id_}: {len(data)} rows, not {len(rows)}")
            for row, record in zip(data, rows):
                if list(row) != list(columns):
                    wrong.append(f"{collection} {id_}: columns {list(row)}")
                for name, value in zip(columns, record):
                    compared += 1
                    if not same(value, kinds[name], row.get(name)):
                        wrong.append(f"{collection} {id_} {name}: {value!r} became {row.get(name)!r}")
    print(json.dumps({"compared": compared, "wrong": len(wrong), "first": wrong[:10]}, ensure_ascii=False))
    return 1 if wrong else 0


if __name__ == "__main__":
    command, folder = sys.argv[1:]
    sys.exit(write(Path(folder)) if command == "write" else check(Path(folder)))
