#!/usr/bin/env python3
"""Measures Clinch and DuckDB on invented companies and compares every value; called by bin/bench.

    run.py DEALS...                         the measurements; the exit status is 1 if a value differs
    run.py peer DATABASE SQL ANSWER [JSON]  one question to DuckDB as a process of its own
"""

import csv
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import duckdb

HERE = Path(__file__).resolve().parent
BEST_OF, ASKED, LISTED, PATCHED = 5, 200, 300, 20
WAIT_SECONDS = 900
FIRST, AFTER = date(2024, 1, 1), date(2025, 1, 1)
TOLERANCE = 1e-6
# Each KPI's numerator and denominator among the columns of raw.sql and facts.sql.
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
TYPES = {"opened_on": "DATE", "first_contact_on": "DATE", "close_date": "DATE", "changed_on": "DATE", "starts_on": "DATE",
         "ends_on": "DATE", "hired_on": "DATE", "left_on": "DATE", "ordered_on": "DATE", "occurred_on": "DATE",
         "amount": "DECIMAL(18, 2)", "rate": "DECIMAL(6, 2)", "share": "DECIMAL(3, 2)", "probability": "DECIMAL(3, 2)",
         "position": "INTEGER"}
PEER = "DuckDB " + duckdb.__version__
TABLE = []


def row(what, deals, ours, peer="", ratio="", how=""):
    TABLE.append((what, f"{deals:,}", ours, peer, ratio, how))
    print(f"  {what}: {ours}" + (f" | {peer} | {ratio}" if peer else ""), flush=True)


# ---- running programs ---------------------------------------------------------------------------------------------


class Run:
    """A program from start to end: wall and CPU seconds, and the most memory it held."""

    def __init__(self, *command, out=subprocess.DEVNULL):
        started = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=out)
        timer = threading.Timer(WAIT_SECONDS, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.perf_counter() - started
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{command} ended with {process.returncode}")
        self.cpu, self.megabytes = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def said(*command):
    return subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, check=True, text=True, timeout=60).stdout


