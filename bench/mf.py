#!/usr/bin/env python3
"""MetricFlow beside Clinch on an invented company, every value compared; called by `bin/bench metricflow`.

    mf.py DEALS   the exit status is 1 if a value differs

Its project is metricflow/: dbt makes tables of the raw records in DuckDB, MetricFlow writes SQL over them.
"""

import csv
import os
import re
import shutil
import sys
import tempfile
import time
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import duckdb

import duck
from programs import Run, Server, said
from question import AFTER, FIRST, KPIS, as_of, compare, kpis_of, near, number, of_csv, of_json
from report import ms, quantile, ratio, tell, told
from run import BEST_OF, HERE, IDS, QUERY, YEAR, Company, best, invite, known

NAME = "MetricFlow " + version("metricflow")
PACKAGES = ("dbt-metricflow", "dbt-core", "dbt-duckdb")
PROGRAMS = Path(sys.executable).parent
MONTH, REP, LAST = "metric_time__month", "rep", AFTER - timedelta(days=1)
SINGLES = 40  # people who are asked for one at a time
# Of kinds that the twelve have not: a count of different orders, and a filter.
MORE = {"average_order_value": ("net", "ordered"), "discount_rate": ("discounted", "list"),
        "referral_rate": ("referred", "won")}
# Numerators and denominators are metrics too, by the names of raw.sql's columns.
PARTS = ",".join(dict.fromkeys(part for parts in KPIS.values() for part in parts if part))


def question(ids, *more):
    return (PROGRAMS / "mf", "query", "--metrics", ids, "--group-by", f"{MONTH},{REP}", "--start-time", FIRST,
            "--end-time", LAST, "--quiet", *more)


def lines_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compare_values(ours, lines, kpis=KPIS):
    """Its own values, both ways; a row that one lacks has sums of nothing, and no quotients."""
    theirs = {(kpi, line[REP], str(line[MONTH])[:7]): number(line[kpi]) for line in lines for kpi in kpis}
    different = []
    for key in ours.keys() | theirs.keys():
        our, their = ours.get(key, (None, None, None))[2], theirs.get(key)
        if kpis[key[0]][1] is None:
            our, their = our or 0.0, their or 0.0
        if our != their and (our is None or their is None or not near(our, their)):
            different.append((key, our, their))
    for key, our, their in sorted(different)[:20]:
        print(f"  DIFFERENT {key}: Clinch {our}, MetricFlow {their}")
    if different:
        sys.exit(f"{len(different)} values of {len(ours)} differ from MetricFlow")
    return len(ours)


def make_models(company):
    """The project beside the company, and its tables in the database of raw records."""
    project = company.folder / "project"
    shutil.copytree(HERE / "metricflow", project)
    os.environ |= {"BENCH_DATABASE": str(company.raw), "DBT_PROJECT_DIR": str(project),
                   "DBT_PROFILES_DIR": str(project)}
    run = Run(PROGRAMS / "dbt", "--quiet", "build")
    with duckdb.connect(str(company.raw), read_only=True) as db:
        (rows,) = db.execute("SELECT sum(estimated_size) FROM duckdb_tables() WHERE schema_name = 'metricflow'").fetchone()
    company.row("the peer's models are made of raw records that stand in DuckDB", "",
                f"{told(*run.seconds)}, {run.megabytes:.0f} MB; {rows:,.0f} rows", how="dbt build")


def ask_both(company, n, kpis, its):
    """As processes that start, open, answer and write a CSV file: what each took, and our values."""
    answer, ids = company.folder / "answer.csv", ",".join(kpis)
    with open(answer, "wb") as out:
        our = company.run("--format", "csv", "kpi", "query", ids, "--by", "rep", "--grain", "month", "--from", FIRST,
                          "--to", AFTER, "--as-of", as_of(n), out=out)
    it, found = Run(*question(ids, "--csv", its)), of_csv(answer, "external_id")
    compare_values(found, lines_of(its), kpis)
    return our, it, found


def as_processes(company):
    """In turn; the SQL that it wrote is also asked by itself."""
    its, sql = company.folder / "peer.csv", company.folder / "compiled.sql"
    explained = said(*question(IDS, "--explain"))
    sql.write_text(re.search(r"^(WITH|SELECT)\b.*", explained, re.M | re.S)[0], encoding="utf-8")
    ours, theirs, bare, more = [], [], [], []
    for n in range(BEST_OF):
        our, it, found = ask_both(company, n, KPIS, its)
        ours.append(our)
        theirs.append(it)
        bare.append(Run(sys.executable, HERE / "duck.py", company.raw, sql, its, "{}"))
        compare_values(found, lines_of(its))
        more.append(ask_both(company, n, MORE, its))
    Run(*question(PARTS, "--csv", its))
    compare(NAME, found, kpis_of({"person": line[REP], "month": line[MONTH]} | line for line in lines_of(its)))

    started = best([Run(company.clinch, "--version") for _ in range(BEST_OF)])
    its_start = best([Run(PROGRAMS / "mf", "--version") for _ in range(BEST_OF)])
    company.row("a process that does nothing", told(*started.seconds), f"{told(*its_start.seconds)} {NAME}",
                how="clinch --version; mf --version")
    our, values = best(ours), len(found)
    for name, runs, how in ((NAME, theirs, "mf query --csv"),
                            (f"{duck.NAME}, the SQL that it wrote", bare, "mf query --explain")):
        it = best(runs)
        company.row(f"12 KPIs, {values // len(KPIS) // 12:,} people × 12 months, process to CSV file; {values:,} values equal",
                    told(*our.seconds), f"{told(*it.seconds)} {name}", ratio(our.seconds, it.seconds),
                    how=f"clinch kpi query … --by rep --grain month; {how}")
    our, it = best([our for our, _, _ in more]), best([it for _, it, _ in more])
    company.row(f"{len(MORE)} more KPIs, the same; {len(more[0][2]):,} values equal", told(*our.seconds),
                f"{told(*it.seconds)} {NAME}", ratio(our.seconds, it.seconds), how=f"clinch kpi query {','.join(MORE)} …")
    company.row("most memory of such a process", f"{max(run.megabytes for run in ours):.0f} MB",
                f"{max(run.megabytes for run in theirs):.0f} MB {NAME}")
    return sql.read_text(encoding="utf-8")


