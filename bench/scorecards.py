#!/usr/bin/env python3
"""Each role's scorecard, of everybody in each month of a year, beside DuckDB; called by `bin/bench scorecards`.

    scorecards.py DEALS...   the exit status is 1 if a value differs

More than 100,000 deals, with all that goes with them, are fact files of so many times 100,000, and are asked once.

DuckDB is asked what data/acme/expected/*.sql ask, which no code of the product wrote: of other people and months.
"""

import csv
import os
import re
import sys
import tempfile
import tomllib
from collections import Counter, namedtuple
from concurrent.futures import ProcessPoolExecutor
from decimal import ROUND_HALF_UP, Decimal  # half up is away from zero there
from pathlib import Path

import duckdb

import duck
from programs import Run
from question import AFTER, FIRST, as_of
from report import ratio, tell, told
from run import BEST_OF, HERE, Company, best, is_enough

EXPECTED, CARDS = HERE.parent / "data/acme/expected", HERE.parent / "crates/rules/src/scorecards"
ROLES = "sdr", "ae", "aem", "esd", "hos", "kam"
COLUMNS = "kpi", "entity", "period", "value", "numerator", "denominator"
# Asked of the company: of a person Clinch refuses those two, for costs have no owner, and the SQL knows none in the others.
REFUSED = {"customer_acquisition_cost", "cost_per_lead"}
OF_COMPANY = REFUSED | {"client_npv", "customer_retention_rate", "new_customers", "repeat_business_rate", "revenue_per_rep",
                        "stage_conversion_rate", "stage_duration"}
# There is no SQL for it: neither Acme nor this company says what class revenue is of. Clinch: null, "no_source".
LEFT_OUT = {"sales_generated_revenue_share"}
# Told by its accounts here and by logarithms there: its value alone is compared.
WITHOUT_SIDES = {"geographic_distribution"}

LARGEST = 100_000  # that an import is waited for
LARGEST_AS_IT_STANDS = 1_000_000
# Of a copy all records are others but these: who sells, what, and what was planned and forecast for them.
EVERYBODYS = {"people", "people_history", "teams", "territories", "territory_assignments", "products", "stages", "pipelines",
              "quotas", "plan_quotas", "forecasts", "rates", "market_sizes"}
EVERYBODYS_FACTS = {"staffed", "quota", "planned", "forecast", "market_size"}
# The program knows tiers of the accounts that were imported alone.
LEFT_OUT_OF_COPIES = {"key_account_share"}
# They name a record; and what tells a lead from another.
NAMES = {"id", "account", "contact", "deal", "lead", "order", "relationship", "organisation", "email"}

# What the SQL says of Acme, said of this company: days from 2022 on, a February of 29 days among the lengths of months, an
# earlier Monday, a deal's share in means of days (docs/decisions/0009; Acme is asked of people without shared deals), and
# quotas by the month, which Acme is not asked: each by its days, as plan_attainment.sql has it.
SAID = {
    "DATE '2025-01-01', DATE '2026-12-31'": "DATE '2022-01-01', DATE '2024-12-31'",
    "13020": "377580",
    "DATE '2024-01-01'": "DATE '2018-01-01'",
    "CREATE VIEW quotas AS": "CREATE VIEW stated_quotas AS",
    'SELECT DISTINCT "by", entity, deal, cycles.closed_on, days FROM slices':
        'SELECT "by", entity, cycles.closed_on, days * share AS days, share FROM slices',
}
SHARED, OF_SHARES = {"sales_cycle_length", "time_to_close"}, {"count(days)": "coalesce(sum(share), 0)"}
QUOTAS = """CREATE VIEW quotas AS
    SELECT person, greatest(starts_on, first) AS starts_on, quotient(
        amount * (least(ends_on, (first + INTERVAL 1 MONTH)::DATE) - greatest(starts_on, first))::DECIMAL(4, 0),
        ends_on - starts_on) AS amount
    FROM (SELECT unnest(generate_series(DATE '2022-01-01', DATE '2024-12-01', INTERVAL 1 MONTH))::DATE AS first)
    JOIN stated_quotas ON starts_on < first + INTERVAL 1 MONTH AND ends_on > first"""

