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

/// Versions of one plan, each by its days and what it says.
fn check_versions(versions: &[(&str, &str)], files: &Files<'_>, period: &str, expected: &[&str]) {
    let head = HEAD.replace("from = 2026-01-01\n", "");
    let read = |(days, body): &(&str, &str)| Plan::read(&format!("{head}{days}\n{body}")).expect("a plan");
    let mut plans: Vec<Plan> = versions.iter().map(read).collect();
    let inputs = Inputs::read(files, &plans[0]).expect("inputs");
    assert_eq!(told(&calculate(&plans, &inputs, period).expect("a statement")), expected, "{versions:?}");
    plans.reverse();
    assert_eq!(told(&calculate(&plans, &inputs, period).expect("a statement")), expected, "{versions:?} reversed");
}

#[test]
fn a_plan_cap_is_one_over_the_versions_of_a_plan() {
    let credits = "fact,date,amount,payee\nD1,2026-01-10,140000,A\nD2,2026-02-10,70000,A\nD3,2026-03-10,0,A";
    let files = Files { credits, ..Files::default() };
    let versions = |body: &str, check: &dyn Fn(&[(&str, &str)])| {
        check(&[("from = 2026-01-01\nto = 2026-07-01", body), ("from = 2026-07-01", body)]);
    };
    let forfeit = format!("cap = {{ payment = 10000 }}\n{TEN_PERCENT}");
    let jan = ["A 10000.00", "c 14000.00", "c.plan_cap -4000.00"];
    versions(&forfeit, &|all| check_versions(all, &files, "2026-01", &jan));
    let carry = format!("cap = {{ payment = 10000, excess = \"carry\" }}\n{TEN_PERCENT}");
    let feb = ["A 10000.00", "c 7000.00", "c.plan_cap 3000.00", "owes cap 1000.00"];
    versions(&carry, &|all| check_versions(all, &files, "2026-02", &feb));
    let mar = ["A 1000.00", "c 0.00", "c.plan_cap 1000.00", "owes cap 0.00"];
    versions(&carry, &|all| check_versions(all, &files, "2026-03", &mar));
}

#[test]
fn what_a_team_shares_is_paid_once_over_the_versions_of_a_plan() {
    let files = |credits| Files { credits, people: Some("id\nA\nB"), ..Files::default() };
    let both = |body: &str, credits: &'static str, period: &str, expected: &[&str]| {
        let versions = [("from = 2026-01-01\nto = 2026-02-15", body), ("from = 2026-02-15", body)];
        check_versions(&versions, &files(credits), period, expected);
    };
    let none = "fact,date,amount,payee";
    let pool = "[[pool]]\nid = \"p\"\ninterval = \"quarter\"\namount = 30000";
    both(pool, none, "2026-03", &["A 15000.00", "p 15000.00", "B 15000.00", "p 15000.00"]);
    let contest = "[[contest]]\nid = \"k\"\nfrom = 2026-02-01\nto = 2026-03-01\nprizes = [10000]";
    let sold = "fact,date,amount,payee\nD1,2026-02-10,1,A\nD2,2026-02-20,1,B\nD3,2026-02-21,1,B";
    both(contest, sold, "2026-02", &["A 0.00", "B 10000.00", "k 10000.00"]);
    let spiff = "[[spiff]]\nid = \"s\"\nfrom = 2026-02-01\nto = 2026-03-01\nper_unit = 700\nbudget = 1000";
    both(spiff, sold, "2026-02", &["A 700.00", "s 700.00", "B 300.00", "s 300.00"]);
}

#[test]
fn what_adds_up_goes_on_over_the_versions_of_a_plan() {
    let both = |body: &str, day: &str, credits: &str, period: &str, expected: &[&str]| {
        let (first, second) = (format!("from = 2026-01-01\nto = {day}"), format!("from = {day}"));
        let files = Files { credits, ..Files::default() };
        check_versions(&[(&first, body), (&second, body)], &files, period, expected);
    };
    let tiers = "[[commission]]\nid = \"c\"\ninterval = \"year\"\ntiers = [{ from = 0, rate = \"5%\" }, { from = 100000, rate = \"10%\" }]";
    let credits = "fact,date,amount,payee\nD1,2026-01-10,100000,A\nD2,2026-02-10,100000,A";
    both(tiers, "2026-02-01", credits, "2026-02", &["A 10000.00", "c 10000.00"]);
    let growth = "[[commission]]\nid = \"c\"\nbasis = \"growth\"\ninterval = \"quarter\"\nrate = \"10%\"";
    let credits = "fact,date,amount,payee\nD1,2026-01-10,100,A\nD2,2026-04-10,60,A\nD3,2026-05-20,60,A";
    both(growth, "2026-05-15", credits, "2026-06", &["A 2.00", "c 2.00"]);
    let quota = "[[commission]]\nid = \"c\"\ninterval = \"quarter\"\nquota = 90000\ntable = \"whole\"\ntiers = [{ from = \"0%\", rate = \"1%\" }, { from = \"100%\", rate = \"10%\" }]";
    let credits = "fact,date,amount,payee\nD1,2026-01-10,45000,A\nD2,2026-03-10,45000,A";
    both(quota, "2026-02-15", credits, "2026-03", &["A 8550.00", "c 8550.00"]);
}

