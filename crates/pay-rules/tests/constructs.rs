//! Constructs of the reference that have no worked example there, and how they go together.

use pay_rules::{Files, Inputs, Plan, Statement, calculate};

const HEAD: &str = "id = \"p\"\nname = \"P\"\ncurrency = \"THB\"\nfrom = 2026-01-01\n";
const TEN_PERCENT: &str = "[[commission]]\nid = \"c\"\nrate = \"10%\"\n";

fn statement(bodies: &[&str], files: &Files<'_>, period: &str) -> Statement {
    let plan = |(place, body): (usize, &&str)| {
        let head = if place == 0 { HEAD.to_owned() } else { HEAD.replace("\"p\"", &format!("\"p{place}\"")) };
        Plan::read(&format!("{head}{body}")).expect("a plan")
    };
    let plans: Vec<Plan> = bodies.iter().enumerate().map(plan).collect();
    let inputs = Inputs::read(files, &plans[0]).expect("inputs");
    calculate(&plans, &inputs, period).expect("a statement")
}

/// Payee, component and amount; of a payee the total; balances; exceptions.
fn told(statement: &Statement) -> Vec<String> {
    let mut told = Vec::new();
    for payee in &statement.payees {
        told.push(format!("{} {}", payee.id, payee.total));
        told.extend(payee.components.iter().map(|component| format!("{} {}", component.id, component.amount)));
        told.extend(payee.balances.iter().map(|(kind, amount)| format!("owes {} {amount}", kind.name())));
    }
    told.extend(statement.exceptions.iter().map(|found| format!("! {} {}{}", found.kind(), found.payee, found.fact)));
    told
}

fn check(body: &str, files: &Files<'_>, period: &str, expected: &[&str]) {
    assert_eq!(told(&statement(&[body], files, period)), expected, "{body}");
}

const ONE: &str = "fact,date,amount,payee\nD1,2026-01-10,100000,A";

#[test]
fn a_matrix_takes_the_column_of_its_metric() {
    let body = "[[commission]]\nid = \"c\"\nquota = 80000\ntable = \"whole\"\nmatrix = { metric = \"margin\", columns = [\"0%\", \"20%\"] }\n\
                tiers = [{ from = \"0%\", rates = [\"1%\", \"2%\"] }, { from = \"100%\", rates = [\"3%\", \"4%\"] }]";
    for (margin, pay) in [("19.999999%", "3000.00"), ("20%", "4000.00")] {
        let actuals = format!("payee,metric,period,value\n,margin,2026-01,{margin}");
        let files = Files { credits: ONE, actuals: Some(&actuals), ..Files::default() };
        check(body, &files, "2026-01", &[&format!("A {pay}"), &format!("c {pay}")]);
    }
    check(body, &Files { credits: ONE, ..Files::default() }, "2026-01", &["A 0.00", "! no_value A"]);
}

#[test]
fn what_has_no_quota_pays_nothing_and_says_so() {
    let body =
        "[[commission]]\nid = \"c\"\ntiers = [{ from = \"0%\", rate = \"1%\" }, { from = \"100%\", rate = \"3%\" }]";
    check(body, &Files { credits: ONE, ..Files::default() }, "2026-01", &["A 0.00", "! no_quota A"]);
}

#[test]
fn a_deal_pays_no_more_than_its_cap_and_a_measure_counts_no_further() {
    let files = Files { credits: ONE, ..Files::default() };
    let capped = |cap: &str| format!("[[commission]]\nid = \"c\"\nrate = \"10%\"\nquota = 60000\ncap = {cap}");
    check(&capped("{ per_deal = 4000 }"), &files, "2026-01", &["A 4000.00", "c 4000.00"]);
    check(&capped("{ attainment = \"150%\" }"), &files, "2026-01", &["A 9000.00", "c 9000.00"]);
}

#[test]
fn caps_and_guarantees_go_by_the_days_somebody_is_there() {
    let people = "id,hired\nA,2026-02-15"; // 14 of 28 days
    let credits = "fact,date,amount,payee\nD1,2026-02-20,100000,A";
    let files = Files { credits, people: Some(people), ..Files::default() };
    let capped = format!("cap = {{ payment = 6000 }}\n{TEN_PERCENT}");
    check(&capped, &files, "2026-02", &["A 3000.00", "c 10000.00", "c.plan_cap -7000.00"]);
    let guaranteed = format!("guarantee = {{ amount = 30000 }}\n{TEN_PERCENT}");
    check(&guaranteed, &files, "2026-02", &["A 15000.00", "c 10000.00", "guarantee 5000.00"]);
}