FILE = re.compile(r"read_csv\('([\w/]+)\.csv'(?:[^()]|\([^()]*\))*\)")
WANTED = re.compile(r'wanted\("by", entity, period, as_of, late\) AS \(')
DEFINED = re.compile(r"CREATE (?:VIEW|MACRO) (\w+)")
# Of what the files share, all but the files themselves.
DERIVED = re.compile(r"CREATE VIEW (\w+) AS(?!\s+FROM files\.\w+$)")


def ids_of(role):
    groups = tomllib.loads((CARDS / f"{role}.toml").read_text(encoding="utf-8"))["group"]
    return [kpi["id"] for group in groups for kpi in group["kpi"] if kpi["id"] not in LEFT_OUT]


def sql_of(name):
    text = (EXPECTED / f"{name}.sql").read_text(encoding="utf-8")
    for what, instead in (SAID | OF_SHARES if name in SHARED else SAID).items():
        text = text.replace(what, instead)
    return re.sub(r"--.*", "", text).strip().removesuffix(";")


def load(folder, file):
    """Each CSV file as a table of the types that common.sql says; what the KPI files share, over those tables."""
    (folder / "late").mkdir()
    (folder / "late/amount_history.csv").write_text("deal,changed_on,amount\n", encoding="utf-8")
    common = sql_of("common")
    with duckdb.connect(str(file)) as db:
        db.execute("CREATE SCHEMA files")
        for found in FILE.finditer(common):
            read = found[0].replace(found[1], f"{folder}/{found[1]}", 1)
            db.execute(f"CREATE TABLE IF NOT EXISTS files.{table_of(found)} AS FROM {read}")
    return [*FILE.sub(lambda found: f"files.{table_of(found)}", common).split(";\n"), QUOTAS]


def table_of(found):
    return found[1].replace("/", "_")


def end_of(text, start):
    """Where the bracket is closed that was opened just before."""
    depth = 1
    for end in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if not depth:
            return end
    sys.exit(f"no end of {text[start:]}")


def asked(kpi):
    """A KPI's SQL, of whom and of what we want in place of what it asks Acme."""
    text = sql_of(kpi)
    start = WANTED.search(text).end()
    whom = "company" if kpi in OF_COMPANY else "everybody"
    text = f"{text[:start]}FROM {whom}{text[end_of(text, start):]}"
    return f"INSERT INTO answer SELECT {', '.join(COLUMNS)} FROM ({text})"


def script(common, ids, day, is_held):
    """A script whose last statement answers. `is_held`: what several files share is a table that is made once."""
    months = f"(SELECT unnest(range(1, 13)) AS m), (SELECT '{FIRST.year}-' || lpad(m::VARCHAR, 2, '0') AS period)"
    given = f"period, DATE '{day}' AS as_of, 0 AS late"
    questions = [
        f"""CREATE TEMP TABLE company AS SELECT 'company' AS "by", '' AS entity, {given} FROM {months}""",
        f"""CREATE TEMP TABLE everybody AS SELECT 'rep' AS "by", id AS entity, {given} FROM people, {months}""",
        f"CREATE TEMP TABLE answer ({', '.join(f'{column} VARCHAR' for column in COLUMNS)})",
        *map(asked, ids), "FROM answer"]
    needed, text = [], ";\n".join(questions)
    for statement in reversed(common):  # each speaks of earlier ones alone
        if re.search(rf"\b{DEFINED.search(statement)[1]}\b", text):
            needed.insert(0, statement)
            text += statement
    if is_held:
        needed = [DERIVED.sub(r"CREATE TEMP TABLE \1 AS", statement) for statement in needed]
    return ";\n".join(re.sub("^CREATE (VIEW|MACRO)", r"CREATE TEMP \1", part.strip()) for part in needed + questions)