#[test]
fn terms_of_a_period_are_of_the_version_in_force_at_its_end() {
    let capped = |limit: u32| format!("[[commission]]\nid = \"c\"\nrate = \"10%\"\ncap = {{ payment = {limit} }}");
    let credits = "fact,date,amount,payee\nD1,2026-01-10,200000,A\nD2,2026-04-10,200000,A";
    let files = Files { credits, ..Files::default() };
    let (first, second) = (capped(10000), capped(20000));
    let versions = [("from = 2026-01-01", first.as_str()), ("from = 2026-03-01", second.as_str())];
    check_versions(&versions, &files, "2026-01", &["A 10000.00", "c 20000.00", "c.cap -10000.00"]);
    check_versions(&versions, &files, "2026-04", &["A 20000.00", "c 20000.00"]);
}

#[test]
fn what_is_held_and_taken_back_is_by_the_version_of_the_facts_day() {
    let held = format!("[holdback]\nat_booking = \"50%\"\n{TEN_PERCENT}");
    let versions = [("from = 2026-01-01\nto = 2026-03-01", held.as_str()), ("from = 2026-03-01", TEN_PERCENT)];
    let collected = Files { credits: ONE, cash: Some("fact,date,event\nD1,2026-04-10,collected"), ..Files::default() };
    check_versions(&versions, &collected, "2026-03", &["A 0.00", "owes holdback 5000.00"]);
    check_versions(&versions, &collected, "2026-04", &["A 5000.00", "c.holdback 5000.00", "owes holdback 0.00"]);
    let back = format!("negative_net = \"allow\"\n[clawback]\nfraud = true\n{TEN_PERCENT}");
    let after = format!("negative_net = \"allow\"\n{TEN_PERCENT}");
    let versions = [("from = 2026-01-01\nto = 2026-03-01", back.as_str()), ("from = 2026-03-01", after.as_str())];
    let fraud = Files { credits: ONE, cash: Some("fact,date,event\nD1,2026-04-10,fraud"), ..Files::default() };
    let taken = ["A -10000.00", "c.clawback -10000.00", "owes clawback 0.00", "! negative_net A"];
    check_versions(&versions, &fraud, "2026-04", &taken);
}

#[test]
fn somebody_is_there_on_the_days_of_all_versions_together() {
    let body = format!("guarantee = {{ amount = 5000 }}\n{TEN_PERCENT}");
    let versions = [("from = 2026-01-01\nto = 2026-03-16", body.as_str()), ("from = 2026-03-16", body.as_str())];
    let files = Files { credits: "fact,date,amount,payee\nD1,2026-03-10,10000,A", ..Files::default() };
    check_versions(&versions, &files, "2026-03", &["A 5000.00", "c 1000.00", "guarantee 4000.00"]);
}

#[test]
fn what_is_over_goes_by_the_numbers_of_its_own_time() {
    let gated = "[[commission]]\nid = \"c\"\nrate = \"10%\"\ninterval = \"quarter\"\n[[commission.gate]]\nmetric = \"m\"\nat_least = \"90%\"\neffect = \"hard\"";
    let actuals = "metric,period,value\nm,2026-01,95%\nm,2026-02,95%\nm,2026-03,95%\nm,2026-04,85%";
    let files = Files { credits: ONE, actuals: Some(actuals), ..Files::default() };
    check(gated, &files, "2026-01", &["A 10000.00", "c 10000.00"]);
    check(gated, &files, "2026-04", &["A 0.00"]);
    check(gated, &files, "2026-05", &["A 0.00"]);
    let bonus = "[[bonus]]\nid = \"b\"\ninterval = \"quarter\"\ntarget = 20000\nkpi = [{ metric = \"m\", weight = \"100%\", curve = \"binary\" }]";
    let actuals = "metric,period,value\nm,2026-03,100%\nm,2026-04,80%";
    let files = Files { credits: ONE, actuals: Some(actuals), ..Files::default() };
    check(bonus, &files, "2026-03", &["A 20000.00", "b 20000.00"]);
    check(bonus, &files, "2026-04", &["A 0.00"]);
    let monthly = bonus.replace("interval = \"quarter\"\n", "");
    let files = Files { credits: ONE, actuals: Some("metric,period,value\nm,2026-02,100%"), ..Files::default() };
    check(&monthly, &files, "2026-02", &["A 20000.00", "b 20000.00", "! no_value A"]);
}

