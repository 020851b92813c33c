#!/usr/bin/env python3
"""An appraisal cycle of so many people, called by `bin/bench appraisal`: launched whole, written in by WRITERS people at once for a
minute with every acknowledged save read back, graded, told as a distribution and as HR's board.

    appraisal.py PEOPLE...    the exit status is 1 if a save is lost

Beside the saves stands SQLite itself: one thread that commits a row of the same size at a time, synced as ours are.
"""

import http.client
import json
import os
import sqlite3
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import generate
from programs import Run, Server, said
from report import ms, p50_p99, quantile, row

WRITERS, SECONDS, PAUSE = 500, 60, 1.0
MANAGERS_AT_ONCE, AGAIN, DEALS_A_PERSON, TEAM = 8, 20, 10, 10
CYCLE = ["appraisal", "launch", "Appraisal 2024", "--period", "2024", "--roles", "ae", "--roles", "kam", "--roles", "aem",
         "--own-due", "2027-01-10", "--others-due", "2027-01-10", "--manager-due", "2027-01-20"]


class Person:
    """Somebody at the API, over a connection of their own."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method, path, body=None):
        self.connection.request(method, path, json.dumps(body) if body is not None else None, self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text) if text else None


def tokens(clinch, db, emails):
    """A token for each, by the command line."""
    def one(email):
        return said(clinch, "--db", db, "admin", "token", "--email", email, "--label", "bench", "--days", "1").split()[-1]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(emails, pool.map(one, emails)))


def own_part(person):
    inbox = person.ask("GET", "/api/v1/appraisals")["inbox"]
    return next(task for task in inbox if task["kind"] == "own")


def keep_writing(person, start, found):
    """Saves once a second for a minute, as a form does while somebody types; what was acknowledged last is kept."""
    task = own_part(person)
    whole = person.ask("GET", f"/api/v1/appraisals/{task['appraisal']}")
    version, times, written = whole["own_part"]["version"], [], None
    start.wait()
    end = time.perf_counter() + SECONDS
    count = 0
    while (before := time.perf_counter()) < end:
        count += 1
        comment = f"save {count} of {task['id']}: " + "what went well, and what I would do otherwise. " * 8
        answers = {"ratings": {}, "overrides": {}, "comment": comment}
        version = person.ask("PUT", f"/api/v1/appraisal-parts/{task['id']}", {"version": version, "answers": answers})["version"]
        times.append(time.perf_counter() - before)
        written = comment
        time.sleep(max(0.0, PAUSE - times[-1]))
    kept = person.ask("GET", f"/api/v1/appraisals/{task['appraisal']}")["own_part"]["answers"]["comment"]
    found.append((times, kept == written))


def saves(server, port, names, people):
    start, found, failed = threading.Barrier(len(names) + 1), [], []

    def write(token):
        try:
            keep_writing(Person(port, token), start, found)
        except Exception as error:  # told below: a thread that ends takes its saves with it
            failed.append(error)
            start.abort()

    threads = [threading.Thread(target=write, args=(token,)) for token in names.values()]
    for thread in threads:
        thread.start()
    cpu = server.cpu()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - began, server.cpu() - cpu
    if failed:
        sys.exit(f"{len(failed)} writers failed: {failed[0]}")
    times = [one for times, _ in found for one in times]
    lost = sum(not is_kept for _, is_kept in found)
    alone = sqlite_alone()
    rate = len(times) / wall
    row(f"saves by {len(names)} people at once, each once a second", people,
        f"{len(times):,} saves, {rate:,.0f}/s, {p50_p99(times)}, CPU {cpu / len(times) * 1000:.1f} ms each, {lost} lost",
        f"{alone:,.0f} commits/s SQLite alone, one thread", f"{rate / alone:.2f}", how="PUT /api/v1/appraisal-parts/…")
    return lost


def sqlite_alone():
    """Commits of a row of a save's size in a second, WAL and synced."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "alone.db", isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE saves (id INTEGER PRIMARY KEY, text TEXT)")
        text, count, end = "what went well, and what I would do otherwise. " * 10, 0, time.perf_counter() + 5
        while time.perf_counter() < end:
            db.execute("INSERT INTO saves (text) VALUES (?)", (text,))
            count += 1
        db.close()
    return count / 5


