//! Constructs of the reference that have no worked example there, and how they go together.

mod common;

use common::{HEAD, ONE, TEN_PERCENT, check, statement, told};
use pay_rules::{Files, Inputs, Plan, calculate};
use std::fmt::Write as _;

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

const BY_QUOTA: &str = "[[commission]]\nid = \"c\"\ninterval = \"quarter\"\ntable = \"whole\"\n\
    tiers = [{ from = \"0%\", rate = \"1%\" }, { from = \"100%\", rate = \"10%\" }]";

#[test]
fn the_example_of_c1() {
    let body = "[target]\note = \"1200000\"\nmix = \"60/40\"\n[[commission]]\nid = \"c\"\ninterval = \"year\"\nquota = 9600000\n\
                base_rate = \"target\"\ntiers = [{ from = 0, multiplier = 1 }]";
    let files = Files { credits: ONE, ..Files::default() };
    check(body, &files, "2026-01", &["A 5000.00", "c 5000.00"]);
    let without = body.replace("mix = \"60/40\"\n", "");
    check(&without, &files, "2026-01", &["A 0.00", "! no_target A"]);
    let bonus = "[[bonus]]\nid = \"b\"\nkpi = [{ metric = \"m\", weight = \"100%\", curve = \"binary\" }]";
    let files = Files { actuals: Some("metric,period,value\nm,2026-01,100%"), ..files };
    check(bonus, &files, "2026-01", &["A 0.00", "b 0.00", "! no_target A"]);
}

#[test]
fn a_target_of_nothing_is_no_target() {
    let bonus = "[[bonus]]\nid = \"b\"\ntarget = 20000\nkpi = [{ metric = \"m\", weight = \"100%\", curve = \"linear 80%:50 100%:100 120%:150\" }]";
    for (target, expected) in [("3", &["A 20000.00", "b 20000.00"][..]), ("0", &["A 0.00", "b 0.00", "! no_value A"])] {
        let actuals = format!("metric,period,value,target\nm,2026-01,3,{target}");
        check(bonus, &Files { credits: ONE, actuals: Some(&actuals), ..Files::default() }, "2026-01", expected);
    }
    let modified = format!(
        "{TEN_PERCENT}[[commission.gate]]\nmetric = \"m\"\nat_least = \"0%\"\neffect = \"modifier\"\ncurve = \"linear\""
    );
    let actuals = "metric,period,value,target\nm,2026-01,3,0";
    let files = Files { credits: ONE, actuals: Some(actuals), ..Files::default() };
    check(&modified, &files, "2026-01", &["A 0.00", "c 0.00", "! no_value A"]);
}

#[test]
fn a_bonus_of_nothing_stands_in_the_last_period_of_its_interval() {
    let bonus = "[[bonus]]\nid = \"b\"\ninterval = \"quarter\"\ntarget = 20000\nkpi = [{ metric = \"m\", weight = \"100%\", curve = \"binary\" }]";
    let files = Files { credits: ONE, actuals: Some("metric,period,value\nm,2026-03,80%"), ..Files::default() };
    check(bonus, &files, "2026-03", &["A 0.00", "b 0.00"]);
    check(bonus, &files, "2026-04", &["A 0.00"]);
}

#[test]
fn the_nearest_quota_row_holds_on_each_day() {
    let of = |rows: &str, amount: &str, expected: &[&str]| {
        let quotas = format!("payee,from,to,amount\n{rows}");
        let credits = format!("fact,date,amount,payee\nD1,2026-03-10,{amount},A");
        let files = Files { credits: &credits, quotas: Some(&quotas), ..Files::default() };
        check(BY_QUOTA, &files, "2026-03", expected);
    };
    // 300,000 × 59/90 + 360,000 × 31/90 = 320,666.67 (C19)
    let rows = ",2026-01-01,,300000\nA,2026-03-01,,360000";
    of(rows, "320666.66", &["A 3206.67", "c 3206.67"]);
    of(rows, "320666.67", &["A 32066.67", "c 32066.67"]);
    of("A,2026-01-01,2026-03-01,300000", "320000", &["A 0.00", "! no_quota A"]);
}

#[test]
fn a_plan_without_a_first_day_begins_with_an_interval() {
    let head = HEAD.replace("from = 2026-01-01\n", "");
    let plan = Plan::read(&format!("{head}{}", BY_QUOTA.replace("table", "quota = 90000\ntable"))).expect("a plan");
    for others in ["", "\nD2,2026-01-10,5,B"] {
        let credits = format!("fact,date,amount,payee\nD1,2026-03-10,89999,A{others}");
        let inputs = Inputs::read(&Files { credits: &credits, ..Files::default() }, &plan).expect("inputs");
        let statement = calculate(std::slice::from_ref(&plan), &inputs, "2026-03").expect("a statement");
        assert_eq!(told(&statement)[0], "A 899.99", "{others}");
    }
}