#[test]
fn a_plan_cap_is_shared_by_components_and_paid_later() {
    let body = "cap = { payment = 3000, excess = \"carry\" }\n[[commission]]\nid = \"c\"\nrate = \"4%\"\n[[commission]]\nid = \"d\"\nrate = \"2%\"";
    let files = Files { credits: ONE, ..Files::default() };
    check(
        body,
        &files,
        "2026-01",
        &["A 3000.00", "c 4000.00", "d 2000.00", "c.plan_cap -2000.00", "d.plan_cap -1000.00", "owes cap 3000.00"],
    );
    check(body, &files, "2026-02", &["A 3000.00", "c.plan_cap 2000.00", "d.plan_cap 1000.00", "owes cap 0.00"]);
}

#[test]
fn pay_is_taken_back_by_step_credit_note_fraud_and_when_it_stays_unpaid() {
    let clawback = |terms: &str| format!("negative_net = \"allow\"\nclawback = {{ {terms} }}\n{TEN_PERCENT}");
    let step = "mode = \"step\", cancelled_within_days = 90, steps = [{ within_days = 30, share = \"100%\" }, { within_days = 90, share = \"50%\" }]";
    for (terms, event, back) in [
        (step, "D1,2026-02-09,cancelled,", "-10000.00"),
        (step, "D1,2026-02-10,cancelled,", "-5000.00"),
        ("mode = \"full\", credit_note = true", "D1,2026-02-10,credit_note,25000", "-2500.00"),
        ("mode = \"full\", fraud = true", "D1,2026-02-10,fraud,", "-10000.00"),
        ("mode = \"full\", unpaid_after_days = 30", "D1,2026-02-10,collected,40000", "-6000.00"),
    ] {
        let cash = format!("fact,date,event,amount\n{event}");
        let files = Files { credits: ONE, cash: Some(&cash), ..Files::default() };
        let (total, line) = (format!("A {back}"), format!("c.clawback {back}"));
        check(&clawback(terms), &files, "2026-02", &[&total, &line, "owes clawback 0.00", "! negative_net A"]);
    }
    let late = "fact,date,event\nD1,2026-05-10,cancelled";
    let files = Files { credits: ONE, cash: Some(late), ..Files::default() };
    check(&clawback(step), &files, "2026-05", &["A 0.00", "owes clawback 0.00"]);
}

#[test]
fn a_re_run_pays_the_interval_again_without_what_was_cancelled() {
    let body = |method: &str| {
        format!(
            "negative_net = \"allow\"\nclawback = {{ cancelled_within_days = 90, method = \"{method}\" }}\n[[commission]]\nid = \"c\"\n\
             interval = \"year\"\ntable = \"whole\"\ntiers = [{{ from = \"0\", rate = \"5%\" }}, {{ from = \"100000\", rate = \"10%\" }}]"
        )
    };
    let credits = "fact,date,amount,payee\nD1,2026-01-10,60000,A\nD2,2026-01-11,60000,A";
    let files = Files { credits, cash: Some("fact,date,event\nD1,2026-02-10,cancelled"), ..Files::default() };
    let as_paid = ["A -6000.00", "c.clawback -6000.00", "owes clawback 0.00", "! negative_net A"];
    check(&body("as_paid"), &files, "2026-02", &as_paid);
    let rerun = ["A -9000.00", "c -9000.00", "owes clawback 0.00", "! negative_net A"];
    check(&body("rerun"), &files, "2026-02", &rerun);
}

#[test]
fn clawback_takes_back_what_was_paid_after_the_cap() {
    let body = "negative_net = \"allow\"\nclawback = { fraud = true }\n[[commission]]\nid = \"c\"\nrate = \"10%\"\ncap = { payment = 4000 }";
    let files = Files { credits: ONE, cash: Some("fact,date,event\nD1,2026-02-10,fraud"), ..Files::default() };
    check(body, &files, "2026-02", &["A -4000.00", "c.clawback -4000.00", "owes clawback 0.00", "! negative_net A"]);
}

