//! The plans that ship, and what is wrong with those that do not read.

use pay_rules::{Plan, SHIPPED};

#[test]
fn the_plans_that_ship_read_and_say_whom_they_are_for() {
    for (name, text) in SHIPPED {
        let plan = Plan::read(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(plan.id(), name);
        assert!(text.starts_with("# "), "{name} says whom it is for");
    }
}

#[test]
fn the_example_of_the_format_reads() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pay-format.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    assert_eq!(Plan::read(example).map(|plan| plan.components().count()), Ok(1));
}

fn error(body: &str) -> String {
    let head = "id = \"p\"\nname = \"P\"\ncurrency = \"THB\"\n";
    Plan::read(&format!("{head}{body}")).expect_err("a plan that does not read").to_string()
}

fn of_commission(body: &str) -> String {
    error(&format!("[[commission]]\nid = \"c\"\n{body}"))
}

#[test]
fn what_is_wrong_with_a_plan_is_told_with_its_place_and_what_to_do() {
    for (body, told) in [
        (
            "",
            "line 1, character 6: the plan pays nothing; add a [[commission]], [[bonus]], [[spiff]], [[contest]] or [[pool]]",
        ),
        ("pay_period = \"week\"", "line 4, character 14: a pay period is a month, a quarter or a year"),
        ("fiscal_start = 13", "line 4, character 16: a fiscal year starts in a month from 1 to 12"),
        (
            "from = 2026-02-01\nto = 2026-01-01",
            "line 1, character 6: the plan ends on 2026-01-01, and it begins on 2026-02-01; let it end later",
        ),
        ("conversion = \"daily\"", "line 4, character 14: unknown variant `daily`, expected `plan` or `spot`"),
        (
            "holdbak = 1",
            "line 4, character 1: unknown field `holdbak`, expected one of `id`, `version`, `name`, `currency`, `pay_period`, `fiscal_start`, `from`, `to`, `pay_days_after`, `conversion`, `negative_net`, `leave_pause_days`, `quota_change`, `grace_days`, `credit_match`, `who`, `target`, `credit`, `factor`, `commission`, `bonus`, `spiff`, `contest`, `pool`, `cap`, `guarantee`, `draw`, `holdback`, `clawback`, `ramp`",
        ),
        (
            "[target]\nmix = \"60/50\"",
            "line 5, character 7: `60/50` is no mix; write base and variable of 100, like 60/40",
        ),
        ("[holdback]\nat_booking = \"0.5\"", "line 5, character 14: `0.5` has no percent sign; write it like 5%"),
        (
            "[holdback]\nat_booking = 0.5",
            "line 5, character 14: invalid type: floating point `0.5`, expected a number in quotes, like \"5%\" or \"12000.50\"",
        ),
        (
            "[[commission]]\nid = \"Big Deals\"\nrate = \"5%\"",
            "line 5, character 6: `Big Deals` is no id: write small letters, digits, _ and -",
        ),
        (
            "[[commission]]\nid = \"draw\"\nrate = \"5%\"",
            "line 5, character 6: `draw` is what a run calls its own component; choose another id",
        ),
        (
            "[[commission]]\nid = \"c\"\nrate = \"5%\"\n[[pool]]\nid = \"c\"\namount = 5",
            "line 8, character 6: `c` stands twice; give each component an id of its own",
        ),
        ("[[pool]]\nid = \"c\"", "line 5, character 6: a pool has either a rate or an amount"),
        (
            "[[spiff]]\nid = \"s\"\nfrom = 2026-02-01\nto = 2026-01-01\nper_unit = 5",
            "line 5, character 6: its window ends before it begins; exchange from and to",
        ),
        (
            "[[contest]]\nid = \"s\"\nfrom = 2026-01-01\nto = 2026-02-01\nprizes = []",
            "line 8, character 10: a contest has at least one prize; write 0 for one without money",
        ),
        (
            "[[bonus]]\nid = \"b\"\nkpi = [{ metric = \"m\", weight = \"50%\", curve = \"linear\" }, { metric = \"n\", weight = \"40%\", curve = \"linear\" }]",
            "line 6, character 7: the weights make 90%, and not 100%",
        ),
        (
            "[[bonus]]\nid = \"b\"\nkpi = [{ metric = \"m\", weight = \"100%\", curve = \"steep\" }]",
            "line 6, character 49: `steep` is no curve: begin with linear, step or band, or write one of linear, inverse, milestone, binary alone",
        ),
        (
            "[[credit]]\nto = \"person\"\n[[pool]]\nid = \"c\"\namount = 5",
            "line 5, character 6: say which: add person = \"…\" to this rule",
        ),
        (
            "[clawback]\nmode = \"full\"\n[[pool]]\nid = \"c\"\namount = 5",
            "line 4, character 1: nothing sets it off; add cancelled_within_days, credit_note, fraud or unpaid_after_days",
        ),
        (
            "clawback = { mode = \"pro_rata\", fraud = true }\n[[pool]]\nid = \"c\"\namount = 5",
            "line 4, character 12: pro rata is by the days that remain; add cancelled_within_days",
        ),
        ("grace_days = 10000000", "line 4, character 14: `10000000` is no number of days; write one from 0 to 36500"),
        ("pay_days_after = -1", "line 4, character 18: `-1` is no number of days; write one from 0 to 36500"),
        ("leave_pause_days = -1", "line 4, character 20: `-1` is no number of days; write one from 0 to 36500"),
        ("holdback = { at_booking = \"150%\" }", "line 4, character 27: `150%` is no share; write one from 0% to 100%"),
        ("holdback = { at_booking = \"-50%\" }", "line 4, character 27: `-50%` is no share; write one from 0% to 100%"),
        ("guarantee = { amount = -5 }", "line 4, character 24: `-5` is below zero; write an amount from 0 on"),
        ("cap = { payment = -5 }", "line 4, character 19: `-5` is below zero; write an amount from 0 on"),
        (
            "clawback = { unpaid_after_days = -1 }",
            "line 4, character 34: `-1` is no number of days; write one from 0 to 36500",
        ),
        (
            "[[pool]]\nid = \"c\"\namount = 5\ninterval = \"week\"",
            "line 5, character 6: it adds up over a month, a quarter or a year; write one of these as its interval",
        ),
        (
            "draw = { amount = 5, periods = 0 }\n[[pool]]\nid = \"c\"\namount = 5",
            "line 4, character 8: pay periods count from 1",
        ),
        (
            "draw = { amount = 5, periods = 1, recovery = \"120%\" }\n[[pool]]\nid = \"c\"\namount = 5",
            "line 4, character 8: recovery is a share of what is earned above the draw, 100% at most",
        ),
    ] {
        assert_eq!(error(body), told, "{body}");
    }
}