def hand_in(port, manager):
    """A manager rates everybody whose form waits and hands it in."""
    person, count = Person(port, manager), 0
    for task in person.ask("GET", "/api/v1/appraisals")["inbox"]:
        if task["kind"] != "manager":
            continue
        form = person.ask("GET", f"/api/v1/appraisals/{task['appraisal']}")
        level = (task["id"] + count) % 3 + 2
        ratings = {one["id"]: {"level": level, "example": ""} for one in form["competencies"]}
        body = {"version": form["own_part"]["version"], "answers": {"ratings": ratings, "overrides": {}, "comment": ""}}
        person.ask("PUT", f"/api/v1/appraisal-parts/{task['id']}", body)
        person.ask("POST", f"/api/v1/appraisal-parts/{task['id']}", {"step": "hand-in"})
        count += 1
    return count


def measure(clinch, people, folder):
    sellers = people * TEAM // (TEAM + 1)
    company, db = folder / "company", folder / "bench.db"
    generate.main(sellers * DEALS_A_PERSON, company, people=sellers)
    Run(clinch, "--db", db, "import", "acme", company)
    Run(clinch, "--db", db, "--as", "hos@bench.example", *CYCLE, "--dry-run")  # fact files are made once
    dry = Run(clinch, "--db", db, "--as", "hos@bench.example", *CYCLE, "--dry-run")
    launch = Run(clinch, "--db", db, "--as", "hos@bench.example", *CYCLE)
    for what, run in (("a cycle planned on real people, nothing written", dry), ("a cycle launched whole", launch)):
        row(what, people, f"{run.wall:.1f} s (CPU {run.cpu:.1f}), {run.megabytes:.0f} MB", how="clinch appraisal launch")
    mail = folder / "mail.toml"
    mail.write_text('server = "localhost"\nsecurity = "none"\nfrom = "Clinch <clinch@bench.example>"\naddress = "http://localhost"\n')
    letters = folder / "letters.json"
    with letters.open("w") as out:
        told = Run(clinch, "--db", db, "--mail", mail, "--format", "json", "mail", "remind", "--dry-run", out=out)
    row("who would be reminded of what by mail, nothing sent", people,
        f"{len(json.loads(letters.read_text())):,} letters, {told.wall:.1f} s (CPU {told.cpu:.1f}), {told.megabytes:.0f} MB", how="clinch mail remind --dry-run")
    emails = [f"p{n:05d}@bench.example" for n in range(1, WRITERS + 1)]
    managers = [f"m{n:03d}@bench.example" for n in range(1, -(-sellers // TEAM) + 1)]
    known = tokens(clinch, db, [*emails, *managers, "hos@bench.example"])
    with Server(clinch, db) as server:
        port = server.connection.port
        lost = saves(server, port, {email: known[email] for email in emails}, people)
        began, cpu = time.perf_counter(), server.cpu()
        with ThreadPoolExecutor(MANAGERS_AT_ONCE) as pool:
            handed = sum(pool.map(lambda email: hand_in(port, known[email]), managers))
        wall, cpu = time.perf_counter() - began, server.cpu() - cpu
        row(f"forms read, rated, saved and handed in, {MANAGERS_AT_ONCE} managers at once", people,
            f"{handed:,} forms in {wall:.0f} s, CPU {cpu / max(handed, 1) * 1000:.1f} ms each", how="GET, PUT, POST")
        head = Person(port, known["hos@bench.example"])
        cycle = head.ask("GET", "/api/v1/appraisal-cycles")["cycles"][0]["id"]
        for what, path, holds in (
            ("everybody's result, grades and their distribution", f"/api/v1/appraisal-cycles/{cycle}/calibration",
             lambda told: sum(one["people"] for one in told["distribution"])
             == sum(one["grade"] is not None for one in told["people"]) > handed / 2),
            ("HR's board", f"/api/v1/hr/board?cycle={cycle}", lambda told: bool(told)),
        ):
            times, cpu = [], server.cpu()
            for _ in range(AGAIN):
                before = time.perf_counter()
                told = head.ask("GET", path)
                times.append(time.perf_counter() - before)
                if not holds(told):
                    sys.exit(f"{path} does not tell whom {handed} forms graded: {str(told.get('distribution'))[:300]}")
            row(f"{what} ({AGAIN} in a row)", people,
                f"{p50_p99(times)}, CPU {ms((server.cpu() - cpu) / AGAIN)}, {quantile(times, 0.5) / people * 1e6:.0f} us a person",
                how=f"GET {path.split('?')[0]}")
        row("memory of the server at most", people, f"{server.megabytes('VmHWM'):,.0f} MB")
    return lost


def main(clinch, sizes):
    lost = 0
    for people in sizes:
        print(f"{people:,} people", flush=True)
        with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
            lost += measure(clinch, people, Path(folder))
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main(os.environ["CLINCH_BIN"], [int(size) for size in sys.argv[1:]] or [5000])
