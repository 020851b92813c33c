#!/usr/bin/env python3
"""Scores people of Acme by the scorecards of their roles and compares with scores.csv. Needs the Python package duckdb.

    scores.py            compares; the last line says "N passed, M failed", and the exit status is 1 if any failed
    scores.py --write    writes scores.csv anew

A line for each KPI of the person's scorecard, then one without a KPI: the total, and under `weight` the weight that has
a score. `no_score` says why there is no score. Acme's own scorecards stand in place of the shipped ones.

Values: the SQL files of this folder, run for the people and periods below, as of the last day of the data and without
late/; each is checked against values.csv where that has it. What those files do not say of a person is in SQL here:

- sales_cycle_length, time_to_close: a split deal weighs with the share credited, as in avg_deal_size (B2).
- stage_conversion_rate: of the deal's owner on the day it entered the stage, and that owner's place (R-ATTR).
- new_customers: accounts whose first won deal ever is credited there, in whatever part (R-NEWCUST).
- csat: of whom fewer than 5 answered, insufficient (R-SURV).

Left out: activity_volume and, of a person, client_npv; both without weight. P03 in 2025: B4 does not say whether an
account that bought first elsewhere in the company and then here, both in the period, is a new customer here. P18 in
2025, who had left when it ended.

Scores (E1): from the value of 6 decimals, exact, then rounded half away from zero to 6 decimals. The total is the
sum of score x weight / weight present, exact until it is rounded; `adds` is each of those rounded, and what they are short of the total or over it
goes, a millionth each, to those that rounding moved most.
"""

import csv
import os
import re
import sys
import tomllib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
SCORECARDS = HERE.parent / "scorecards", HERE.parents[2] / "crates/rules/src/scorecards"
HEADER = "role,person,period,kpi,value,target,score,no_score,weight,adds".split(",")
SCORED = {
    "2025": """P02 P04 P05 P06 P07 P08 P28 P09 P10 P11 P12 P13 P14 P15 P16 P17 P19 P20 P21 P22 P23 P24 P25 P29
        P32""".split(),
    "2025-Q3": "P02 P03 P04 P05 P06 P07 P08 P09 P10 P12 P13 P14 P16 P18 P20 P21 P22 P23 P24 P25".split(),
}
BY = {"company": "company", "person": "rep", "reports": "manager"}
ADDITIVE = {"revenue", "new_customers", "deals_won_count", "meetings_set", "qualified_leads", "lead_volume"}
LEFT_OUT = {"activity_volume", "client_npv"}
CURVES = {
    "linear": "linear 80%:60 100%:100 120%:120",
    "inverse": "linear 80%:120 100%:100 120%:60",
    "milestone": "linear 0%:0 100%:100",
    "binary": "step 100%:100 else 0",
}

CYCLE = """
SELECT w."by", w.entity, period, quotient(coalesce(sum(share * days), 0)::DECIMAL(18, 2), coalesce(sum(share), 0))
FROM wanted w
LEFT JOIN (SELECT *, {} AS days FROM slices JOIN cycle_days USING (deal) WHERE outcome = 'won') s
    ON s."by" = w."by" AND s.entity = w.entity AND within(closed_on, period) AND days >= 0
GROUP BY ALL"""
SQL = {
    "sales_cycle_length": CYCLE.format("from_contact"),
    "time_to_close": CYCLE.format("from_opening"),
    "stage_conversion_rate": """
WITH reached AS (
    SELECT deal, visits.starts_on, visits.position, pipeline
    FROM visits JOIN stages ON stages.id = visits.stage WHERE visits.kind <> 'lost'),
entries AS (
    SELECT deal, stages.id AS stage, min(starts_on) AS entered_on,
        min(starts_on) FILTER (reached.position > stages.position) AS advanced_on
    FROM reached
    JOIN stages ON stages.pipeline = reached.pipeline AND stages.kind = 'open' AND stages.position <= reached.position
    GROUP BY ALL),
headed AS (
    SELECT b."by", b.entity, entered_on, advanced_on
    FROM entries e
    JOIN owners o ON o.deal = e.deal AND entered_on >= o.starts_on AND entered_on < o.ends_on
    JOIN belongs b ON b.person = o.owner AND entered_on >= b.starts_on AND entered_on < b.ends_on)
SELECT w."by", w.entity, period, quotient(count(advanced_on), count(entered_on))
FROM wanted w LEFT JOIN headed h ON h."by" = w."by" AND h.entity = w.entity AND within(entered_on, period)
GROUP BY ALL""",
    "new_customers": """
WITH sold AS (
    SELECT "by", entity, account, closed_on, min(closed_on) OVER (PARTITION BY account) AS first_on
    FROM slices JOIN deals ON deals.id = deal WHERE outcome = 'won')
SELECT w."by", w.entity, period, count(DISTINCT account)
FROM wanted w
LEFT JOIN sold s ON s."by" = w."by" AND s.entity = w.entity AND closed_on = first_on AND within(first_on, period)
GROUP BY ALL""",
}