def timed(ask):
    """What was answered, and its wall and CPU seconds in this process."""
    cpu, started = time.process_time(), time.perf_counter()
    answer = ask()
    return answer, (time.perf_counter() - started, time.process_time() - cpu)


def running(company, sql):
    """The question again, and of one person each time, to what is running; MetricFlow is within this process."""
    # Not before: the kernel counts what this process holds as the least that each program held which it started.
    from dbt_metricflow.cli.cli_configuration import CLIConfiguration
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    people = company.people()[:SINGLES]
    with duckdb.connect(str(company.raw), read_only=True) as db:
        bare = [timed(lambda: db.execute(sql).fetchall())[1] for _ in range(BEST_OF)]
    configuration = CLIConfiguration()
    engine, start = timed(lambda: (configuration.setup(), configuration.mf)[1])
    company.row("its start-up within Python, the project read", "", f"{told(*start)} {NAME}")

    def request(where=None):
        return MetricFlowQueryRequest.create_with_random_request_id(
            metric_names=IDS.split(","), group_by_names=[MONTH, REP], where_constraints=where,
            time_constraint_start=datetime.combine(FIRST, datetime.min.time()),
            time_constraint_end=datetime.combine(LAST, datetime.min.time()))

    def lines(result):
        return [dict(zip(result.column_names, line)) for line in result.rows]

    with Server(company.clinch, company.db) as server:
        known(company, server)

        def ask(n, **of):
            cpu, started = server.cpu(), time.perf_counter()
            answer = server.ask(QUERY, ids=IDS, by="rep", as_of=as_of(n), **of, **YEAR)
            return answer, (time.perf_counter() - started, server.cpu() - cpu)

        ours, theirs, written = [], [], []
        for n in range(BEST_OF):
            answer, seconds = ask(n + 20)
            ours.append(seconds)
            written.append(timed(lambda: engine.explain(request()))[1])
            result, seconds = timed(lambda: engine.query(request()).result_df)
            theirs.append(seconds)
            compare_values(of_json(answer), lines(result))
        our = min(ours)
        for name, runs in ((f"{NAME} within Python", theirs),
                           (f"{duck.NAME}, the SQL that it wrote, as Python rows", bare)):
            it = min(runs)
            company.row(f"the same question to what is running: ours over HTTP as {len(answer) / 1e6:.0f} MB of JSON",
                        told(*our), f"{told(*it)} {name}", ratio(our, it), how=f"GET {QUERY}")

        company.row("of which it writes the SQL", "", f"{told(*min(written))} {NAME} within Python")

        ours, theirs, values = [], [], 0
        for n, person in enumerate(people):
            answer, seconds = ask(n + 40, entity=person)
            ours.append(seconds)
            result, seconds = timed(lambda: engine.query(request([f"{{{{ Entity('{REP}') }}}} = '{person}'"])).result_df)
            theirs.append(seconds)
            values += compare_values(of_json(answer), lines(result))
    our, it = ((quantile([wall for wall, _ in runs], 0.5), sum(cpu for _, cpu in runs) / len(runs))
               for runs in (ours, theirs))
    company.row(f"12 KPIs of one person, months, another each time ({len(ours)} in a row); {values:,} values equal",
                f"p50 {ms(our[0])}, CPU {ms(our[1])}", f"p50 {ms(it[0])}, CPU {ms(it[1])} {NAME} within Python",
                ratio(our, it), how=f"GET {QUERY}")


def main(deals):
    print(f"\n== {deals:,} deals", flush=True)
    Run.wait_seconds = 900 + deals // 50
    try:
        with tempfile.TemporaryDirectory(prefix="clinch-bench-", ignore_cleanup_errors=True) as folder:
            company = Company(Path(os.environ["CLINCH_BIN"]), deals, Path(folder))
            company.make()
            company.write_facts()
            duck.load(company.data, company.raw)
            make_models(company)
            sql = as_processes(company)
            invite(company)
            running(company, sql)
    finally:
        tell([f"{NAME} ({', '.join(f'{name} {version(name)}' for name in PACKAGES)}), {duck.NAME}"])


if __name__ == "__main__":
    main(int(sys.argv[1]))
