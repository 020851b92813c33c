#!/usr/bin/env python3
"""Runs every KPI file with DuckDB and compares the rows with values.csv. Needs the Python package duckdb.

    check.py            compares; the last line says "N passed, M failed", and the exit status is 1 if any failed
    check.py --write    writes values.csv anew
"""

import csv
import os
import sys
from decimal import Decimal
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
HEADER = "kpi,by,entity,grain,period,as_of,late,value,numerator,denominator,sql".split(",")
KEY = 7  # the first columns name a row


def computed():
    os.chdir(HERE.parent)
    db = duckdb.connect()
    db.execute((HERE / "common.sql").read_text(encoding="utf-8"))
    for file in sorted(HERE.glob("*.sql")):
        if file.name == "common.sql":
            continue
        for row in db.execute(file.read_text(encoding="utf-8")).fetchall():
            numbers = ["" if v is None else f"{Decimal(str(v)):.6f}" for v in row[KEY:]]
            yield [str(v) for v in row[:KEY]] + numbers + [file.name]


def main():
    rows = list(computed())
    assert len({tuple(r[:KEY]) for r in rows}) == len(rows), "a row stands twice"
    values = HERE / "values.csv"
    if "--write" in sys.argv[1:]:
        with open(values, "w", encoding="utf-8", newline="") as f:
            csv.writer(f, lineterminator="\n").writerows([HEADER] + rows)
    with open(values, encoding="utf-8", newline="") as f:
        stated = list(csv.reader(f))
    expected = {tuple(r[:KEY]): r[KEY:] for r in stated[1:]}
    found = {tuple(r[:KEY]): r[KEY:] for r in rows}
    failed = 0 if stated[0] == HEADER and len(expected) == len(stated) - 1 else 1
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key) != found.get(key):
            failed += 1
            print(",".join(key), "is", found.get(key), "and values.csv says", expected.get(key))
    print(f"{len(expected.keys() | found.keys()) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
