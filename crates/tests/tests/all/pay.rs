//! Pay in the house (C25): runs over the sample company, who may do what, and statements that anybody recomputes.

use crate::company::{advance, data, import, person, viewer};
use base::{Money, RecordId};
use db::{Change, DbError};
use jiff::SignedDuration;
use pay::{PAY_LINE, PAY_STATEMENT, Pay, Run, RunError, State};
use pay_rules::PayFile;
use rules::{access::Viewer, log::Origin, record::Value};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{TestApp, on_both};

/// Who keeps the plans, who looks through runs, and who approves them.
pub const FINANCE: &str = "P40";
pub const HEAD: &str = "P02";
pub const CHIEF: &str = "P01";

pub async fn pay(app: &TestApp, external_id: &str) -> Pay {
    Pay::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts"))
}

pub fn plan(name: &str) -> String {
    std::fs::read_to_string(data("acme/plans").join(format!("{name}.toml"))).expect("read")
}

pub async fn acme(app: &TestApp) {
    advance(app);
    import(app, "acme", "acme", false).await;
    let finance = pay(app, FINANCE).await;
    for name in ["field-sales", "team-lead", "sales-engineer"] {
        finance.set_plan(&plan(name), Origin::Cli).await.expect("a sound plan");
    }
}

/// Calculates, lets every exception pass, and approves.
pub async fn approve(app: &TestApp, period: &str) -> Run {
    let run = pay(app, FINANCE).await.calculate(period, Origin::Cli).await.expect("calculated");
    let head = pay(app, HEAD).await;
    let is_first = head.runs().await.expect("read").len() == 1;
    for open in run.open() {
        // What was let pass once is not asked again; the first run asks of all that came before.
        let is_earlier = run.told.facts.get(&open.fact).is_some_and(|fact| !fact.on.starts_with(period));
        assert!(is_first || !is_earlier, "{period}: {}", open.key());
        head.waive(period, &open.key(), "known", Origin::Cli).await.expect("waived");
    }
    head.review(period, None, Origin::Cli).await.expect("reviewed");
    pay(app, CHIEF).await.approve(period, None, Origin::Cli).await.expect("approved")
}

/// What each payee's components pay in a run; and the deals that nobody's plan covers.
fn paid(run: &Run) -> BTreeMap<(String, String), String> {
    let of_payees = run.told.payees.iter().flat_map(|payee| {
        let components = payee.components.iter().map(|part| ((payee.id.clone(), part.id.clone()), part.amount.clone()));
        components.collect::<Vec<_>>()
    });
    let is_of_run = |fact: &str| run.told.facts.get(fact).is_some_and(|fact| fact.on.starts_with(&run.period.label));
    let uncovered = run.told.exceptions.iter().filter(|one| one.kind == "no_plan" && is_of_run(&one.fact));
    let deal = |fact: &str| &run.told.facts[fact].external_id;
    let uncovered =
        uncovered.map(|one| ((one.payee.clone(), format!("no_plan {}", deal(&one.fact))), "0.00".to_owned()));
    of_payees.chain(uncovered).filter(|(key, amount)| amount != "0.00" || key.1.starts_with("no_plan")).collect()
}

fn months() -> Vec<String> {
    let all = (2025..=2026).flat_map(|year| (1..=12).map(move |month| format!("{year}-{month:02}")));
    all.take(22).collect()
}