def read(file):
    with open(file, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def rounded(x):
    """To 6 decimals, half away from zero."""
    n = (2 * abs(x) * 10**6 + 1) // 2
    return Fraction(n if x >= 0 else -n, 10**6)


def shared(exact, total):
    """Each rounded, so that together they make the total."""
    parts = [None if part is None else rounded(part) for part in exact]
    short = round((total - sum(part or 0 for part in parts)) * 10**6)
    moved = sorted((part - parts[place], place) for place, part in enumerate(exact) if part is not None)
    for _, place in list(reversed(moved))[:short] if short > 0 else moved[:-short]:
        parts[place] += Fraction(1 if short > 0 else -1, 10**6)
    return parts


def text(x, decimals=6):
    return "" if x is None else f"{Decimal(x.numerator) / Decimal(x.denominator):.{decimals}f}"


def span(period):
    """The first day, the day after the last, and the number of months."""
    year = int(period[:4])
    first, count = (3 * int(period[-1]) - 2, 3) if "Q" in period else (1, 12)
    after = first + count
    return date(year, first, 1), date(year + after // 13, (after - 1) % 12 + 1, 1), count


def values(kpi, wanted):
    """The KPI of every (by, entity, period): its value, or None and why."""
    sql = SQL.get(kpi)
    if not sql:
        sql = (HERE / f"{kpi}.sql").read_text(encoding="utf-8")
        start = end = re.search(r"WITH wanted\(.*?\) AS \(", sql).end()
        depth = 1
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        sql = sql[:start] + "FROM asked" + sql[end - 1:]
    db = duckdb.connect()
    db.execute((HERE / "common.sql").read_text(encoding="utf-8"))
    db.execute("CREATE MACRO within(day, p) AS day >= period_start(p) AND day < period_end(p)")
    db.execute('CREATE TABLE asked ("by" VARCHAR, entity VARCHAR, period VARCHAR, as_of DATE, late INTEGER)')
    db.executemany("INSERT INTO asked VALUES (?, ?, ?, now_day(), 0)", sorted(wanted))
    db.execute("CREATE VIEW wanted AS FROM asked")
    found = {}
    for row in db.execute(sql).fetchall():
        key, value = (row[:3], row[3]) if kpi in SQL else ((row[1], row[2], row[4]), row[7])
        why = {"pipeline_coverage": "met", "csat": "insufficient"}.get(kpi, "undefined")
        found[key] = (None, why) if value is None else (rounded(Fraction(str(value))), "")
    assert found.keys() == wanted, kpi
    return found


def score(curve, value, target):
    """E1. Falling scores: lower is better, so the first score holds below its point, and `else` above the last."""
    kind, *words = CURVES.get(curve, curve).split()
    floor = Fraction(0)
    if "else" in words:
        *words, _, last = words
        floor = Fraction(last)
    points = []
    for word in words:
        at, got = word.split(":")
        points.append((Fraction(at[:-1]) / 100 * target if at.endswith("%") else Fraction(at), Fraction(got)))
    (first, low), (last, high) = points[0], points[-1]
    if kind == "step":
        return max([(at, got) for at, got in points if at <= value], default=(0, floor))[1]
    if value < first:
        return low if high < low else floor
    if value > last:
        return floor if high < low else high
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if value <= x1:
            return rounded(y0 + (y1 - y0) * (value - x0) / (x1 - x0))


def card(role):
    file = next(f for folder in SCORECARDS if (f := folder / f"{role}.toml").exists())
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    assert found.get("missing", "renormalise") == "renormalise"
    items = [item for group in found["group"] for item in group["kpi"] if item["id"] not in LEFT_OUT]
    return [(item, BY[item.get("whose", found["whose"])]) for item in items]


def computed():
    os.chdir(HERE.parent)
    people = {row["id"]: row for row in read("people.csv")}
    people_of = [(people[id]["role"], id, period) for period, ids in SCORED.items() for id in ids]
    asked = []
    for role, id, period in sorted(people_of):
        start, end, _ = span(period)
        person = people[id]
        assert date.fromisoformat(person["hired_on"]) < end and (person["left_on"] or "9999") >= str(end), id
        for item, by in card(role):
            asked.append((role, id, period, item, (by, "" if by == "company" else id, period)))
    wanted = {}
    for *_, item, key in asked:
        wanted.setdefault(item["id"], set()).add(key)
    found = {kpi: values(kpi, keys) for kpi, keys in wanted.items()}

    agreed = 0
    for row in read(HERE / "values.csv"):
        value = found.get(row["kpi"], {}).get((row["by"], row["entity"], row["period"]))
        if value and (row["as_of"], row["late"]) == ("2026-11-20", "0"):
            assert text(value[0]) == row["value"], row
            agreed += 1
    print(f"{agreed} of {sum(map(len, found.values()))} values are in values.csv too, and the same")

    targets = {(t["kpi"], t["person"], t["starts_on"], t["ends_on"]): t for t in read("targets.csv") if not t["team"]}
    forms = {}
    for role, id, period, item, key in asked:
        kpi, (by, entity, _), (start, end, count) = item["id"], key, span(period)
        value, why = found[kpi][key]
        target, got = None, None
        if by != "manager" and (dated := targets.get((kpi, entity, str(start), str(end)))):
            target = Fraction(dated["value"])
        elif "target" in item:
            target = Fraction(item["target"]) * (count if kpi in ADDITIVE else 1)
        curve = item.get("curve", "linear")
        if value is not None and target is None and "%" in CURVES.get(curve, curve):
            why = "no_target"
        elif value is not None:
            got = score(curve, value, target)
        weight = Fraction(item["weight"]) if "weight" in item else None
        forms.setdefault((role, id, period), []).append((kpi, value, target, got, why, weight))
    for form, lines in forms.items():
        present = sum(weight for *_, got, _, weight in lines if weight and got is not None)
        enough = 2 * present >= sum(weight for *_, weight in lines if weight)
        counts = [enough and weight and got is not None for *_, got, _, weight in lines]
        exact = [got * weight / present if told else None for told, (*_, got, _, weight) in zip(counts, lines)]
        total = rounded(sum((part for part in exact if part is not None), Fraction(0)))
        for (kpi, value, target, got, why, weight), adds in zip(lines, shared(exact, total)):
            yield [*form, kpi, text(value), text(target), text(got), why, text(weight, 0), text(adds)]
        total, why = (text(total), "") if enough else ("", "insufficient")
        yield [*form, "", "", "", total, why, text(Fraction(present), 0), ""]


def main():
    rows = list(computed())
    scores = HERE / "scores.csv"
    if "--write" in sys.argv[1:]:
        with open(scores, "w", encoding="utf-8", newline="") as f:
            csv.writer(f, lineterminator="\n").writerows([HEADER] + rows)
    with open(scores, encoding="utf-8", newline="") as f:
        stated = list(csv.reader(f))
    expected = {tuple(r[:4]): r[4:] for r in stated[1:]}
    found = {tuple(r[:4]): r[4:] for r in rows}
    failed = 0 if stated[0] == HEADER and len(expected) == len(stated) - 1 else 1
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key) != found.get(key):
            failed += 1
            print(",".join(key), "is", found.get(key), "and scores.csv says", expected.get(key))
    print(f"{len(expected.keys() | found.keys()) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
