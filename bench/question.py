"""What is asked, the values of an answer, whoever gave it, and their comparison."""

import csv
import json
import sys
from datetime import date, timedelta

FIRST, AFTER = date(2024, 1, 1), date(2025, 1, 1)
TOLERANCE = 1e-6
# Each KPI's numerator and denominator among the columns of raw.sql, facts.sql and postgres.sql.
KPIS = {
    "revenue": ("revenue", None),
    "quota_attainment": ("revenue", "quota"),
    "deals_won_count": ("won", None),
    "avg_deal_size": ("revenue", "won"),
    "win_rate_closed": ("won", "closed"),
    "win_rate_created": ("opened_won", "opened"),
    "pipeline_value": ("pipeline", None),
    "pipeline_weighted": ("weighted", None),
    "sales_cycle_length": ("cycle_days", "cycles"),
    "time_to_close": ("close_days", "closes"),
    "stage_duration": ("stage_days", "stages_left"),
    "stage_conversion_rate": ("advanced", "entered"),
}


def as_of(n):
    """Days after the last record: other questions with the same values, so that no answer is remembered."""
    return str(AFTER + timedelta(days=n))


def kpis_of(lines):
    """Rows of a peer as (KPI, person, month) to numerator and denominator."""
    found = {}
    for line in lines:
        for kpi, (numerator, denominator) in KPIS.items():
            n, d = (float(line[column] or 0) if column else None for column in (numerator, denominator))
            found[kpi, line["person"], str(line["month"])[:7]] = (n, d)
    return found


def kpis_of_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return kpis_of(csv.DictReader(file))


def number(text):
    return float(text) if text not in ("", None) else None


def of_csv(path, key):
    """Clinch's own, as (KPI, entity, period) to numerator, denominator and value."""
    with open(path, encoding="utf-8", newline="") as file:
        return {(line["kpi"], line[key], line["period"]):
                (number(line["numerator"]) or 0.0, number(line["denominator"]), number(line["value"]))
                for line in csv.DictReader(file)}


def of_json(answer):
    return {(line["kpi"], line["entity"]["external_id"], line["period"]):
            (number(line["numerator"]) or 0.0, number(line["denominator"]), number(line["value"]))
            for line in json.loads(answer)["rows"]}


def near(left, right):
    return abs(left - right) <= TOLERANCE + 1e-12 * abs(right)


def compare(name, ours, theirs):
    """Every value both ways: numerator, denominator, and the quotient. A row that one lacks counts as nothing."""
    different = []
    for key in ours.keys() | theirs.keys():
        n, d, value = ours.get(key, (0.0, 0.0, None))
        pn, pd = theirs.get(key, (0.0, 0.0 if KPIS[key[0]][1] else None))
        same = near(n, pn) and (pd is None or near(d or 0.0, pd))
        wanted = pn if pd is None else pn / pd if pd else None
        if wanted is None or value is None:
            is_nothing = key not in ours and not pn and not pd
            same = same and ((value is None or key not in ours) == (wanted is None) or is_nothing)
        else:
            # The quotient is rounded to 6 decimals.
            same = same and near(value, wanted)
        if not same:
            different.append((key, ours.get(key), theirs.get(key)))
    if different:
        for key, our, their in sorted(different)[:20]:
            print(f"  DIFFERENT {key}: Clinch (numerator, denominator, value) {our}, {name} {their}")
        sys.exit(f"{len(different)} values of {len(ours)} differ from {name}")
    return len(ours)
