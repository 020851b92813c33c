//! Accruals (PAY-8): what is owed at the end of a day, against what a program written apart pays by month.

use crate::{
    company::{advance, data, import},
    pay_runs::{CHIEF, FINANCE, HEAD, acme, approve, pay},
};
use base::Money;
use jiff::civil::{Date, date};
use pay::{Accrual, Accrued, RunError};
use rules::log::Origin;
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};

const SEPTEMBER: Date = date(2026, 9, 30);
const OCTOBER: Date = date(2026, 10, 31);
const TODAY: Date = date(2026, 11, 24);

/// `data/acme/expected/pay.csv`: by payee what months pay.
fn apart(months: &[&str]) -> BTreeMap<String, i64> {
    let text = std::fs::read_to_string(data("acme/expected/pay.csv")).expect("read");
    let mut sums = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if months.contains(&cells[0]) {
            let amount = Money::parse(cells[3], base::Currency::THB).expect("an amount");
            *sums.entry(cells[1].to_owned()).or_default() += amount.minor;
        }
    }
    without_zeros(sums)
}

fn without_zeros(mut sums: BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn by_payee(found: &Accrual, of: impl Fn(&Accrued) -> Money) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for row in &found.rows {
        *sums.entry(row.employee.clone()).or_default() += of(row).minor;
    }
    without_zeros(sums)
}