#[test]
fn what_is_wrong_with_a_rate_table_is_told_with_its_place_and_what_to_do() {
    for (body, told) in [
        ("", "line 5, character 6: it has no rate; add rate or tiers"),
        ("rate = \"5\"", "line 6, character 8: `5` is an amount, and here a share is paid; write it like 5%"),
        (
            "basis = \"units\"\nrate = \"5%\"",
            "line 7, character 8: `5%` is a percentage, and here an amount is paid; write it without %",
        ),
        (
            "rate = \"5 %\"\nwhen = { years = \">= two\" }",
            "line 7, character 18: `>= two` compares with no number; write it like `>= 2`",
        ),
        (
            "rate = \"5%\"\ntiers = [{ from = \"0\", rate = \"5%\" }]",
            "line 6, character 8: write either one rate or tiers",
        ),
        (
            "tiers = [{ from = \"50%\", rate = \"5%\" }]",
            "line 6, character 19: the first tier begins at 50%: below it nothing is said; begin at 0",
        ),
        (
            "tiers = [{ from = \"0\", to = \"50%\", rate = \"5%\" }, { from = \"60%\", rate = \"6%\" }]",
            "line 6, character 29: there is a gap between 50% and 60%: end the tier where the next begins",
        ),
        (
            "tiers = [{ from = \"0\", to = \"70%\", rate = \"5%\" }, { from = \"60%\", rate = \"6%\" }]",
            "line 6, character 29: tiers overlap between 70% and 60%: end the tier where the next begins",
        ),
        (
            "tiers = [{ from = \"0\", rate = \"5%\" }, { from = \"60%\", rate = \"6%\" }, { from = \"50%\", rate = \"7%\" }]",
            "line 6, character 79: 50% is not above 60%: tiers go up, each from where the one before ends",
        ),
        (
            "tiers = [{ from = \"0\", rate = \"5%\" }, { from = \"60%\", to = \"80%\", rate = \"6%\" }]",
            "line 6, character 60: above 80% nothing is said; leave `to` of the last tier out",
        ),
        (
            "tiers = [{ from = \"0\", rate = \"5%\" }, { from = \"60%\", rate = \"6%\" }, { from = \"100000\", rate = \"7%\" }]",
            "line 6, character 79: bounds are either all percentages (attainment) or all amounts",
        ),
        (
            "tiers = [{ from = \"0\", multiplier = \"1\" }]",
            "line 6, character 37: a multiplier is of a base rate; add base_rate = \"5%\" or base_rate = \"target\"",
        ),
        (
            "tiers = [{ from = \"0\" }]",
            "line 6, character 19: a tier has one of rate, multiplier, and rates of a matrix",
        ),
        (
            "matrix = { metric = \"m\", columns = [\"0%\", \"9%\"] }\ntiers = [{ from = \"0\", rates = [\"1%\"] }]",
            "line 7, character 32: there are 1 rates for 2 columns; write one for each column of the matrix",
        ),
        (
            "matrix = { metric = \"m\", columns = [\"9%\", \"0%\"] }\ntiers = [{ from = \"0\", rates = [\"1%\", \"2%\"] }]",
            "line 6, character 10: columns are lower bounds that go up",
        ),
        (
            "by = \"deal\"\ntiers = [{ from = \"0\", rate = \"5%\" }, { from = \"60%\", rate = \"6%\" }]",
            "line 7, character 48: a deal's size is an amount; write the bound without %",
        ),
        (
            "cap = { attainment = \"150%\" }\ntiers = [{ from = \"0\", rate = \"5%\" }, { from = \"150%\", rate = \"6%\" }]",
            "line 7, character 48: the measure is capped at 150%: this tier is never reached",
        ),
        (
            "threshold = { at = \"60%\", pays = \"above_only\" }\ntiers = [{ from = \"0%\", rate = \"5%\" }, { from = \"60%\", rate = \"6%\" }]",
            "line 7, character 19: below 60% nothing is paid: this tier is never reached",
        ),
        (
            "rate = \"5%\"\n[[commission.gate]]\nmetric = \"m\"\nat_least = \"9%\"\neffect = \"accelerator\"",
            "line 8, character 10: the gate caps rates at the base rate; add base_rate to the commission",
        ),
        (
            "rate = \"5%\"\n[[commission.gate]]\nmetric = \"m\"\nat_least = \"9%\"\neffect = \"modifier\"",
            "line 8, character 10: a modifier needs a factor or a curve",
        ),
        (
            "rate = \"5%\"\n[[commission.gate]]\nmetric = \"m\"\nat_least = \"9%\"\neffect = \"hard\"\nfactor = 1",
            "line 8, character 10: only a modifier has a factor or a curve; write effect = \"modifier\"",
        ),
        (
            "rate = \"5%\"\nbasis = \"growth\"\nby = \"deal\"",
            "line 5, character 6: growth is of the whole; it is no measure and not by deal",
        ),
        (
            "rate = \"5%\"\nbasis = \"growth\"\nkicker = [{ when = { years = 3 }, rate = \"1%\" }]",
            "line 5, character 6: kickers are of facts, and growth is of the whole; leave them out",
        ),
        (
            "table = \"interpolated\"\ntiers = [{ from = 0, rate = 100 }]",
            "line 5, character 6: interpolated tiers are two at least: each pays by the way to the next",
        ),
        (
            "basis = \"units\"\nbase_rate = \"5%\"\nrate = \"5\"",
            "line 7, character 13: a base rate is of an amount; units and interpolated tiers have amounts",
        ),
    ] {
        assert_eq!(of_commission(body), told, "{body}");
    }
}
