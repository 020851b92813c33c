#!/usr/bin/env python3
"""Writes the CSV files of Acme, the invented sample company, beside this script.

The output is the same bytes on every run: no clock, no environment, and of the generator only random(), whose sequence
Python keeps for a seed. Amounts are whole hundredths and shares whole percents until they are written, so nothing is
rounded twice. What was added to finished files comes of draw(), from the ids alone, so that it changes nothing else.
"""

import csv
import random
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIRST, TODAY = date(2025, 1, 1), date(2026, 11, 20)
RNG = random.Random(7)


# ---- chance and small helpers -------------------------------------------------------------------------------------

def chance(p):
    return RNG.random() < p


def whole(low, high):
    """A whole number from low to high, both included."""
    return low + int(RNG.random() * (high - low + 1))


def pick(items):
    return items[int(RNG.random() * len(items))]


def weighted(pairs):
    at = RNG.random() * sum(w for _, w in pairs)
    for item, w in pairs:
        at -= w
        if at < 0:
            return item
    return pairs[-1][0]


def draw(low, high, *names):
    """A whole number from low to high, both included, that depends on the names only."""
    digest = sha256("/".join(map(str, names)).encode()).digest()
    return low + int.from_bytes(digest[:8], "big") % (high - low + 1)


def workday(d):
    """d, or the Monday after it."""
    return d + timedelta(days=7 - d.weekday()) if d.weekday() > 4 else d


def add_days(d, n):
    return d + timedelta(days=n)


def hundredths(n):
    sign, n = ("-" if n < 0 else ""), abs(n)
    return f"{sign}{n // 100}.{n % 100:02d}"


def day(text):
    return date.fromisoformat(text)