#[test]
fn a_correction_takes_back_no_more_than_was_paid_after_caps() {
    let body = |cap: &str| format!("negative_net = \"allow\"\n{}", cap.replace("C", TEN_PERCENT));
    let paid =
        |cap: &str| format!("period,payee,component,fact,amount\n2026-01,A,c,D1,14000\n2026-01,A,{cap},D1,-4000");
    for (plan, cap) in [("cap = { payment = 10000 }\nC", "c.plan_cap"), ("Ccap = { payment = 10000 }", "c.cap")] {
        let (body, paid) = (body(plan), paid(cap));
        let of = |credits| Files { credits, paid: Some(&paid), ..Files::default() };
        let back = format!("{cap} 2000.00");
        let corrected = of("fact,date,amount,payee\nD1,2026-01-10,120000,A");
        check(&body, &corrected, "2026-02", &["A 0.00", "c -2000.00", &back]);
        let gone = of("fact,date,amount,payee");
        let back = format!("{cap} 4000.00");
        check(&body, &gone, "2026-02", &["A -10000.00", "c -14000.00", &back, "! negative_net A"]);
    }
    let rerun = format!(
        "negative_net = \"allow\"\ncap = {{ payment = 10000 }}\nclawback = {{ cancelled_within_days = 90, method = \"rerun\" }}\n{TEN_PERCENT}"
    );
    let credits = "fact,date,amount,payee\nD1,2026-01-10,140000,A";
    let files = Files { credits, cash: Some("fact,date,event\nD1,2026-02-10,cancelled"), ..Files::default() };
    let back = ["A -10000.00", "c -14000.00", "c.plan_cap 4000.00", "owes clawback 0.00", "! negative_net A"];
    check(&rerun, &files, "2026-02", &back);
}

#[test]
fn what_was_paid_for_days_before_the_plan_stays_paid() {
    let paid = "period,payee,component,fact,amount\n2025-12,A,c,D0,10000\n2026-01,A,c,D1,10000";
    let files = Files { credits: ONE, paid: Some(paid), ..Files::default() };
    check(TEN_PERCENT, &files, "2026-02", &["A 0.00"]);
}

#[test]
fn what_was_paid_counts_in_the_currency_it_was_paid_in() {
    let credits = "fact,date,amount,payee\nD1,2026-01-10,350000,A";
    let rates = "from,to,kind,date,rate\nTHB,JPY,payroll,2026-01-01,4\nTHB,JPY,payroll,2026-02-01,5";
    for (row, currency) in [("35000,THB", "JPY"), ("140000,JPY", "THB"), ("140000,", "JPY")] {
        let people = format!("id,currency\nA,{currency}");
        let paid = format!("period,payee,component,fact,amount,currency\n2026-01,A,c,D1,{row}");
        let files = Files { credits, people: Some(&people), rates: Some(rates), paid: Some(&paid), ..Files::default() };
        let total = if currency == "JPY" { "A 0" } else { "A 0.00" };
        check(TEN_PERCENT, &files, "2026-02", &[total]);
    }
}

#[test]
fn what_was_paid_to_nobody_known_or_for_nothing_known_is_told() {
    let paid = "period,payee,component,fact,amount\n2026-01,a,c,D1,10000\n2026-01,A,C,D1,10000";
    let files = Files { credits: ONE, people: Some("id\nA"), paid: Some(paid), ..Files::default() };
    let expected = ["A 10000.00", "c 10000.00", "! unknown_paid A", "! unknown_paid a"];
    check(TEN_PERCENT, &files, "2026-02", &expected);
}

#[test]
fn a_cap_on_pay_for_an_interval_goes_by_the_days_of_it_and_is_whole_for_who_is_gone() {
    let bonus = "[[bonus]]\nid = \"b\"\ninterval = \"quarter\"\ntarget = 90000\nkpi = [{ metric = \"m\", weight = \"100%\", curve = \"binary\" }]\ncap = { payment = 9000 }";
    for (left, pay) in [("2026-02-28", "5900.00"), ("2026-03-01", "6000.00"), ("2026-03-31", "9000.00")] {
        let people = format!("id,left\nA,{left}");
        let actuals = Some("metric,period,value\nm,2026-Q1,100%");
        let files = Files { credits: ONE, people: Some(&people), actuals, ..Files::default() };
        let told = told(&statement(&[bonus], &files, "2026-03"));
        assert_eq!(told[0], format!("A {pay}"), "{left}");
    }
    let away = format!("cap = {{ payment = 10000 }}\n{TEN_PERCENT}");
    let credits = "fact,date,amount,payee\nD1,2026-01-10,140000,A";
    let people = Some("id,leave_from,leave_to\nA,,\nA,2026-01-01,2026-02-01");
    let files = Files { credits, people, ..Files::default() };
    check(&away, &files, "2026-01", &["A 10000.00", "c 14000.00", "c.plan_cap -4000.00"]);
}