def six_decimals(text):
    return Decimal(text).quantize(Decimal("0.000001"), ROUND_HALF_UP) if text else None


def values_of(path, key="entity"):
    with open(path, encoding="utf-8", newline="") as file:
        return {(line["kpi"], "" if line["kpi"] in OF_COMPANY else line[key], line["period"]):
                tuple(six_decimals(line[column]) for column in COLUMNS[3:]) for line in csv.DictReader(file)}


def is_same(kpi, our, their):
    """To the last of six decimals. Who has no row with us has no value there either, or a sum of nothing."""
    if our is None or their is None:
        return our is None and not any(their[:2])
    sides = [] if kpi in WITHOUT_SIDES else zip(our[1:], their[1:])
    return our[0] == their[0] and all(left == right for left, right in sides if None not in (left, right))


# What a comparison found: how many values of which KPIs differ, all values, those that Clinch says, people.
Compared = namedtuple("Compared", "different values said people")


def compare(our_answers, answer, is_told):
    """The first that differ of each KPI are printed."""
    ours = {key: value for path in our_answers for key, value in values_of(path, "external_id").items()}
    theirs, different = values_of(answer), Counter()
    for key in sorted(ours.keys() | theirs.keys()):
        if not is_same(key[0], ours.get(key), theirs.get(key)):
            different[key[0]] += 1
            if is_told and different[key[0]] <= 3:
                our, their = (", ".join(map(str, found.get(key, ["no row"]))) for found in (ours, theirs))
                print(f"  DIFFERENT {key}: Clinch (value, numerator, denominator) {our}; {duck.NAME} {their}", flush=True)
    return Compared(different, len(ours.keys() | theirs.keys()), sum(value[0] is not None for value in ours.values()),
                    len({entity for _, entity, _ in theirs} - {""}))


class Whole(Company):
    """A company with all the records that scorecards ask for."""

    def make(self):
        Run(sys.executable, HERE / "generate.py", self.deals, self.data, "whole")
        run = self.run("import", "acme", self.data)
        self.row("import into SQLite, with what scorecards ask for", told(*run.seconds), how="clinch import acme")
        self.common = load(self.data, self.raw)

    copies = 1

    @property
    def peers(self):
        """What several files share, as it stands (False) and held (True). As it stands it takes hours of the largest."""
        return [True] if self.deals > LARGEST_AS_IT_STANDS else [False, True]

    def copy(self, copies):
        """Of the copies nothing knows but our fact files and DuckDB's tables."""
        self.copies, self.deals = copies, self.deals * copies
        facts = sorted({name.removesuffix("_facts") for name in self.files} - EVERYBODYS_FACTS)
        self.row(f"fact files of {copies} times as much", self.multiply(copies, facts), how="multiply")
        with duckdb.connect(str(self.raw)) as db:
            columns = db.execute("SELECT table_name, list(column_name) FROM duckdb_columns() "
                                 "WHERE schema_name = 'files' GROUP BY table_name").fetchall()
            for table, names in columns:
                if table in EVERYBODYS:
                    continue
                others = ", ".join(f'"{name}" || \'-\' || copy AS "{name}"' for name in names if name in NAMES)
                replaced = f"REPLACE ({others})" if others else ""
                db.execute(f"CREATE OR REPLACE TABLE files.{table} AS SELECT * EXCLUDE copy {replaced} "
                           f"FROM files.{table}, range({copies}) AS copies(copy)")

    def ask(self, ids, n):
        """A question of persons and, for some KPIs, one of the company."""
        of_person, of_company = [kpi for kpi in ids if kpi not in OF_COMPANY], [kpi for kpi in ids if kpi in OF_COMPANY]
        runs, answers = [], []
        for asked_ids, by in ((of_person, ("--by", "rep")), (of_company, ())):
            if asked_ids:
                answers.append(self.folder / f"answer-{len(answers)}.csv")
                with open(answers[-1], "wb") as out:
                    runs.append(self.run("--format", "csv", "kpi", "query", ",".join(asked_ids), *by, "--grain", "month",
                                         "--within", 600, "--from", FIRST, "--to", AFTER, "--as-of", as_of(n), out=out))
        whole = max(runs, key=lambda run: run.megabytes)
        whole.wall, whole.cpu = sum(run.wall for run in runs), sum(run.cpu for run in runs)
        return whole, answers

    def ask_duckdb(self, ids, n, is_held):
        sql, answer = self.folder / "scorecard.sql", self.folder / "peer.csv"
        sql.write_text(script(self.common, ids, as_of(n), is_held), encoding="utf-8")
        return Run(sys.executable, HERE / "duck.py", self.raw, sql, answer, "{}"), answer


