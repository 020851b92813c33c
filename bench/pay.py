#!/usr/bin/env python3
"""A year's pay by one plan beside DuckDB and pandas, every total and every line compared; called by `bin/bench pay`.

    pay.py LINES...                        the exit status is 1 if a cent differs
    pay.py PEER totals|lines FOLDER ANSWER   one peer, as a process that reads the same files and writes CSV

The peers do what a payroll script does. Totals: each payee's sum, through the tiers. Lines: what each credit pays, by the
payee's running total, unrounded. Neither gives reasons, nor shares the rounding among the lines as Clinch does.
"""

import csv
import os
import random
import sys
import tempfile
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from importlib.metadata import version
from itertools import groupby, zip_longest
from pathlib import Path

from programs import Run
from report import factors, ratio, row, tell, told

PAYEES, SEED, BEST_OF, CENT = 1000, 17, 3, Decimal("0.01")
KINDS, PAID, WEIGHTS = ("new", "expansion", "renewal", "service"), ("new", "expansion"), (40, 30, 20, 10)
STEPS = ((0, 4), (50, 3), (100, 4), (150, 4))  # the same tiers: from so many per cent of quota on, so many per cent more
PLAN = """id = "bench"
name = "Bench"
currency = "THB"
pay_period = "year"
from = 2025-01-01
negative_net = "allow"

[[commission]]
id = "sales"
when = { type = ["new", "expansion"] }
interval = "year"
tiers = [
    { from = "0%", to = "50%", rate = "4%" },
    { from = "50%", to = "100%", rate = "7%" },
    { from = "100%", to = "150%", rate = "11%" },
    { from = "150%", rate = "15%" },
]
"""


def invent(lines, folder):
    """Attainment is from some 30 % to some 250 %; one credit in fifty takes some back."""
    invented = random.Random(SEED)
    first, payees = date(2025, 1, 1), [f"P{n:04}" for n in range(PAYEES)]
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    with open(folder / "people.csv", "w", encoding="utf-8") as people, \
            open(folder / "quotas.csv", "w", encoding="utf-8") as quotas:
        people.write("id,name,hired\n")
        quotas.write("payee,from,amount\n")
        for payee in payees:
            people.write(f"{payee},Payee {payee},2020-01-01\n")
            quotas.write(f"{payee},{first},{round(lines / PAYEES * 33_000 * invented.uniform(0.4, 3.3)) + 1}.00\n")
    days = [first + timedelta(n) for n in range(365)]
    with open(folder / "credits.csv", "w", encoding="utf-8") as credits:
        credits.write("fact,date,amount,currency,payee,kind,type\n")
        for n in range(lines):
            cents = invented.randrange(100_000, 10_000_000) * (1 if invented.random() < 0.98 else -1)
            credits.write(f"D{n:08},{invented.choice(days)},{Decimal(cents).scaleb(-2)},THB,"
                          f"{invented.choice(payees)},direct,{invented.choices(KINDS, WEIGHTS)[0]}\n")


def duckdb(what, folder, answer):
    import duckdb

    def pay(total):
        return " + ".join(f"{rate / 100:.2f} * " + (f"greatest({total} - {bound / 100:.1f} * quota, 0)" if bound else total)
                          for bound, rate in STEPS)

    sold = f"""SELECT payee, date, fact, c.amount, q.amount AS quota
        FROM read_csv('{folder}/credits.csv', types = {{'amount': 'DECIMAL(18, 2)'}}) c
        JOIN read_csv('{folder}/quotas.csv', types = {{'amount': 'DECIMAL(18, 2)'}}) q USING (payee)
        WHERE type IN {PAID} AND date BETWEEN DATE '2025-01-01' AND DATE '2025-12-31'"""
    query = {
        "totals": f"""SELECT payee, round({pay("total")}, 2) AS amount
            FROM (SELECT payee, quota, sum(amount)::DECIMAL(18, 2) AS total FROM ({sold}) GROUP BY ALL)""",
        "lines": f"""SELECT payee, fact, ({pay("after")}) - ({pay("(after - amount)")}) AS amount
            FROM (SELECT *, (sum(amount) OVER (PARTITION BY payee ORDER BY date, fact))::DECIMAL(18, 2) AS after FROM ({sold}))
            ORDER BY payee, date, fact"""}[what]
    duckdb.sql(f"COPY ({query}) TO '{answer}' (FORMAT csv, HEADER)")


