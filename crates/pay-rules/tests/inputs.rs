//! What is wrong with input files, and with files and plans together.

use pay_rules::{Files, Inputs, Plan, calculate};

const PLAN: &str =
    "id = \"p\"\nname = \"P\"\ncurrency = \"THB\"\nfrom = 2026-01-01\n[[commission]]\nid = \"c\"\nrate = \"10%\"";
const CREDITS: &str = "fact,date,amount,payee\nD1,2026-01-10,100,A";

fn read(files: &Files<'_>) -> Result<Inputs, pay_rules::InputError> {
    Inputs::read(files, &Plan::read(PLAN).expect("a plan"))
}

/// One file as it is not to be.
fn error(file: &str, text: &str) -> String {
    let text_of = |name: &str| (name == file).then_some(text);
    let files = Files {
        credits: text_of("credits").unwrap_or(CREDITS),
        people: text_of("people"),
        quotas: text_of("quotas"),
        actuals: text_of("actuals"),
        rates: text_of("rates"),
        cash: text_of("cash"),
        paid: text_of("paid"),
        adjustments: text_of("adjustments"),
    };
    let plan = Plan::read(PLAN).expect("a plan");
    let read = Inputs::read(&files, &plan).map_err(pay_rules::PayError::from);
    let told = read.and_then(|inputs| calculate(std::slice::from_ref(&plan), &inputs, "2026-01"));
    told.expect_err("an error").to_string()
}

