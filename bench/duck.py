#!/usr/bin/env python3
"""DuckDB as a peer: the raw records as its tables, and one question as a process of its own.

    duck.py DATABASE SQL ANSWER PARAMETERS   the parameters are JSON
"""

import csv
import json
import sys
from datetime import date
from pathlib import Path

import duckdb

NAME = "DuckDB " + duckdb.__version__
# PostgreSQL's as well; every other column is text.
TYPES = {"opened_on": "DATE", "first_contact_on": "DATE", "close_date": "DATE", "changed_on": "DATE",
         "starts_on": "DATE", "ends_on": "DATE", "hired_on": "DATE", "left_on": "DATE", "ordered_on": "DATE",
         "occurred_on": "DATE", "entered_on": "DATE", "posted_on": "DATE", "due_on": "DATE",
         "paid_on": "DATE", "stated_on": "DATE", "booked_on": "DATE", "cost": "DECIMAL(18, 2)", "year": "INTEGER",
         "amount": "DECIMAL(18, 2)", "rate": "DECIMAL(6, 2)", "share": "DECIMAL(3, 2)",
         "probability": "DECIMAL(3, 2)", "position": "INTEGER"}


def head(path):
    with path.open(encoding="utf-8") as file:
        return file.readline().strip().split(",")


def load(folder, file):
    """The raw records as typed tables, moves in order, with indexes on what is joined."""
    with duckdb.connect(str(file)) as db:
        for path in sorted(folder.glob("*.csv")):
            names = head(path)
            types = {name: TYPES.get(name, "VARCHAR") for name in names}
            order = " ORDER BY deal, changed_on" if path.stem.endswith("_history") and "deal" in names else ""
            db.execute(f"CREATE TABLE {path.stem} AS FROM read_csv('{path}', header = true, columns = {types}){order}")
        db.execute("CREATE UNIQUE INDEX deal_id ON deals (id)")
        db.execute("CREATE INDEX stage_history_deal ON stage_history (deal)")


def multiply(file, copies):
    """Each deal so many times, with all that is its own; the rest is everybody's."""
    keys = {"deals": "id", "stage_history": "deal", "owner_history": "deal", "amount_history": "deal", "splits": "deal"}
    with duckdb.connect(str(file)) as db:
        db.execute("DROP INDEX deal_id; DROP INDEX stage_history_deal; SET preserve_insertion_order = false")
        for table, key in keys.items():
            order = f"ORDER BY {key}, changed_on" if table.endswith("_history") else ""
            db.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * REPLACE ({key} || '-' || copy AS {key}) "
                       f"FROM {table}, range({copies}) AS copies(copy) {order}")
        db.execute("CREATE UNIQUE INDEX deal_id ON deals (id)")
        db.execute("CREATE INDEX stage_history_deal ON stage_history (deal)")


def dated(parameters):
    return {k: date.fromisoformat(v) if k in ("first", "after", "as_of") else v for k, v in parameters.items()}


def answer(file, sql, csv_file, parameters):
    with duckdb.connect(file, read_only=True) as db:
        query = db.execute(Path(sql).read_text(encoding="utf-8"), dated(parameters))
        with open(csv_file, "w", encoding="utf-8", newline="") as out:
            lines = csv.writer(out)
            lines.writerow(column[0] for column in query.description)
            lines.writerows(query.fetchall())


if __name__ == "__main__":
    answer(*sys.argv[1:4], json.loads(sys.argv[4]))
