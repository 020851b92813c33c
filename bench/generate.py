#!/usr/bin/env python3
"""Writes an invented company in the shape of data/acme, of any size.

    bench/generate.py DEALS FOLDER

The same bytes on every run: of the generator only random(), whose sequence Python keeps for a seed. 36 months, from
2022-01-01 to 2024-12-31; no deal has two moves on one day. Deals are written as they are made up: a million fit.
"""

import random
import sys
from array import array
from datetime import date, timedelta
from pathlib import Path

FIRST, DAYS = date(2022, 1, 1), 1096
DAY = [(FIRST + timedelta(days=n)).isoformat() for n in range(DAYS + 400)]  # later days: when a close is expected
BEFORE = [(FIRST - timedelta(days=n)).isoformat() for n in range(400)]
SELLERS_A_TEAM, MOST_SELLERS, MOST_ACTIVITIES = 10, 1_000, 500_000
SOURCES = ["website", "referral", "campaign", "event", "outbound", "partner"]
SEGMENTS, REGIONS = ["Enterprise", "Mid-market", "Small"], ["Bangkok", "North", "Kanto", "Kansai", "Chubu"]
STAGES = """N1,PL-NEW,Prospecting,1,open,0.10,omitted,
N2,PL-NEW,Qualification,2,open,0.20,pipeline,1
N3,PL-NEW,Proposal,3,open,0.50,best_case,
N4,PL-NEW,Negotiation,4,open,0.80,commit,
NW,PL-NEW,Closed won,5,won,1.00,closed,
NL,PL-NEW,Closed lost,6,lost,0.00,omitted,
R1,PL-REN,Review,1,open,0.40,best_case,1
R2,PL-REN,Quote,2,open,0.70,commit,
RW,PL-REN,Renewed,3,won,1.00,closed,
RL,PL-REN,Not renewed,4,lost,0.00,omitted,""".splitlines()
STAGE_IDS = [stage.split(",")[0] for stage in STAGES]

RANDOM = random.Random(20).random


def whole(low, high):
    """A whole number from low to high, both included."""
    return low + int(RANDOM() * (high - low + 1))


def pick(items):
    return items[int(RANDOM() * len(items))]


def amount(low, high):
    return f"{whole(low, high)}.{whole(0, 99):02d}"


def some_days(many):
    """So many days in their order."""
    counts = [0] * DAYS
    for _ in range(many):
        counts[whole(0, DAYS - 1)] += 1
    return (day for day, count in enumerate(counts) for _ in range(count))


def course(first, opened):
    """A deal's moves: stages skipped and gone back to, won, lost, at times opened again; as far as the days reach."""
    mark, top, at, day, moves = first[0], 4 if first == "N1" else 2, 1, opened, []
    while True:
        day += whole(2, 45)
        if day >= DAYS:
            return moves
        chance = RANDOM()
        if chance < 0.22:
            stage = mark + "L"
        elif at == top or chance < 0.26:
            stage = mark + "W"
        elif chance < 0.31 and at > 1:
            at -= 1
            stage = f"{mark}{at}"
        else:
            at = min(top, at + (2 if chance > 0.86 else 1))
            stage = f"{mark}{at}"
        moves.append((day, stage))
        if stage[1] in "WL":
            if RANDOM() > 0.02:
                return moves
            day += whole(2, 45)  # opened again, in its pipeline's last open stage
            if day >= DAYS:
                return moves
            at = top
            moves.append((day, f"{mark}{at}"))


