"""PostgreSQL as a peer: a server of its own, which bin/bench started, asked through psql."""

import os
import re
import time
from pathlib import Path

from duck import TYPES, head
from programs import Run, said, stat, ticks

# What is joined, and what picks out the year; the moves of a deal lie in order.
INDEXES = """
ALTER TABLE deals ADD PRIMARY KEY (id);
ALTER TABLE stages ADD PRIMARY KEY (id);
CREATE INDEX ON deals (opened_on) INCLUDE (owner);
CREATE INDEX ON stage_history (deal, changed_on) INCLUDE (stage);
CREATE INDEX ON owner_history (deal, changed_on) INCLUDE (owner);
CREATE INDEX ON amount_history (deal, changed_on) INCLUDE (amount);
CREATE INDEX ON splits (deal) INCLUDE (person, share) WHERE kind = 'revenue';
CREATE INDEX ON quotas (starts_on, ends_on);
VACUUM (ANALYZE);
"""
# What bin/bench sets, and what else matters here.
SETTINGS = ("shared_buffers", "work_mem", "hash_mem_multiplier", "effective_cache_size", "random_page_cost", "jit",
            "enable_nestloop", "max_parallel_workers_per_gather", "autovacuum", "fsync")
SQL = Path(__file__).with_name("postgres.sql")
PSQL = ("psql", "--no-psqlrc", "--quiet", "--csv", "--set=ON_ERROR_STOP=1")


def at(database):
    return f"--dbname={os.environ['CLINCH_TEST_POSTGRES']}/{database}"


def answered(database, sql):
    """What a statement answers, in one line."""
    return said(*PSQL, "--tuples-only", at(database), f"--command={sql}").strip()


def described():
    settings = ", ".join(f"{name} {answered('postgres', f'SHOW {name}')}" for name in SETTINGS)
    return f"PostgreSQL {answered('postgres', 'SHOW server_version')} with {settings}"


class Postgres:
    """A database with the raw records. The server stands already when it is asked, as servers do."""

    def __init__(self, folder):
        self.folder = folder
        answered("postgres", "CREATE DATABASE bench")
        self.postmaster = int(answered("bench", r"SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)"))
        self.standing = self.children()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        answered("postgres", "DROP DATABASE bench WITH (FORCE)")

    def load(self, data):
        """The raw records as typed tables, with what a careful person makes for this question."""
        script = self.folder / "load.sql"
        with open(script, "w", encoding="utf-8") as out:
            for path in sorted(data.glob("*.csv")):
                columns = ", ".join(f'"{name}" {TYPES.get(name, "TEXT")}' for name in head(path))
                out.write(f"CREATE TABLE {path.stem} ({columns});\n")
                out.write(f"\\copy {path.stem} FROM '{path}' WITH (FORMAT csv, HEADER)\n")
            out.write(INDEXES)
        Run(*PSQL, at("bench"), f"--file={script}")

    def ask(self, days, answers):
        """One question a file, in one session: psql's run with the server's CPU, and each question's own seconds.

        The server's CPU is that of the session's process and its helpers, which their parent counts when they are gone.
        """
        said_file = self.folder / "said.txt"
        words = ["--command=\\timing on"]
        for (first, after, as_of), answer in zip(days, answers):
            words += [f"--command=\\set {name} {day}" for name, day in
                      (("first", first), ("after", after), ("as_of", as_of))]
            words += [f"--command=\\o {answer}", f"--file={SQL}"]
        before = self.gone_cpu()
        with open(said_file, "w", encoding="utf-8") as out:
            run = Run(*PSQL, at("bench"), *words, out=out)
        run.cpu += self.gone_cpu() - before
        run.each = [float(found) / 1000 for found in
                    re.findall(r"^Time: ([\d.]+) ms", said_file.read_text(encoding="utf-8"), re.MULTILINE)]
        return run

    def children(self):
        """The processes of the server. One of them that ends while we look has no parent any more."""
        found = set()
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and int(stat(folder.name)[1]) == self.postmaster:
                    found.add(folder.name)
            except (FileNotFoundError, ProcessLookupError):
                pass
        return found

    def gone_cpu(self):
        """CPU seconds of all the server's processes that came and went."""
        for _ in range(1000):
            if self.children() <= self.standing:
                break
            time.sleep(0.01)
        return ticks(*stat(self.postmaster)[13:15])
