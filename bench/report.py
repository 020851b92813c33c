"""What was found: rows of the table that bench/RESULTS.md keeps, and how it grows with the number of deals."""

import os
import sys

TABLE, GROWTH = [], {}


def row(what, deals, ours, peer="", ratio="", how=""):
    TABLE.append((what, f"{deals:,}", ours, peer, ratio, how))
    print(f"  {what}: {ours}" + (f" | {peer} | {ratio}" if peer else ""), flush=True)


def grows(what, deals, figure):
    """A figure to set beside those of other numbers of deals."""
    GROWTH.setdefault(what, {})[deals] = figure


def ms(seconds):
    return f"{seconds * 1000:,.1f} ms"


def quantile(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def p50_p99(times):
    return f"p50 {ms(quantile(times, 0.5))}, p99 {ms(quantile(times, 0.99))}"


def told(wall, cpu):
    return f"{wall:.3f} s (CPU {cpu:.2f})"


def ratio(ours, its):
    """Wall and CPU seconds of ours, divided by the peer's."""
    return f"{ours[0] / its[0]:.2f} (CPU {ours[1] / its[1]:.2f})"


def tell(peers):
    load, cores, python = os.getloadavg(), os.cpu_count(), sys.version.split()[0]
    print(f"\nLoad {load[0]:.1f} (1 minute), {load[2]:.1f} (15 minutes) on {cores} cores; Python {python}")
    for peer in peers:
        print(peer)
    print("\n| what | command | N | ours | peer | ratio |\n|---|---|---|---|---|---|")
    for what, deals, ours, its, compared, how in TABLE:
        print(f"| {what} | {f'`{how}`' if how else ''} | {deals} | {ours} | {its} | {compared} |")
    sizes = sorted({deals for figures in GROWTH.values() for deals in figures})
    if len(sizes) > 1:
        tell_growth(sizes)


def tell_growth(sizes):
    """The factors are from each number of deals to the next."""
    print("\n| growth | " + " | ".join(f"{deals:,}" for deals in sizes) + " | factor |")
    print("|---" * (len(sizes) + 2) + "|")
    print("| deals | " + " | ".join(f"{deals:,}" for deals in sizes) + f" | {factors(sizes)} |")
    for what, figures in GROWTH.items():
        found = [figures.get(deals) for deals in sizes]
        print(f"| {what} | " + " | ".join(map(figure, found)) + f" | {factors(found)} |")


def figure(number):
    """One that a run which was broken off did not come to is left out."""
    if number is None:
        return ""
    return f"{number:,.0f}" if number >= 100 else f"{number:.2f}"


def factors(found):
    return ", ".join(f"{after / before:.1f}" for before, after in zip(found, found[1:]) if before and after)
