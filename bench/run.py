#!/usr/bin/env python3
"""Measures Clinch, DuckDB and PostgreSQL on invented companies and compares every value; called by bin/bench.

    run.py DEALS...   the exit status is 1 if a value differs
    run.py full       10,000,000 deals, whose facts are those of 100,000 a hundred times
"""

import json
import os
import shutil
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

import duckdb

import duck
import pages
from postgres import Postgres, described
from programs import LONGEST_SECONDS, Run, Server, said
from question import AFTER, FIRST, KPIS, as_of, compare, kpis_of, kpis_of_csv, near, of_csv, of_json
from report import grows, ms, p50_p99, quantile, ratio, row, tell, told

HERE = Path(__file__).resolve().parent
BEST_OF, BEST_OF_SLOW, SLOW_SECONDS = 5, 2, 20
ASKED, LISTED, PATCHED = 200, 300, 20
QUERY, YEAR = "/api/v1/kpis/query", {"grain": "month", "from": FIRST, "to": AFTER}
IDS = ",".join(KPIS)
FULL, COPIES = 10_000_000, 100
MANY = "opened closed pipeline stage_left stage_entered activity touched ordered delivery".split()
EMAIL, PASSWORD = "bench@bench.example", "bench-of-clinch"

# Who else is asked: its name, what it reads, Clinch's column that holds the names it gives people, and how it is asked
# as a process that writes a CSV file.
Peer = namedtuple("Peer", "name reads key ask")


def is_enough(walls):
    return len(walls) >= (BEST_OF_SLOW if max(walls, default=0) > SLOW_SECONDS else BEST_OF)


def best(runs):
    return min(runs, key=lambda run: run.wall)


class Company:
    """An invented company in a folder: its raw records, and Clinch's database of them."""

    def __init__(self, clinch, deals, folder):
        self.clinch, self.deals, self.folder = clinch, deals, folder
        self.data, self.db, self.raw = folder / "data", folder / "bench.db", folder / "raw.duckdb"

    def run(self, *words, out=None):
        command = (self.clinch, "--db", self.db, *words)
        return Run(*command, out=out) if out else Run(*command)

    def row(self, what, ours, *more, how=""):
        row(what, self.deals, ours, *more, how=how)

    def grows(self, what, figure):
        grows(what, self.deals, figure)

    def make(self):
        Run(sys.executable, HERE / "generate.py", self.deals, self.data)
        records = sum(sum(1 for _ in file.open("rb")) - 1 for file in self.data.glob("*.csv"))
        run = self.run("import", "acme", self.data)
        self.row("import into SQLite, each row with its log row",
                 f"{records:,} rows in {run.wall:.1f} s: {records / run.wall:,.0f} rows/s (CPU {run.cpu:.1f} s), "
                 f"{run.megabytes:.0f} MB", how="clinch import acme")
        size = sum(file.stat().st_size for file in self.folder.glob("bench.db*") if file.is_file()) / 1e6
        self.row("the database", f"{size:,.0f} MB")
        for what, figure in (("records", records), ("import, s", run.wall), ("import, MB of memory", run.megabytes),
                             ("database, MB", size)):
            self.grows(what, figure)

    def write_facts(self):
        """The first question writes them; their files by the names that facts.sql calls them."""
        asked = ("kpi", "query", "revenue", "--from", FIRST, "--to", AFTER)
        first, second = self.run(*asked), self.run(*asked)
        facts = sorted((self.folder / "bench.db-facts").rglob("*.parquet"))
        size = sum(file.stat().st_size for file in facts) / 1e6
        self.row("the first question: facts are written",
                 f"{first.wall:.2f} s (CPU {first.cpu:.2f}), {first.megabytes:.0f} MB; {size:.2f} MB of files",
                 how="clinch kpi query revenue")
        self.row("the same question again, as a process", f"{second.wall:.2f} s", how="clinch kpi query revenue")
        self.grows("facts written, s", first.wall)
        self.grows("facts written, MB of memory", first.megabytes)
        self.files = {f"{path.name.rsplit('-', 2)[0]}_facts": str(path) for path in facts}

    def multiply(self, copies, facts=MANY):
        """Each of these facts so many times, of other records each time."""
        folder = next(self.folder.glob("bench.db-facts/*"))
        run = Run(self.clinch.parent / "examples/multiply", folder, copies, *facts)
        size = sum(file.stat().st_size for file in folder.glob("*.parquet")) / 1e6
        return f"{run.wall:,.0f} s (CPU {run.cpu:,.0f}), {run.megabytes:,.0f} MB; {size:,.0f} MB of files"

    def parameters(self, n, sql):
        """What DuckDB is given with a question."""
        given = {"first": str(FIRST), "after": str(AFTER), "as_of": as_of(n)}
        return given | {name: file for name, file in self.files.items() if f"${name}" in sql}

    def people(self):
        """Salespeople in an order of no meaning."""
        with duckdb.connect(str(self.raw), read_only=True) as db:
            found = db.execute("SELECT id FROM people WHERE role IN ('ae', 'kam') ORDER BY hash(id)").fetchall()
        return [person for (person,) in found]