def measure(company, role, comparer):
    """In turn; how many values differ, of which KPIs."""
    ids = [kpi for kpi in ids_of(role) if company.copies == 1 or kpi not in LEFT_OUT_OF_COPIES]
    ours, theirs, different = [], {is_held: [] for is_held in company.peers}, Counter()
    for n in range(1 if company.copies > 1 else BEST_OF):
        if is_enough([run.wall for run in theirs[company.peers[0]]]):
            break
        try:
            run, answers = company.ask(ids, n)
        except SystemExit:  # why stands on the standard error; the other scorecards are asked all the same
            company.row(f"{role}: {len(ids)} KPIs", "refused", how="clinch kpi query … --by rep --grain month")
            return Counter({f"{role} (refused)": 1})
        ours.append(run)
        for is_held, runs in theirs.items():
            run, answer = company.ask_duckdb(ids, n, is_held)
            runs.append(run)
            compared = comparer.submit(compare, answers, answer, not n and is_held == company.peers[0]).result()
            different |= compared.different
    our, of_company = best(ours), sum(1 for kpi in ids if kpi in OF_COMPANY)
    asked_of = f"{len(ids) - of_company} KPIs, {compared.people:,} people × 12 months"
    if of_company:
        asked_of += f", and {of_company} of the company"
    equal = f"{different.total():,} differ" if different else "all equal"
    for is_held, runs in theirs.items():
        it = best(runs)
        company.row(f"{role}: {asked_of}; {compared.values:,} values, {compared.said:,} not null, {equal}",
                    f"{told(*our.seconds)}, {max(run.megabytes for run in ours):.0f} MB",
                    f"{told(*it.seconds)} {duck.NAME}{', shared parts held' if is_held else ''}",
                    ratio(our.seconds, it.seconds), how="clinch kpi query … --by rep --grain month")
    return different


def main(sizes):
    different = Counter()
    for deals in sizes:
        print(f"\n== {deals:,} deals", flush=True)
        Run.wait_seconds = 900 + deals // 50
        # Compared elsewhere: the kernel counts what this process holds as the least that a program held which it started.
        with tempfile.TemporaryDirectory(prefix="clinch-bench-", ignore_cleanup_errors=True) as folder, \
                ProcessPoolExecutor(1) as comparer:
            company = Whole(Path(os.environ["CLINCH_BIN"]), min(deals, LARGEST), Path(folder))
            company.make()
            company.write_facts()
            if deals > LARGEST:
                company.copy(deals // LARGEST)
            for role in ROLES:
                different |= measure(company, role, comparer)
    tell([duck.NAME])
    if different:
        sys.exit(f"values differ or were refused: {', '.join(f'{kpi} {many:,}' for kpi, many in sorted(different.items()))}")


if __name__ == "__main__":
    main([int(word) for argument in sys.argv[1:] for word in argument.split()])
