"""Rows as Python's own writers write them, for values that rows.long.test.ts gives.

    python rows.py list CELLS BYTES        # csv.writer; CELLS: one row a line, as JSON
    python rows.py dataframe CELLS BYTES   # pandas' to_csv; CELLS: one frame a line
    python rows.py characters - BYTES      # repr of every code point; those that this Python's Unicode doesn't know: "?"

BYTES gets one line of hex for each line of CELLS. Numbers come as the hex of their bits, so that nobody's decimal
conversion is part of the judgement.
"""
import csv
import datetime as dt
import io
import json
import struct
import sys
import unicodedata

EPOCH = dt.datetime(1970, 1, 1)


def value(cell):
    if not isinstance(cell, dict):
        return cell
    (kind, given), = cell.items()
    return READERS[kind](given)


READERS = {
    "float": lambda bits: struct.unpack(">d", bytes.fromhex(bits))[0],
    "int": int,
    "date": lambda ms: EPOCH + dt.timedelta(milliseconds=ms),
    "list": lambda items: [value(item) for item in items],
    "dict": lambda entries: {key: value(item) for key, item in entries},
}


def row(cells):
    out = io.StringIO(newline="")
    csv.writer(out).writerow([value(cell) for cell in cells])
    return out.getvalue().encode()


def frame(columns):
    import numpy as np
    import pandas as pd

    def column(given):
        values = [value(cell) for cell in given["values"]]
        if given["kind"] == "float32":
            # Widened on their way here; NaN and infinities too.
            return np.array(values, dtype="float64").astype("float32")
        if given["kind"] == "date":
            return np.array([np.datetime64("NaT") if v is None else v for v in values], dtype="datetime64[ms]")
        return np.array(values, dtype="float64") if given["kind"] == "float" else pd.Series(values, dtype=object)

    made = pd.DataFrame({i: column(given) for i, given in enumerate(columns)})
    return made.to_csv(index=False, header=False).encode()


def characters(_):
    def said(code):
        return "?" if unicodedata.category(chr(code)) == "Cn" else repr(chr(code))
    return json.dumps([said(code) for code in range(0x110000)]).encode()


def main(mode, given, out):
    lines = ["null"] if mode == "characters" else open(given, encoding="utf-8").read().split("\n")
    make = {"list": row, "dataframe": frame, "characters": characters}[mode]
    with open(out, "w") as file:
        for line in lines:
            file.write(make(json.loads(line)).hex() + "\n")


main(*sys.argv[1:])