def measure(clinch, deals, folder):
    Run.wait_seconds = 900 + deals // 50
    company = Company(clinch, deals, folder)
    company.make()
    company.write_facts()
    duck.load(company.data, company.raw)
    with Postgres(folder) as postgres:
        postgres.load(company.data)
        seconds = as_processes(company, postgres)
        invite(company)
        served(company, postgres, seconds)
    browsed(company)


def measure_full(clinch, folder):
    """More than PostgreSQL and an import can be waited for. One copy must answer as the facts out of the log do."""
    Run.wait_seconds = 7200
    company = Company(clinch, FULL // COPIES, folder)
    company.make()
    company.write_facts()
    duck.load(company.data, company.raw)
    company.multiply(1)
    as_processes(company, None)
    company.deals = FULL
    company.row(f"fact files of {COPIES} times as much", company.multiply(COPIES), how="multiply")
    duck.multiply(company.raw, COPIES)
    as_processes(company, None, tuple(KPIS))
    invite(company)
    with Server(clinch, company.db) as server:
        known(company, server)
        one_person(company, server)
        change(company, server)
        company.row("most memory of the server in all this", f"{server.megabytes('VmHWM'):.0f} MB", how="clinch serve")
    with Server(clinch, company.db) as server:
        server.sign_in(EMAIL, PASSWORD, said(clinch, "--db", company.db, "admin", "link", "--email", EMAIL).split()[0])
        people = company.people()
        times, cpu = server.timed(lambda n: server.ask("/scorecard", by="rep", entity=people[n], year=2024,
                                                       as_of=as_of(n)), 10)
        company.row("page: a person's scorecard, another person and as_of each time (10 in a row)",
                    shown(times, cpu, 10), how="GET /scorecard?by=rep&entity=…")


def invite(company):
    said(company.clinch, "--db", company.db, "admin", "create", "--email", EMAIL, "--name", "Bench", "--role", "hos")


def as_processes(company, postgres, questions=(IDS,)):
    """Start, open, answer, write CSV files; PostgreSQL's server stands already. PostgreSQL's seconds for one.

    Where all KPIs at once take longer than a question may, Clinch is asked several questions one after the other.
    """
    answers, its = [company.folder / f"answer-{n}.csv" for n in range(len(questions))], company.folder / "peer.csv"

    def clinch(n):
        runs = []
        for ids, answer in zip(questions, answers):
            with open(answer, "wb") as out:
                runs.append(company.run("--format", "csv", "kpi", "query", ids, "--by", "rep", "--grain", "month",
                                        "--from", FIRST, "--to", AFTER, "--as-of", as_of(n), out=out))
        whole = max(runs, key=lambda run: run.megabytes)
        whole.wall, whole.cpu = sum(run.wall for run in runs), sum(run.cpu for run in runs)
        return whole

    def ours_by(key):
        return {place: value for answer in answers for place, value in of_csv(answer, key).items()}

    def duckdb_by(sql):
        text = sql.read_text(encoding="utf-8")
        return lambda n: Run(sys.executable, HERE / "duck.py", company.raw, sql, its,
                             json.dumps(company.parameters(n, text)))

    peers = [Peer(duck.NAME, "raw records", "external_id", duckdb_by(HERE / "raw.sql")),
             Peer(duck.NAME, "our fact files", "entity_id", duckdb_by(HERE / "facts.sql"))]
    if postgres:
        peers.append(Peer("PostgreSQL", "raw records", "external_id",
                          lambda n: postgres.ask([(FIRST, AFTER, as_of(n))], [its])))
    ours, theirs, values = [], [[] for _ in peers], 0
    for n in range(BEST_OF):
        if not is_enough([run.wall for run in ours]):
            ours.append(clinch(n))
        for peer, runs in zip(peers, theirs):
            if not is_enough([run.wall for run in runs]):
                runs.append(peer.ask(n))
                values = compare(f"{peer.name} on {peer.reads}", ours_by(peer.key), kpis_of_csv(its))

    nothing = company.folder / "nothing.sql"
    nothing.write_text("SELECT 1 AS nothing", encoding="utf-8")
    bare = best([Run(company.clinch, "--version") for _ in range(BEST_OF)])
    bare_peer = best([Run(sys.executable, HERE / "duck.py", company.raw, nothing, its, "{}") for _ in range(BEST_OF)])
    company.row("a process that does nothing; the peer's opens its database", told(*bare.seconds),
                f"{told(*bare_peer.seconds)} {duck.NAME}", how="clinch --version")
    our, people = best(ours), values // len(KPIS) // 12
    asked = "12 KPIs" if len(questions) == 1 else f"12 KPIs in {len(questions)} questions"
    company.grows("12 KPIs of everybody, process to CSV file, s", our.wall)
    company.grows("12 KPIs of everybody, MB of memory", max(run.megabytes for run in ours))
    for peer, runs in zip(peers, theirs):
        it = best(runs)
        company.row(f"{asked}, {people:,} people × 12 months, process to CSV file; {values:,} values equal",
                    told(*our.seconds), f"{told(*it.seconds)} {peer.name} on {peer.reads}",
                    ratio(our.seconds, it.seconds), how="clinch kpi query … --by rep --grain month")
        company.grows(f"the same, {peer.name} on {peer.reads}, s", it.wall)
    return best(theirs[-1]).wall


def served(company, postgres, postgres_seconds):
    """A server asked over the API by token."""
    with Server(company.clinch, company.db) as server:
        company.row("start-up to the first answer; idle memory",
                    f"{server.start:.2f} s; {server.megabytes('VmRSS'):.0f} MB", how="clinch serve")
        known(company, server)
        everybody(company, server, postgres, postgres_seconds)
        one_person(company, server)
        times, cpu = server.timed(lambda n: server.ask("/api/v1/deals", limit=50, offset=50 * (n % 20)), LISTED)
        company.row(f"a list of 50 deals, one client ({LISTED} in a row)",
                    f"{len(times) / sum(times):,.0f} requests/s, {shown(times, cpu, LISTED)}",
                    how="GET /api/v1/deals?limit=50")
        change(company, server)
        company.row("most memory of the server in all this", f"{server.megabytes('VmHWM'):.0f} MB", how="clinch serve")


def known(company, server):
    """Asked by token from here on."""
    token = said(company.clinch, "--db", company.db, "admin", "token", "--email", EMAIL).split()[-1]
    server.identity = {"Authorization": f"Bearer {token}"}


def shown(times, cpu, many):
    fewer = f", {len(times)} in {LONGEST_SECONDS} s" if len(times) < many else ""
    return f"{p50_p99(times)}, CPU {ms(cpu)}{fewer}"


def everybody(company, server, postgres, postgres_seconds):
    """The question again to what is running and has its database open."""
    ours, theirs, size = [], {"raw": [], "facts": []}, 0
    with duckdb.connect(str(company.raw), read_only=True) as db:
        for n in range(BEST_OF):
            if is_enough([wall for wall, _ in ours]):
                break
            cpu, started = server.cpu(), time.perf_counter()
            answer = server.ask(QUERY, ids=IDS, by="rep", as_of=as_of(n + 20), **YEAR)
            ours.append((time.perf_counter() - started, server.cpu() - cpu))
            size, values = len(answer), of_json(answer)
            for name, found in theirs.items():
                text = (HERE / f"{name}.sql").read_text(encoding="utf-8")
                given = duck.dated(company.parameters(n + 20, text))
                cpu, started = time.process_time(), time.perf_counter()
                result = db.execute(text, given)
                columns, lines = [column[0] for column in result.description], result.fetchall()
                found.append((time.perf_counter() - started, time.process_time() - cpu))
                if name == "raw":
                    compare(duck.NAME, values, kpis_of(dict(zip(columns, line)) for line in lines))
    our = min(ours)
    company.grows("12 KPIs of everybody over HTTP, s", our[0])
    peers = [(f"{duck.NAME} on raw records, as Python rows", min(theirs["raw"])),
             (f"{duck.NAME} on our fact files, as Python rows", min(theirs["facts"]))]
    if postgres:
        peers.append(("PostgreSQL on raw records, as psql's rows", session_of(company, postgres, postgres_seconds, values)))
    for name, it in peers:
        company.row(f"the same question to what is running: ours over HTTP as {size / 1e6:.0f} MB of JSON", told(*our),
                    f"{told(*it)} {name}", ratio(our, it), how=f"GET {QUERY}")


def session_of(company, postgres, postgres_seconds, values):
    """PostgreSQL's best wall and mean CPU seconds of one session's questions."""
    times = BEST_OF_SLOW if postgres_seconds > SLOW_SECONDS else BEST_OF
    its = [company.folder / f"peer-{n}.csv" for n in range(times)]
    session = postgres.ask([(FIRST, AFTER, as_of(n + 20)) for n in range(times)], its)
    for file in its:
        compare("PostgreSQL", values, kpis_of_csv(file))
    return min(session.each), session.cpu / times


def one_person(company, server):
    people = company.people()

    def ask(n, grain, day):
        # No two alike: another person, and where there are fewer people than questions another as_of.
        server.ask(QUERY, ids=IDS, by="rep", entity=people[n % len(people)], as_of=as_of(day + n // len(people)),
                   **YEAR | {"grain": grain})

    for what, grain in (("months", "month"), ("one year", "year")):
        times, cpu = server.timed(lambda n: ask(n, grain, 40), ASKED)
        company.row(f"12 KPIs of one person, {what}, never asked before ({ASKED} in a row)", shown(times, cpu, ASKED),
                    how=f"GET {QUERY}")
        company.grows(f"12 KPIs of one person, {what}, never asked before, p50 ms", quantile(times, 0.5) * 1000)
    ask(0, "month", 99)
    times, cpu = server.timed(lambda n: ask(0, "month", 99), ASKED)
    company.row(f"the same, asked before ({ASKED} in a row)", shown(times, cpu, ASKED), how=f"GET {QUERY}")


def change(company, server):
    """A deal is worth more, and its owner's revenue of that month with it."""
    with duckdb.connect(str(company.raw), read_only=True) as db:
        sample = db.execute("""
            SELECT d.id, d.owner, d.amount, strftime(h.changed_on, '%Y-%m')
            FROM deals d JOIN stage_history h ON h.deal = d.id
            WHERE h.stage IN ('NW', 'RW') AND d.currency = 'THB' AND year(h.changed_on) = 2024
                AND (d.id NOT LIKE '%-%' OR d.id LIKE '%-0') -- of many copies the one that was imported
                AND d.id NOT IN (SELECT deal FROM splits) AND d.id NOT IN (SELECT deal FROM amount_history)
                AND d.id NOT IN (SELECT deal FROM owner_history)
                AND h.changed_on = (SELECT max(changed_on) FROM stage_history l WHERE l.deal = d.id)
            ORDER BY hash(d.id) LIMIT ?""", [PATCHED]).fetchall()

    def revenue(n, owner, month):
        answer = server.ask(QUERY, ids="revenue", by="rep", entity=owner, as_of=as_of(120 + n), **YEAR)
        return next(float(line["value"]) for line in json.loads(answer)["rows"] if line["period"] == month)

    times, patches = [], []
    for n, (deal, owner, amount, month) in enumerate(sample):
        record = json.loads(server.ask("/api/v1/deals", external_id=deal.removesuffix("-0")))["records"][0]["id"]
        before = revenue(n, owner, month)
        started = time.perf_counter()
        server.ask(f"/api/v1/deals/{record}", "PATCH", {"fields": {"amount": str(amount + 1000)}})
        patches.append(time.perf_counter() - started)
        after = revenue(n, owner, month)
        times.append(time.perf_counter() - started)
        if not near(after - before, 1000.0):
            sys.exit(f"{deal} is worth 1000 more and {owner}'s revenue of {month} went from {before} to {after}")
    company.row(f"a deal changed and the new number answered ({len(times)} deals; checked)",
                f"p50 {ms(quantile(times, 0.5))}, most {ms(max(times))}; "
                f"the change alone p50 {ms(quantile(patches, 0.5))}",
                how=f"PATCH /api/v1/deals/{{id}}, GET {QUERY}")
    company.grows("a deal changed and the new number answered, p50 ms", quantile(times, 0.5) * 1000)


def browsed(company):
    """Another server, asked for pages alone, so that its memory is theirs."""
    welcome = said(company.clinch, "--db", company.db, "admin", "link", "--email", EMAIL).split()[0]
    with Server(company.clinch, company.db) as server:
        server.sign_in(EMAIL, PASSWORD, welcome)
        pages.measure(server, company.deals, company.people())
        most = server.megabytes("VmHWM")
        company.row("most memory of a server that served these pages alone", f"{most:.0f} MB", how="clinch serve")
        company.grows("pages, MB of the server's memory", most)


def main(sizes):
    clinch = Path(os.environ.get("CLINCH_BIN") or HERE.parent / "target/release/clinch")
    for deals in sizes:
        print(f"\n== {deals:,} deals", flush=True)
        folder = Path(tempfile.mkdtemp(prefix="clinch-bench-"))
        try:
            if deals == FULL:
                measure_full(clinch, folder)
            else:
                measure(clinch, deals, folder)
        finally:
            shutil.rmtree(folder)
            tell([duck.NAME, described()])


if __name__ == "__main__":
    words = [word for argument in sys.argv[1:] for word in argument.split()]
    main([FULL if word == "full" else int(word) for word in words])
