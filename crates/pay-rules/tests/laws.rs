//! What holds of every plan and every set of inputs.

use pay_rules::{Files, Inputs, Plan, Statement, calculate};
use proptest::prelude::*;
use std::{collections::BTreeMap, fmt::Write as _};

const HEAD: &str = "id = \"p\"\nname = \"P\"\ncurrency = \"THB\"\nfrom = 2026-01-01\n";

/// Plans whose pay is only of what was earned in all: whenever it is learnt, it comes to the same.
const EARNED: [&str; 4] = [
    "[[commission]]\nid = \"c\"\ninterval = \"year\"\ntiers = [{ from = \"0\", rate = \"3.3%\" }, { from = \"20000\", rate = \"7%\" }]",
    "[[commission]]\nid = \"c\"\ninterval = \"quarter\"\ntable = \"whole\"\nquota = \"30000\"\n\
     tiers = [{ from = \"0%\", rate = \"1.7%\" }, { from = \"80%\", rate = \"5%\" }, { from = \"100%\", rate = \"9%\" }]",
    "[[commission]]\nid = \"c\"\ninterval = \"year\"\nquota = \"50000\"\nbase_rate = \"3%\"\ncap = { attainment = \"150%\", per_deal = \"900\" }\n\
     tiers = [{ from = \"0%\", multiplier = \"1\" }, { from = \"50%\", multiplier = \"1.5\", retroactive = true }, { from = \"100%\", multiplier = \"2\" }]",
    "[holdback]\nat_booking = \"33%\"\n[clawback]\nmode = \"pro_rata\"\ncancelled_within_days = 90\n\
     [[commission]]\nid = \"c\"\nrate = \"3.7%\"",
];

/// Plans whose pay depends on when it is paid too.
const FLOWS: [&str; 3] = [
    "[cap]\npayment = \"700\"\nexcess = \"carry\"\n[guarantee]\namount = \"100\"\n[[commission]]\nid = \"c\"\nrate = \"6.6%\"\n\
     [[commission]]\nid = \"d\"\nrate = \"1%\"\ninterval = \"quarter\"\ncap = { payment = \"55.55\", excess = \"carry\" }",
    "[draw]\namount = \"500\"\nperiods = 2\nrecovery = \"50%\"\n[[commission]]\nid = \"c\"\nrate = \"5%\"",
    "[clawback]\nmode = \"full\"\ncancelled_within_days = 60\n[[commission]]\nid = \"c\"\nrate = \"5%\"\ninterval = \"year\"\n\
     [[spiff]]\nid = \"s\"\nfrom = 2026-01-01\nto = 2026-04-01\nper_unit = \"40\"\nbudget = \"250\"",
];

const MONTHS: [&str; 5] = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"];

#[derive(Debug, Clone)]
struct Fact {
    day: u32,
    cents: i32,
    /// In per cent; the rest is B's.
    of_a: u32,
    cancelled_after: Option<u32>,
    collected: Option<u32>,
    is_late: bool,
}

fn fact() -> impl Strategy<Value = Fact> {
    let events = (prop::option::weighted(0.3, 0..80_u32), prop::option::weighted(0.5, 0..80_u32));
    (0..120_u32, -400_000..3_000_000, 0..=100_u32, events, prop::bool::weighted(0.3)).prop_map(
        |(day, cents, of_a, (cancelled_after, collected), is_late)| Fact {
            day,
            cents,
            of_a,
            cancelled_after,
            collected,
            is_late,
        },
    )
}

fn date(day: u32) -> String {
    let start = jiff::civil::date(2026, 1, 1);
    start.saturating_add(jiff::Span::new().days(i64::from(day))).to_string()
}

/// Rows in the order of the facts, or the other way round.
fn files(facts: &[Fact], is_reversed: bool, with_late: bool) -> (String, String) {
    let (mut credits, mut cash) = (Vec::new(), Vec::new());
    for (place, fact) in facts.iter().enumerate().filter(|(_, fact)| with_late || !fact.is_late) {
        let (sign, cents) = (if fact.cents < 0 { "-" } else { "" }, fact.cents.unsigned_abs());
        let amount = format!("{sign}{}.{:02}", cents / 100, cents % 100);
        for (payee, share) in [("A", fact.of_a), ("B", 100 - fact.of_a)].into_iter().filter(|(_, share)| *share > 0) {
            credits.push(format!("F{place},{},{amount},{payee},{share}%", date(fact.day)));
        }
        if let Some(after) = fact.cancelled_after {
            cash.push(format!("F{place},{},cancelled,", date(fact.day + after)));
        }
        if let Some(after) = fact.collected {
            cash.push(format!("F{place},{},collected,{}", date(fact.day + after), cents / 170));
        }
    }
    if is_reversed {
        credits.reverse();
        cash.reverse();
    }
    let text = |head: &str, rows: Vec<String>| format!("{head}\n{}", rows.join("\n"));
    (text("fact,date,amount,payee,share", credits), text("fact,date,event,amount", cash))
}

fn run(plan: &Plan, (credits, cash): &(String, String), paid: Option<&str>, period: &str) -> Statement {
    let files = Files { credits, cash: Some(cash), paid, ..Files::default() };
    let inputs = Inputs::read(&files, plan).expect("inputs");
    calculate(std::slice::from_ref(plan), &inputs, period).expect("a statement")
}