def write(name, header, rows):
    with open(HERE / name, "w", encoding="utf-8", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(header.split(","))
        for row in rows:
            out.writerow(["" if v is None else v for v in row])


# ---- teams and people ---------------------------------------------------------------------------------------------

TEAMS = [
    ("T-ALL", "Sales", None), ("T-TH", "Thailand", "T-ALL"), ("T-BKK", "Bangkok", "T-TH"),
    ("T-UPC", "Upcountry", "T-TH"), ("T-JP", "Japan", "T-ALL"), ("T-TYO", "Tokyo", "T-JP"),
    ("T-OSA", "Osaka", "T-JP"), ("T-INT", "International", "T-ALL"), ("T-KEY", "Key Accounts", "T-ALL"),
    ("T-SDR", "SDR", "T-ALL"),
]

TITLES = {
    "ceo": "Chief Executive Officer", "hos": "Head of Sales", "esd": "Enterprise Sales Director",
    "aem": "Account Executive Manager", "ae": "Account Executive", "kam": "Key Account Manager",
    "am": "Account Manager", "sdr": "Sales Development Representative", "se": "Sales Engineer",
    "support": "Sales Support Officer", "ops": "Sales Operations Analyst", "hr": "HR Business Partner",
    "finance": "Finance Controller",
}

# name, e-mail name, role, team, manager, hired, left (exclusive)
PEOPLE = [
    ("กิตติพงษ์ ศรีวัฒนกุล", "kittiphong", "ceo", "T-ALL", None, "2018-03-01", None),
    ("Margaret Ellison", "margaret", "hos", "T-ALL", "P01", "2019-06-03", None),
    ("佐伯 健司", "kenji", "esd", "T-KEY", "P02", "2020-02-03", None),
    ("อรอนงค์ แสงประเสริฐ", "onanong", "aem", "T-BKK", "P02", "2019-09-02", None),
    ("ธนวัฒน์ คำแก้ว", "thanawat", "aem", "T-UPC", "P02", "2020-07-01", None),
    ("高梨 由美子", "yumiko", "aem", "T-TYO", "P03", "2020-04-01", None),
    ("村瀬 大輔", "daisuke", "aem", "T-OSA", "P03", "2021-04-01", None),
    ("Oliver Branagh", "oliver", "aem", "T-INT", "P02", "2021-01-11", None),
    ("ปวีณา จันทร์เพ็ง", "paweena", "ae", "T-BKK", "P04", "2020-10-01", None),
    ("ณัฐพล อินทรสุข", "nattapon", "ae", "T-BKK", "P04", "2021-05-03", None),
    ("ศิริพร มั่นคง", "siriporn", "ae", "T-BKK", "P04", "2022-02-01", None),
    ("ภาคิน โอภาสวงศ์", "phakin", "ae", "T-BKK", "P04", "2022-08-15", None),
    ("วรรณา ไชยสิทธิ์", "wanna", "ae", "T-UPC", "P05", "2020-11-02", None),
    ("สุรเชษฐ์ บุญมาก", "surachet", "ae", "T-UPC", "P05", "2022-03-01", None),
    ("กมลชนก ทองดี", "kamonchanok", "ae", "T-UPC", "P05", "2023-06-01", None),
    ("小野寺 彩", "aya", "ae", "T-TYO", "P06", "2021-10-01", None),
    ("長谷部 亮", "ryo", "ae", "T-TYO", "P06", "2022-04-01", None),
    ("三浦 千尋", "chihiro", "ae", "T-TYO", "P06", "2023-01-16", "2025-11-16"),
    ("西川 拓真", "takuma", "ae", "T-OSA", "P07", "2021-07-01", None),
    ("大久保 美咲", "misaki", "ae", "T-OSA", "P07", "2025-04-16", None),
    ("Hannah Whitlock", "hannah", "ae", "T-INT", "P08", "2022-09-05", None),
    ("Marcus Delgado", "marcus", "ae", "T-INT", "P08", "2025-09-01", None),
    ("ชลธิชา พูนทรัพย์", "chonthicha", "kam", "T-KEY", "P02", "2019-11-04", None),
    ("今井 直樹", "naoki", "kam", "T-KEY", "P02", "2020-09-01", None),
    ("Fiona Castellan", "fiona", "kam", "T-KEY", "P02", "2021-08-02", None),
    ("รัตนา สุวรรณภูมิ", "rattana", "am", "T-BKK", "P04", "2021-02-01", None),
    ("松原 恵", "megumi", "am", "T-TYO", "P06", "2022-06-01", None),
    ("จิราภรณ์ วิเศษศักดิ์", "jiraporn", "aem", "T-SDR", "P02", "2020-05-06", None),
    ("พีรพัฒน์ นาคทอง", "peerapat", "sdr", "T-SDR", "P28", "2023-03-01", None),
    ("ดวงใจ ประทุมมา", "duangjai", "sdr", "T-SDR", "P28", "2023-08-01", None),
    ("วิชญ์พล เกษมสุข", "witchaphon", "sdr", "T-SDR", "P28", "2024-01-08", "2026-06-01"),
    ("藤本 翼", "tsubasa", "sdr", "T-SDR", "P28", "2023-10-02", None),
    ("平井 さくら", "sakura", "sdr", "T-SDR", "P28", "2024-04-01", None),
    ("Grace Pemberton", "grace", "sdr", "T-SDR", "P28", "2026-02-02", None),
    ("Daniel Okafor", "daniel", "se", "T-ALL", "P02", "2021-03-15", None),
    ("กฤษณะ ลิ้มเจริญ", "kritsana", "se", "T-ALL", "P02", "2022-11-01", None),
    ("สมฤดี แก้วกาญจน์", "somruedee", "support", "T-ALL", "P02", "2020-01-06", None),
    ("古賀 真理", "mari", "ops", "T-ALL", "P02", "2022-01-11", None),
    ("เบญจวรรณ ศักดิ์สิทธิ์", "benjawan", "hr", "T-ALL", "P01", "2019-05-02", None),
    ("Theodore Marsh", "theodore", "finance", "T-ALL", "P01", "2018-10-01", None),
]
PEOPLE = [(f"P{n:02d}", *p) for n, p in enumerate(PEOPLE, 1)]
ROLE = {p[0]: p[3] for p in PEOPLE}
HIRED = {p[0]: day(p[6]) for p in PEOPLE}
LEFT = {p[0]: day(p[7]) if p[7] else date(9999, 1, 1) for p in PEOPLE}
CARRIERS = [p for p in ROLE if ROLE[p] in ("ae", "kam", "am", "esd")]

MOVER, MOVED = "P12", date(2025, 7, 1)
LEAVER, HANDED_OVER = "P18", date(2025, 11, 10)
REORG = date(2026, 1, 1)
PEOPLE_HISTORY = [(MOVER, MOVED, "T-TYO", "P06")] + [(p, REORG, "T-INT", "P08") for p in ("P05", "P13", "P14", "P15")]


def employed(person, on):
    return HIRED[person] <= on < LEFT[person]


# ---- territories --------------------------------------------------------------------------------------------------

TERRITORIES = [
    ("Y-TH", "Thailand", None), ("Y-JP", "Japan", None), ("Y-INT", "International", None),
    ("Y-KEY", "Key accounts", None),
    ("Y-BKK1", "Bangkok Centre", "Y-TH"), ("Y-BKK2", "Bangkok East", "Y-TH"), ("Y-BKK3", "Bangkok West", "Y-TH"),
    ("Y-BKK4", "Bangkok North", "Y-TH"), ("Y-UPC1", "Central and South", "Y-TH"), ("Y-UPC2", "North", "Y-TH"),
    ("Y-UPC3", "Northeast", "Y-TH"), ("Y-TYO1", "Tokyo Centre", "Y-JP"), ("Y-TYO2", "Kanto", "Y-JP"),
    ("Y-TYO3", "Chubu", "Y-JP"), ("Y-TYO4", "Thai companies in Japan", "Y-JP"), ("Y-OSA1", "Osaka", "Y-JP"),
    ("Y-OSA2", "Kansai", "Y-JP"), ("Y-INT1", "ASEAN", "Y-INT"), ("Y-INT2", "Europe", "Y-INT"),
    ("Y-KEY1", "Key accounts Thailand", "Y-KEY"), ("Y-KEY2", "Key accounts Japan", "Y-KEY"),
    ("Y-KEY3", "Key accounts regional", "Y-KEY"),
]
SWAP = date(2026, 4, 1)
HOLDS = [  # person, territory, from (None: hired_on), until (None: open)
    ("P09", "Y-BKK1", None, None), ("P10", "Y-BKK2", None, SWAP), ("P10", "Y-BKK3", SWAP, None),
    ("P11", "Y-BKK3", None, SWAP), ("P11", "Y-BKK2", SWAP, None), ("P12", "Y-BKK4", None, MOVED),
    ("P12", "Y-TYO4", MOVED, None), ("P13", "Y-UPC1", None, None), ("P14", "Y-UPC2", None, None),
    ("P15", "Y-UPC3", None, None), ("P16", "Y-TYO1", None, None), ("P17", "Y-TYO2", None, None),
    ("P18", "Y-TYO3", None, LEFT["P18"]), ("P19", "Y-OSA1", None, None), ("P20", "Y-OSA2", None, None),
    ("P21", "Y-INT1", None, None), ("P22", "Y-INT2", None, None), ("P23", "Y-KEY1", None, None),
    ("P24", "Y-KEY2", None, None), ("P25", "Y-KEY3", None, None),
]
ASSIGNMENTS = [(f"TA{n:02d}", p, y, s or HIRED[p], e) for n, (p, y, s, e) in enumerate(HOLDS, 1)]


def territory_of(person, on):
    return next((y for _, p, y, s, e in ASSIGNMENTS if p == person and s <= on and (e is None or on < e)), None)


# ---- pipelines ----------------------------------------------------------------------------------------------------

PIPELINES = [("PL-NEW", "New business"), ("PL-REN", "Renewal")]
STAGES = [  # the last: from here on a deal is qualified
    ("N1", "PL-NEW", "Prospecting", 1, "open", "0.10", "omitted", None),
    ("N2", "PL-NEW", "Qualification", 2, "open", "0.20", "pipeline", 1),
    ("N3", "PL-NEW", "Proposal", 3, "open", "0.50", "best_case", None),
    ("N4", "PL-NEW", "Negotiation", 4, "open", "0.80", "commit", None),
    ("NW", "PL-NEW", "Closed won", 5, "won", "1.00", "closed", None),
    ("NL", "PL-NEW", "Closed lost", 6, "lost", "0.00", "omitted", None),
    ("R1", "PL-REN", "Review", 1, "open", "0.40", "best_case", 1),
    ("R2", "PL-REN", "Quote", 2, "open", "0.70", "commit", None),
    ("RW", "PL-REN", "Renewed", 3, "won", "1.00", "closed", None),
    ("RL", "PL-REN", "Not renewed", 4, "lost", "0.00", "omitted", None),
]
WON, LOST = ("NW", "RW"), ("NL", "RL")

# ---- rates --------------------------------------------------------------------------------------------------------

PLAN = {2025: 3500, 2026: 3400}
SPOT = [3421, 3388, 3395, 3362, 3318, 3272, 3245, 3251, 3226, 3258, 3271, 3249,
        3216, 3188, 3205, 3231, 3264, 3282, 3259, 3240, 3222, 3251, 3268]
RATES = [(f"FX-P{y}", "USD", "THB", hundredths(PLAN[y]), "plan", date(y, 1, 1)) for y in (2025, 2026)]
for n, r in enumerate(SPOT):
    first = date(2025 + n // 12, n % 12 + 1, 1)
    RATES.append((f"FX-S{first:%Y%m}", "USD", "THB", hundredths(r), "spot", first))

# ---- accounts and contacts ----------------------------------------------------------------------------------------

POOLS = {  # who serves a region: the first that serves it on the day, starting at the account's own person
    "BKK": ["P09", "P10", "P11", "P12"], "UPC": ["P13", "P14", "P15"], "TYO": ["P16", "P17", "P18", "P12"],
    "OSA": ["P19", "P20"], "INT": ["P21", "P22"], "KEY": ["P23", "P24", "P25"],
}
PLACES = {
    "Bangkok": ("BKK", "Thailand", ["Bangkok", "Nonthaburi", "Samut Prakan"]),
    "Central": ("UPC", "Thailand", ["Ayutthaya", "Rayong", "Chon Buri"]),
    "North": ("UPC", "Thailand", ["Chiang Mai", "Lamphun"]),
    "Northeast": ("UPC", "Thailand", ["Khon Kaen", "Nakhon Ratchasima"]),
    "South": ("UPC", "Thailand", ["Hat Yai", "Phuket"]),
    "Kanto": ("TYO", "Japan", ["Tokyo", "Yokohama", "Saitama"]),
    "Chubu": ("TYO", "Japan", ["Nagoya", "Hamamatsu"]),
    "Kansai": ("OSA", "Japan", ["Osaka", "Kobe", "Kyoto"]),
    "ASEAN": ("INT", None, ["Singapore", "Ho Chi Minh City", "Kuala Lumpur", "Vientiane"]),
    "Europe": ("INT", None, ["Rotterdam", "Manchester"]),
}
ABROAD = {"Singapore": "Singapore", "Ho Chi Minh City": "Vietnam", "Kuala Lumpur": "Malaysia", "Vientiane": "Laos",
          "Rotterdam": "Netherlands", "Manchester": "United Kingdom"}
REGION_COUNTS = [("Bangkok", 26), ("Central", 7), ("North", 5), ("Northeast", 5), ("South", 4), ("Kanto", 15),
                 ("Chubu", 6), ("Kansai", 10), ("ASEAN", 9), ("Europe", 3)]
STEMS = {
    "Thailand": ["Chao Phraya", "Siam Lotus", "Rattana", "Doi Luang", "Mekhong", "Andaman Star", "Ban Suan",
                 "Krung Tawan", "Saeng Thong", "Phu Fa", "Golden Naga", "Thep Nakhon", "Wang Mai", "Sri Trang",
                 "Lanna", "Nam Ping", "Talay Tawan", "Isan Rung", "Khao Sok", "Bang Rak", "Sathon", "Mali",
                 "Chang Noi", "Ratchapruek"],
    "Japan": ["Aobadai", "Hoshikawa", "Minamoto", "Tsukishiro", "Kurogane", "Asagiri", "Midorigaoka", "Hayabusa",
              "Shirakaba", "Nagisa", "Fujinoki", "Tachibana", "Yamabuki", "Kazami", "Hinode", "Sazanami"],
    None: ["Straits", "Merlion Bay", "Saigon River", "Titiwangsa", "Vang Vieng", "Harbourline", "Maasbridge",
           "Peakmoor", "Redwillow", "Larkfield", "Orchard Point", "Sundara"],
}
INDUSTRIES = [("Manufacturing", "Industries"), ("Food and beverage", "Foods"), ("Logistics", "Logistics"),
              ("Healthcare", "Medical"), ("Retail", "Retail"), ("Electronics", "Electronics"),
              ("Construction", "Engineering"), ("Chemicals", "Chemicals")]

ACCOUNTS = []  # dicts
for region, count in REGION_COUNTS:
    pool, country, cities = PLACES[region]
    for n in range(count):
        size = weighted([("Enterprise", 22), ("Mid-market", 40), ("Small", 38)])
        city = pick(cities)
        while True:
            industry, word = pick(INDUSTRIES)
            name = f"{pick(STEMS[country])} {word}"
            if name not in [a["name"] for a in ACCOUNTS]:
                break
        key = size == "Enterprise" and chance(0.62)
        people = POOLS["KEY" if key else pool]
        first = {"Thailand": n % 2 * 2, "Japan": 1, None: 2}[country] if key else n % len(people)
        ACCOUNTS.append({
            "id": f"A{len(ACCOUNTS) + 1:03d}", "name": name, "industry": industry, "segment": size, "city": city,
            "region": region, "country": country or ABROAD[city], "pool": "KEY" if key else pool, "own": people[first],
            "customer": chance(0.55), "usd": chance(0.85) if pool == "INT" else chance(0.14),
        })


def serves(person, pool, on):
    if not employed(person, on) or person == LEAVER and on >= HANDED_OVER:
        return False
    return person != MOVER or pool == ("BKK" if on < MOVED else "TYO")


def seller(account, on):
    """Who sells to the account on a day."""
    people = POOLS[account["pool"]]
    at = people.index(account["own"])
    return next(p for p in people[at:] + people[:at] if serves(p, account["pool"], on))


GIVEN = {
    "Thailand": [("อนุชา", "anucha"), ("พิมพ์ใจ", "pimjai"), ("ธีรเดช", "teeradet"), ("นภัสสร", "napatsorn"),
                 ("วีรยุทธ", "weerayut"), ("จันทนา", "jantana"), ("ปริญญา", "parinya"), ("สุนิสา", "sunisa"),
                 ("เอกชัย", "ekachai"), ("มยุรี", "mayuree")],
    "Japan": [("翔太", "shota"), ("結衣", "yui"), ("健一", "kenichi"), ("麻衣", "mai"), ("和也", "kazuya"),
              ("奈緒", "nao"), ("誠", "makoto"), ("香織", "kaori"), ("隆", "takashi"), ("裕子", "yuko")],
    None: [("Alice", "alice"), ("Victor", "victor"), ("Nadia", "nadia"), ("Henrik", "henrik"), ("Mei", "mei"),
           ("Rajan", "rajan"), ("Claire", "claire"), ("Tom", "tom"), ("Linh", "linh"), ("Piet", "piet")],
}
FAMILY = {
    "Thailand": [("บุญเรือง", "boonruang"), ("ศรีสมบัติ", "srisombat"), ("แก้วมณี", "kaewmanee"),
                 ("ทองสุข", "thongsuk"), ("รุ่งเรืองชัย", "rungruangchai"), ("สายชล", "saichon"), ("วงษ์ดี",
                     "wongdee")],
    "Japan": [("青木", "aoki"), ("坂本", "sakamoto"), ("野口", "noguchi"), ("川島", "kawashima"), ("関根", "sekine"),
              ("北村", "kitamura"), ("早川", "hayakawa")],
    None: [("Fairburn", "fairburn"), ("Tan", "tan"), ("Nguyen", "nguyen"), ("Okonjo", "okonjo"), ("Vermeer", "vermeer"),
           ("Lindqvist", "lindqvist"), ("Rao", "rao")],
}
CONTACT_TITLES = ["Purchasing Manager", "Managing Director", "IT Manager", "Finance Director", "Plant Manager",
                  "Operations Director", "Chief Procurement Officer"]
CONTACTS = []
for a in ACCOUNTS:
    home = a["country"] if a["country"] in ("Thailand", "Japan") else None
    seen = set()
    for _ in range(whole(1, 2) if a["segment"] == "Small" else whole(1, 3)):
        (given, given_l), (family, family_l) = pick(GIVEN[home]), pick(FAMILY[home])
        if (given, family) in seen:
            continue
        seen.add((given, family))
        n = len(CONTACTS) + 1
        slug = a["name"].lower().replace(" ", "-")
        prefix = {"Thailand": "+66 2 555", "Japan": "+81 3 5555", None: "+65 6555"}[home]
        CONTACTS.append((f"C{n:03d}", f"{family} {given}" if home == "Japan" else f"{given} {family}",
                         pick(CONTACT_TITLES), f"{given_l}.{family_l}@{slug}.example", f"{prefix} {1000 + n}", a["id"]))

# ---- products -----------------------------------------------------------------------------------------------------

PRODUCTS = [
    ("PR01", "Flow Sensor S1", "Sensors", 4200, 2300), ("PR02", "Flow Sensor S2", "Sensors", 6900, 3600),
    ("PR03", "Pressure Sensor", "Sensors", 5400, 2900), ("PR04", "Edge Gateway", "Gateways", 28500, 16200),
    ("PR05", "Edge Gateway Pro", "Gateways", 46000, 25500), ("PR06", "Plant Monitor licence", "Software", 36000, 4000),
    ("PR07", "Quality Insight licence", "Software", 54000, 6000),
    ("PR08", "Maintenance Planner licence", "Software", 42000, 5000),
    ("PR09", "Installation day", "Services", 18000, 9500), ("PR10", "Training day", "Services", 15000, 7000),
    ("PR11", "Calibration kit", "Accessories", 3300, 1500), ("PR12", "Mounting set", "Accessories", 950, 380),
]

# ---- deals --------------------------------------------------------------------------------------------------------

SKILL = {"P09": 1.30, "P10": 1.05, "P11": 0.85, "P12": 1.30, "P13": 1.15, "P14": 0.80, "P15": 0.90, "P16": 1.20,
         "P17": 0.95, "P18": 0.70, "P19": 1.00, "P20": 0.95, "P21": 1.10, "P22": 0.95, "P23": 1.20, "P24": 1.05,
         "P25": 1.15, "P26": 1.00, "P27": 1.10, "P03": 1.25}
# Whose accounts bring more deals than others.
BUSY = {"P12": 1.2, "P15": 2.0, "P20": 2.2, "P22": 1.8, "P25": 1.8}
# New deals by month; the first month takes over the book of the system before.
OPENED = [38, 15, 17, 15, 16, 18, 16, 17, 19, 18, 17, 11, 19, 19, 21, 18, 19, 22, 19, 20, 22, 20, 14]
STEPS = ["Send the revised quotation", "Arrange a site visit", "Meet the purchasing committee",
         "Wait for budget approval", "Agree the contract text", "Show the pilot's results", "Call the plant manager"]


def amount_for(account, kind, year):
    """In hundredths of the account's currency."""
    low, high = {"Enterprise": (900, 5200), "Mid-market": (350, 1900), "Small": (90, 620)}[account["segment"]]
    thousands = low + (high - low) * RNG.random() * RNG.random() * 1.15
    thousands *= {"renewal": 0.55, "up_sell": 0.7, "cross_sell": 0.75, "new": 1.0}[kind]
    thousands *= 1.18 if year == 2026 else 1.0
    thb = int(thousands * 2) * 500
    if account["usd"]:
        return max(thb // 340, 100) * 10 * 100
    return thb * 100 + (pick([25, 50, 75]) * 100 + 50 if chance(0.15) else 0)


def course(first, opened, skill, haste):
    """The later stage moves of a deal: (day, stage)."""
    top = 4 if first == "N1" else 2
    mark, at, d, moves = first[0], 1, opened, []
    lose = [0.27, 0.27, 0.27, 0.27] if mark == "N" else [0.18, 0.18]
    while True:
        d = workday(add_days(d, 5 + int((RNG.random() + RNG.random()) * (24 if mark == "N" else 16) * haste)))
        if d > TODAY:
            return moves
        roll = RNG.random()
        out = lose[at - 1] * (2.1 - 1.1 * skill)
        if roll < out:
            return moves + [(d, mark + "L")]
        if at > 1 and roll < out + 0.07:
            at -= 1
        elif at < top and roll > 0.93:
            at += 2
        else:
            at += 1
        if at > top:
            return moves + [(d, mark + "W")]
        moves.append((d, f"{mark}{at}"))


DEALS = []
bought = set()
for m, count in enumerate(OPENED):
    year, month = 2025 + m // 12, m % 12 + 1
    last = min(TODAY, date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    for opened in sorted(workday(date(year, month, whole(1, last))) for _ in range(count)):
        opened = min(opened, TODAY)
        renewal = chance(0.28)
        fits = [a for a in ACCOUNTS if a["customer"] or a["id"] in bought] if renewal else ACCOUNTS
        a = weighted([(a, {"Enterprise": 1.4, "Mid-market": 1.1, "Small": 0.8}[a["segment"]]
                       * BUSY.get(seller(a, opened), 1.0)
                       * (2.5 if seller(a, opened) == MOVER and opened < MOVED else 1.0))
                      for a in fits])
        known = a["customer"] or a["id"] in bought
        kind = "renewal" if renewal else pick(["up_sell", "cross_sell", "new"]) if known else "new"
        owner = seller(a, opened)
        if renewal and a["segment"] != "Enterprise" and a["region"] in ("Bangkok", "Kanto") and chance(0.7):
            owner = "P26" if a["region"] == "Bangkok" else "P27"
        elif a["pool"] == "KEY" and chance(0.2):
            owner = "P03"
        first = "R1" if renewal else "N1"
        moves = course(first, opened, SKILL[owner], 0.6 if m == 0 else 1.0)
        bought |= {a["id"]} if moves and moves[-1][1] in WON else set()
        DEALS.append({
            "id": f"D{len(DEALS) + 1:04d}", "account": a, "owner": owner, "stage": first, "opened": opened,
            "amount": amount_for(a, kind, year), "currency": "USD" if a["usd"] else "THB", "type": kind,
            "contact": None if chance(0.12) else add_days(opened, -whole(0, 45)),
            "close": add_days(opened, whole(30, 60) if renewal else whole(60, 140)),
            "source": weighted([("outbound", 26), ("website", 20), ("referral", 18), ("event", 12), ("campaign", 12),
                                ("partner", 12)]) if not renewal else pick(["outbound", "referral"]),
            "moves": moves, "owners": [], "amounts": [],
        })


def last_stage(d):
    return d["moves"][-1][1] if d["moves"] else d["stage"]


def closed_on(d):
    return d["moves"][-1][0] if last_stage(d) in WON + LOST else None


def owner_on(d, on):
    return [o for c, o in [(d["opened"], d["owner"])] + d["owners"] if c <= on][-1]


def latest_amount(d):
    return (d["amounts"] or [(None, d["amount"])])[-1][1]


def first_deal(fits):
    return next(d for d in DEALS if "story" not in d and fits(d))


def story(fits, text):
    d = first_deal(fits)
    d["story"] = text
    return d


def won_between(d, low, high):
    return last_stage(d) == "NW" and low <= closed_on(d) <= high


# The events that a test wants to find. The README names them.
d = story(lambda d: won_between(d, date(2025, 4, 1), date(2025, 7, 31)), "won, reopened, won again")
REWON = d
d["moves"] += [(workday(add_days(closed_on(d), 38)), "N4"), (workday(add_days(closed_on(d), 59)), "NW")]
d = story(lambda d: won_between(d, date(2026, 6, 8), date(2026, 9, 11)), "won, reopened, open today")
REOPENED = d
d["moves"].append((date(2026, 10, 12), "N3"))
d = story(lambda d: won_between(d, date(2026, 3, 2), date(2026, 3, 31)) and d["moves"][-1][0].day < 15,
          "won, reopened and lost within one month")
SAME_MONTH = d
d["moves"] += [(date(2026, 3, 19), "N4"), (date(2026, 3, 27), "NL")]
d = story(lambda d: last_stage(d) == "NL" and date(2025, 8, 1) <= closed_on(d) <= date(2025, 9, 20)
          and len(d["moves"]) > 2, "lost, reopened, won")
LOST_WON = d
d["moves"] += [(workday(add_days(closed_on(d), 45)), "N3"), (workday(add_days(closed_on(d), 80)), "NW")]

# Hand-overs: the leaver's open deals, most of the mover's, one on the closing day itself, and a few more.
for d in DEALS:
    if d["owner"] == LEAVER and (closed_on(d) is None or closed_on(d) >= HANDED_OVER):
        d["owners"].append((HANDED_OVER, pick(["P16", "P17"])))
kept = 0
for d in DEALS:
    if d["owner"] == MOVER and d["opened"] < MOVED and (closed_on(d) is None or closed_on(d) >= MOVED):
        if kept < 3:
            kept += 1
        else:
            d["owners"].append((MOVED, pick(["P09", "P10", "P11"])))
d = story(lambda d: won_between(d, date(2025, 8, 1), date(2025, 11, 28)) and d["owner"] in ("P09", "P10")
          and not d["owners"], "handed over on the closing day")
HANDED = d
d["owners"].append((closed_on(d), "P11"))
for _ in range(8):
    d = pick([d for d in DEALS if not d["owners"] and "story" not in d and d["account"]["pool"] != "KEY"
              and d["opened"] > date(2026, 1, 15) and d["moves"] and d["owner"] not in ("P26", "P27")])
    others = [p for p in POOLS[d["account"]["pool"]] if p != d["owner"] and serves(p, d["account"]["pool"],
        d["opened"])]
    d["owners"].append((add_days(d["moves"][0][0], -2 if chance(0.5) else 1), pick(others)))

# Amounts that changed while the deal was open.
for d in DEALS:
    end = closed_on(d) or TODAY
    if d.get("story") or (end - d["opened"]).days < 12 or not chance(0.16):
        continue
    on = add_days(d["opened"], whole(2, (end - d["opened"]).days - 3))
    step = d["amount"] * whole(-22, 30) // 100 // 1000 * 1000
    if step:
        d["amounts"].append((on, d["amount"] + step))
        if chance(0.2) and (end - on).days > 8:
            d["amounts"].append((add_days(on, whole(2, 5)), d["amount"] + step // 2 // 1000 * 1000 + 5000))

LATE = story(lambda d: won_between(d, date(2026, 3, 5), date(2026, 5, 29)) and d["opened"] < date(2026, 1, 28)
             and not d["amounts"] and not d["owners"] and d["currency"] == "THB"
             and any(c < date(2026, 2, 10) and s != "N1" for c, s in d["moves"]), "corrected late")
LATE_AMOUNT = (LATE["id"], date(2026, 2, 12), LATE["amount"] + 18500000 + 12550)

# Splits of won deals, and overlays that count nowhere.
SPLITS = []
won = [d for d in DEALS if last_stage(d) in WON]
for d in [d for n, d in enumerate(won) if n % 5 == 2 and d is not LATE and d is not HANDED][:25] + [REWON]:
    owner = owner_on(d, closed_on(d))
    team = [p for p in CARRIERS if p != owner and employed(p, add_days(closed_on(d), 20)) and HIRED[p] <= d["opened"]]
    near = [p for p in team if p in POOLS[d["account"]["pool"]]] or team
    second = pick(near if chance(0.6) else team)
    if chance(0.28):
        third = pick([p for p in team if p != second])
        parts = [(owner, 50), (second, 30), (third, 20)] if chance(0.6) else [(owner, 34), (second, 33), (third, 33)]
    else:
        share = pick([50, 60, 70, 75])
        parts = [(owner, share), (second, 100 - share)]
    SPLITS += [(d["id"], p, share, "revenue") for p, share in parts]
for n, d in enumerate(won[3::29]):
    SPLITS.append((d["id"], "P35" if n % 2 else "P36", 100, "overlay"))


def credit(d):
    parts = [(p, share) for i, p, share, kind in SPLITS if i == d["id"] and kind == "revenue"]
    return parts or [(owner_on(d, closed_on(d)), 100)]


def booked(d):
    """The won amount at the plan rate, in ten-thousandths of a baht."""
    return latest_amount(d) * (PLAN[closed_on(d).year] if d["currency"] == "USD" else 100)


# ---- quotas: set so that a year comes to 60 to 130 percent --------------------------------------------------------

REVENUE = {}
for d in won:
    for p, share in credit(d):
        at = (p, closed_on(d).year)
        REVENUE[at] = REVENUE.get(at, 0) + booked(d) * share / 100 / 10000
QUOTAS = []
for p in CARRIERS:
    for year in (2025, 2026):
        goal = 0.74 + RNG.random() * 0.56
        sold = REVENUE.get((p, year), 0) * (1 if year == 2025 else 1.14)
        yearly = max(sold / goal, 600000)
        quarters = []
        for q, weight in enumerate((21, 24, 25, 30)):
            begins = date(year, q * 3 + 1, 1)
            ends = date(year + q // 3, (q * 3 + 3) % 12 + 1, 1)
            starts, stops = max(begins, HIRED[p]), min(ends, LEFT[p])
            if starts < stops:
                weight = weight * (stops - starts).days / (ends - begins).days
                quarters.append((q, starts, stops, weight, starts > begins))
        for q, starts, stops, weight, joined in quarters:
            amount = int(yearly * weight / sum(x[3] for x in quarters) / 10000 + 0.5) * 10000
            leaves = "leaves in the quarter" if stops == LEFT[p] else "annual plan"
            reason = "joined in the quarter" if joined else leaves
            QUOTAS.append((f"Q-{p}-{year}Q{q + 1}", p, starts, stops, hundredths(amount * 100), "THB", reason))

# ---- orders -------------------------------------------------------------------------------------------------------

ORDERS, LINES = [], []
buyers = [a for a in ACCOUNTS if a["customer"] or a["id"] in bought]
days = sorted(workday(add_days(FIRST, int(685 * (1 - (1 - RNG.random()) ** 1.15)))) for _ in range(316))
days = [d for d in days if d <= TODAY]


def order(a, on, lines, cancelled=None):
    ORDERS.append((f"O{len(ORDERS) + 1:04d}", a["id"], seller(a, on), on, "THB", cancelled))
    for product, quantity, price, discount, off in lines:
        LINES.append((f"L{len(LINES) + 1:04d}", ORDERS[-1][0], product, quantity, price, discount, off))


for n, on in enumerate(days):
    a = weighted([(a, {"Enterprise": 3, "Mid-market": 2, "Small": 1}[a["segment"]]) for a in buyers])
    lines = []
    for _ in range(weighted([(1, 28), (2, 30), (3, 22), (4, 13), (5, 7)])):
        p, _, category, price, _ = pick(PRODUCTS)
        quantity = whole(*{"Services": (1, 4), "Software": (1, 4), "Gateways": (2, 5)}.get(category, (5, 40)))
        discount = weighted([(0, 40), (3, 8), (5, 20), (10, 18), (15, 9), (20, 5)])
        price = hundredths(price * (103 if on.year == 2026 else 100))
        lines.append((p, quantity, price, hundredths(discount), 1 if n % 97 == 40 and lines else None))
    order(a, on, lines, 1 if n in (57, 203) else None)
    if n == 120:
        refunded, again = a, [(p, -max(1, q // 2), price, off, None) for p, q, price, off, _ in lines[:2]]
    if n == 131:
        order(refunded, on, again)
    if n == 250:  # the same product twice in one order
        order(a, on, [("PR01", 10, "4326.00", "0.00", None), ("PR01", 6, "4326.00", "0.10", None),
                      ("PR12", 20, "978.50", "0.05", None)])

# ---- activities ---------------------------------------------------------------------------------------------------

ACTIVITIES = []
workers = [(p, {"sdr": 3.2, "ae": 2.0, "kam": 1.6, "am": 1.8, "esd": 0.8}[ROLE[p]])
           for p in ROLE if ROLE[p] in ("sdr", "ae", "kam", "am", "esd")]
OUTCOMES = {"call": [("connected", 46), ("no_answer", 54)], "meeting": [("held", 84), ("no_show", 16)],
            "visit": [("held", 93), ("no_show", 7)], "email": [("replied", 31), ("sent", 69)]}
for on in sorted(workday(add_days(FIRST, whole(0, 687))) for _ in range(1500)):
    if on > TODAY:
        continue
    person = weighted([w for w in workers if employed(w[0], on)])
    if ROLE[person] == "sdr":
        kind = weighted([("call", 60), ("email", 32), ("meeting", 8)])
        a = pick(ACCOUNTS)
    else:
        kind = weighted([("call", 30), ("email", 25), ("meeting", 28), ("visit", 17)])
        a = pick([a for a in ACCOUNTS if seller(a, on) == person] or
                 [a for a in ACCOUNTS if a["region"] == ("Kanto" if person == "P27" else "Bangkok")])
    ACTIVITIES.append((f"X{len(ACTIVITIES) + 1:04d}", kind, a["id"], person, on, weighted(OUTCOMES[kind])))

# ---- key and target accounts, costs of deals, and the deals of activities -----------------------------------------

BOOKED = {}
for d in won:
    BOOKED[d["account"]["id"]] = BOOKED.get(d["account"]["id"], 0) + booked(d)
KEYS = sorted(BOOKED, key=lambda a: (-BOOKED[a], a))[:12]
TARGETS = [a["id"] for a in ACCOUNTS if draw(0, 2, "target", a["id"]) == 0]


def cost(d):
    if draw(0, 9, "unknown", d["id"]) == 0:
        return None
    return hundredths(d["amount"] * draw(550, 800, "cost", d["id"]) // 1000)


def revenue_source(d):
    """Whose work the revenue is from; of some deals nobody wrote it down."""
    kind = draw(0, 19, "class", d["id"])
    if kind == 0:
        return None
    if d["type"] == "renewal":
        return "service" if kind < 6 else "support" if kind < 8 else "direct_sales"
    other = {"partner": "partner", "campaign": "marketing", "event": "marketing", "website": "self_service"}
    return "direct_sales" if kind < 8 else other.get(d["source"], "direct_sales")


def delivery(o):
    """The day by which an order was promised and that on which it was delivered, where there is one."""
    promised = workday(add_days(o[3], draw(1, 6, "promised", o[0]) * 7))
    late = draw(-60, 30, "late", o[0])
    shipped = max(o[3], add_days(promised, min(late, 0) // 6 + max(late - 12, 0)))
    return (None if draw(0, 14, "no promise", o[0]) == 0 else promised,
            None if shipped > TODAY or draw(0, 39, "never", o[0]) == 0 else shipped)


def open_spans(d):
    """The days on which a deal is open, both ends included: a closing day still is one."""
    spans, since = [], d["opened"]
    for on, stage in d["moves"]:
        if stage in WON + LOST:
            spans.append((since, on))
            since = None
        elif since is None:
            since = on
    return spans + ([(since, TODAY)] if since else [])


def deal_of(activity):
    i, _, account, _, on, _ = activity
    fits = [d["id"] for d in DEALS if d["account"]["id"] == account and any(s <= on <= e for s, e in open_spans(d))]
    return fits[draw(0, len(fits) - 1, "which", i)] if fits and draw(1, 100, "linked", i) <= 60 else None


# ---- expected close dates that moved, while the deal was open -----------------------------------------------------

CLOSE_DATES = []
for d in DEALS:
    since, until = open_spans(d)[0]
    days, close = (until - since).days, d["close"]
    late = close < until  # then mostly put off before that day, else now and then for some reason
    if days < 12 or draw(1, 100, "moved", d["id"]) > (65 if late else 6):
        continue
    on = add_days(close, -draw(2, 18, "before", d["id"])) if late else add_days(since, draw(3, days - 4, "on", d["id"]))
    for n in range(1 if draw(1, 100, "twice", d["id"]) > 35 else 2):
        by = draw(14, 75, "by", d["id"], n)
        if draw(1, 6, "sooner", d["id"], n) == 1 and add_days(close, -by // 2) > on:
            by = -by // 2
        close = add_days(max(close, on) if by > 0 else close, by)
        CLOSE_DATES.append((d["id"], on, close))
        if (until - on).days < 4:
            break
        on = add_days(on, draw(1, (until - on).days - 1, "second", d["id"]))

# ---- receivables, cash flows and costs ----------------------------------------------------------------------------

RECEIVABLES = []
for n in range(150):
    i = f"V{n + 1:03d}"
    posted = workday(add_days(FIRST, n * 683 // 149 + draw(0, 3, "posted", i) // 3))
    a = buyers[draw(0, len(buyers) - 1, "debtor", i)]
    most = {"Enterprise": 9000, "Mid-market": 4200, "Small": 1500}[a["segment"]]
    amount = draw(most // 6, most, "owed", i) * 10000 + draw(0, 3, "satang", i) * 2525
    paid = add_days(posted, draw(12, 90, "paid", i))
    paid = add_days(paid, min(4 - paid.weekday(), 0))
    paid = paid if paid <= TODAY and draw(1, 100, "pays", i) <= 92 else None
    usd = a["usd"] and draw(0, 1, "currency", i)
    RECEIVABLES.append((i, a["id"], seller(a, posted), posted, add_days(posted, 30), paid,
                        hundredths(amount // 34 if usd else amount), "USD" if usd else "THB"))

CASH_FLOWS = []
for stated, ids in ((date(2025, 1, 15), sorted(KEYS[:8])), (date(2026, 1, 15), sorted(KEYS[:8])[::2])):
    for a in [a for a in ACCOUNTS if a["id"] in ids]:
        spent = draw(400, 1200, "spent", a["id"], stated) * 100000
        for year in range(4):
            amount = spent * draw(24, 58, "returns", a["id"], stated, year) // 100
            amount += draw(0, 1, "half", a["id"], year) * 50
            CASH_FLOWS.append((f"F{len(CASH_FLOWS) + 1:02d}", a["id"], seller(a, stated), stated, year,
                               hundredths(amount if year else -spent), "THB"))

COSTS = []
for n in range(len(OPENED)):
    for category, source, thousands in (
            ("marketing", "website", 90), ("marketing", "campaign", 110), ("marketing", "event", 80),
            ("marketing", "referral", 25), ("sales_development", "outbound", 160), ("sales", "partner", 45),
            ("sales", None, 280), ("account_management", None, 130)):
        i = f"K{len(COSTS) + 1:03d}"
        amount = thousands * draw(880, 1120, "spend", i) * (104 if n > 11 else 100)
        on = date(2025 + n // 12, n % 12 + 1, draw(1, 20, "booked", i))
        COSTS.append((i, category, on, hundredths(amount), "THB", source))

# ---- leads, meetings, cases and what people learn: their own chance, so that nothing above changes ------------------

RNG = random.Random(11)
SDRS = [p for p in ROLE if ROLE[p] == "sdr"]
FIELD = [p for p in ROLE if ROLE[p] in ("ae", "am")]
SELLERS = [p for p in ROLE if ROLE[p] in ("ae", "kam", "am")]
CONTACTS_OF = {}
for c in CONTACTS:
    CONTACTS_OF.setdefault(c[5], []).append(c[0])


def some_day(low, high):
    return workday(add_days(low, whole(0, (high - low).days)))


def on_time(on):
    """on, where it has come."""
    return on if on and on <= TODAY else None


def sdr_on(on):
    return pick([p for p in SDRS if employed(p, on)])


def manager_on(person, on):
    said = [(FIRST, next(p[5] for p in PEOPLE if p[0] == person))]
    return [m for since, m in said + [(since, m) for p, since, _, m in PEOPLE_HISTORY if p == person] if since <= on][-1]


LEAD_SOURCES = [("website", 26), ("outbound", 22), ("campaign", 16), ("event", 12), ("social", 9), ("referral", 9),
                ("partner", 6)]
REASONS = ["no budget", "no need", "wrong contact", "bought elsewhere", "no answer"]


def moment(at, owner):
    """A moment in Bangkok, as the sender writes it: those in Japan by their own clock."""
    if at is None:
        return None
    if owner in ("P32", "P33"):
        return f"{at + timedelta(hours=2):%Y-%m-%dT%H:%M:00}+09:00"
    return f"{at:%Y-%m-%d %H:%M}"


def answer_to(received):
    """When a lead is answered: within minutes, hours or days, or never."""
    minutes = weighted([(whole(3, 90), 40), (whole(91, 600), 25), (whole(601, 6000), 20), (None, 15)])
    return received + timedelta(minutes=minutes) if minutes else None


LEADS = []
starts = [d for d in DEALS if d["stage"] == "N1" and d["opened"] > date(2025, 1, 6)]
chosen = sorted({starts[int(RNG.random() * len(starts))]["id"] for _ in range(58)})
for n, d in enumerate([d for d in DEALS if d["id"] in chosen]):
    took = [96, 118, 131, 90, 91][n // 9 % 5] if n % 9 == 4 else whole(2, 75)
    created = add_days(d["opened"], -took)
    qualified = add_days(created, whole(0, took))
    LEADS.append({"on": created, "deal": d, "account": d["account"], "source": d["source"], "qualified": qualified,
                  "converted": d["opened"]})
for n in range(200):
    created = add_days(FIRST, whole(0, 688))
    qualified = None
    if chance(0.3):
        qualified = add_days(created, {3: 90, 17: 91, 29: 120, 41: 104, 53: 93}.get(n % 60, whole(1, 60)))
    LEADS.append({"on": created, "deal": None, "account": pick(ACCOUNTS) if chance(0.25) else None,
                  "source": weighted(LEAD_SOURCES), "qualified": on_time(qualified), "converted": None})
LEADS.sort(key=lambda x: (x["on"], x["deal"]["id"] if x["deal"] else ""))
for n, x in enumerate(LEADS, 1):
    x["id"] = f"LD{n:03d}"
    events = [e for e in (x["qualified"], x["converted"], x["on"]) if e]
    x["owner"] = x["deal"]["owner"] if x["deal"] and chance(0.2) else sdr_on(x["on"])
    if not x["deal"] and chance(0.12):
        x["owner"] = pick([p for p in ROLE if ROLE[p] == "ae" and employed(p, x["on"])])
    if not all(employed(x["owner"], e) for e in events):
        x["owner"] = pick(["P29", "P30"])
    home = x["account"]["country"] if x["account"] else pick(["Thailand", "Japan", "other"])
    home = home if home in ("Thailand", "Japan") else None
    (given, given_l), (family, family_l) = pick(GIVEN[home]), pick(FAMILY[home])
    x["name"] = f"{family} {given}" if home == "Japan" else f"{given} {family}"
    x["organisation"] = x["account"]["name"] if x["account"] else f"{pick(STEMS[home])} {pick(INDUSTRIES)[1]} {n}"
    slug = x["organisation"].lower().replace(" ", "-")
    x["email"] = f"{given_l}.{family_l}@{slug}.example" if chance(0.8) else None
    x["reviewed"] = on_time(add_days(x["on"], whole(0, 9))) if chance(0.72) else None
    good = x["qualified"] or x["converted"]
    x["accepted"] = (1 if chance(0.86 if good else 0.35) else 0) if x["reviewed"] else None
    x["relevance"] = None
    if x["reviewed"] and chance(0.85):
        x["relevance"] = pick(["3", "3.5", "4", "4.5", "5"] if x["accepted"] else ["1", "1.5", "2", "2.5", "3"])
    x["out"] = x["reason"] = None
    if not x["converted"] and chance(0.32):
        x["out"] = on_time(add_days(x["qualified"] or x["on"], whole(1, 40)))
        x["reason"] = pick(REASONS) if x["out"] else None
    x["received"] = x["answered"] = None
    if chance(0.75):
        at = whole(8 * 60, 20 * 60 - 1) if chance(0.85) else whole(0, 24 * 60 - 1)
        x["received"] = datetime(x["on"].year, x["on"].month, x["on"].day) + timedelta(minutes=at)
        x["answered"] = answer_to(x["received"])
        if x["answered"] and x["answered"].date() > TODAY:
            x["answered"] = None
# What goes wrong: answered before it came, converted before it was created, the same person again after a while.
odd = [x for x in LEADS if x["answered"]]
odd[20]["answered"] = odd[20]["received"] - timedelta(minutes=45)
odd = next(x for x in LEADS if x["converted"] and x["on"] > date(2025, 5, 1))
odd["on"], odd["qualified"] = add_days(odd["converted"], 4), add_days(odd["converted"], 5)
odd["reviewed"] = odd["accepted"] = odd["relevance"] = odd["received"] = odd["answered"] = None
for x in [x for x in LEADS if not x["account"] and x["on"] < date(2026, 3, 1)][30::60]:
    again = next(y for y in LEADS if not y["account"] and (y["on"] - x["on"]).days > 100)
    again.update({key: x[key] for key in ("name", "organisation", "email")})
# Qualified, given up and qualified again: the first time counts.
LEAD_HISTORY = [(x["id"], on_time(add_days(x["qualified"], 33))) for x in LEADS
                if x["qualified"] and not x["converted"] and not x["out"]][2::6]
LEAD_HISTORY = [(i, on, on) for i, on in LEAD_HISTORY if on]

MEETINGS = []
for n in range(124):
    held = some_day(date(2025, 1, 13), date(2026, 12, 3))
    made = workday(add_days(held, -whole(3, 21)))
    made = made if made < held else add_days(held, -1)
    a = pick(ACCOUNTS)
    by, owner = sdr_on(made), seller(a, held)
    if n in (11, 47, 75, 101):
        by = "P26"
    if n in (20, 60, 90):
        by = owner
    if made > TODAY or not employed(owner, made) or not employed(by, made) or (by == owner and n not in (20, 60, 90)):
        continue
    result = None
    if held <= TODAY and not (held > date(2026, 11, 9) and chance(0.5)):
        result = weighted([("held", 70), ("no_show", 17), ("disqualified", 13)])
    MEETINGS.append((weighted([("meeting", 85), ("visit", 15)]), a["id"], owner, held, result, by, made))
MEETINGS.append(("meeting", "A001", "P09", date(2026, 6, 3), "no_show", "P31", date(2026, 5, 27)))
MEETINGS.append(("meeting", "A075", "P19", date(2026, 6, 5), "held", "P31", date(2026, 5, 29)))
MEETINGS = [(f"M{n:03d}", *m) for n, m in enumerate(sorted(MEETINGS, key=lambda m: (m[6], m[3], m[1])), 1)]

SUBJECTS = ["Sensor reads too high", "Gateway loses its connection", "Wrong quantity delivered", "Invoice does not match",
            "Licence key refused", "Installation postponed", "Certificate missing", "Training material asked for"]
CASES = []
for n in range(84):
    opened = some_day(date(2025, 1, 2), date(2026, 11, 18))
    due = add_days(opened, pick([3, 5, 10, 14]))
    a = pick(buyers)
    owner = seller(a, opened)
    if not employed(owner, due):
        owner = seller(a, due)
    resolved = reopened = None
    if not chance(0.1):
        resolved = add_days(opened, whole(0, (due - opened).days) if chance(0.78) else whole(6, 30))
        if n % 5 == 3:
            reopened = add_days(resolved, [2, 20, 13, 14, 15, 6, 45, 9, 31][n // 5 % 9])
    resolved, reopened = on_time(resolved), on_time(reopened)
    CASES.append((pick(SUBJECTS), a["id"], pick(CONTACTS_OF[a["id"]]) if chance(0.8) else None, owner, opened, due,
                  resolved, reopened))
CASES = [(f"CS{n:02d}", *c) for n, c in enumerate(sorted(CASES, key=lambda c: (c[4], c[1])), 1)]

ANSWERS, asks = [], {}
heard = [a for a in ACCOUNTS if a["own"] in ("P09", "P12", "P13", "P16", "P19", "P23", "P24")]
for n in range(156):
    on = some_day(date(2025, 1, 20), date(2026, 11, 19))
    survey = "csat" if n % 5 < 3 else "nps"
    a = pick(heard if chance(0.7) else ACCOUNTS)
    if n % 13 == 5:
        a = next(a for a in ACCOUNTS if a["id"] == "A001")
    contact = pick(CONTACTS_OF[a["id"]]) if chance(0.82) else None
    # Whoever is asked again in the year is asked by the same person.
    owner = asks.setdefault((contact or n, on.year), seller(a, on))
    if not employed(owner, on) or (contact, survey, on) in [(x[5], x[1], x[2]) for x in ANSWERS if contact]:
        continue
    score = weighted([(5, 34), (4, 33), (3, 17), (2, 10), (1, 6)] if survey == "csat" else
                     [(10, 22), (9, 20), (8, 18), (7, 12), (6, 8), (5, 6), (4, 5), (3, 4), (1, 3), (0, 2)])
    ANSWERS.append((n, survey, on, score, a["id"], contact, owner, "Came late" if score < 3 and chance(0.5) else None))
ANSWERS = [(f"SV{n:03d}", *x[1:]) for n, x in enumerate(sorted(ANSWERS, key=lambda x: (x[2], x[0])), 1)]

FEEDBACK = []
for p in SELLERS:
    for m in range(23):
        for _ in range(weighted([(0, 55), (1, 36), (2, 9)])):
            on = workday(date(2025 + m // 12, m % 12 + 1, whole(1, 24)))
            if on <= TODAY and employed(p, on):
                FEEDBACK.append((p, manager_on(p, on), on, None if chance(0.15) else whole(2, 5)))
FEEDBACK = [(f"FB{n:03d}", *f) for n, f in enumerate(sorted(FEEDBACK, key=lambda f: (f[2], f[0])), 1)]

COURSES = ["Negotiation", "Presentation", "Product knowledge", "Pipeline discipline", "Objection handling"]
TRAININGS = []
for p in SELLERS + SDRS:
    for half in range(4):
        course = COURSES[(half + int(p[1:])) % 5]
        assigned = some_day(date(2025 + half // 2, half % 2 * 6 + 1, 8), date(2025 + half // 2, half % 2 * 6 + 3, 28))
        due = add_days(assigned, pick([30, 45, 60]))
        if not employed(p, assigned) or not employed(p, due):
            continue
        done = weighted([(add_days(due, -whole(0, 28)), 70), (add_days(due, whole(1, 40)), 16), (None, 14)])
        done = on_time(done) if done and employed(p, done) else None
        before = after = None
        if course in ("Negotiation", "Product knowledge"):
            before = f"{whole(80, 150) / 2:.1f}"
            after = f"{float(before) + whole(0, 50) / 2:.1f}" if done and len(TRAININGS) % 11 != 7 else None
        TRAININGS.append((course, p, assigned, due, done, whole(2, 5) if done and chance(0.85) else None, before, after))
for p in ("P09", "P16", "P29"):  # due after the last day
    TRAININGS.append(("Objection handling", p, date(2026, 11, 2), date(2026, 12, 15), None, None, None, None))
TRAININGS = [(f"TR{n:03d}", *t) for n, t in enumerate(sorted(TRAININGS, key=lambda t: (t[3], t[1])), 1)]

ASSESSMENTS = []
for p in ("P09", "P10", "P13", "P16", "P17", "P19", "P21", "P23", "P24", "P29", "P32"):
    level = whole(90, 140)
    for n, (year, month) in enumerate(((2025, 2), (2025, 7), (2026, 2), (2026, 8))):
        for skill, w25, w26 in (("negotiation", "0.40", "0.50"), ("presentation", "0.35", "0.30"),
                                ("product knowledge", "0.25", "0.20")):
            on = workday(date(year, month, whole(2, 24)))
            for _ in range(2 if chance(0.2) else 1):
                ASSESSMENTS.append((skill, p, on, f"{min(level + n * 5 + whole(-16, 22), 200) / 2:.1f}",
                                    w25 if year == 2025 else w26))
                on = add_days(on, whole(4, 20))
ASSESSMENTS = [(f"AS{n:03d}", *x) for n, x in enumerate(sorted(ASSESSMENTS, key=lambda x: (x[2], x[1], x[0])), 1)]

CONTENTS = ["Plant Monitor brochure", "A food plant saves water", "Price guide", "Calibration in ten minutes"]
CONTENT = []
for _ in range(140):
    on = some_day(date(2025, 1, 8), date(2026, 11, 18))
    contact = pick(CONTACTS)
    a = next(a for a in ACCOUNTS if a["id"] == contact[5])
    owner = sdr_on(on) if chance(0.3) else seller(a, on)
    content = pick(CONTENTS)
    CONTENT.append((content, "sent", on, contact[0], owner))
    for event, p in (("viewed", 0.4), ("clicked", 0.16), ("shared", 0.06)):
        seen = add_days(on, whole(0, 12))
        if chance(p) and seen <= TODAY and employed(owner, seen):
            CONTENT.append((content, event, seen, contact[0], owner))
CONTENT = [(f"CE{n:03d}", *x) for n, x in enumerate(sorted(CONTENT, key=lambda x: (x[2], x[3], x[1])), 1)]

VISITS = []
for _ in range(170):
    planned = some_day(date(2025, 1, 6), date(2026, 12, 4))
    a = pick(ACCOUNTS)
    owner = seller(a, planned)
    if ROLE[owner] == "ae" and chance(0.15) and a["region"] in ("Bangkok", "Kanto"):
        owner = "P26" if a["region"] == "Bangkok" else "P27"
    monday = add_days(planned, -planned.weekday())
    done = weighted([(planned, 46), (add_days(monday, whole(0, 4)), 18), (add_days(monday, 6), 3),
                     (add_days(monday, 7), 5), (add_days(monday, whole(8, 20)), 10), (None, 18)])
    VISITS.append((a["id"], owner, planned, on_time(done)))
VISITS = [(f"VP{n:03d}", *x) for n, x in enumerate(sorted(VISITS, key=lambda x: (x[2], x[0], x[1])), 1)]

TENDERS = []
for n in range(44):
    sent = some_day(date(2025, 1, 8), date(2026, 11, 6))
    a = pick([a for a in ACCOUNTS if a["segment"] != "Small"])
    owner = seller(a, sent)
    decided = on_time(add_days(sent, whole(20, 95)))
    result = weighted([("won", 34), ("lost", 52), ("cancelled", 14)]) if decided else None
    if decided and not employed(owner, decided):
        owner = seller(a, decided)
    TENDERS.append((f"Tender {sent:%Y-%m} {a['name']}", a["id"], owner, sent, decided, result,
                    hundredths(whole(300, 4000) * 100000), "THB"))
TENDERS = [(f"TD{n:02d}", *t) for n, t in enumerate(sorted(TENDERS, key=lambda t: (t[3], t[1])), 1)]

REPORTS = []
for p in ("P09", "P12", "P13", "P16", "P18", "P23", "P24", "P26"):
    for m in range(23):
        due = date(2025 + (m + 1) // 12, (m + 1) % 12 + 1, 5)  # of the month before
        if employed(p, due):
            done = weighted([(add_days(due, -whole(0, 4)), 82), (add_days(due, whole(1, 9)), 12), (None, 6)])
            month = date(2025 + m // 12, m % 12 + 1, 1)
            REPORTS.append((f"Sales report {month:%Y-%m}", p, due, on_time(done)))
REPORTS = [(f"RP{n:03d}", *r) for n, r in enumerate(sorted(REPORTS, key=lambda r: (r[2], r[1])), 1)]

RELATIONS, RELATION_HISTORY = [], []
for n, c in enumerate([c for c in CONTACTS if c[5] in KEYS or c[5] in TARGETS[::3]], 1):
    known = some_day(date(2025, 1, 2), date(2025, 3, 20) if n % 4 else date(2026, 6, 20))
    a = next(a for a in ACCOUNTS if a["id"] == c[5])
    owner = seller(a, known)
    owner = owner if employed(owner, TODAY) else seller(a, TODAY)
    level = weighted([(0, 20), (1, 38), (2, 27), (3, 15)])
    RELATIONS.append((f"RL{n:02d}", c[0], owner, known, level))
    on = known
    for _ in range(weighted([(0, 25), (1, 35), (2, 25), (3, 15)])):
        on = workday(add_days(on, whole(40, 220)))
        then = max(0, min(4, level + (1 if chance(0.8) else -1)))
        if on <= TODAY and then != level:
            RELATION_HISTORY.append((RELATIONS[-1][0], on, then))
            level = then
RELATION_HISTORY.sort(key=lambda r: (r[1], r[0]))

MARKETS = [
    ("MS01", "Plant sensing, Thailand", "2025-01-01", "2026-01-01", "310000000.00", "THB", "Industry yearbook 2024", "2024-12-10"),
    ("MS02", "Plant sensing, Japan", "2025-01-01", "2026-01-01", "5400000.00", "USD", "Trade association", "2025-01-15"),
    ("MS03", "Plant sensing, Thailand", "2026-01-01", "2027-01-01", "342000000.00", "THB", "Industry yearbook 2025", "2025-12-09"),
    ("MS04", "Plant sensing, Japan", "2026-01-01", "2027-01-01", "5750000.00", "USD", "Trade association", "2026-01-20"),
]

BROUGHT = {}  # by person and month, in baht
for d in won:
    for p, share in credit(d):
        at = (p, closed_on(d).year, closed_on(d).month)
        BROUGHT[at] = BROUGHT.get(at, 0) + booked(d) * share // 1000000


def guess(actual):
    """A forecast of what came to be, to ten thousand baht."""
    if actual == 0:
        return pick([0, 0, 80000, 150000])
    return max(int(actual * (0.62 + RNG.random() * 0.7) / 10000 + 0.5) * 10000, 10000)


FORECASTS = []
spans = [(date(2025, m, 1), date(2025 + m // 12, m % 12 + 1, 1)) for m in range(1, 13)]
spans += [(date(2026, q * 3 + 1, 1), date(2026 + q // 3, (q * 3 + 3) % 12 + 1, 1)) for q in range(4)]
for begins, ends in spans:
    for p in CARRIERS:
        if not employed(p, begins):
            continue
        months = [m for m in range(begins.month, begins.month + (1 if begins.year == 2025 else 3))]
        actual = sum(BROUGHT.get((p, begins.year, m), 0) for m in months)
        thirty = guess(actual)
        if (p, begins) in (("P10", date(2025, 8, 1)), ("P21", date(2026, 4, 1))):  # forgot to say
            continue
        usd = p == "P22"
        amount = thirty // 34 // 100 * 100 if usd else thirty
        for horizon in [90, 60, 30, 14, 7, 0] if p == "P09" else [60, 30] if p in ("P16", "P23") else [30]:
            other = amount if horizon == 30 else max(amount + whole(-9, 12) * 10000, 0)
            stated = add_days(ends, -horizon)
            if stated <= TODAY:
                FORECASTS.append((p, begins, ends, horizon, hundredths(other * 100), "USD" if usd else "THB", stated))
FORECASTS = [(f"FC{n:03d}", *f) for n, f in enumerate(sorted(FORECASTS, key=lambda f: (f[1], f[0], -f[3])), 1)]

PLANS = []
for p in ("P23", "P24", "P25", "P09", "P16"):
    for year in (2025, 2026):
        amount = int(max(REVENUE.get((p, year), 0) * (0.8 + RNG.random() * 0.5), 500000) / 10000) * 10000
        PLANS.append((f"PQ{len(PLANS) + 1:02d}", p, date(year, 1, 1), date(year + 1, 1, 1), hundredths(amount * 100)))
for p in ("P26", "P27"):
    for year in (2025, 2026):
        for q in range(4):
            ends = date(year + q // 3, (q * 3 + 3) % 12 + 1, 1)
            amount = max(sum(BROUGHT.get((p, year, m), 0) for m in range(q * 3 + 1, q * 3 + 4)), 150000)
            amount = int(amount * (0.8 + RNG.random() * 0.5) / 10000) * 10000
            PLANS.append((f"PQ{len(PLANS) + 1:02d}", p, date(year, q * 3 + 1, 1), ends, hundredths(amount * 100)))
PLANS = [(i, p, "plan", s, e, amount, "THB", "personal sales plan") for i, p, s, e, amount in PLANS]

# ---- the story holds ----------------------------------------------------------------------------------------------


def check():
    assert len(PEOPLE) == 40 and len({p[2] for p in PEOPLE}) == 40
    count = {r: sum(1 for p in ROLE if ROLE[p] == r) for r in TITLES}
    assert all(count.values()) and count["ae"] == 14 and count["kam"] == 3 and count["sdr"] == 6 and count["aem"] >= 4
    assert sum(1 for p in LEFT.values() if p <= TODAY) == 2
    on = FIRST
    while on <= TODAY:
        for p in ROLE:
            held = [1 for _, q, _, s, e in ASSIGNMENTS if q == p and s <= on and (e is None or on < e)]
            assert len(held) == (ROLE[p] in ("ae", "kam") and employed(p, on)), (p, on)
        on = add_days(on, 1)
    kind = {s[0]: s[4] for s in STAGES}
    place = {s[0]: s[3] for s in STAGES}
    skips = backs = 0
    for d in DEALS:
        before, at = d["opened"], d["stage"]
        assert FIRST <= before <= TODAY and (d["contact"] is None or d["contact"] <= before)
        for on, stage in d["moves"]:
            assert before < on <= TODAY and stage != at and stage[0] == at[0], d["id"]
            assert "open" in (kind[at], kind[stage])
            skips += kind[stage] == "open" and kind[at] == "open" and place[stage] > place[at] + 1
            backs += kind[stage] == "open" and kind[at] == "open" and place[stage] < place[at]
            before, at = on, stage
        for rows in (d["owners"], d["amounts"]):
            assert [r[0] for r in rows] == sorted({r[0] for r in rows})
            assert all(d["opened"] < r[0] <= TODAY for r in rows)
        for on, amount in d["amounts"]:
            assert amount > 0 and (closed_on(d) is None or on < closed_on(d)), d["id"]
        end = closed_on(d) or TODAY
        spans = [(d["opened"], d["owner"])] + d["owners"] + [(end, owner_on(d, end))]
        for (on, owner), (until, _) in zip(spans, spans[1:]):
            assert employed(owner, on) and (employed(owner, until) or until == LEFT[owner]), d["id"]
    assert skips >= 10 and backs >= 10
    stages = {k: [s for _, s in v["moves"]] for k, v in
              {"rewon": REWON, "open": REOPENED, "month": SAME_MONTH, "lost": LOST_WON}.items()}
    assert stages["rewon"].count("NW") == 2 and stages["open"][-2:] == ["NW", "N3"]
    assert stages["month"][-3:] == ["NW", "N4", "NL"] and len({c.month for c, _ in SAME_MONTH["moves"][-3:]}) == 1
    assert stages["lost"].count("NL") == 1 and stages["lost"][-1] == "NW"
    shares, people = {}, {}
    for i, p, share, split in SPLITS:
        if split == "revenue":
            shares[i] = shares.get(i, 0) + share
            people.setdefault(i, []).append(p)
    assert 24 <= len(shares) <= 27 and set(shares.values()) == {100}
    assert all(len(p) == len(set(p)) for p in people.values())
    by_id = {d["id"]: d for d in DEALS}
    assert all(last_stage(by_id[i]) in WON for i, *_ in SPLITS)
    assert all(employed(p, closed_on(by_id[i])) for i, p, *_ in SPLITS)
    assert all(employed(p, on) for _, _, p, on, *_ in ORDERS)
    assert all(employed(p, on) for _, _, _, p, on, _ in ACTIVITIES)
    new = [d for d in DEALS if d["stage"] == "N1"]
    rate = sum(last_stage(d) == "NW" for d in new) / sum(closed_on(d) is not None for d in new)
    assert 0.25 <= rate <= 0.42, rate
    assert 400 <= len(DEALS) <= 440 and 85 <= len(ACCOUNTS) <= 95 and 310 <= len(ORDERS) <= 330
    usd = sum(d["currency"] == "USD" for d in DEALS) / len(DEALS)
    assert 0.15 <= usd <= 0.27, usd
    assert len(KEYS) == 12 and 25 <= len(TARGETS) <= 35, (len(KEYS), len(TARGETS))
    assert all(a in BOOKED for a in KEYS)
    linked = sum(deal_of(x) is not None for x in ACTIVITIES)
    assert 300 <= linked <= 700, linked
    moved = {d for d, *_ in CLOSE_DATES}
    assert 75 <= len(moved) <= 95 and len({c[:2] for c in CLOSE_DATES}) == len(CLOSE_DATES), len(moved)
    assert all(by_id[i]["opened"] < on < open_spans(by_id[i])[0][1] and on < to for i, on, to in CLOSE_DATES)
    assert all(employed(v[2], v[3]) for v in RECEIVABLES + CASH_FLOWS)
    assert all(v[3] <= TODAY and (v[5] is None or 10 <= (v[5] - v[3]).days <= 90) for v in RECEIVABLES)
    assert all(FIRST <= c[2] <= TODAY for c in COSTS)
    assert 240 <= len(LEADS) <= 260 and sum(x["converted"] is not None for x in LEADS) >= 45
    twins = {}
    for x in LEADS:
        twins.setdefault((x["name"], x["organisation"]), []).append(x["on"])
    twins = [sorted(v) for v in twins.values() if len(v) > 1]
    assert len(twins) >= 2 and all((b - a).days > 90 for v in twins for a, b in zip(v, v[1:])), twins
    assert all(x["deal"]["opened"] == x["converted"] and x["on"] < x["converted"] or x["on"] > x["converted"]
               for x in LEADS if x["deal"])
    assert len(LEAD_HISTORY) >= 4 and all(employed(x["owner"], x["on"]) for x in LEADS)
    assert all(employed(m[3], m[7]) and employed(m[6], m[7]) and m[7] < m[4] for m in MEETINGS)
    after = [(c[8] - c[7]).days for c in CASES if c[8]]
    assert sum(n <= 14 for n in after) >= 4 and sum(n > 14 for n in after) >= 4 and {14, 15} <= set(after), after
    assert all(employed(c[4], c[6]) for c in CASES) and all(employed(x[6], x[2]) for x in ANSWERS)
    assert all(employed(f[1], f[3]) and f[2] != f[1] for f in FEEDBACK)
    assert all(employed(t[2], t[4]) for t in TRAININGS) and any(t[7] and t[5] and not t[8] for t in TRAININGS)
    assert all(employed(v[2], v[3]) for v in VISITS) and any(ROLE[v[2]] == "kam" and v[4] for v in VISITS)
    assert {t[6] for t in TENDERS} == {"won", "lost", "cancelled", None}
    assert len({r[0] for r in RELATION_HISTORY}) >= 20 and len({f[4] for f in FORECASTS}) == 6
    total = {y: sum(v for (_, at), v in REVENUE.items() if at == y) for y in (2025, 2026)}
    assert total[2026] > total[2025]


check()

write("teams.csv", "id,name,parent", TEAMS)
write("people.csv", "id,name,email,title,role,team,manager,hired_on,left_on",
      [(i, name, f"{mail}@acme.example", TITLES[role], role, team, boss, hired, left)
       for i, name, mail, role, team, boss, hired, left in PEOPLE])
write("people_history.csv", "person,changed_on,team,manager", PEOPLE_HISTORY)
write("territories.csv", "id,name,parent", TERRITORIES)
write("territory_assignments.csv", "id,person,territory,starts_on,ends_on", ASSIGNMENTS)
write("pipelines.csv", "id,name", PIPELINES)
write("stages.csv", "id,pipeline,name,position,kind,probability,forecast_category,qualified", STAGES)
write("rates.csv", "id,from_currency,to_currency,rate,kind,starts_on", RATES)


def potential(account):
    """What it could buy in a year; nobody said it of every sixth."""
    number = int(account["id"][1:])
    most = {"Enterprise": 24_000_000, "Mid-market": 9_000_000}.get(account["segment"], 3_000_000)
    return None if number % 6 == 0 else hundredths(most * (40 + number * 37 % 61))


customers = {d["account"]["id"] for d in won} | {a["id"] for a in buyers}
write("accounts.csv", "id,name,kind,industry,segment,city,region,country,owner,territory,tier,target,annual_potential,entered_on",
      [(a["id"], a["name"], "customer" if a["id"] in customers else "prospect", a["industry"], a["segment"], a["city"],
        a["region"], a["country"], seller(a, TODAY), territory_of(seller(a, TODAY), TODAY),
        "key" if a["id"] in KEYS else "standard", 1 if a["id"] in TARGETS else None, potential(a), "2025-01-01") for a in ACCOUNTS])
write("contacts.csv", "id,name,title,email,phone,account", CONTACTS)
write("products.csv", "id,name,category,list_price,cost,currency",
      [(i, name, category, hundredths(p * 100), hundredths(c * 100), "THB") for i, name, category, p, c in PRODUCTS])
write("deals.csv",
      "id,name,account,owner,stage,amount,currency,opened_on,first_contact_on,close_date,type,source,next_step,cost,"
      "revenue_source",
      [(d["id"], f"{d['account']['name']} {d['type'].replace('_', '-')} {d['opened']:%Y-%m}", d["account"]["id"],
        d["owner"], d["stage"], hundredths(d["amount"]), d["currency"], d["opened"], d["contact"], d["close"],
        d["type"], d["source"], None if closed_on(d) else STEPS[int(d["id"][1:]) % len(STEPS)],
        cost(d), revenue_source(d)) for d in DEALS])
write("stage_history.csv", "deal,changed_on,stage",
      sorted(((d["id"], on, s) for d in DEALS for on, s in d["moves"]), key=lambda r: (r[1], r[0])))
write("owner_history.csv", "deal,changed_on,owner",
      sorted(((d["id"], on, o) for d in DEALS for on, o in d["owners"]), key=lambda r: (r[1], r[0])))
write("amount_history.csv", "deal,changed_on,amount",
      sorted(((d["id"], on, hundredths(a)) for d in DEALS for on, a in d["amounts"]), key=lambda r: (r[1], r[0])))
write("close_date_history.csv", "deal,changed_on,close_date", sorted(CLOSE_DATES, key=lambda r: (r[1], r[0])))
write("late/amount_history.csv", "deal,changed_on,amount", [(*LATE_AMOUNT[:2], hundredths(LATE_AMOUNT[2]))])
write("splits.csv", "id,deal,person,share,kind",
      [(f"S{n:03d}", i, p, hundredths(share), kind) for n, (i, p, share, kind) in enumerate(SPLITS, 1)])
write("quotas.csv", "id,person,starts_on,ends_on,amount,currency,reason", QUOTAS)
write("orders.csv", "id,account,owner,ordered_on,currency,cancelled,required_on,shipped_on",
      [(*o, *delivery(o)) for o in ORDERS])
write("order_lines.csv", "id,order,product,quantity,unit_price,discount,cancelled", LINES)
write("activities.csv", "id,kind,account,person,occurred_on,outcome,deal", [(*x, deal_of(x)) for x in ACTIVITIES])
write("receivables.csv", "id,account,owner,posted_on,due_on,paid_on,amount,currency", RECEIVABLES)
write("cash_flows.csv", "id,account,owner,stated_on,year,amount,currency", CASH_FLOWS)
write("costs.csv", "id,category,booked_on,amount,currency,source", COSTS)

write("targets.csv", "id,kpi,team,person,starts_on,ends_on,value,reason", [
    ("G01", "revenue", None, None, "2025-01-01", "2026-01-01", "52000000", "board plan"),
    ("G02", "revenue", None, None, "2026-01-01", "2027-01-01", "60000000", "board plan"),
    ("G03", "win_rate_closed", None, None, "2026-01-01", "2027-01-01", "0.5", "board plan"),
    ("G04", "avg_deal_size", None, None, "2026-01-01", "2027-01-01", "450000", "board plan"),
    ("G05", "sales_cycle_length", None, None, "2026-01-01", "2027-01-01", "75", "board plan"),
    ("G06", "customer_retention_rate", None, None, "2026-01-01", "2027-01-01", "0.8", "board plan"),
    ("G07", "new_customers", None, None, "2026-01-01", "2027-01-01", "40", "board plan"),
    ("G08", "revenue", "T-KEY", None, "2026-01-01", "2027-01-01", "20000000", "share of the board plan"),
    ("G09", "revenue", None, "P09", "2026-01-01", "2027-01-01", "4000000", "share of the team's plan"),
    ("G10", "win_rate_closed", None, "P09", "2026-01-01", "2027-01-01", "0.4", "agreed in January"),
])

write("leads.csv",
      "id,name,organisation,email,owner,source,created_on,received_at,answered_at,reviewed_on,accepted,relevance,"
      "qualified_on,converted_on,account,deal,disqualified_on,disqualified_reason",
      [(x["id"], x["name"], x["organisation"], x["email"], x["owner"], x["source"], x["on"],
        moment(x["received"], x["owner"]), moment(x["answered"], x["owner"]), x["reviewed"], x["accepted"],
        x["relevance"], x["qualified"], x["converted"], x["account"] and x["account"]["id"],
        x["deal"] and x["deal"]["id"], x["out"], x["reason"]) for x in LEADS])
write("lead_history.csv", "lead,changed_on,qualified_on", sorted(LEAD_HISTORY, key=lambda r: (r[1], r[0])))
write("meetings.csv", "id,kind,account,person,occurred_on,outcome,set_by,set_on", MEETINGS)
write("cases.csv", "id,subject,account,contact,owner,opened_on,due_on,resolved_on,reopened_on", CASES)
write("survey_answers.csv", "id,survey,answered_on,score,account,contact,owner,comment", ANSWERS)
write("feedback.csv", "id,person,leader,given_on,rating", FEEDBACK)
write("trainings.csv", "id,course,person,assigned_on,due_on,completed_on,rating,score_before,score_after", TRAININGS)
write("assessments.csv", "id,skill,person,assessed_on,score,weight", ASSESSMENTS)
write("content_events.csv", "id,content,event,occurred_on,contact,owner", CONTENT)
write("planned_visits.csv", "id,account,owner,planned_on,done_on", VISITS)
write("tenders.csv", "id,name,account,owner,submitted_on,decided_on,result,amount,currency", TENDERS)
write("reports.csv", "id,name,person,due_on,accepted_on", REPORTS)
write("relationships.csv", "id,contact,owner,known_on,level", RELATIONS)
write("relationship_history.csv", "relationship,changed_on,level", RELATION_HISTORY)
write("market_sizes.csv", "id,market,starts_on,ends_on,amount,currency,source,stated_on", MARKETS)
write("forecasts.csv", "id,person,starts_on,ends_on,horizon,amount,currency,stated_on", FORECASTS)
write("plan_quotas.csv", "id,person,kind,starts_on,ends_on,amount,currency,reason", PLANS)

# ---- salaries: beside the import, as finance keeps them; read by `clinch compensation salaries` ---------------------

# Role: midpoint of the range in THB a month, and months of salary that a bonus on target is worth.
RANGES = {
    "sdr": (35_000, "1"), "ae": (60_000, "2"), "am": (62_000, "2"), "kam": (90_000, "2"), "se": (75_000, "1.5"),
    "aem": (100_000, "3"), "esd": (150_000, "3"), "support": (40_000, "1"),
}
SALARIES = []
with open(HERE / "people.csv", encoding="utf-8", newline="") as people:
    for person in csv.DictReader(people):
        if person["role"] in RANGES:
            midpoint, months = RANGES[person["role"]]
            monthly = midpoint * draw(156, 252, "salary", person["id"]) // 200 // 500 * 500
            starts_on = max(person["hired_on"], "2025-01-01")
            SALARIES.append((person["id"], starts_on, f"{person['role'].upper()} 1", f"{monthly}.00", f"{midpoint}.00",
                             "THB", months))
write("pay/salaries.csv", "person,starts_on,range,monthly,midpoint,currency,target_months", SALARIES)
