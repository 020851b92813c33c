"""Pages for somebody who signed in with a password, over one connection."""

import re
import sys

from programs import LONGEST_SECONDS
from question import AFTER, FIRST, as_of
from report import grows, ms, p50_p99, quantile, row

AGAIN, NEW = 200, 100
YEAR = {"year": FIRST.year}
REVENUE = {"from": FIRST, "to": AFTER}


class Pages:
    """The pages of one server; each has to hold what only the right page holds."""

    def __init__(self, server, deals):
        self.server, self.deals = server, deals

    def open(self, path, holds, **query):
        page = self.server.ask(path, **query).decode()
        if holds not in page:
            sys.exit(f"{path} {query} does not hold {holds}: {page[:2000]}")
        return page

    def measured(self, what, path, ask, many):
        """A page so many times, once before it counts: its size, and how long it took."""
        size = len(ask(-1).encode())
        times, cpu = self.server.timed(ask, many)
        fewer = f", {len(times)} in {LONGEST_SECONDS} s" if len(times) < many else ""
        row(f"page: {what} ({many} in a row)", self.deals,
            f"{len(times) / sum(times):,.1f} requests/s, {p50_p99(times)}, CPU {ms(cpu)}, {size / 1000:.0f} kB{fewer}",
            how=f"GET {path}")
        grows(f"page: {what}, p50 ms", self.deals, quantile(times, 0.5) * 1000)


def measure(server, deals, reps):
    pages = Pages(server, deals)

    def company(**query):
        return pages.open("/scorecard", "<title>Scorecard of Acme", **YEAR, **query)

    def company_rows(_):
        return pages.open("/kpi/revenue", "/deals/", **REVENUE)

    def person(n, **query):
        rep = reps[n % len(reps)]
        return pages.open("/scorecard", f"<title>Scorecard of Person {rep}", by="rep", entity=rep, **YEAR, **query)

    def rows(n):
        rep = reps[n % len(reps)]
        return pages.open("/kpi/revenue", f"Person {rep} · ", by="rep", entity=rep,
                          as_of=as_of(600 + n // len(reps)), **REVENUE)

    def deal_list(n):
        return pages.open("/deals", "/deals/", page=n % 20)

    found = sorted({int(id) for n in range(1, 7) for id in re.findall(r'"/deals/(\d+)"', deal_list(n))})

    def deal(n):
        return pages.open(f"/deals/{found[n % len(found)]}", "<title>Deal ")

    for what, path, ask, many in (
        ("the company's scorecard, another as_of each time", "/scorecard",
         lambda n: company(as_of=as_of(200 + n)), NEW),
        ("the company's scorecard, asked before", "/scorecard", lambda n: company(), AGAIN),
        ("a person's scorecard, another person and as_of each time", "/scorecard?by=rep&entity=…",
         lambda n: person(n, as_of=as_of(400 + n)), NEW),
        ("a person's scorecard, asked before", "/scorecard?by=rep&entity=…", lambda n: person(0), AGAIN),
        ("what is behind a person's revenue, another person each time", "/kpi/revenue?by=rep&entity=…", rows, AGAIN),
        ("what is behind the company's revenue", "/kpi/revenue", company_rows, AGAIN),
        ("why the company's revenue is not the year before's", "/kpi/revenue/why",
         lambda n: pages.open("/kpi/revenue/why", 'id="falls"', against="year", **REVENUE), AGAIN),
        ("everybody's scores of a year, another as_of each time", "/scores?period=…",
         lambda n: pages.open("/scores", 'id="scores"', period=YEAR["year"], as_of=as_of(500 + n)), NEW),
        ("a list of 50 deals", "/deals?page=…", deal_list, AGAIN),
        ("one deal, another each time", "/deals/…", deal, AGAIN),
    ):
        pages.measured(what, path, ask, many)
