#!/usr/bin/env python3
"""Pays people of Acme by the plans of plans/ and compares with pay.csv. Needs the Python package duckdb.

    pay.py            compares; the last line says "N passed, M failed", and the exit status is 1 if any failed
    pay.py --write    writes pay.csv anew

The plans are written out again here, by section C of the reference, over what common.sql says of deals, shares, owners,
managers and rates; nothing of the product is used. Of every month from 2025-01 to 2026-10, without late/: what each
payee's component earned in it. A month's pay of a component that adds up over a quarter is what the quarter has earned
by the month's end less what it had by the month before (C0). Rounded half away from zero to the satang, once a payee,
component and run (C0, 16): what an interval has earned so far is rounded, so that months of a quarter sum to it.

replay.csv: what each payee had in 2025, and would have had with 9 % in place of 8 % above quota (PAY-4).

`no_plan` lines are deals credited to somebody whom no plan covers (C25): an exception, which pays nothing.
"""

import csv
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
HEADER = ["period", "payee", "component", "amount"]
FIELD = {"ae", "am", "kam"}
TIERS = [(Fraction(0), Fraction(3, 100)), (Fraction(1, 2), Fraction(5, 100)), (Fraction(1), Fraction(8, 100))]
MONTHS = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)][:22]

CREDITS = """
SELECT c.deal, c.closed_on, c.person, c.share, w.worth, d.type
FROM credits c JOIN deals d ON d.id = c.deal JOIN (SELECT deal, {worth} AS worth FROM worth WHERE late = 0) w ON w.deal = c.deal
WHERE c.outcome = 'won'
"""


def exact(value):
    return Fraction(Decimal(str(value)))


def month_of(day):
    return f"{day.year}-{day.month:02}"