/// A file, what stands in it, and what is said.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "credits",
        "fact,date\nD1,2026-01-10",
        "credits.csv, line 1, column amount: the file has no such column; it has fact, date",
    ),
    (
        "credits",
        "fact,date,amount,amount\n",
        "credits.csv, line 1, column amount: the column stands twice; leave one of them out",
    ),
    (
        "credits",
        "fact,date,amount\nD1,2026-01-10",
        "credits.csv, line 2, column -: there are 2 cells for 3 columns; put text that has commas in quotes",
    ),
    ("credits", "fact,date,amount\n,2026-01-10,1", "credits.csv, line 2, column fact: the cell is empty"),
    (
        "credits",
        "fact,date,amount\nD1,10.1.2026,1",
        "credits.csv, line 2, column date: `10.1.2026` is no day; write 2026-03-31, or 2026-03-31T09:30:00 in the company's own time",
    ),
    (
        "credits",
        "fact,date,amount\nD1,2026-01-10T10:00:00Z,1",
        "credits.csv, line 2, column date: `2026-01-10T10:00:00Z` is no day; write 2026-03-31, or 2026-03-31T09:30:00 in the company's own time",
    ),
    (
        "credits",
        "fact,date,amount\nD1,2026-01-10,\"1,200\"",
        "credits.csv, line 2, column amount: `1,200` is no number; write plain digits with a point, like 12000.50, or a percentage, like 5%",
    ),
    (
        "credits",
        "fact,date,amount\nD1,2026-01-10,5%",
        "credits.csv, line 2, column amount: `5%` is a percentage; write an amount, without %",
    ),
    (
        "credits",
        "fact,date,amount,currency\nD1,2026-01-10,5,baht",
        "credits.csv, line 2, column currency: `baht` is not a currency code; write three capital letters (ISO 4217), like THB, JPY or USD",
    ),
    (
        "credits",
        "fact,date,amount,payee,kind\nD1,2026-01-10,5,A,half",
        "credits.csv, line 2, column kind: `half` is no kind of credit; write direct or overlay",
    ),
    (
        "credits",
        "fact,date,amount,payee,share\nD1,2026-01-10,5,A,60",
        "credits.csv, line 2, column share: `60` is more than the whole; write it like 60% or 0.6",
    ),
    (
        "credits",
        "fact,date,amount,payee,share\nD1,2026-01-10,5,A,0%",
        "credits.csv, line 2, column share: `0%` is no share; leave the row out, or write it like 60%",
    ),
    (
        "credits",
        "fact,date,amount,payee,share\nD1,2026-01-10,5,A,60%\nD1,2026-01-10,5,B,30%",
        "credits.csv, line 2, column share: direct shares of fact D1 make 90%, and not 100%",
    ),
    (
        "credits",
        "fact,date,amount,payee,share\nD1,2026-01-10,5,A,60%\nD1,2026-01-11,5,B,40%",
        "credits.csv, line 3, column date: `D1` is another day than this fact has in an earlier row",
    ),
    (
        "credits",
        "fact,date,amount,payee,share\nD1,2026-01-10,5,A,60%\nD1,2026-01-10,6,B,40%",
        "credits.csv, line 3, column amount: `D1` and its currency are the whole fact's, in each of its rows the same",
    ),
    (
        "credits",
        "fact,date,amount,payee,share\nD1,2026-01-10,5,A,60%\nD1,2026-01-10,5,A,40%",
        "credits.csv, line 3, column payee: `D1` is credited to the same payee twice; leave one of the rows out",
    ),
    (
        "credits",
        "fact,date,amount,payee,share,cost\nD1,2026-01-10,5,A,60%,1\nD1,2026-01-10,5,B,40%,2",
        "credits.csv, line 3, column cost: `D1` has another value here than in an earlier row; only payee, kind and share differ",
    ),
    (
        "credits",
        "fact,date,amount,payee,share\nD1,2026-01-10,10000000000000000000000000,A,60%\nD1,2026-01-10,10000000000000000000000000,B,40%",
        "credits.csv, line 2, column amount: `D1` is too large to be shared",
    ),
    (
        "people",
        "id,variable,from,to\nA,100,,2026-02-01\nA,200,2026-02-01,",
        "people.csv, line 3, column variable: `200` is another value than in an earlier row of this person, who has one for all days",
    ),
    (
        "people",
        "id,hired,leave_from,leave_to\nA,2026-01-01,2026-01-10,2026-01-12",
        "people.csv, line 2, column hired: `2026-01-01` stands in the row of a leave; give it a row of its own",
    ),
    ("people", "id,leave_from,leave_to\nA,,2026-01-12", "people.csv, line 2, column leave_from: the cell is empty"),
    (
        "people",
        "id,leave_from,leave_to\nA,2026-01-10,2026-01-12\nA,2026-01-11,2026-01-13",
        "people.csv, line 3, column leave_from: `2026-01-11` begins a leave on days of another one; end one where the other starts",
    ),
    (
        "quotas",
        "payee,from,amount,per\nA,2026-02-01,5,week",
        "quotas.csv, line 2, column per: `week` is no time a quota is of; write month, quarter or year",
    ),
    (
        "quotas",
        "payee,from,amount,component\nA,2026-02-01,5,C",
        "quotas.csv has a quota of component C, and no plan pays a commission of that id; there are c",
    ),
    (
        "rates",
        "from,to,kind,date,rate\nUSD,THB,plan,2026-01-01,35\nUSD,THB,plan,2026-01-01,36",
        "rates.csv, line 3, column date: `2026-01-01` has a rate of this pair and kind already; leave one of them out",
    ),
    (
        "cash",
        "fact,date,event\nd1,2026-01-01,collected",
        "cash.csv, line 2, column fact: `d1` is no fact of credits.csv",
    ),
    (
        "cash",
        "fact,date,event,amount\nD1,2026-01-11,credit_note,-50",
        "cash.csv, line 2, column amount: a credit note of `D1` has the sign of its amount; leave the other out",
    ),
    (
        "paid",
        "period,payee,component,amount\n2026-Q1,A,c,5",
        "paid.csv, line 2, column period: `2026-Q1` is no pay period: the plan pays by the month",
    ),
    (
        "paid",
        "period,payee,component,amount,currency\n2025-12,A,draw,5,JPY",
        "paid.csv, line 2, column amount: there is no payroll rate THB–JPY on 2025-12-31, by which it was paid",
    ),
    (
        "people",
        "id,boss\nA,B",
        "people.csv, line 1, column boss: nothing reads this column; there are id, name, hired, left, currency, variable, weight, from, to, manager, role, plan, territory, product, ramp, leave_from, leave_to, substitute",
    ),
    ("people", "id,hired\nA,soon", "people.csv, line 2, column hired: `soon` is not like 2026-03-31"),
    (
        "people",
        "id,from,to\nA,2026-02-01,2026-01-01",
        "people.csv, line 2, column to: `2026-01-01` is not after from; it is the first day the row holds no more",
    ),
    (
        "people",
        "id,from,to\nA,2026-01-01,\nA,2026-02-01,",
        "people.csv, line 3, column id: `A` has another row on the same days; end one where the other starts",
    ),
    (
        "people",
        "id,leave_from,leave_to\nA,2026-01-10,2026-01-01",
        "people.csv, line 2, column leave_to: `2026-01-01` is not after leave_from; it is the first day back at work",
    ),
    (
        "people",
        "id,leave_from,leave_to,substitute\nA,2026-01-10,2026-01-12,B half",
        "people.csv, line 2, column substitute: `B half` is no id with a share; write it like B 50%",
    ),
    (
        "quotas",
        "payee,from,to,amount\nA,2026-02-01,2026-01-01,5",
        "quotas.csv, line 2, column to: `2026-01-01` is not after from; it is the first day the quota holds no more",
    ),
    (
        "quotas",
        "payee,from,amount,per\nA,2026-02-01,5,months",
        "quotas.csv, line 2, column per: `months` is not a grain; use day, week, month, quarter, year or all",
    ),
    (
        "quotas",
        "payee,from,to,amount\nA,2026-01-01,,5\nA,2026-02-01,,6",
        "quotas.csv, line 3, column from: `2026-02-01` is a day that has a quota already; end one where the other starts",
    ),
    (
        "actuals",
        "payee,metric,period,value\nA,nrr,January,5",
        "actuals.csv, line 2, column period: `January` is not a period of this calendar; write it like 2026, 2026-Q3, 2026-07, 2026-W27, 2026-07-04 or all",
    ),
    (
        "actuals",
        "metric,period,value\nnrr,2026-01,5\nnrr,2026-01,6",
        "actuals.csv, line 3, column metric: `nrr` stands twice for this payee and period; leave one of them out",
    ),
    (
        "rates",
        "from,to,kind,date,rate\nUSD,THB,daily,2026-01-01,35",
        "rates.csv, line 2, column kind: `daily` is no kind of rate; write plan, spot or payroll",
    ),
    (
        "rates",
        "from,to,kind,date,rate\nUSD,THB,plan,2026-01-01,0",
        "rates.csv, line 2, column rate: `0` is no rate; write how much one unit of `from` is in `to`, like 35.20",
    ),
    (
        "cash",
        "fact,date,event\nD1,2026-01-01,paid",
        "cash.csv, line 2, column event: `paid` is no event; write collected, credit_note, written_off, cancelled or fraud",
    ),
    ("paid", "period,payee,component,amount\n2026-01,A,,5", "paid.csv, line 2, column component: the cell is empty"),
];