class Server:
    """`clinch serve` on a free port, asked over one connection."""

    def __init__(self, clinch, db, token):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.headers = {"Authorization": f"Bearer {token}"}
        started = time.perf_counter()
        self.process = subprocess.Popen([clinch, "--db", db, "serve", "--listen", f"127.0.0.1:{port}"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(3000):
            try:
                self.connection.connect()
                break
            except OSError:
                time.sleep(0.01)
        self.ask("/healthz")
        self.start = time.perf_counter() - started

    def ask(self, path, method="GET", body=None, **query):
        headers = self.headers | ({"Content-Type": "application/json"} if body else {})
        self.connection.request(method, path + ("?" + urlencode(query) if query else ""),
                                json.dumps(body) if body else None, headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != 200:
            sys.exit(f"{method} {path} {query}: {response.status} {answer[:500]!r}")
        return answer

    def cpu(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self, what):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split(f"{what}:")[1].split()[0]) / 1024

    def stop(self):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


# ---- the peer -----------------------------------------------------------------------------------------------------


def load(folder, file):
    """The raw records as typed tables, moves in order, with indexes on what is joined."""
    with duckdb.connect(str(file)) as db:
        for path in sorted(folder.glob("*.csv")):
            head = path.open(encoding="utf-8").readline().strip().split(",")
            types = {name: TYPES.get(name, "VARCHAR") for name in head}
            order = " ORDER BY deal, changed_on" if path.stem.endswith("_history") and "deal" in head else ""
            db.execute(f"CREATE TABLE {path.stem} AS FROM read_csv('{path}', header = true, columns = {types}){order}")
        db.execute("CREATE UNIQUE INDEX deal_id ON deals (id)")
        db.execute("CREATE INDEX stage_history_deal ON stage_history (deal)")


def peer(file, sql, answer, parameters):
    with duckdb.connect(file, read_only=True) as db:
        query = db.execute(Path(sql).read_text(encoding="utf-8"), dated(parameters))
        with open(answer, "w", encoding="utf-8", newline="") as out:
            lines = csv.writer(out)
            lines.writerow(column[0] for column in query.description)
            lines.writerows(query.fetchall())


def dated(parameters):
    return {k: date.fromisoformat(v) if k in ("first", "after", "as_of") else v for k, v in parameters.items()}


def kpis_of(lines):
    """Rows of raw.sql or facts.sql as (KPI, person, month) to numerator and denominator."""
    found = {}
    for line in lines:
        for kpi, (numerator, denominator) in KPIS.items():
            n, d = (float(line[column] or 0) if column else None for column in (numerator, denominator))
            found[kpi, line["person"], str(line["month"])[:7]] = (n, d)
    return found


# ---- comparing ----------------------------------------------------------------------------------------------------


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
            same = same and (value is None or key not in ours) == (wanted is None) or (key not in ours and not pn and not pd)
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


def number(text):
    return float(text) if text not in ("", None) else None


def of_csv(path, key):
    with open(path, encoding="utf-8", newline="") as file:
        return {(line["kpi"], line[key], line["period"]):
                (number(line["numerator"]) or 0.0, number(line["denominator"]), number(line["value"]))
                for line in csv.DictReader(file)}


def of_json(answer):
    return {(line["kpi"], line["entity"]["external_id"], line["period"]):
            (number(line["numerator"]) or 0.0, number(line["denominator"]), number(line["value"]))
            for line in json.loads(answer)["rows"]}


# ---- what is measured ---------------------------------------------------------------------------------------------


def ms(seconds):
    return f"{seconds * 1000:,.1f} ms"


def quantile(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def p50_p99(times):
    return f"p50 {ms(quantile(times, 0.5))}, p99 {ms(quantile(times, 0.99))}"


def ratio(wall, cpu):
    return f"{wall:.2f} (CPU {cpu:.2f})"


def as_of(n):
    """Days after the last record: other questions with the same values, so that no answer is remembered."""
    return str(AFTER + timedelta(days=n))


def measure(clinch, deals, folder):
    data, db, raw, answer = folder / "data", folder / "bench.db", folder / "raw.duckdb", folder / "answer.csv"
    Run(sys.executable, HERE / "generate.py", deals, data)
    csv_rows = sum(sum(1 for _ in file.open(encoding="utf-8")) - 1 for file in data.glob("*.csv"))

    run = Run(clinch, "--db", db, "import", "acme", data)
    row("import into SQLite, each row with its log row", deals,
        f"{csv_rows:,} rows in {run.wall:.1f} s: {csv_rows / run.wall:,.0f} rows/s (CPU {run.cpu:.1f} s), {run.megabytes:.0f} MB",
        how="clinch import acme")
    row("the database", deals, f"{sum(f.stat().st_size for f in folder.glob('bench.db*') if f.is_file()) / 1e6:,.0f} MB")
    one = (clinch, "--db", db, "kpi", "query", "revenue", "--from", FIRST, "--to", AFTER)
    first, second = Run(*one), Run(*one)
    facts = sorted((folder / "bench.db-facts").rglob("*.parquet"))
    row("the first question: facts are written", deals,
        f"{first.wall:.2f} s (CPU {first.cpu:.2f}), {first.megabytes:.0f} MB; {sum(f.stat().st_size for f in facts) / 1e6:.2f} MB of files",
        how="clinch kpi query revenue")
    row("the same question again, as a process", deals, f"{second.wall:.2f} s", how="clinch kpi query revenue")
    load(data, raw)
    files = {f"{path.name.rsplit('-', 2)[0]}_facts": str(path) for path in facts}

    def parameters(n, sql):
        given = {"first": str(FIRST), "after": str(AFTER), "as_of": as_of(n)}
        return given | {k: v for k, v in files.items() if f"${k}" in sql.read_text(encoding="utf-8")}

    # As processes: start, open, answer, write a CSV file.
    ids = ",".join(KPIS)
    asked = (clinch, "--db", db, "--format", "csv", "kpi", "query", ids, "--by", "rep", "--grain", "month",
             "--from", FIRST, "--to", AFTER)
    ours, peers = [], {name: [] for name in ("raw", "facts")}
    values = 0
    for n in range(BEST_OF):
        with open(answer, "wb") as out:
            ours.append(Run(*asked, "--as-of", as_of(n), out=out))
        for name, key in (("raw", "external_id"), ("facts", "entity_id")):
            sql, its = HERE / f"{name}.sql", folder / "peer.csv"
            peers[name].append(Run(sys.executable, HERE / "run.py", "peer", raw, sql, its, json.dumps(parameters(n, sql))))
            with open(its, encoding="utf-8", newline="") as file:
                values = compare(f"{PEER} ({name})", of_csv(answer, key), kpis_of(csv.DictReader(file)))

    def best(runs):
        return min(runs, key=lambda run: run.wall)

    def told(run):
        return f"{run.wall:.3f} s (CPU {run.cpu:.2f})"

    nothing = folder / "nothing.sql"
    nothing.write_text("SELECT 1 AS nothing", encoding="utf-8")
    bare = [Run(clinch, "--version") for _ in range(BEST_OF)]
    bare_peer = [Run(sys.executable, HERE / "run.py", "peer", raw, nothing, folder / "peer.csv", "{}") for _ in range(BEST_OF)]
    row("a process that does nothing; the peer's opens its database", deals, told(best(bare)), told(best(bare_peer)),
        how="clinch --version")
    our = best(ours)
    people = values // len(KPIS) // 12
    for name, what in (("raw", "raw records"), ("facts", "our fact files")):
        its = best(peers[name])
        row(f"12 KPIs, {people:,} people × 12 months, process to CSV file; {values:,} values equal", deals, told(our),
            f"{told(its)} on {what}", ratio(our.wall / its.wall, our.cpu / its.cpu), "clinch kpi query … --by rep --grain month")

    said(clinch, "--db", db, "admin", "create", "--email", "bench@bench.example", "--name", "Bench", "--role", "hos")
    token = said(clinch, "--db", db, "admin", "token", "--email", "bench@bench.example").split()[-1]
    server = Server(clinch, db, token)
    try:
        row("start-up to the first answer; idle memory", deals, f"{server.start:.2f} s; {server.megabytes('VmRSS'):.0f} MB",
            how="clinch serve")
        served(server, deals, raw, ids, people, parameters)
        row("most memory of the server in all this", deals, f"{server.megabytes('VmHWM'):.0f} MB", how="clinch serve")
    finally:
        server.stop()


def served(server, deals, raw, ids, people, parameters):
    query, year = "/api/v1/kpis/query", {"grain": "month", "from": FIRST, "to": AFTER}
    # In process: both are running and have the database open.
    ours, size, peers = [], 0, {name: [] for name in ("raw", "facts")}
    connection = duckdb.connect(str(raw), read_only=True)
    for n in range(BEST_OF):
        cpu, started = server.cpu(), time.perf_counter()
        answer = server.ask(query, ids=ids, by="rep", as_of=as_of(n + 20), **year)
        ours.append((time.perf_counter() - started, server.cpu() - cpu))
        size = len(answer)
        for name in peers:
            sql = HERE / f"{name}.sql"
            text, given = sql.read_text(encoding="utf-8"), dated(parameters(n + 20, sql))
            cpu, started = time.process_time(), time.perf_counter()
            result = connection.execute(text, given)
            columns, lines = [column[0] for column in result.description], result.fetchall()
            peers[name].append((time.perf_counter() - started, time.process_time() - cpu))
            if name == "raw":
                compare(PEER, of_json(answer), kpis_of(dict(zip(columns, line)) for line in lines))
    sample = connection.execute("""
        SELECT d.id, d.owner, d.amount, strftime(h.changed_on, '%Y-%m') FROM deals d JOIN stage_history h ON h.deal = d.id
        WHERE h.stage IN ('NW', 'RW') AND d.currency = 'THB' AND year(h.changed_on) = 2024
            AND d.id NOT IN (SELECT deal FROM splits) AND d.id NOT IN (SELECT deal FROM amount_history)
            AND d.id NOT IN (SELECT deal FROM owner_history)
            AND h.changed_on = (SELECT max(changed_on) FROM stage_history l WHERE l.deal = d.id)
        ORDER BY hash(d.id) LIMIT ?""", [PATCHED]).fetchall()
    reps = [person for (person,) in
            connection.execute("SELECT id FROM people WHERE role IN ('ae', 'kam') ORDER BY hash(id)").fetchall()]
    connection.close()
    our = min(ours)
    for name, what in (("raw", "raw records"), ("facts", "our fact files")):
        its = min(peers[name])
        row(f"the same question to what is running: ours over HTTP as {size / 1e6:.0f} MB of JSON, the peer's as Python rows", deals,
            f"{our[0]:.3f} s (CPU {our[1]:.2f})", f"{its[0]:.3f} s (CPU {its[1]:.2f}) on {what}",
            ratio(our[0] / its[0], our[1] / its[1]), "GET /api/v1/kpis/query")

    def timed(ask, many):
        """So many times in a row, each; and the server's CPU for one."""
        times, cpu = [], server.cpu()
        for n in range(many):
            started = time.perf_counter()
            ask(n)
            times.append(time.perf_counter() - started)
        return times, f"{p50_p99(times)}, CPU {ms((server.cpu() - cpu) / many)}"

    def asked(n, grain, day):
        # No two alike: another person, and where there are fewer people than questions another as_of.
        server.ask(query, ids=ids, by="rep", entity=reps[n % len(reps)], as_of=as_of(day + n // len(reps)),
                   **year | {"grain": grain})

    for what, grain in (("months", "month"), ("one year", "year")):
        _, found = timed(lambda n: asked(n, grain, 40), ASKED)
        row(f"12 KPIs of one person, {what}, never asked before ({ASKED} in a row)", deals, found, how="GET /api/v1/kpis/query")
    asked(0, "month", 99)
    _, found = timed(lambda n: asked(0, "month", 99), ASKED)
    row(f"the same, asked before ({ASKED} in a row)", deals, found, how="GET /api/v1/kpis/query")
    times, found = timed(lambda n: server.ask("/api/v1/deals", limit=50, offset=50 * (n % 20)), LISTED)
    row(f"a list of 50 deals, one client ({LISTED} in a row)", deals, f"{len(times) / sum(times):,.0f} requests/s, {found}",
        how="GET /api/v1/deals?limit=50")

    times, patches = [], []
    for n, (deal, owner, amount, month) in enumerate(sample):
        def revenue():
            rows = json.loads(server.ask(query, ids="revenue", by="rep", entity=owner, as_of=as_of(120 + n), **year))["rows"]
            return next(float(line["value"]) for line in rows if line["period"] == month)
        record = json.loads(server.ask("/api/v1/deals", external_id=deal))["records"][0]["id"]
        before = revenue()
        body = {"fields": {"amount": str(amount + 1000)}}
        started = time.perf_counter()
        server.ask(f"/api/v1/deals/{record}", "PATCH", body)
        patches.append(time.perf_counter() - started)
        after = revenue()
        times.append(time.perf_counter() - started)
        if not near(after - before, 1000.0):
            sys.exit(f"{deal} is worth 1000 more and {owner}'s revenue of {month} went from {before} to {after}")
    row(f"a deal changed and the new number answered ({len(times)} deals; checked)", deals,
        f"p50 {ms(quantile(times, 0.5))}, most {ms(max(times))}; the change alone p50 {ms(quantile(patches, 0.5))}",
        how="PATCH /api/v1/deals/{id}, GET /api/v1/kpis/query")


def main(sizes):
    clinch = os.environ.get("CLINCH_BIN") or str(HERE.parent / "target/release/clinch")
    for deals in sizes:
        print(f"\n== {deals:,} deals", flush=True)
        folder = Path(tempfile.mkdtemp(prefix="clinch-bench-"))
        try:
            measure(clinch, deals, folder)
        finally:
            shutil.rmtree(folder)
            tell()


def tell():
    load, cores = os.getloadavg(), os.cpu_count()
    print(f"\nLoad {load[0]:.1f} (1 minute), {load[2]:.1f} (15 minutes) on {cores} cores; Python {sys.version.split()[0]}, {PEER}")
    print("\n| what | command | N | ours | peer | ratio |\n|---|---|---|---|---|---|")
    for what, deals, ours, its, ratio, how in TABLE:
        print(f"| {what} | {f'`{how}`' if how else ''} | {deals} | {ours} | {its} | {ratio} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        peer(*sys.argv[2:5], json.loads(sys.argv[5]))
    else:
        main([int(word) for argument in sys.argv[1:] for word in argument.split()])