/// `data/acme/expected/pay.csv` comes from a program that knows nothing of ours.
#[tokio::test(flavor = "multi_thread")]
async fn every_month_pays_what_was_computed_apart() {
    on_both(async |app| {
        acme(app).await;
        let text = std::fs::read_to_string(data("acme/expected/pay.csv")).expect("read");
        let mut expected: BTreeMap<String, BTreeMap<(String, String), String>> = BTreeMap::new();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let [period, payee, component, amount] = cells.try_into().expect("four columns");
            let key = (payee.to_owned(), component.to_owned());
            expected.entry(period.to_owned()).or_default().insert(key, amount.to_owned());
        }
        let mut lines = 0;
        for period in months() {
            let run = approve(app, &period).await;
            assert_eq!(run.state, State::Approved);
            let mut found = paid(&run);
            // A cap is a component of its own.
            let caps: Vec<_> =
                found.keys().filter(|(_, component)| component.strip_suffix(".cap").is_some()).cloned().collect();
            for (payee, component) in caps {
                let cut: i64 = minor(&found.remove(&(payee.clone(), component.clone())).expect("there"));
                let own = (payee, component.trim_end_matches(".cap").to_owned());
                let left = minor(&found[&own]) + cut;
                found.insert(own, format!("{}.{:02}", left / 100, left % 100));
            }
            let wanted = expected.remove(&period).unwrap_or_default();
            assert_eq!(found, wanted, "{period} on {}", app.db.address());
            lines += wanted.len();
        }
        assert!(expected.is_empty() && lines > 200, "{lines} lines");
    })
    .await;
}