fn add_paid(paid: &mut String, statement: &Statement) {
    for payee in &statement.payees {
        for component in &payee.components {
            for line in &component.lines {
                let (period, amount) = (&statement.period.label, line.amount);
                writeln!(paid, "{period},{},{},{},{amount}", payee.id, component.id, line.fact).expect("text");
            }
        }
    }
}

/// Of several statements: what was paid to whom for which component.
fn sums(statements: &[Statement]) -> BTreeMap<(String, String), i64> {
    let mut sums = BTreeMap::new();
    for payee in statements.iter().flat_map(|statement| &statement.payees) {
        for component in &payee.components {
            *sums.entry((payee.id.clone(), component.id.clone())).or_insert(0) += component.amount.minor;
        }
    }
    sums.retain(|_, minor| *minor != 0);
    sums
}

/// Each month by itself, given what those before it paid; what is late is known from March on.
fn month_by_month(plan: &Plan, facts: &[Fact], knows_late_from: usize) -> Vec<Statement> {
    let mut paid = "period,payee,component,fact,amount\n".to_owned();
    let mut statements = Vec::new();
    for (place, period) in MONTHS.iter().enumerate() {
        let statement = run(plan, &files(facts, false, place >= knows_late_from), Some(&paid), period);
        add_paid(&mut paid, &statement);
        statements.push(statement);
    }
    statements
}

fn plan(body: &str) -> Plan {
    Plan::read(&format!("{HEAD}{body}")).expect("a plan")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_does_not_matter(facts in prop::collection::vec(fact(), 0..12), kind in 0..7_usize) {
        let plan = plan([&EARNED[..], &FLOWS[..]].concat()[kind]);
        let [one, other] = [false, true].map(|is_reversed| run(&plan, &files(&facts, is_reversed, true), None, "2026-04"));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn versions_that_say_the_same_are_one_plan(facts in prop::collection::vec(fact(), 0..12), kind in 0..7_usize, day in 1..150_u32) {
        let body = [&EARNED[..], &FLOWS[..]].concat()[kind];
        let later = HEAD.replace("2026-01-01", &date(day));
        let versions = [plan(body), Plan::read(&format!("{later}{body}")).expect("a plan")];
        let (credits, cash) = files(&facts, false, true);
        let inputs = Inputs::read(&Files { credits: &credits, cash: Some(&cash), ..Files::default() }, &versions[0]).expect("inputs");
        let [one, two] = [1, 2].map(|count| calculate(&versions[..count], &inputs, "2026-04").expect("a statement"));
        prop_assert_eq!((one.payees, one.exceptions), (two.payees, two.exceptions));
    }

    #[test]
    fn month_by_month_is_what_one_run_says(facts in prop::collection::vec(fact(), 0..12), kind in 0..7_usize) {
        let plan = plan([&EARNED[..], &FLOWS[..]].concat()[kind]);
        let files = files(&facts, false, true);
        for statement in month_by_month(&plan, &facts, 0) {
            prop_assert_eq!(&statement, &run(&plan, &files, None, &statement.period.label));
        }
    }

    #[test]
    fn a_run_with_later_deltas_is_a_run_from_scratch(facts in prop::collection::vec(fact(), 0..12), kind in 0..4_usize) {
        let plan = plan(EARNED[kind]);
        let late = month_by_month(&plan, &facts, 2);
        let at_once = month_by_month(&plan, &facts, 0);
        let of_earnings = |statements: &[Statement], is_earned: bool| {
            let mut sums = sums(statements);
            sums.retain(|(_, component), _| (component == "c") == is_earned);
            sums
        };
        prop_assert_eq!(of_earnings(&late, true), of_earnings(&at_once, true));
        // What is held and taken back is of posted lines, and whose line has a residual cent depends on what was known with it.
        // What is owed from later pay depends on when it was learnt.
        for ((payee, component), minor) in of_earnings(&late, false).into_iter().filter(|((_, id), _)| id != "carried") {
            let other = of_earnings(&at_once, false).get(&(payee, component)).copied().unwrap_or(0);
            prop_assert!((minor - other).abs() <= 12, "{minor} and {other}");
        }
    }

    #[test]
    fn nothing_is_paid_twice(facts in prop::collection::vec(fact(), 0..12), kind in 0..3_usize) {
        let plan = plan(EARNED[kind]);
        let early: Vec<Fact> = facts.into_iter().map(|fact| Fact { day: fact.day % 28, ..fact }).collect();
        let statements = month_by_month(&plan, &early, 0);
        let earnings = |statement: &Statement| sums(std::slice::from_ref(statement)).into_keys().any(|(_, id)| id == "c");
        prop_assert!(!statements[1..].iter().any(earnings));
    }

    #[test]
    fn lines_sum_to_components_and_components_to_totals(facts in prop::collection::vec(fact(), 0..12), kind in 0..7_usize) {
        let plan = plan([&EARNED[..], &FLOWS[..]].concat()[kind]);
        for statement in month_by_month(&plan, &facts, 2) {
            for payee in &statement.payees {
                for component in &payee.components {
                    let lines: i64 = component.lines.iter().map(|line| line.amount.minor).sum();
                    prop_assert_eq!(lines, component.amount.minor);
                }
                let components: i64 = payee.components.iter().map(|component| component.amount.minor).sum();
                prop_assert_eq!(components, payee.total.minor);
                prop_assert!(payee.total.minor >= 0, "no net below zero");
            }
        }
    }
}