#[test]
fn a_draw_is_due_or_forgiven_when_somebody_leaves() {
    let body = |at: &str| {
        format!(
            "draw = {{ amount = 3000, periods = 6, recovery_from_period = 4, at_termination = \"{at}\" }}\n{TEN_PERCENT}"
        )
    };
    let credits = "fact,date,amount,payee\nD1,2026-01-10,10000,A\nD2,2026-02-10,45000,A";
    let files = Files { credits, people: Some("id,left\nA,2026-02-28"), ..Files::default() };
    check(&body("due"), &files, "2026-01", &["A 3000.00", "c 1000.00", "draw 2000.00", "owes draw 2000.00"]);
    check(&body("due"), &files, "2026-02", &["A 2500.00", "c 4500.00", "draw -2000.00", "owes draw 0.00"]);
    check(&body("forgiven"), &files, "2026-02", &["A 4500.00", "c 4500.00", "owes draw 0.00"]);
}

#[test]
fn a_leave_pauses_the_quota_when_it_is_long() {
    let body = "[[commission]]\nid = \"c\"\nquota = 31000\ntable = \"whole\"\ntiers = [{ from = \"0%\", rate = \"1%\" }, { from = \"100%\", rate = \"10%\" }]";
    let credits = "fact,date,amount,payee\nD1,2026-01-30,16000,A";
    for (back, pay) in [("2026-01-20", "1600.00"), ("2026-01-19", "160.00")] {
        let people = format!("id,leave_from,leave_to\nA,,\nA,2026-01-05,{back}");
        let files = Files { credits, people: Some(&people), ..Files::default() };
        check(body, &files, "2026-01", &[&format!("A {pay}"), &format!("c {pay}")]);
    }
}

#[test]
fn everybody_is_paid_by_the_plans_of_their_role_and_day() {
    let plans = [
        "[[who]]\nrole = \"ae\"\n[[credit]]\nto = \"owner\"\n[[commission]]\nid = \"ae\"\nrate = \"10%\"",
        "[[who]]\nrole = \"sdr\"\n[[credit]]\nto = \"owner\"\n[[commission]]\nid = \"sdr\"\nrate = \"1%\"",
    ];
    let credits = "fact,date,amount,payee,owner\nD1,2026-01-10,1000,,A\nD2,2026-01-20,1000,,A\nD3,2026-01-20,1000,,B\nD4,2026-01-20,1000,X,";
    let people = "id,role,from,to\nA,sdr,,2026-01-15\nA,ae,2026-01-15,\nB,sdr,,";
    let files = Files { credits, people: Some(people), ..Files::default() };
    let expected = ["A 110.00", "ae 100.00", "sdr 10.00", "B 10.00", "sdr 10.00", "! no_plan XD4"];
    assert_eq!(told(&statement(&plans, &files, "2026-01")), expected);
}

#[test]
fn a_missing_rate_leaves_the_fact_out_and_says_so() {
    let credits = "fact,date,amount,currency,payee\nD1,2026-01-10,100,USD,A\nD2,2026-01-10,100,THB,A";
    check(TEN_PERCENT, &Files { credits, ..Files::default() }, "2026-01", &["A 10.00", "c 10.00", "! no_rate D1"]);
}

#[test]
fn an_opening_balance_is_a_row_of_its_component() {
    let body = format!("draw = {{ amount = 0, periods = 1 }}\n{TEN_PERCENT}");
    let paid = "period,payee,component,amount\n2025-12,A,draw,400";
    let files = Files { credits: ONE, paid: Some(paid), ..Files::default() };
    check(&body, &files, "2026-01", &["A 9600.00", "c 10000.00", "draw -400.00", "owes draw 0.00"]);
}

#[test]
fn the_next_version_of_a_plan_goes_on_where_the_last_one_ended() {
    let version = |dates: &str, rate: &str| {
        let text = format!(
            "id = \"p\"\nname = \"P\"\ncurrency = \"THB\"\n{dates}\n[[commission]]\nid = \"c\"\ninterval = \"year\"\nrate = \"{rate}\""
        );
        Plan::read(&text).expect("a plan")
    };
    let plans = [version("from = 2026-01-01\nto = 2026-02-01", "10%"), version("from = 2026-02-01", "20%")];
    let credits = "fact,date,amount,payee\nD1,2026-01-10,1000,A\nD2,2026-02-10,1000,A";
    let inputs = Inputs::read(&Files { credits, ..Files::default() }, &plans[0]).expect("inputs");
    let of = |period| told(&calculate(&plans, &inputs, period).expect("a statement"));
    assert_eq!(of("2026-01"), ["A 100.00", "c 100.00"]);
    assert_eq!(of("2026-02"), ["A 200.00", "c 200.00"]);
}