fn minor(amount: &str) -> i64 {
    Money::parse(amount, "THB".parse().expect("a currency")).expect("an amount").minor
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_learnt_after_approval_is_paid_in_the_next_period() {
    on_both(async |app| {
        acme(app).await;
        let mut april = None;
        for period in months().into_iter().take(17) {
            let run = approve(app, &period).await;
            if period == "2026-04" {
                april = Some(run);
            }
        }
        let april = april.expect("there");
        // The amount of a deal that was won in April 2026 is corrected (data/acme/README.md).
        import(app, "acme-late", "acme/late", false).await;
        let head = pay(app, HEAD).await;
        assert_eq!(head.run("2026-04").await.expect("there").sha256, april.sha256);
        let again = pay(app, FINANCE).await.calculate("2026-04", Origin::Cli).await;
        assert!(matches!(again, Err(RunError::Locked { .. })), "{again:?}");
        let skipped = pay(app, FINANCE).await.calculate("2026-07", Origin::Cli).await;
        assert!(matches!(&skipped, Err(RunError::NotNext { next, .. }) if next == "2026-06"), "{skipped:?}");
        let june = approve(app, "2026-06").await;
        let lines = june.told.payees.iter().flat_map(|payee| &payee.components).flat_map(|part| &part.lines);
        let deltas: BTreeSet<&str> = lines.filter(|line| line.rule == "delta").map(|line| line.fact.as_str()).collect();
        assert!(!deltas.is_empty(), "the correction pays or takes back something");
        // Run + deltas = from scratch: with nothing said of what was paid, all months sum to the same.
        let mut scratch: BTreeMap<String, i64> = BTreeMap::new();
        let mut file = june_file(app).await;
        file.files.remove("paid");
        for period in months().into_iter().take(18) {
            let of_month = PayFile { period, ..file.clone() }.recompute().expect("computes").statement;
            for payee in of_month.payees {
                *scratch.entry(payee.id).or_default() += payee.total.minor;
            }
        }
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for run in head.runs().await.expect("read") {
            for payee in run.told.payees {
                *sums.entry(payee.id).or_default() += minor(&payee.total);
            }
        }
        assert_eq!(sums, scratch);
    })
    .await;
}

async fn june_file(app: &TestApp) -> PayFile {
    pay(app, HEAD).await.run("2026-06").await.expect("there").file().expect("a file")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_stand_behind_every_payment_and_nobody_pays_themselves() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let (finance, head, chief) = (pay(app, FINANCE).await, pay(app, HEAD).await, pay(app, CHIEF).await);
    for outsider in ["P38", "P39", "P09", "P04"] {
        let outsider = pay(app, outsider).await;
        for refused in [
            outsider.calculate("2025-01", Origin::Ui).await.err(),
            outsider.runs().await.err(),
            outsider.plans().await.err(),
            outsider.set_plan(&plan("team-lead"), Origin::Ui).await.err(),
        ] {
            assert!(matches!(refused, Some(RunError::SeesNoPay)), "{refused:?}");
        }
    }
    let operator = Pay::new(app.db.clone(), Viewer::system(), app.folder().join("facts"));
    assert!(matches!(operator.runs().await, Err(RunError::SeesNoPay)), "the operator sees no pay");

    let run = finance.calculate("2025-01", Origin::Ui).await.expect("calculated");
    let not_yet = chief.approve("2025-01", None, Origin::Ui).await;
    assert!(matches!(not_yet, Err(RunError::NotSo { .. })), "{not_yet:?}");
    head.review("2025-01", None, Origin::Ui).await.expect("reviewed");
    if run.open().count() > 0 {
        let open = chief.approve("2025-01", None, Origin::Ui).await;
        assert!(matches!(open, Err(RunError::Open(_))), "{open:?}");
    }
    for one in run.open() {
        let silent = head.waive("2025-01", &one.key(), "  ", Origin::Ui).await;
        assert!(matches!(silent, Err(RunError::NoReason)), "{silent:?}");
        head.waive("2025-01", &one.key(), "not on a plan", Origin::Ui).await.expect("waived");
    }
    let own = head.approve("2025-01", None, Origin::Ui).await;
    assert!(matches!(own, Err(RunError::OwnReview)), "{own:?}");
    let own = finance.approve("2025-01", None, Origin::Ui).await;
    assert!(matches!(&own, Err(RunError::OwnInput(what)) if what.contains("plan")), "{own:?}");

    // An adjustment counts once a second person stands behind it, and it waits until then.
    let mali = person(app, "P09").await.id;
    let amount = Money::parse("1500.00", "THB".parse().expect("a currency")).expect("an amount");
    let adjust = |pay: Pay, payee| async move {
        pay.adjust("2025-01", payee, amount, "goodwill", "agreed on 12 January", Origin::Ui).await
    };
    let chiefs = person(app, CHIEF).await.id;
    let own = adjust(chief.clone(), chiefs).await;
    assert!(matches!(own, Err(RunError::OwnPay)), "{own:?}");
    let id = adjust(finance.clone(), mali).await.expect("entered");
    let waiting = chief.approve("2025-01", None, Origin::Ui).await;
    assert!(matches!(waiting, Err(RunError::Waiting(1))), "{waiting:?}");
    let own = finance.approve_adjustment("2025-01", id, Origin::Ui).await;
    assert!(matches!(own, Err(RunError::OwnAdjustment)), "{own:?}");
    head.approve_adjustment("2025-01", id, Origin::Ui).await.expect("approved");
    let stale = chief.approve("2025-01", None, Origin::Ui).await;
    assert!(
        matches!(stale, Err(RunError::Stale(_))),
        "an adjustment that the run does not hold is not lost: {stale:?}"
    );
    let taken = finance.withdraw_adjustment("2025-01", id, Origin::Ui).await;
    assert!(matches!(taken, Err(RunError::NoAdjustment(_))), "{taken:?}");
    let before = minor(&run.payee(mali).map_or_else(|| "0".to_owned(), |payee| payee.total.clone()));
    let again = finance.calculate("2025-01", Origin::Ui).await.expect("calculated");
    assert_eq!(again.state, State::Calculated, "what was reviewed is another run now");
    let with = again.payee(mali).expect("paid");
    assert_eq!(minor(&with.total), before + 150_000);
    let part = with.components.iter().find(|part| part.id == "adjustment").expect("a component of its own");
    assert_eq!(part.lines[0].rule, "adjustment");

    head.review("2025-01", None, Origin::Ui).await.expect("reviewed");
    chief.approve("2025-01", None, Origin::Ui).await.expect("approved");
    let late = adjust(finance.clone(), mali).await;
    assert!(matches!(late, Err(RunError::Locked { .. })), "{late:?}");
    let published = finance.set_plan(&plan("field-sales").replace("8%", "9%"), Origin::Ui).await;
    assert!(matches!(published, Err(RunError::Published { .. })), "{published:?}");
    assert_eq!(chief.pay("2025-01", Origin::Ui).await.expect("paid").state, State::Paid);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_pay_twice_too_early_or_by_ones_own_hand_is_refused() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let (finance, head, chief) = (pay(app, FINANCE).await, pay(app, HEAD).await, pay(app, CHIEF).await);
    let set = |from: &str, to: &str| plan("team-lead").replace(from, to);
    let no_day = finance.set_plan(&set("from = 2025-01-01\n", ""), Origin::Cli).await;
    assert!(matches!(no_day, Err(RunError::NoFirstDay)), "{no_day:?}");
    let quarterly = set("version = \"2025\"", "version = \"2026\"\npay_period = \"quarter\"");
    let other = finance.set_plan(&quarterly, Origin::Cli).await;
    assert!(matches!(other, Err(RunError::OtherGrain(_))), "{other:?}");
    let other = finance.set_plan(&quarterly.replace("id = \"team-lead\"", "id = \"leads\""), Origin::Cli).await;
    assert!(matches!(other, Err(RunError::ComponentTwice(_))), "{other:?}");
    let other = finance.set_plan(&set("from =", "fiscal_start = 4\nfrom ="), Origin::Cli).await;
    assert!(matches!(other, Err(RunError::OtherCalendar)), "{other:?}");

    // Today is 24 November.
    let run = finance.calculate("2026-11", Origin::Cli).await.expect("calculated");
    for open in run.open() {
        head.waive("2026-11", &open.key(), "known", Origin::Cli).await.expect("waived");
    }
    let unseen = head.review("2026-11", Some("another"), Origin::Cli).await;
    assert!(matches!(unseen, Err(RunError::Moved(_))), "{unseen:?}");
    head.review("2026-11", Some(&run.sha256), Origin::Cli).await.expect("reviewed");
    let early = chief.approve("2026-11", None, Origin::Cli).await;
    assert!(matches!(early, Err(RunError::NotOver { .. })), "{early:?}");
    app.clock.set("2026-12-02T09:00:00Z".parse().expect("a moment"));
    let early = chief.approve("2026-11", None, Origin::Cli).await;
    assert!(matches!(early, Err(RunError::Stale(_))), "it knows nothing of the last week: {early:?}");
    finance.calculate("2026-11", Origin::Cli).await.expect("calculated");
    head.review("2026-11", None, Origin::Cli).await.expect("reviewed");

    // Who last changed a deal that is paid does not approve it.
    let deals = app.db.system().all(&crm::DEAL).await.expect("read");
    let run = chief.run("2026-11").await.expect("there");
    let paid = run.told.facts.values().find(|fact| fact.on.starts_with("2026-11")).expect("a deal of November");
    let deal = deals.iter().find(|deal| deal.id.0 == paid.id).expect("there");
    let chiefs = person(app, CHIEF).await.id;
    let mut tx = app.db.begin(Some(chiefs), Origin::Ui);
    let changed = vec![("lead_source", Value::Text("referral".to_owned()))];
    tx.put(Change::set(&crm::DEAL, deal.id, changed)).expect("sound");
    tx.commit().await.expect("written");
    let own = chief.approve("2026-11", None, Origin::Cli).await;
    assert!(matches!(&own, Err(RunError::OwnInput(what)) if what.contains("deal")), "{own:?}");

    // A mapping file brings in no pay.
    let mapping = "source = \"x\"\n[[file]]\nfile = \"a.csv\"\nrecord = \"pay_line\"\nkey = \"id\"\n[file.fields]\nkey = \"key\"\n";
    let checked = import::Mapping::read(mapping).expect("reads").check(app.db.registry());
    assert!(checked.expect_err("refused").to_string().contains("pay_line"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_is_paid_once_whoever_approves_at_once() {
    on_both(async |app| {
        acme(app).await;
        let run = pay(app, FINANCE).await.calculate("2025-01", Origin::Cli).await.expect("calculated");
        let head = pay(app, HEAD).await;
        for open in run.open() {
            head.waive("2025-01", &open.key(), "known", Origin::Cli).await.expect("waived");
        }
        head.review("2025-01", None, Origin::Cli).await.expect("reviewed");
        let (one, other) = (pay(app, CHIEF).await, pay(app, CHIEF).await);
        let (one, other) =
            tokio::join!(one.approve("2025-01", None, Origin::Cli), other.approve("2025-01", None, Origin::Cli));
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "{one:?} {other:?}");
        let lines = app.db.system().all(&PAY_LINE).await.expect("read");
        let keys: BTreeSet<&str> = lines.iter().filter_map(|line| line.value("key").as_text()).collect();
        assert!(!lines.is_empty());
        assert_eq!(keys.len(), lines.len());
        let again = lines[0].values.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut tx = app.begin();
        tx.put(Change::create(&PAY_LINE, app.db.new_id().await.expect("an id"), again)).expect("sound");
        let twice = tx.commit().await;
        assert!(matches!(twice, Err(DbError::Moved)), "the database refuses the second: {twice:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payee_sees_their_own_statement_alone_and_recomputes_it() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    for period in months().into_iter().take(6) {
        approve(app, &period).await;
    }
    let all = app.db.system().all(&PAY_STATEMENT).await.expect("read");
    let own_id = |external: &'static str| async move { person(app, external).await.id };
    for payee in ["P09", "P04", "P35", "P23"] {
        let id = own_id(payee).await;
        let own = pay(app, payee).await;
        let statements = own.statements(id).await.expect("read");
        assert!(!statements.is_empty(), "{payee}");
        let said = own.statement(statements[0].id).await.expect("read").expect("their own");
        let file = said.file.clone().expect("a file");
        let text = file.to_text().expect("text");
        let again = PayFile::read(&text).expect("reads").recompute().expect("computes");
        assert_eq!(again.sha256, said.sha256);
        assert_eq!(again.statement.payees[0].total.to_string(), said.payee().total);
        assert!(!PayFile { sha256: "0".repeat(64), ..file }.holds());
        // Nobody who neither works with them nor for them stands in it, and no plan but their own.
        let file = said.file.as_ref().expect("a file");
        for (name, text) in &file.files {
            let cells = text.split([',', '\n']);
            assert!(cells.into_iter().all(|cell| !["P16", "P27", "P19"].contains(&cell)), "{payee}, {name}: {text}");
        }
        assert_eq!(file.plans.len(), 1, "{payee}");
        // With the name taken out, it still tells nobody else's pay.
        let whole = PayFile { payee: None, ..file.clone() }.recompute().expect("computes").statement;
        let others = whole.payees.iter().filter(|one| one.id != payee && one.total.minor != 0);
        assert_eq!(others.count(), 0, "{payee} reads others' pay from their file");
        let own_looks = said.looks.iter().filter(|look| look.by == id.0);
        assert_eq!(own_looks.count(), 0, "a look at one's own is no look");
        for other in all.iter().filter(|one| *one.value("payee") != Value::Reference(id)) {
            assert!(own.statement(other.id).await.expect("read").is_none(), "{payee} reads another's");
        }
    }
    // Who looks at another's is remembered, and told to the payee.
    let mali = own_id("P09").await;
    let first = all.iter().find(|one| *one.value("payee") == Value::Reference(mali)).expect("there");
    let before = pay(app, "P09").await.statement(first.id).await.expect("read").expect("their own").looks;
    app.clock.advance(SignedDuration::from_mins(1));
    pay(app, HEAD).await.statement(first.id).await.expect("read").expect("for those who approve");
    let looks = pay(app, "P09").await.statement(first.id).await.expect("read").expect("their own").looks;
    assert_eq!(looks.len(), before.len() + 1, "looks at the whole run are told too");
    assert_eq!(RecordId(looks[0].by), own_id(HEAD).await);
    for outsider in ["P38", "P39", "P04"] {
        let reader = pay(app, outsider).await;
        assert!(reader.statement(first.id).await.expect("read").is_none(), "{outsider} sees no pay");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn periods_before_the_first_run_count_as_paid_as_they_come_out() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let text = std::fs::read_to_string(data("acme/expected/pay.csv")).expect("read");
    let of_month = |period: &str| {
        let lines = text.lines().filter(|line| line.starts_with(period) && !line.contains("no_plan"));
        lines.map(|line| minor(line.rsplit(',').next().expect("an amount"))).sum::<i64>()
    };
    // P18, who left in 2025, is paid by none of these runs; what they had before is no less theirs.
    for period in ["2026-01", "2026-02", "2026-03"] {
        let run = approve(app, period).await;
        let sum: i64 = run.told.payees.iter().map(|payee| minor(&payee.total)).sum();
        assert_eq!(sum, of_month(period), "{period}");
    }
    let left = person(app, "P18").await.id;
    let lines = app.db.system().all(&PAY_LINE).await.expect("read");
    let of_left = lines.iter().filter(|line| *line.value("payee") == Value::Reference(left));
    assert!(of_left.count() > 0, "what was paid before the first run is written down");
}

/// `data/acme/expected/replay.csv` comes from the program that `pay.csv` comes from.
#[tokio::test(flavor = "multi_thread")]
async fn a_replay_of_what_holds_is_what_was_paid_and_another_rate_is_what_was_computed_apart() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    for period in months().into_iter().take(12) {
        approve(app, &period).await;
    }
    let finance = pay(app, FINANCE).await;
    let mut paid: BTreeMap<i64, i64> = BTreeMap::new();
    for line in app.db.system().all(&PAY_LINE).await.expect("read") {
        let (payee, amount) = (line.value("payee").as_reference(), line.value("amount").as_money());
        *paid.entry(payee.expect("a payee").0).or_default() += amount.expect("an amount").minor;
    }
    let same = finance.replay(&plan("field-sales"), "2025-01", "2025-12").await.expect("replayed");
    assert_eq!((same.winners(), same.losers()), (0, 0));
    assert!(same.payees.iter().all(|one| one.drivers.is_empty()));
    for one in &same.payees {
        assert_eq!(one.now, paid.get(&one.person).copied().unwrap_or_default(), "{} as it was paid", one.id);
    }

    // Adopted within a quarter, what came before counts on.
    let within = finance.replay(&plan("field-sales"), "2025-02", "2025-12").await.expect("replayed");
    assert_eq!((within.winners(), within.losers(), within.exceptions), (0, 0, 0));
    // A candidate with credit rules leaves the others' side as it is.
    let ruled = plan("field-sales") + "\n[[credit]]\nto = \"owner\"\n";
    let ruled = finance.replay(&ruled, "2025-01", "2025-12").await.expect("replayed");
    let now = |replay: &pay::Replay| replay.payees.iter().map(|one| one.now).sum::<i64>();
    assert_eq!(now(&ruled), now(&same));
    assert!(ruled.replaces);
    let dollars = finance.replay(&plan("field-sales").replace("THB", "USD"), "2025-01", "2025-12").await;
    assert!(matches!(dollars, Err(RunError::OtherCurrency(_))), "{dollars:?}");

    let other = plan("field-sales").replace("8%", "9%");
    let replay = finance.replay(&other, "2025-01", "2025-12").await.expect("replayed");
    let text = std::fs::read_to_string(data("acme/expected/replay.csv")).expect("read");
    let mut gain = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let one = replay.payees.iter().find(|one| one.id == cells[0]).expect("paid");
        assert_eq!((one.now, one.then), (minor(cells[1]), minor(cells[2])), "{line}");
        assert_eq!(one.drivers.iter().map(|(_, now, then)| then - now).sum::<i64>(), one.change(), "{line}");
        gain += one.change();
    }
    assert!(gain > 0 && replay.winners() > 0 && replay.losers() == 0);
    let (now, then) = replay.cost()["THB"];
    assert_eq!(then.minor - now.minor, gain);
    let long = finance.replay(&other, "2024-01", "2026-12").await;
    assert!(matches!(long, Err(RunError::NotAWindow(24))), "{long:?}");
    assert!(matches!(pay(app, "P38").await.replay(&other, "2025-01", "2025-12").await, Err(RunError::SeesNoPay)));
}

#[tokio::test(flavor = "multi_thread")]
async fn payroll_is_told_what_the_run_pays_once_it_is_approved() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let finance = pay(app, FINANCE).await;
    finance.calculate("2025-01", Origin::Cli).await.expect("calculated");
    let early = finance.payroll("2025-01").await;
    assert!(matches!(early, Err(RunError::NotSo { .. })), "{early:?}");
    let run = approve(app, "2025-01").await;
    let payroll = finance.payroll("2025-01").await.expect("told");
    let sum: i64 = payroll.rows.iter().map(|one| one.amount.minor).sum();
    assert_eq!(sum, run.told.payees.iter().map(|payee| minor(&payee.total)).sum::<i64>());
    assert_eq!(payroll.totals["THB"].minor, sum);
    let text = payroll.to_csv().expect("a file");
    let last = text.lines().last().expect("a line");
    let total = format!("2025-01,control total,,,THB,{}.{:02}", sum / 100, sum % 100);
    assert_eq!(last, total);
    assert_eq!(text.lines().count(), payroll.rows.len() + 2);
    assert!(payroll.to_xlsx().expect("a file").starts_with(b"PK"));
}

/// C24: a direct credit of somebody who is away is the substitute's as far as the leave says. P09 won D0276 on 31 July 2026.
#[tokio::test(flavor = "multi_thread")]
async fn a_substitute_is_credited_while_somebody_is_away() {
    for percent in [25, 100] {
        let app = &TestApp::sqlite().await;
        acme(app).await;
        let access = crate::company::access(app);
        let (away, substitute) = (person(app, "P09").await.id, person(app, "P10").await.id);
        let new = access::NewLeave {
            from: jiff::civil::date(2026, 7, 20),
            back: jiff::civil::date(2026, 8, 10),
            substitute: Some(substitute),
            share: base::Amount::from(percent),
        };
        access.add_leave(None, away, new, Origin::Cli).await.expect("written");
        let run = approve(app, "2026-07").await;
        let people = &run.file().expect("a file").files["people"];
        let row = format!("P09,,,,,,,,2026-07-20,2026-08-10,P10 {percent}%");
        assert!(people.lines().any(|line| line == row), "{people}");
        let deal = run.told.facts.iter().find(|(_, fact)| fact.external_id == "D0276").expect("won in July").0;
        let has_line = |payee: &str| {
            let of = run.told.payees.iter().find(|one| one.id == payee).expect("a payee");
            of.components.iter().flat_map(|part| &part.lines).any(|line| line.fact == *deal)
        };
        assert_eq!((has_line("P09"), has_line("P10")), (percent < 100, true), "{percent}");
        // Everybody recomputes their own statement: who was away, who stood in, and whoever leads them.
        for payee in ["P09", "P10", "P04"] {
            let id = person(app, payee).await.id;
            let reader = pay(app, payee).await;
            let statements = reader.statements(id).await.expect("read");
            let said = reader.statement(statements[0].id).await.expect("read").expect("their own");
            let text =
                said.file.clone().unwrap_or_else(|| panic!("{payee} at {percent}: a file")).to_text().expect("text");
            assert_eq!(PayFile::read(&text).expect("reads").recompute().expect("computes").sha256, said.sha256);
        }
    }
}

/// A ramp of one's own goes with everybody's days into what pay is computed from, from the day on which it was given.
#[tokio::test(flavor = "multi_thread")]
async fn a_ramp_of_ones_own_stands_in_what_pay_rests_on() {
    let app = &TestApp::sqlite().await;
    acme(app).await;
    let access = crate::company::access(app);
    let place = access.place(person(app, "P09").await.id, Some(jiff::civil::date(2026, 7, 6))).await.expect("a place");
    let ramp = |text: &str| vec![("ramp", Value::Text(text.to_owned()))];
    for wrong in ["50", "50% 75", "101%", "-1%", " "] {
        let refused = access.move_person(None, &place, ramp(wrong), Origin::Cli).await;
        assert!(matches!(refused, Err(access::PlaceError::Ramp(_))), "{wrong}: {refused:?}");
    }
    access.move_person(None, &place, ramp("50% 75%"), Origin::Cli).await.expect("written");
    let run = approve(app, "2026-07").await;
    let people = &run.file().expect("a file").files["people"];
    assert!(people.starts_with("id,hired,left,from,to,manager,role,territory,ramp"), "{people}");
    let own: Vec<&str> = people.lines().filter(|line| line.starts_with("P09,")).collect();
    let ramps: Vec<&str> = own.iter().map(|line| line.split(',').nth(8).expect("a column")).collect();
    assert_eq!((ramps.first(), ramps.last()), (Some(&""), Some(&"50% 75%")), "{own:?}");
    assert!(own.last().is_some_and(|line| line.contains(",2026-07-06,")), "{own:?}");
}
