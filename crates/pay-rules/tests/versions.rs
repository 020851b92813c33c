//! Several versions of one plan, and what was paid before: paid.csv, closed intervals, corrections.

mod common;

use common::{HEAD, ONE, TEN_PERCENT, check, statement, told};
use pay_rules::{Files, Inputs, Plan, calculate};

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
    let both = |body: &str, period: &str, expected: &[&str]| {
        let versions = [("from = 2026-01-01\nto = 2026-07-01", body), ("from = 2026-07-01", body)];
        check_versions(&versions, &files, period, expected);
    };
    let forfeit = format!("cap = {{ payment = 10000 }}\n{TEN_PERCENT}");
    let jan = ["A 10000.00", "c 14000.00", "c.plan_cap -4000.00"];
    both(&forfeit, "2026-01", &jan);
    let carry = format!("cap = {{ payment = 10000, excess = \"carry\" }}\n{TEN_PERCENT}");
    let feb = ["A 10000.00", "c 7000.00", "c.plan_cap 3000.00", "owes cap 1000.00"];
    both(&carry, "2026-02", &feb);
    let mar = ["A 1000.00", "c 0.00", "c.plan_cap 1000.00", "owes cap 0.00"];
    both(&carry, "2026-03", &mar);
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
fn what_a_draw_has_advanced_is_recovered_when_the_next_version_has_none() {
    let drawn = format!("draw = {{ amount = 3000, periods = 6 }}\n{TEN_PERCENT}");
    let versions = [("from = 2026-01-01", drawn.as_str()), ("from = 2026-02-01", TEN_PERCENT)];
    let credits = "fact,date,amount,payee\nD1,2026-01-10,10000,A\nD2,2026-02-10,45000,A";
    let files = Files { credits, ..Files::default() };
    check_versions(&versions, &files, "2026-01", &["A 3000.00", "c 1000.00", "draw 2000.00", "owes draw 2000.00"]);
    check_versions(&versions, &files, "2026-02", &["A 2500.00", "c 4500.00", "draw -2000.00", "owes draw 0.00"]);
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
    check(&monthly, &files, "2026-01", &["A 0.00", "b 0.00", "! no_value A"]);
    check(&monthly, &files, "2026-02", &["A 20000.00", "b 20000.00"]);
}

#[test]
fn a_correction_takes_back_no_more_than_was_paid_after_caps() {
    let body = |cap: &str| format!("negative_net = \"allow\"\n{}", cap.replace('C', TEN_PERCENT));
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
    let before = "\n2025-12,a,c,D0,5\n2025-12,A,C,D0,5\n2025-12,b,draw,,5";
    let paid = &format!("{paid}{before}");
    let files = Files { credits: ONE, people: Some("id\nA"), paid: Some(paid), ..Files::default() };
    let expected = ["A 10000.00", "c 10000.00", "! unknown_paid A", "! unknown_paid a", "! unknown_paid b"];
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

#[test]
fn what_a_cap_carried_is_paid_after_somebody_left_too() {
    let body = format!("cap = {{ payment = 6000, excess = \"carry\" }}\n{TEN_PERCENT}");
    let files = Files { credits: ONE, people: Some("id,left\nA,2026-01-31"), ..Files::default() };
    check(&body, &files, "2026-02", &["A 4000.00", "c.plan_cap 4000.00", "owes cap 0.00"]);
}