async fn on(app: &TestApp, day: Date) -> Accrual {
    pay(app, FINANCE).await.accrual(day).await.expect("told")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_owed_is_what_was_computed_apart_until_it_is_paid() {
    on_both(async |app| {
        acme(app).await;
        approve(app, "2026-08").await;
        let finance = pay(app, FINANCE).await;
        let september = on(app, SEPTEMBER).await;
        assert_eq!(by_payee(&september, |row| row.closing), apart(&["2026-08", "2026-09"]));
        assert_eq!(by_payee(&september, Accrued::expense), apart(&["2026-08", "2026-09"]), "nothing was booked before");
        assert!(september.parts[0].is_approved && !september.parts[1].is_approved);

        let other = finance.book_accrual(SEPTEMBER, Some("another"), Origin::Cli).await;
        assert!(matches!(other, Err(RunError::OtherAccrual(SEPTEMBER))), "{other:?}");
        let booked = finance.book_accrual(SEPTEMBER, Some(&september.sha256), Origin::Cli).await.expect("booked");
        assert!(booked.booked.is_some() && booked.rows == september.rows);
        for day in [SEPTEMBER, date(2026, 8, 31)] {
            let again = finance.book_accrual(day, None, Origin::Cli).await;
            assert!(matches!(again, Err(RunError::Booked(SEPTEMBER))), "{again:?}");
        }
        let today = finance.book_accrual(TODAY, None, Origin::Cli).await;
        assert!(matches!(today, Err(RunError::ToCome(TODAY))), "{today:?}");

        let october = on(app, OCTOBER).await;
        assert_eq!(october.since, Some(SEPTEMBER));
        assert_eq!(by_payee(&october, Accrued::expense), apart(&["2026-10"]));
        pay(app, CHIEF).await.pay("2026-08", Origin::Cli).await.expect("paid");
        let now = on(app, TODAY).await;
        assert_eq!(by_payee(&now, |row| row.paid), apart(&["2026-08"]));
        assert_eq!(by_payee(&now, |row| row.opening), apart(&["2026-08", "2026-09"]));
        assert!(now.parts.iter().all(|part| !part.is_approved), "August is paid");
        // On a day before the money was on its way it was owed.
        assert_eq!(on(app, OCTOBER).await.rows, october.rows);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_stays_when_more_is_learnt() {
    on_both(async |app| {
        acme(app).await;
        approve(app, "2026-08").await;
        let booked = pay(app, FINANCE).await.book_accrual(SEPTEMBER, None, Origin::Cli).await.expect("booked");
        let closing: i64 = booked.rows.iter().map(|row| row.closing.minor).sum();
        assert_eq!(booked.now["THB"].minor, closing);
        // The amount of a deal that was won in April 2026 is corrected (data/acme/README.md).
        import(app, "acme-late", "acme/late", false).await;
        let later = on(app, SEPTEMBER).await;
        assert_eq!(later.rows, booked.rows);
        let learnt = later.now["THB"].minor - closing;
        assert_ne!(learnt, 0);
        let october = on(app, OCTOBER).await;
        let expense: i64 = october.rows.iter().map(|row| row.expense().minor).sum();
        assert_eq!(expense, apart(&["2026-10"]).values().sum::<i64>() + learnt, "an expense of the next booking");
        let text = october.to_csv().expect("a file");
        let (last, whole) = (text.lines().last().expect("a row"), &october.now["THB"]);
        assert!(
            last.starts_with("2026-10-31,2026-09-30,,control total,") && last.ends_with(&whole.to_string()),
            "{last}"
        );
        assert_eq!(text.lines().count(), october.rows.len() + 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_lies_before_the_end_of_the_day_is_owed() {
    on_both(async |app| {
        acme(app).await;
        // A run that nobody approved says nothing of what is owed.
        pay(app, FINANCE).await.calculate("2026-03", Origin::Cli).await.expect("calculated");
        let middle = date(2026, 9, 15);
        let days = |found: &Accrual| -> Vec<Date> {
            let parts = found.parts.iter().flat_map(|part| part.told.facts.values());
            parts.map(|fact| fact.on.parse().expect("a day")).collect()
        };
        let (half, whole) = (on(app, middle).await, on(app, SEPTEMBER).await);
        assert!(!days(&half).is_empty() && days(&half).iter().all(|day| *day <= middle));
        assert!(days(&whole).iter().any(|day| *day > middle));
        assert_eq!(by_payee(&whole, |row| row.closing), apart(&["2026-09"]));
        let rep = pay(app, "P09").await.accrual(SEPTEMBER).await;
        assert!(matches!(rep, Err(RunError::SeesNoPay)), "{rep:?}");
        assert!(pay(app, HEAD).await.accruals().await.expect("told").is_empty());
    })
    .await;
}

/// Half of each commission waits for the customer's money, and nothing says that any came.
const HELD: &str = r#"
id = "projects"
name = "Projects"
currency = "THB"
pay_period = "month"
from = 2026-01-01

[[who]]
role = "ae"

[holdback]
at_booking = "50%"

[[commission]]
id = "projects"
interval = "year"
tiers = [{ from = "0", rate = "4%" }]
"#;

/// What everybody's rows of a pay code come to.
fn of(found: &Accrual, pay_code: &str) -> i64 {
    found.rows.iter().filter(|row| row.pay_code == pay_code).map(|row| row.closing.minor).sum()
}

async fn with_plan(app: &TestApp, plan: &str) {
    advance(app);
    import(app, "acme", "acme", false).await;
    pay(app, FINANCE).await.set_plan(plan, Origin::Cli).await.expect("a sound plan");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_until_the_customer_pays_is_owed() {
    on_both(async |app| {
        with_plan(app, HELD).await;
        let (august, september) = (on(app, date(2026, 8, 31)).await, on(app, SEPTEMBER).await);
        let kept_back = of(&september, "projects.holdback");
        assert!(kept_back < 0 && of(&august, "held") > 0);
        assert_eq!(of(&september, "held") - of(&august, "held"), -kept_back);
        let rounding = i64::try_from(september.rows.len()).expect("few");
        assert!((of(&september, "projects") + 2 * kept_back).abs() <= rounding, "half of what is earned");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cap_carries_is_owed_and_a_guarantee_by_the_days_that_are_over() {
    on_both(async |app| {
        let capped = HELD.replace("[holdback]\nat_booking = \"50%\"", "[cap]\npayment = \"1000\"\nexcess = \"carry\"");
        with_plan(app, &capped).await;
        let (august, september) = (on(app, date(2026, 8, 31)).await, on(app, SEPTEMBER).await);
        let carried = of(&september, "above_cap") - of(&august, "above_cap");
        assert!(carried > 0 && carried == -of(&september, "projects.plan_cap"), "{carried}");
        assert!(september.beside.is_empty(), "it is owed to them, not by them");

        let sure = HELD
            .replace("[holdback]\nat_booking = \"50%\"", "[guarantee]\namount = \"30000\"")
            .replace("id = \"projects\"\nint", "id = \"projects\"\nwhen = { type = \"nothing\" }\nint");
        pay(app, FINANCE).await.set_plan(&sure, Origin::Cli).await.expect("a sound plan");
        let own = |found: Accrual| {
            let row = found.rows.into_iter().find(|row| row.employee == "P09" && row.pay_code == "guarantee");
            row.expect("she has a guarantee").closing.minor
        };
        assert_eq!(own(on(app, SEPTEMBER).await), 3_000_000);
        assert_eq!(own(on(app, date(2026, 9, 15)).await), 1_500_000, "15 of 30 days");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booked_month_stays_owed_until_the_first_run_counts_it_as_paid() {
    on_both(async |app| {
        acme(app).await;
        let finance = pay(app, FINANCE).await;
        let august = finance.book_accrual(date(2026, 8, 31), None, Origin::Cli).await.expect("booked");
        assert_eq!(by_payee(&august, |row| row.closing), apart(&["2026-08"]));
        let september = on(app, SEPTEMBER).await;
        assert_eq!(by_payee(&september, |row| row.closing), apart(&["2026-08", "2026-09"]));
        assert_eq!(by_payee(&september, Accrued::expense), apart(&["2026-09"]));
        assert!(september.exceptions > 0, "deals that no plan covers");

        approve(app, "2026-09").await;
        let then = on(app, SEPTEMBER).await;
        assert_eq!(by_payee(&then, |row| row.closing), apart(&["2026-08", "2026-09"]), "not approved on that day");
        assert_eq!(then.exceptions, 0, "they were let pass");
        let now = on(app, TODAY).await;
        assert_eq!(by_payee(&now, |row| row.paid), apart(&["2026-08"]));

        finance.book_accrual(OCTOBER, None, Origin::Cli).await.expect("booked");
        let wrong = finance.void_accrual(date(2026, 8, 31), Origin::Cli).await;
        assert!(matches!(wrong, Err(RunError::NotLastBooked(_))), "{wrong:?}");
        finance.void_accrual(OCTOBER, Origin::Cli).await.expect("taken back");
        finance.book_accrual(SEPTEMBER, None, Origin::Cli).await.expect("an earlier day");
        let days: Vec<Date> = finance.accruals().await.expect("told").iter().map(|one| one.day).collect();
        assert_eq!(days, [SEPTEMBER, date(2026, 8, 31)]);
        finance.book_accrual(OCTOBER, None, Origin::Cli).await.expect("the same day again");
    })
    .await;
}