#[test]
fn what_is_wrong_with_a_file_is_told_with_line_column_value_and_what_to_do() {
    for (file, text, told) in WRONG {
        assert_eq!(error(file, text), *told, "{file}: {text}");
    }
}

#[test]
fn files_may_begin_with_a_mark_and_have_columns_of_their_own() {
    let credits = "\u{feff}fact,date,amount,payee,segment\nD1,2026-01-10,100,A,Large";
    assert!(read(&Files { credits, ..Files::default() }).is_ok());
}

fn told(plans: &[&str], files: &Files<'_>, period: &str) -> String {
    let plans: Vec<Plan> = plans.iter().map(|text| Plan::read(text).expect("a plan")).collect();
    let inputs = Inputs::read(files, &plans[0]).expect("inputs");
    calculate(&plans, &inputs, period).expect_err("an error").to_string()
}

#[test]
fn what_does_not_go_together_is_told() {
    let files = Files { credits: CREDITS, ..Files::default() };
    let other = |from: &str, to: &str| PLAN.replace("\"p\"", "\"q\"").replace("\"c\"", "\"d\"").replace(from, to);
    assert_eq!(told(&[PLAN], &files, "2026-Q1"), "`2026-Q1` is no pay period: the plan pays by the month");
    assert_eq!(
        told(&[PLAN], &files, "May"),
        "`May` is not a period of this calendar; write it like 2026, 2026-Q3, 2026-07, 2026-W27, 2026-07-04 or all"
    );
    assert_eq!(
        told(&[PLAN, &other("[[", "pay_period = \"year\"\n[[")], &files, "2026-01"),
        "plans p and q have other pay periods or fiscal years; calculate them apart"
    );
    let said = Files { credits: "fact,date,amount,payee,currency\nD1,2026-01-10,100,A,THB", ..Files::default() };
    assert_eq!(
        told(&[PLAN, &other("\"THB\"", "\"USD\"")], &said, "2026-01"),
        "the plans of A are in different currencies; one payee's plans have one"
    );
    assert_eq!(
        told(&[PLAN, &other("\"d\"", "\"c\"")], &files, "2026-01"),
        "component c stands in the plans p and q; give each an id of its own"
    );
    assert_eq!(
        told(&[&format!("{PLAN}\nwhen = {{ segment = \"Large\" }}")], &files, "2026-01"),
        "plan p asks for column `segment`, which credits.csv lacks; it has fact, date, amount, payee"
    );
    let capped = |text: &str| text.replace("[[", "cap = { payment = 5 }\n[[");
    assert_eq!(
        told(&[&capped(PLAN), &capped(&other("", ""))], &files, "2026-01"),
        "A has in 2026-01 two plans with a cap, a guarantee or a draw: p and q; leave it in one"
    );
    let version = PLAN.replace("from = 2026-01-01", "from = 2026-01-15");
    let capped_versions = [capped(PLAN), capped(&version), capped(&other("", ""))];
    assert_eq!(
        told(&capped_versions.each_ref().map(String::as_str), &files, "2026-01"),
        "A has in 2026-01 two plans with a cap, a guarantee or a draw: p and q; leave it in one"
    );
    assert_eq!(
        told(&[PLAN, PLAN], &files, "2026-01"),
        "two versions of plan p begin on the same day; give each a `from` of its own"
    );
    let overlay = "[[credit]]\nto = \"column\"\ncolumn = \"sse\"\nkind = \"overlay\"\n[[commission]]";
    assert_eq!(
        told(&[&PLAN.replace("[[commission]]", overlay)], &files, "2026-01"),
        "plan p asks for column `sse`, which credits.csv lacks; it has fact, date, amount, payee"
    );
    assert_eq!(
        told(&[&PLAN.replace("[[", "clawback = { unpaid_after_days = 30 }\n[[")], &files, "2026-01"),
        "plan p takes back what stays unpaid, and nothing says what was paid; give cash.csv"
    );
    let unsaid = [PLAN, &other("\"THB\"", "\"USD\"")];
    assert_eq!(
        told(&unsaid, &files, "2026-01"),
        "credits.csv, line 2, column currency: `D1` has none, and the plans have several; say which"
    );
    let huge = "fact,date,amount,payee\nD1,2026-01-10,10000000000000000000000000,A";
    assert_eq!(
        told(&[PLAN], &Files { credits: huge, ..Files::default() }, "2026-01"),
        "component c of A is too large to be paid; check the numbers"
    );
}