def pandas(what, folder, answer):
    """Money as whole cents; with rates in per cent, pay is whole hundredths of a cent."""
    import pandas as pd

    def cents(amounts):
        return (amounts * 100).round().astype("int64")

    def pay(total, quota):
        return sum((total - bound * quota // 100).clip(lower=0) * rate if bound else total * rate for bound, rate in STEPS)

    sold = pd.read_csv(f"{folder}/credits.csv", usecols=["fact", "date", "amount", "payee", "type"], parse_dates=["date"])
    quota = cents(pd.read_csv(f"{folder}/quotas.csv", index_col="payee").amount)
    sold = sold[sold.type.isin(PAID) & sold.date.between("2025-01-01", "2025-12-31")]
    sold = sold.assign(amount=cents(sold.amount))
    if what == "totals":
        total = sold.groupby("payee").amount.sum()
        due = pay(total, quota.reindex(total.index))
        due = (due.abs() + 50) // 100 * (due >= 0).map({True: 1, False: -1}) / 100  # half away from zero
        due.rename("amount").to_csv(answer, float_format="%.2f")
    else:
        sold = sold.sort_values(["payee", "date", "fact"])
        after, its = sold.groupby("payee").amount.cumsum(), sold.payee.map(quota)
        sold["amount"] = (pay(after, its) - pay(after - sold.amount, its)) / 10_000
        sold[["payee", "fact", "amount"]].to_csv(answer, index=False, float_format="%.4f")


PEERS = {f"{name} {version(name)}, {what}": (name, what) for what in ("totals", "lines") for name in ("duckdb", "pandas")}


def lines_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            yield line["payee"], line.get("fact"), Decimal(line["amount"])


def totals_of(path):
    """Nothing due is no row with some, and a row of 0 with others."""
    totals = ((payee, sum(amount for _, _, amount in lines)) for payee, lines in groupby(lines_of(path), lambda line: line[0]))
    return {payee: total.quantize(CENT, ROUND_HALF_UP) for payee, total in totals if total}


def compare(name, ours, path, what):
    """Totals to the cent. Lines in the same order, ours within a cent of what is not rounded."""
    mine, its = totals_of(ours), totals_of(path)
    different = [(payee, mine.get(payee), its.get(payee)) for payee in sorted(mine.keys() | its.keys())
                 if mine.get(payee) != its.get(payee)]
    if what == "lines" and not different:
        lines = zip_longest(lines_of(ours), lines_of(path), fillvalue=(None, None, Decimal("NaN")))
        different = [(our, it) for our, it in lines if our[:2] != it[:2] or abs(our[2] - it[2]) >= CENT]
    for found in different[:20]:
        print("  DIFFERENT", *found)
    if different:
        sys.exit(f"{len(different)} differ from {name}")
    return len(mine)


def least(commands):
    """Those that take turns, the best of each."""
    turns = [[Run(*command) for command in commands] for _ in range(BEST_OF)]
    return [min(runs, key=lambda run: run.wall) for runs in zip(*turns)]


def cost(run):
    return f"{told(*run.seconds)}, {run.megabytes:,.0f} MB"


def measure(clinch, lines, folder):
    """All in turn, each answer compared; the best run of each."""
    invent(lines, folder)
    runs, ours, its = {name: [] for name in ("ours", *PEERS)}, folder / "ours.csv", folder / "peer.csv"
    files = [word for name in ("credits", "people", "quotas") for word in (f"--{name}", folder / f"{name}.csv")]
    for _ in range(BEST_OF):
        with open(ours, "wb") as out:
            runs["ours"].append(Run(clinch, "pay", "calculate", "--plan", folder / "plan.toml", *files, "--period", "2025",
                                    "--format", "csv", out=out))
        for name, (peer, what) in PEERS.items():
            runs[name].append(Run(sys.executable, "-B", __file__, peer, what, folder, its))
            payees = compare(name, ours, its, what)
    best = {name: min(found, key=lambda run: run.wall) for name, found in runs.items()}
    our, paid, how = best["ours"], sum(1 for _ in lines_of(ours)), "clinch pay calculate --format csv"
    row("of the credited lines", lines, f"{paid:,} pass the filter, {payees:,} payees; "
        f"{(folder / 'credits.csv').stat().st_size / 1e6:,.0f} MB in, {ours.stat().st_size / 1e6:,.0f} MB out")
    row("credited lines", lines, f"{lines / our.wall:,.0f} a second, {lines / our.cpu:,.0f} a second per core", how=how)
    for name, it in list(best.items())[1:]:
        equal = f"{payees:,} totals" + (f", {paid:,} lines" if "lines" in name else "")
        row(f"CSV files to a CSV file; {equal} equal", lines, cost(our), f"{cost(it)} {name}", ratio(our.seconds, it.seconds), how)
    start, *its = least([(clinch, "--version"), *((sys.executable, "-c", f"import {name}") for name in ("duckdb", "pandas"))])
    row("a process that does nothing", lines, told(*start.seconds),
        ", ".join(f"{told(*run.seconds)} {name}" for name, run in zip(("duckdb", "pandas"), its)), how="clinch --version")
    return best


def main(clinch, sizes):
    found = {}
    try:
        for lines in sizes:
            print(f"\n== {lines:,} credited lines", flush=True)
            with tempfile.TemporaryDirectory(prefix="clinch-bench-") as folder:
                found[lines] = measure(clinch, lines, Path(folder))
    finally:
        tell([f"best of {BEST_OF}; {len(PEERS)} peers: {'; '.join(PEERS)}"])
    print("\n| growth | " + " | ".join(f"{lines:,}" for lines in found) + " | factor |\n|---" + "|---" * (len(found) + 1) + "|")
    for name in ("ours", *PEERS):
        for what, unit in (("wall", "s"), ("cpu", "s of CPU"), ("megabytes", "MB")):
            figures = [getattr(best[name], what) for best in found.values()]
            print(f"| {name}, {unit} | " + " | ".join(f"{figure:,.2f}" for figure in figures) + f" | {factors(figures)} |")


if __name__ == "__main__":
    if sys.argv[1].isdigit():
        main(Path(os.environ["CLINCH_BIN"]), [int(lines) for lines in sys.argv[1:]])
    else:
        {"duckdb": duckdb, "pandas": pandas}[sys.argv[1]](*sys.argv[2:])