def first_month(month):
    """The first month of its quarter."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year}-{(number - 1) // 3 * 3 + 1:02}"


def satang(amount):
    whole = abs(amount) * 100
    rounded = (2 * whole.numerator + whole.denominator) // (2 * whole.denominator)
    return int(rounded if amount >= 0 else -rounded)


def marginal(measure, quota, tiers):
    earned = Fraction(0)
    for place, (bound, rate) in enumerate(tiers):
        low = bound * quota
        high = tiers[place + 1][0] * quota if place + 1 < len(tiers) else None
        top = measure if high is None else min(measure, high)
        if place == 0 or top > low:
            earned += (top - (low if place else 0)) * rate
    return earned


def computed(tiers=TIERS):
    con = duckdb.connect()
    import os

    os.chdir(HERE.parent)
    con.execute((HERE / "common.sql").read_text())
    columns = [row[0] for row in con.execute("DESCRIBE worth").fetchall()]
    credits = con.execute(CREDITS.format(worth=[c for c in columns if c not in ("deal", "late")][-1])).fetchall()
    role = dict(con.execute("SELECT id, role FROM people").fetchall())
    hired = dict(con.execute("SELECT id, hired_on FROM people").fetchall())
    left = dict(con.execute("SELECT id, left_on FROM people").fetchall())
    quotas = {(p, month_of(s)): exact(a) for p, s, a in con.execute("SELECT person, starts_on, amount FROM quotas").fetchall()}
    managers = con.execute("SELECT person, manager, starts_on, ends_on FROM posts").fetchall()
    overlays = con.execute("""
        SELECT s.deal, c.closed_on, s.person, s.share, w.worth FROM splits s JOIN closed c USING (deal)
        JOIN (SELECT deal, {worth} AS worth FROM worth WHERE late = 0) w ON w.deal = s.deal
        WHERE s.kind = 'overlay' AND c.outcome = 'won'""".format(worth=[c for c in columns if c not in ("deal", "late")][-1])).fetchall()

    def there(person, day):
        return hired[person] <= day and (left[person] is None or day < left[person])

    def above(person, day):
        found = []
        while True:
            at = [m for p, m, s, e in managers if p == person and s <= day < e]
            if not at or not at[0] or at[0] in found:
                return found
            person = at[0]
            found.append(person)

    rows = {}
    for month in MONTHS:
        quarter = first_month(month)
        end = (int(month[:4]), int(month[5:]))
        for person in role:
            own = [(d, day, exact(s), exact(w), kind) for d, day, p, s, w, kind in credits if p == person and there(p, day)]
            if role[person] in FIELD:
                new = [(day, s * w) for _, day, s, w, kind in own if kind != "renewal" and first_month(month_of(day)) == quarter]
                quota = quotas.get((person, quarter))
                so_far = sum((a for day, a in new if (day.year, day.month) <= end), Fraction(0))
                before = sum((a for day, a in new if (day.year, day.month) < end), Fraction(0))
                if quota is not None:
                    quota *= share_there(quarter, hired[person], left[person])
                    now, then = satang(marginal(so_far, quota, tiers)), satang(marginal(before, quota, tiers))
                    rows[month, person, "new-business"] = now - then
                renewed = sum((s * w for _, day, s, w, kind in own if kind == "renewal" and month_of(day) == month), Fraction(0))
                rows[month, person, "renewal"] = satang(renewed * 15 / 1000)
            if role[person] == "aem":
                team = [exact(s) * exact(w) for _, day, p, s, w, _ in credits
                        if month_of(day) == month and person in above(p, day) and there(person, day)]
                rows[month, person, "team-override"] = satang(sum(team, Fraction(0)) * 75 / 10000)
            if role[person] == "se":
                mine = [exact(s) * exact(w) for _, day, p, s, w in overlays if p == person and month_of(day) == month]
                earned = satang(sum(mine, Fraction(0)) / 100)
                rows[month, person, "overlay"] = min(earned, 2_000_000)
        paid = FIELD | {"aem", "se"}
        for deal, day, person, _, _, _ in credits:
            if month_of(day) == month and not (role[person] in paid and there(person, day)):
                rows[month, person, f"no_plan {deal}"] = 0
    return {key: amount for key, amount in rows.items() if amount or key[2].startswith("no_plan")}


def share_there(quarter, hired, left):
    """Active days over the quarter's days (C19)."""
    year, month = int(quarter[:4]), int(quarter[5:])
    start = date(year, month, 1)
    end = date(year + (month == 10), 1 if month == 10 else month + 3, 1)
    first, last = max(start, hired), min(end, left or end)
    return Fraction(max((last - first).days, 0), (end - start).days)


def replayed():
    both = [computed(), computed([*TIERS[:2], (Fraction(1), Fraction(9, 100))])]
    sums = {}
    for place, rows in enumerate(both):
        for (month, payee, component), amount in rows.items():
            if month.startswith("2025") and not component.startswith("no_plan"):
                sums.setdefault(payee, [0, 0])[place] += amount
    return [[payee, *(f"{Decimal(amount) / 100:.2f}" for amount in pair)] for payee, pair in sorted(sums.items()) if any(pair)]


def main():
    path = HERE / "pay.csv"
    found = {key: f"{Decimal(amount) / 100:.2f}" for key, amount in computed().items()}
    replay = HERE / "replay.csv"
    lines = [["payee", "now", "then"], *replayed()]
    if "--write" in sys.argv:
        with path.open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows([*key, amount] for key, amount in sorted(found.items()))
        with replay.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)
        return 0
    with path.open(newline="") as file:
        stored = {(r["period"], r["payee"], r["component"]): r["amount"] for r in csv.DictReader(file)}
    with replay.open(newline="") as file:
        if list(csv.reader(file)) != lines:
            print("replay.csv differs")
            return 1
    failed = [key for key in stored.keys() | found.keys() if stored.get(key) != found.get(key)]
    for key in sorted(failed):
        print(*key, "stored", stored.get(key), "found", found.get(key))
    print(f"{len(stored) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