#[test]
fn kickers_are_within_caps_and_thresholds() {
    let kicked = |terms: &str| {
        format!(
            "[[commission]]\nid = \"c\"\nrate = \"10%\"\nquota = 50000\n{terms}\nkicker = [{{ when = {{ years = 3 }}, rate = \"1%\" }}]"
        )
    };
    let of = |terms: &str, amount: &str, pay: &str| {
        let credits = format!("fact,date,amount,payee,years\nD1,2026-01-10,{amount},A,3");
        let files = Files { credits: &credits, ..Files::default() };
        check(&kicked(terms), &files, "2026-01", &[&format!("A {pay}"), &format!("c {pay}")]);
    };
    for amount in ["99000", "101000"] {
        of("cap = { per_deal = 10000 }", amount, "10000.00");
    }
    of("cap = { per_deal = 10000 }", "90000", "9900.00");
    of("threshold = { at = 70000 }", "50000", "0.00");
    of("threshold = { at = 70000, pays = \"above_only\" }", "80000", "1100.00");
    of("cap = { attainment = \"150%\" }", "100000", "8250.00");
}

#[test]
fn growth_over_less_than_nothing_is_growth_over_nothing() {
    let growth = "[[commission]]\nid = \"c\"\nbasis = \"growth\"\nrate = \"10%\"";
    let credits = "fact,date,amount,payee\nD1,2026-01-10,-100,A\nD2,2026-02-10,60,A";
    check(growth, &Files { credits, ..Files::default() }, "2026-02", &["A 6.00", "c 6.00", "! no_previous A"]);
}

#[test]
fn a_draw_is_no_advance_on_what_is_taken_back() {
    let body = format!(
        "negative_net = \"allow\"\ndraw = {{ amount = 1000, periods = 6, at_termination = \"forgiven\" }}\nclawback = {{ fraud = true }}\n{TEN_PERCENT}"
    );
    let files = Files {
        credits: ONE,
        people: Some("id,left\nA,2026-01-31"),
        cash: Some("fact,date,event\nD1,2026-03-10,fraud"),
        ..Files::default()
    };
    let expected = ["A -10000.00", "c.clawback -10000.00", "owes draw 0.00", "owes clawback 0.00", "! negative_net A"];
    check(&body, &files, "2026-03", &expected);
}

#[test]
fn a_return_makes_room_in_a_spent_budget() {
    let spiff = "[[spiff]]\nid = \"s\"\nfrom = 2026-01-01\nto = 2026-02-01\nper_unit = 500\nbudget = 3000";
    let mut credits = "fact,date,amount,payee".to_owned();
    for deal in 1..=7 {
        write!(credits, "\nD{deal},2026-01-0{deal},1,A").expect("text");
    }
    credits += "\nR7,2026-01-10,-1,A";
    check(spiff, &Files { credits: &credits, ..Files::default() }, "2026-01", &["A 3000.00", "s 3000.00"]);
}

#[test]
fn leaves_that_touch_are_one() {
    let body = "[[commission]]\nid = \"c\"\nquota = 31000\ntable = \"whole\"\ntiers = [{ from = \"0%\", rate = \"1%\" }, { from = \"100%\", rate = \"10%\" }]";
    let credits = "fact,date,amount,payee\nD1,2026-03-30,11000,A";
    let leaves = ["A,2026-03-11,2026-03-21", "A,2026-03-01,2026-03-11"];
    for rows in [leaves.join("\n"), "A,2026-03-01,2026-03-21".to_owned()] {
        let people = format!("id,leave_from,leave_to\nA,,\n{rows}");
        let files = Files { credits, people: Some(&people), ..Files::default() };
        check(body, &files, "2026-03", &["A 1100.00", "c 1100.00"]);
    }
}

#[test]
fn what_comes_after_a_write_off_releases_nothing() {
    let held = format!("[holdback]\nat_booking = \"50%\"\n{TEN_PERCENT}");
    let late = "fact,date,event\nD1,2026-02-20,written_off\nD1,2026-03-20,collected";
    let files = Files { credits: ONE, cash: Some(late), ..Files::default() };
    check(&held, &files, "2026-03", &["A 0.00", "owes holdback 0.00"]);
    let same = "fact,date,event,amount\nD1,2026-02-10,collected,60000\nD1,2026-02-20,written_off,";
    let files = Files { credits: ONE, cash: Some(same), ..Files::default() };
    let statement = statement(&[&held], &files, "2026-02");
    let lines = statement.payees[0].components[0].lines.iter();
    let told: Vec<String> = lines.map(|line| format!("{} {}", line.rule.name(), line.amount)).collect();
    assert_eq!(told, ["release 3000.00", "forfeit 0.00"]);
}

#[test]
fn a_plan_cap_holds_to_the_cent() {
    let of = |id: &str| format!("[[commission]]\nid = \"{id}\"\nrate = \"3.7%\"\n");
    let body = format!("cap = {{ payment = 10100 }}\n{}{}{}", of("c"), of("d"), of("e"));
    let statement = statement(&[&body], &Files { credits: ONE, ..Files::default() }, "2026-01");
    assert_eq!(told(&statement)[0], "A 10100.00");
}