def main(deals, folder):
    folder.mkdir(parents=True, exist_ok=True)

    def write(name, header, rows):
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            file.write(header + "\n")
            file.writelines(row + "\n" for row in rows)

    sellers = [f"P{n:05d}" for n in range(1, max(20, min(deals // 100, MOST_SELLERS)) + 1)]
    teams = [f"T{n:03d}" for n in range(1, -(-len(sellers) // SELLERS_A_TEAM) + 1)]
    team = {seller: teams[n // SELLERS_A_TEAM] for n, seller in enumerate(sellers)}
    person = "{0},Person {0},{1}@bench.example,{2},{3},{4},{5},{6},".format
    people = [person("CEO", "ceo", "Chief Executive Officer", "ceo", "T-ALL", "", "2018-03-01"),
              person("HOS", "hos", "Head of Sales", "hos", "T-ALL", "CEO", "2019-06-03")]
    people += [person("M" + t[1:], "m" + t[1:], "Account Executive Manager", "aem", t, "HOS", "2020-01-06")
               for t in teams]
    for n, s in enumerate(sellers):
        role, title = ("kam", "Key Account Manager") if n % 10 == 9 else ("ae", "Account Executive")
        people.append(person(s, s.lower(), title, role, team[s], "M" + team[s][1:], f"2021-{n % 12 + 1:02d}-01"))
    write("teams", "id,name,parent", ["T-ALL,Sales,"] + [f"{t},Team {t},T-ALL" for t in teams])
    write("people", "id,name,email,title,role,team,manager,hired_on,left_on", people)
    moved = sorted((whole(30, DAYS - 30), s, pick(teams)) for s in sellers if RANDOM() < 0.03)
    write("people_history", "person,changed_on,team,manager", [f"{s},{DAY[d]},{t},M{t[1:]}" for d, s, t in moved])
    write("territories", "id,name,parent", ["Y-ALL,Everywhere,"] + [f"Y{t},Territory {t},Y-ALL" for t in teams])
    write("territory_assignments", "id,person,territory,starts_on,ends_on",
          [f"TA{s},{s},Y{team[s]},2021-12-01," for s in sellers])
    write("pipelines", "id,name", ["PL-NEW,New business", "PL-REN,Renewal"])
    write("stages", "id,pipeline,name,position,kind,probability,forecast_category,qualified", STAGES)

    accounts = []
    for n in range(1, max(20, deals // 20) + 1):
        owner = pick(sellers)
        accounts.append(f"A{n:06d},Account {n},customer,Manufacturing,{pick(SEGMENTS)},,{pick(REGIONS)},,{owner},"
                        f"Y{team[owner]},{'standard' if n % 20 else 'key'},{'' if n % 3 else '1'},2021-12-01")
    write("accounts", "id,name,kind,industry,segment,city,region,country,owner,territory,tier,target,entered_on",
          accounts)
    write("contacts", "id,name,title,email,phone,account", [])
    prices = [f"{1500 * n}.00" for n in range(1, 13)]
    write("products", "id,name,category,list_price,cost,currency",
          [f"PR{n:02d},Product {n},Devices,{price},{700 * n}.00,THB" for n, price in enumerate(prices, 1)])

    def an_account():
        return f"A{whole(1, len(accounts)):06d}"

    # A day's moves to another stage, each the deal's and the stage's number in one.
    moved_on, owners, amounts, splits = [array("L") for _ in range(DAYS)], [], [], []

    def deal_rows():
        for n, opened in enumerate(some_days(deals), 1):
            deal, owner = f"D{n:07d}", pick(sellers)
            first = "R1" if RANDOM() < 0.2 else "N1"
            contact = whole(0, 60) if RANDOM() < 0.6 else None
            if contact is not None:
                contact = DAY[opened - contact] if contact <= opened else BEFORE[contact - opened]
            yield (f"{deal},Deal {n},{an_account()},{owner},{first},{amount(20_000, 2_000_000)},"
                   f"{'USD' if RANDOM() < 0.2 else 'THB'},{DAY[opened]},{contact or ''},{DAY[opened + 75]},"
                   f"{'renewal' if first == 'R1' else 'new'},{pick(SOURCES)},,{amount(10_000, 900_000)}")
            moves = course(first, opened)
            for day, stage in moves:
                moved_on[day].append(n * len(STAGE_IDS) + STAGE_IDS.index(stage))
            if moves and RANDOM() < 0.02:
                owners.append((whole(opened + 1, moves[-1][0]), deal, pick(sellers)))
            if moves and RANDOM() < 0.15:
                amounts.append((whole(opened + 1, moves[-1][0]), deal, amount(20_000, 2_000_000)))
            if moves and moves[-1][1][1] == "W" and RANDOM() < 0.06:
                other = pick(sellers)
                if other == owner or RANDOM() < 0.2:
                    splits.append((deal, "HOS", "1.00", "overlay"))
                else:
                    splits.extend([(deal, owner, "0.60", "revenue"), (deal, other, "0.40", "revenue")])

    def dated(found):
        return [f"{deal},{DAY[day]},{value}" for day, deal, value in sorted(found)]

    write("deals", "id,name,account,owner,stage,amount,currency,opened_on,first_contact_on,close_date,type,source,"
          "next_step,cost", deal_rows())
    write("stage_history", "deal,changed_on,stage",
          (f"D{move // len(STAGE_IDS):07d},{DAY[day]},{STAGE_IDS[move % len(STAGE_IDS)]}"
           for day, moves in enumerate(moved_on) for move in moves))
    write("owner_history", "deal,changed_on,owner", dated(owners))
    write("amount_history", "deal,changed_on,amount", dated(amounts))
    write("splits", "id,deal,person,share,kind", [f"S{n:06d},{','.join(s)}" for n, s in enumerate(splits, 1)])

    quarters = [f"{year}-{month:02d}-01" for year in (2022, 2023, 2024, 2025) for month in (1, 4, 7, 10)][:13]
    write("quotas", "id,person,starts_on,ends_on,amount,currency,reason",
          [f"Q-{s}-{start[:7]},{s},{start},{end},{whole(40, 900) * 10_000}.00,THB,annual plan"
           for s in sellers for start, end in zip(quarters, quarters[1:])])
    rates = [f"FX-P{year},USD,THB,{33 + n}.00,plan,{year}-01-01" for n, year in enumerate((2022, 2023, 2024))]
    for month in range(36):
        start = f"{2022 + month // 12}-{month % 12 + 1:02d}"
        rates.append(f"FX-S{start},USD,THB,{whole(31, 36)}.{whole(0, 99):02d},spot,{start}-01")
    write("rates", "id,from_currency,to_currency,rate,kind,starts_on", rates)

    def order_rows():
        """The orders; their lines go to a file of their own at the same time."""
        count = 0
        with open(folder / "order_lines.csv", "w", encoding="utf-8", newline="") as lines:
            lines.write("id,order,product,quantity,unit_price,discount,cancelled\n")
            for n, day in enumerate(some_days(deals // 4), 1):
                yield f"O{n:06d},{an_account()},{pick(sellers)},{DAY[day]},THB,{'1' if RANDOM() < 0.02 else ''}"
                for _ in range(whole(1, 3)):
                    product, count = whole(1, 12), count + 1
                    lines.write(f"L{count:07d},O{n:06d},PR{product:02d},{whole(1, 40)},{prices[product - 1]},"
                                f"{pick(['0.00', '0.00', '0.05', '0.10', '0.20'])},\n")

    write("orders", "id,account,owner,ordered_on,currency,cancelled", order_rows())
    kinds, outcomes = ["call", "call", "email", "meeting", "visit"], ["connected", "no_answer"]
    write("targets", "id,kpi,team,person,starts_on,ends_on,value,reason", [])
    write("close_date_history", "deal,changed_on,close_date", [])
    write("receivables", "id,account,owner,posted_on,due_on,paid_on,amount,currency", [])
    write("cash_flows", "id,account,owner,stated_on,year,amount,currency", [])
    write("costs", "id,category,booked_on,amount,currency,source", [])
    def a_deal_of(day):
        """One that was opened about then, for every second activity; deals are numbered in the order of their opening."""
        return f"D{min(deals, max(1, (day + whole(-45, 5)) * deals // DAYS)):07d}" if RANDOM() < 0.5 else ""

    write("activities", "id,kind,account,person,occurred_on,outcome,deal",
          (f"X{n:07d},{pick(kinds)},{an_account()},{pick(sellers)},{DAY[day]},{pick(outcomes)},{a_deal_of(day)}"
           for n, day in enumerate(some_days(min(5 * deals, MOST_ACTIVITIES)), 1)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(int(sys.argv[1]), Path(sys.argv[2]))
