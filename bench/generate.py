#!/usr/bin/env python3
"""Writes an invented company in the shape of data/acme, of any size.

    bench/generate.py DEALS FOLDER [whole]

With the third word there are also sales development representatives, more types and sources of deals, and records in the
files that are else missing or a head alone; all other bytes are as without it.

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
SKILLS = [("negotiation", "0.40"), ("presentation", "0.35"), ("product knowledge", "0.25")]
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


def some_of(many):
    """So many numbers from 1 on, each with a day; the days are in their order."""
    return enumerate(some_days(many), 1)


def moment(day):
    """Any minute of a day, as the clock in Bangkok or in Tokyo shows it."""
    clock = f"{whole(0, 23):02d}:{whole(0, 59):02d}"
    return f"{DAY[day]}T{clock}:00+09:00" if RANDOM() < 0.2 else f"{DAY[day]} {clock}"


def at_times(share, text):
    return text if RANDOM() < share else ""


def write_the_rest(write, deals, team, developers, accounts):
    """What only the scorecards ask for, after all else so that nothing else is another than without it."""
    sellers, contacts = list(team), 2 * accounts
    place = {seller: n for n, seller in enumerate(sellers)}
    months = [(n, f"{2022 + n // 12}-{n % 12 + 1:02d}") for n in range(37)]
    starts = [(date.fromisoformat(f"{month}-01") - FIRST).days for _, month in months]

    def an_account():
        return f"A{whole(1, accounts):06d}"

    def a_contact(owner):
        """One of a few, so that some are asked twice in a month."""
        return f"C{(place[owner] * 13 + whole(0, 11)) % contacts + 1:06d}"

    def lead_rows(again):
        for n, day in some_of(deals):
            # Every twentieth is one of the ten before it once more.
            who = n - 10 if n % 20 == 0 else n
            reviewed, qualified = RANDOM() < 0.7, day + whole(1, 120) if RANDOM() < 0.5 else None
            converted = qualified + whole(0, 60) if qualified and RANDOM() < 0.4 else None
            given_up = day + whole(1, 60) if not qualified and RANDOM() < 0.4 else None
            if (given_up or converted) and RANDOM() < 0.1:
                again.append(((given_up or converted) + whole(1, 60), f"LD{n:07d}"))
            yield (f"LD{n:07d},Lead {who},Organisation {who % 997},,{pick(developers if RANDOM() < 0.8 else sellers)},"
                   f"{pick(SOURCES)},{DAY[day]},{moment(day)},{at_times(0.9, moment(day + whole(0, 5)))},"
                   f"{DAY[day + whole(0, 10)] if reviewed else ''},{whole(0, 1) if reviewed else ''},"
                   f"{whole(2, 10) / 2 if reviewed else ''},{DAY[qualified] if qualified else ''},"
                   f"{DAY[converted] if converted else ''},,,{DAY[given_up] if given_up else ''},")

    again = []
    write("contacts", "id,name,title,email,phone,account",
          [f"C{n:06d},Contact {n},,,,A{(n + 1) // 2:06d}" for n in range(1, contacts + 1)])
    write("leads", "id,name,organisation,email,owner,source,created_on,received_at,answered_at,reviewed_on,accepted,"
          "relevance,qualified_on,converted_on,account,deal,disqualified_on,disqualified_reason", lead_rows(again))
    write("lead_history", "lead,changed_on,qualified_on", [f"{lead},{DAY[day]},{DAY[day]}" for day, lead in sorted(again)])

    def meeting_rows():
        for n, day in some_of(deals):
            seller = pick(sellers)
            setter = pick(developers) if RANDOM() < 0.7 else seller if RANDOM() < 0.5 else pick(sellers)
            yield (f"MT{n:07d},{pick(['meeting', 'visit'])},{an_account()},{seller},{DAY[day]},"
                   f"{pick(['held', 'held', 'held', 'no_show', 'disqualified', ''])},{setter},"
                   f"{DAY[max(0, day - whole(1, 20))]}")

    def case_rows():
        for n, day in some_of(deals // 2):
            due, solved = day + whole(3, 15), day + whole(0, 20) if RANDOM() < 0.9 else None
            opened_again = solved + whole(1, 40) if solved and RANDOM() < 0.2 else None
            yield (f"CS{n:07d},Case {n},{an_account()},,{pick(sellers)},{DAY[day]},{DAY[due]},"
                   f"{'' if solved is None else DAY[solved]},{DAY[opened_again] if opened_again else ''}")

    def answer_rows():
        for n, day in some_of(3 * deals):
            owner, survey = pick(sellers), pick(["csat", "nps"])
            score = whole(1, 5) if survey == "csat" else whole(0, 10)
            yield f"SV{n:07d},{survey},{DAY[day]},{score},{an_account()},{at_times(0.8, a_contact(owner))},{owner},"

    def event_rows():
        for n, day in some_of(2 * deals):
            owner = pick(sellers)
            yield (f"CE{n:07d},Content {whole(1, 9)},{pick(['sent', 'sent', 'viewed', 'clicked', 'shared'])},{DAY[day]},"
                   f"{a_contact(owner)},{owner}")

    def training_rows():
        everybody = sellers + developers
        for n, day in some_of(len(everybody) * 24):
            due = day + whole(10, 60)
            done = day + whole(1, 70) if RANDOM() < 0.85 else None
            rating = whole(1, 5) if done and RANDOM() < 0.8 else ""
            yield (f"TR{n:06d},Course {whole(1, 9)},{pick(everybody)},{DAY[day]},{DAY[due]},"
                   f"{DAY[done] if done else ''},{rating},,")

    def receivable_rows():
        for n, day in some_of(deals // 2):
            paid = day + whole(5, 90) if RANDOM() < 0.9 else None
            yield (f"V{n:06d},{an_account()},{pick(sellers)},{DAY[day]},{DAY[day + 30]},{DAY[paid] if paid else ''},"
                   f"{amount(5_000, 400_000)},{'USD' if RANDOM() < 0.15 else 'THB'}")

    def tender_rows():
        for n, day in some_of(deals // 5):
            result = pick(["won", "lost", "lost", "cancelled", ""])
            decided = DAY[day + whole(20, 90)] if result else ""
            yield (f"TD{n:06d},Tender {n},{an_account()},{pick(sellers)},{DAY[day]},{decided},{result},"
                   f"{amount(50_000, 900_000)},THB")

    write("meetings", "id,kind,account,person,occurred_on,outcome,set_by,set_on", meeting_rows())
    write("cases", "id,subject,account,contact,owner,opened_on,due_on,resolved_on,reopened_on", case_rows())
    write("survey_answers", "id,survey,answered_on,score,account,contact,owner,comment", answer_rows())
    write("content_events", "id,content,event,occurred_on,contact,owner", event_rows())
    write("trainings", "id,course,person,assigned_on,due_on,completed_on,rating,score_before,score_after", training_rows())
    write("receivables", "id,account,owner,posted_on,due_on,paid_on,amount,currency", receivable_rows())
    write("tenders", "id,name,account,owner,submitted_on,decided_on,result,amount,currency", tender_rows())
    write("feedback", "id,person,leader,given_on,rating",
          [f"FB{n:06d},{s},M{team[s][1:]},{DAY[day]},{at_times(0.8, str(whole(1, 5)))}"
           for n, day in some_of(len(sellers) * 60) for s in [pick(sellers)]])
    # Each skill once in a half-year, at times once more.
    write("assessments", "id,skill,person,assessed_on,score,weight",
          [f"AS-{s}-{n}-{weight}-{again},{skill},{s},{DAY[n * 182 + whole(90 * again, 90 * again + 80)]},"
           f"{whole(40, 200) / 2},{weight}"
           for s in sellers for n in range(6) for skill, weight in SKILLS for again in (0, 1)
           if not again or RANDOM() < 0.3])
    write("reports", "id,name,person,due_on,accepted_on",
          [f"RP-{s}-{month},Sales report {month},{s},{DAY[starts[n] + 4]},{at_times(0.95, DAY[starts[n] + whole(0, 6)])}"
           for s in sellers for n, month in months[1:]])
    write("forecasts", "id,person,starts_on,ends_on,horizon,amount,currency,stated_on",
          [f"FC-{s}-{month}-{horizon},{s},{DAY[start]},{DAY[end]},{horizon},{amount(50_000, 9_000_000)},"
           f"{'USD' if RANDOM() < 0.05 else 'THB'},{DAY[max(0, end - horizon)]}"
           for s in sellers for (_, month), start, end in zip(months, starts, starts[1:]) if RANDOM() < 0.9
           for horizon in ((30, 7) if RANDOM() < 0.2 else (30,))])
    write("plan_quotas", "id,person,kind,starts_on,ends_on,amount,currency,reason",
          [f"PQ-{s}-{months[n][1]},{s},plan,{DAY[starts[n]]},{DAY[starts[n + 3]]},{whole(40, 900) * 10_000}.00,THB,plan"
           for s in sellers[9::10] for n in range(0, 36, 3)])
    write("relationships", "id,contact,owner,known_on,level",
          [f"RL{n:06d},C{2 * n:06d},{pick(sellers)},{DAY[whole(0, 700)]},{whole(0, 3)}" for n in range(1, accounts + 1)])
    write("relationship_history", "relationship,changed_on,level",
          [f"RL{n:06d},{DAY[day]},{whole(0, 4)}"
           for day, n in sorted((whole(710, DAYS - 1), n) for n in range(1, accounts + 1))])
    write("cash_flows", "id,account,owner,stated_on,year,amount,currency",
          [f"F{n:06d}-{stated}-{year},A{n:06d},{owner},{DAY[day]},{year},"
           f"{'-' if not year else ''}{amount(9_000, 900_000)},THB"
           for n in range(1, accounts + 1, 3) for owner in [pick(sellers)]
           for stated in (1, 2) for day in [whole(365 * stated, 365 * stated + 300)] for year in range(4)])
    write("planned_visits", "id,account,owner,planned_on,done_on", [])
    write("market_sizes", "id,market,starts_on,ends_on,amount,currency,source,stated_on", [])
    write("costs", "id,category,booked_on,amount,currency,source",
          [f"K-{month}-{category}-{source},{category},{DAY[start + 2]},{amount(50_000, 900_000)},"
           f"{'USD' if source == 'event' else 'THB'},{source}" for (_, month), start in zip(months[:36], starts)
           for category in ("marketing", "sales_development", "sales", "account_management") for source in SOURCES + [""]])


def main(deals, folder, is_whole=False, people=None):
    folder.mkdir(parents=True, exist_ok=True)

    def write(name, header, rows):
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            file.write(header + "\n")
            file.writelines(row + "\n" for row in rows)

    sellers = [f"P{n:05d}" for n in range(1, (people or max(20, min(deals // 100, MOST_SELLERS))) + 1)]
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
    # Of sales development, one in each team: at times one who comes or leaves in the last year.
    developers = [f"B{t[1:]}" for t in teams] if is_whole else []
    people += [f"{b},Person {b},{b.lower()}@bench.example,Sales Development,sdr,T{b[1:]},M{b[1:]},"
               f"{'2024-03-11' if n % 4 == 1 else '2021-05-03'},{'2024-09-16' if n % 4 == 2 else ''}"
               for n, b in enumerate(developers)]
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
                        f"Y{team[owner]},{'standard' if n % 20 else 'key'},{'' if n % 3 else '1'},,2021-12-01")
    # Of one deal each, so that some customers are new in the last year.
    newcomers = [f"A9{n:07d},Account of deal {n},customer,Manufacturing,{SEGMENTS[n % 3]},,{REGIONS[n % 5]},,{s},"
                 f"Y{team[s]},standard,,,2021-12-01"
                 for n in range(40, deals + 1, 40) if is_whole for s in [sellers[n % len(sellers)]]]
    write("accounts", "id,name,kind,industry,segment,city,region,country,owner,territory,tier,target,annual_potential,entered_on",
          accounts + newcomers)
    write("contacts", "id,name,title,email,phone,account", [])
    prices = [f"{1500 * n}.00" for n in range(1, 13)]
    write("products", "id,name,category,list_price,cost,currency",
          [f"PR{n:02d},Product {n},Devices,{price},{700 * n}.00,THB" for n, price in enumerate(prices, 1)])

    def an_account():
        return f"A{whole(1, len(accounts)):06d}"

    # A day's moves to another stage, each the deal's and the stage's number in one.
    moved_on, owners, amounts, splits, slips = [array("L") for _ in range(DAYS)], [], [], [], []

    place = {seller: n for n, seller in enumerate(sellers)}

    def account_of(n, owner):
        """Any; of the whole company also one of its own, and mostly one of its owner's four."""
        account = an_account()
        if is_whole and n % 40 == 0:
            return f"A9{n:07d}"
        return f"A{(place[owner] * 5 + n % 4) % len(accounts) + 1:06d}" if is_whole and n % 4 else account

    def source_and_type(n, first):
        source, kind = pick(SOURCES), "renewal" if first == "R1" else "new"
        if is_whole and kind == "new":
            kind = ("up_sell", "cross_sell", "new", "new", "new")[n % 5]
        if is_whole and n % 9 == 0:
            source = ("existing_account", "referral_by_customer")[n % 2]
        return f"{kind},{source}"

    def deal_rows():
        for n, opened in some_of(deals):
            deal, owner = f"D{n:07d}", pick(sellers)
            first = "R1" if RANDOM() < 0.2 else "N1"
            contact = whole(0, 60) if RANDOM() < 0.6 else None
            if contact is not None:
                contact = DAY[opened - contact] if contact <= opened else BEFORE[contact - opened]
            yield (f"{deal},Deal {n},{account_of(n, owner)},{owner},{first},{amount(20_000, 2_000_000)},"
                   f"{'USD' if RANDOM() < 0.2 else 'THB'},{DAY[opened]},{contact or ''},{DAY[opened + 75]},"
                   f"{source_and_type(n, first)},,{amount(10_000, 900_000)},")
            moves = course(first, opened)
            for day, stage in moves:
                moved_on[day].append(n * len(STAGE_IDS) + STAGE_IDS.index(stage))
            if is_whole and len(moves) > 1 and n % 3:
                slips.append((moves[-2][0] + 1, deal, DAY[moves[-1][0] + n % 60]))
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
          "next_step,cost,revenue_source", deal_rows())
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
            for n, day in some_of(deals // 4):
                yield f"O{n:06d},{an_account()},{pick(sellers)},{DAY[day]},THB,{'1' if RANDOM() < 0.02 else ''},,"
                for _ in range(whole(1, 3)):
                    product, count = whole(1, 12), count + 1
                    is_returned, is_cancelled = is_whole and count % 5 == 0, is_whole and count % 51 == 0
                    lines.write(f"L{count:07d},O{n:06d},PR{product:02d},{'-' * is_returned}{whole(1, 40)},"
                                f"{prices[product - 1]},{pick(['0.00', '0.00', '0.05', '0.10', '0.20'])},"
                                f"{'1' * is_cancelled}\n")

    write("orders", "id,account,owner,ordered_on,currency,cancelled,required_on,shipped_on", order_rows())
    kinds, outcomes = ["call", "call", "email", "meeting", "visit"], ["connected", "no_answer"]
    write("targets", "id,kpi,team,person,starts_on,ends_on,value,reason", [])
    write("close_date_history", "deal,changed_on,close_date", dated(slips))
    write("receivables", "id,account,owner,posted_on,due_on,paid_on,amount,currency", [])
    write("cash_flows", "id,account,owner,stated_on,year,amount,currency", [])
    write("costs", "id,category,booked_on,amount,currency,source", [])
    def a_deal_of(day):
        """One that was opened about then, for every second activity; deals are numbered in the order of their opening."""
        return f"D{min(deals, max(1, (day + whole(-45, 5)) * deals // DAYS)):07d}" if RANDOM() < 0.5 else ""

    write("activities", "id,kind,account,person,occurred_on,outcome,deal",
          (f"X{n:07d},{pick(kinds)},{an_account()},{pick(sellers)},{DAY[day]},{pick(outcomes)},{a_deal_of(day)}"
           for n, day in some_of(min(5 * deals, MOST_ACTIVITIES))))
    if is_whole:
        write_the_rest(write, deals, team, developers, len(accounts))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4) or sys.argv[3:] not in ([], ["whole"]):
        sys.exit(__doc__)
    main(int(sys.argv[1]), Path(sys.argv[2]), "whole" in sys.argv[3:])