#[test]
fn without_people_a_quota_makes_no_payee() {
    let files = Files { credits: ONE, quotas: Some("payee,from,amount\nq,2026-01-01,5"), ..Files::default() };
    let body = "guarantee = { amount = 5000 }\n[[pool]]\nid = \"p\"\namount = 10000";
    check(body, &files, "2026-01", &["A 10000.00", "p 10000.00"]);
    let named = format!("[[who]]\npeople = [\"A\", \"B\"]\n{}", body.replace("guarantee = { amount = 5000 }\n", ""));
    check(&named, &files, "2026-01", &["A 5000.00", "p 5000.00", "B 5000.00", "p 5000.00"]);
}

#[test]
fn a_matrix_says_when_a_value_is_below_its_columns() {
    let body = "[[commission]]\nid = \"c\"\ntable = \"whole\"\nmatrix = { metric = \"m\", columns = [\"10%\"] }\ntiers = [{ from = 0, rates = [\"1%\"] }]";
    let files = Files { credits: ONE, actuals: Some("metric,period,value\nm,2026-01,9%"), ..Files::default() };
    check(body, &files, "2026-01", &["A 0.00", "! no_value A"]);
}

#[test]
fn a_threshold_on_the_bound_is_reached_whatever_tier_it_is() {
    let body = "[[commission]]\nid = \"c\"\nrate = \"5%\"\non_bound = \"lower\"\nthreshold = { at = 70000 }";
    let credits = "fact,date,amount,payee\nD1,2026-01-10,70000,A";
    check(body, &Files { credits, ..Files::default() }, "2026-01", &["A 3500.00", "c 3500.00"]);
    let open = "[[commission]]\nid = \"c\"\ntable = \"interpolated\"\non_bound = \"lower\"\ntiers = [{ from = 0, rate = 1000 }, { from = 70000, rate = 500 }]";
    check(open, &Files { credits, ..Files::default() }, "2026-01", &["A 1000.00", "c 1000.00"]);
}

#[test]
fn facts_share_what_the_whole_is_paid() {
    let lines = |body: &str, credits: &str| {
        let statement = statement(&[body], &Files { credits, ..Files::default() }, "2026-01");
        let lines = statement.payees[0].components[0].lines.iter();
        lines.map(|line| format!("{} {}", line.fact, line.amount)).collect::<Vec<_>>()
    };
    let whole = "[[commission]]\nid = \"c\"\ntable = \"whole\"\n";
    let tiers = format!("{whole}tiers = [{{ from = 0, rate = \"1%\" }}, {{ from = 1000, rate = \"10%\" }}]");
    let returned = "fact,date,amount,payee\nD1,2026-01-05,1500,A\nD2,2026-01-06,-1000,A";
    assert_eq!(lines(&tiers, returned), ["D1 15.00", "D2 -10.00"]);
    let above = format!("{whole}rate = \"10%\"\nthreshold = {{ at = 1000, pays = \"above_only\" }}");
    let two = "fact,date,amount,payee\nD1,2026-01-05,1000,A\nD2,2026-01-06,1000,A";
    assert_eq!(lines(&above, two), ["D1 50.00", "D2 50.00"]);
}

#[test]
fn what_counts_for_nothing_is_paid_where_the_others_have_come() {
    let body = "[[factor]]\nwhen = { type = \"svc\" }\nquota_credit_factor = 0\n[[commission]]\nid = \"c\"\ntiers = [{ from = 0, rate = \"1%\" }, { from = 1000, rate = \"10%\" }]";
    let credits = "fact,date,amount,payee,type\nD1,2026-01-05,3000,A,svc";
    check(body, &Files { credits, ..Files::default() }, "2026-01", &["A 30.00", "c 30.00"]);
}

#[test]
fn a_part_that_is_cancelled_takes_a_part_back() {
    let body = format!("negative_net = \"allow\"\nclawback = {{ cancelled_within_days = 60 }}\n{TEN_PERCENT}");
    let cash = "fact,date,event,amount\nD1,2026-02-01,cancelled,40000";
    let files = Files { credits: ONE, cash: Some(cash), ..Files::default() };
    check(&body, &files, "2026-02", &["A -4000.00", "c.clawback -4000.00", "owes clawback 0.00", "! negative_net A"]);
}

#[test]
fn a_return_gives_its_unit_back() {
    let body = "[[commission]]\nid = \"c\"\nbasis = \"units\"\nrate = 100";
    let credits = "fact,date,amount,payee\nD1,2026-01-05,1000,A\nD2,2026-01-06,-1000,A\nD3,2026-01-07,5,A";
    check(body, &Files { credits, ..Files::default() }, "2026-01", &["A 100.00", "c 100.00"]);
}
