//! Territories (GOAL-6): rules that assign accounts, what territories carry, plans that move accounts from a day on and nothing before
//! it, and the reference's golden balance on a company's own accounts.

use crate::{
    appraisals::{CHIEF, FINANCE, HEAD, HR, MANAGER, OPERATIONS, REP},
    company::{ask, data, kpi, person, viewer},
    scores::acme,
};
use ::kpi::{Ask, ByWord};
use ::territories::{
    Asked, Basis, Land, Measure, Plan, RuleRow, TERRITORY_CHANGE, Territories, TerritoriesError, Wish,
};
use access::{COMPANY, PERSON, TERRITORY, TERRITORY_ASSIGNMENT};
use base::{Amount, Grain, RecordId};
use crm::{ACCOUNT, DEAL, PIPELINE, STAGE};
use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use rules::{log::Origin, record::Value};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{TestApp, on_both};

/// The day of `advance`, and one to come.
const TODAY: Date = date(2026, 11, 24);
const FROM: Date = date(2027, 1, 1);

async fn territories(app: &TestApp, external_id: &str) -> Territories {
    Territories::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts"))
}

fn file() -> Vec<(u64, RuleRow)> {
    let text = std::fs::read_to_string(data("acme/territories/rules.csv")).expect("read");
    RuleRow::read(&text).expect("rows")
}

async fn with_rules(app: &TestApp) -> Territories {
    acme(app).await;
    let head = territories(app, HEAD).await;
    let plan = head.plan_rules(&file(), date(2025, 1, 1)).await.expect("planned");
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    head.commit_rules(plan, "by region", Origin::Ui).await.expect("written");
    head
}

async fn account(app: &TestApp, external_id: &str) -> db::Record {
    app.db.system().named(&ACCOUNT, external_id).await.expect("read").remove(0)
}

fn territory(land: &Land, external_id: &str) -> RecordId {
    land.named(external_id).expect("there")
}

fn float(amount: Amount) -> f64 {
    amount.to_text().parse().expect("a number")
}

/// A KPI by territory in months, as text.
async fn by_territory(app: &TestApp, id: &str, from: Date, to: Date) -> BTreeMap<String, Option<String>> {
    let ask = Ask { from: Some(from), to: Some(to), ..ask(app, &[id], ByWord::Territory, Grain::Month) };
    let rows = kpi(app).await.ask(&ask).await.expect("an answer").rows;
    rows.into_iter().map(|row| (format!("{} {}", row.entity.name, row.period.label), row.value)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_assign_accounts_and_say_what_they_leave_open() {
    on_both(async |app| {
        acme(app).await;
        let head = territories(app, HEAD).await;
        for stranger in [REP, MANAGER, FINANCE, HR] {
            let refused = territories(app, stranger).await.plan_rules(&file(), TODAY).await;
            assert!(matches!(refused, Err(TerritoriesError::DesignsNone)), "{stranger} sets rules");
        }
        for stranger in [REP, MANAGER] {
            let refused = territories(app, stranger).await.rule_rows(TODAY).await;
            assert!(matches!(refused, Err(TerritoriesError::SeesNotAll)), "{stranger} reads rules");
        }
        // What is wrong is told by row and column, and nothing is written.
        let row = |rank: &str, territory: &str, country: &str, accounts: &str| RuleRow {
            rank: rank.to_owned(),
            territory: territory.to_owned(),
            country: country.to_owned(),
            accounts: accounts.to_owned(),
            ..RuleRow::default()
        };
        let wrong = [
            row("first", "Y-BKK1", "Japan", ""),
            row("1", "Y-TH", "Japan", ""),
            row("1", "Nowhere", "Japan", ""),
            row("1", "Y-BKK1", "", ""),
            row("1", "Y-BKK1", "Japan", "A001"),
            row("1", "Y-BKK1", "", "A001; nobody"),
            row("1", "bangkok centre", "", "siam lotus electronics"),
        ];
        let rows: Vec<(u64, RuleRow)> = (2..).zip(wrong).collect();
        let plan = head.plan_rules(&rows, TODAY).await.expect("planned");
        let told: Vec<String> = plan.problems.iter().map(|(line, problem)| format!("{line} {problem}")).collect();
        let fields = ["2 rank", "3 territory", "4 territory", "5 accounts", "6 accounts", "7 accounts"];
        assert!(told.iter().zip(fields).all(|(told, field)| told.starts_with(field)), "{told:?}");
        assert_eq!((told.len(), plan.rules.len()), (6, 1));
        let refused = head.commit_rules(plan, "wrong", Origin::Ui).await;
        assert!(matches!(refused, Err(TerritoriesError::Field { .. })));
        assert!(head.rules().await.expect("read").is_empty());
        // A version holds from its day on; what was written since it was planned is told.
        let plan = head.plan_rules(&file(), FROM).await.expect("planned");
        app.create(&PERSON, vec![("name", Value::Text("Newcomer".to_owned()))]).await;
        assert!(matches!(head.commit_rules(plan, "by region", Origin::Ui).await, Err(TerritoriesError::Moved)));
        let plan = head.plan_rules(&file(), FROM).await.expect("planned");
        assert!(matches!(head.commit_rules(plan, " ", Origin::Ui).await, Err(TerritoriesError::NoReason)));
        let plan = head.plan_rules(&file(), FROM).await.expect("planned");
        head.commit_rules(plan, "by region", Origin::Ui).await.expect("written");
        assert!(head.rule_rows(TODAY).await.expect("read").is_empty(), "not yet");
        // What is told as a file reads back as the same rules.
        let rows = head.rule_rows(FROM).await.expect("read");
        assert_eq!(rows.len(), file().len());
        let again = RuleRow::read(&RuleRow::csv(&rows).expect("a file")).expect("rows");
        let again = head.plan_rules(&again, FROM).await.expect("planned");
        let version = head.rules().await.expect("read").remove(0);
        assert_eq!(again.rules, version.rules);
        // Apart from the product: which accounts of the file no rule can take, and which two can.
        let found = head.overview(Asked::on(FROM)).await.expect("told");
        let (mut chubu, mut healthcare) = (0, 0);
        for cells in csv_of("accounts.csv") {
            chubu += usize::from(cells["region"] == "Chubu" && cells["segment"] != "Enterprise");
            let is_first = ["Tokyo", "Yokohama", "Saitama"].contains(&cells["city"].as_str());
            let is_taken = cells["tier"] == "key";
            healthcare += usize::from(cells["industry"] == "Healthcare" && is_first && !is_taken);
        }
        assert_eq!(found.unruled.len(), chubu);
        let rank60: usize = found.conflicts.iter().filter(|one| one.rank == 60).map(|one| one.accounts.len()).sum();
        assert!(chubu > 0 && healthcare > 0 && rank60 == healthcare, "{chubu} {healthcare} {rank60}");
        assert_eq!(found.conflicts.iter().map(|one| one.accounts.len()).sum::<usize>(), rank60);
    })
    .await;
}

/// A file of Acme as maps; no cell of it has a comma.
fn csv_of(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(data("acme").join(name)).expect("read");
    let mut lines = text.lines();
    let heads: Vec<String> = lines.next().expect("heads").split(',').map(str::to_owned).collect();
    lines.map(|line| heads.iter().cloned().zip(line.split(',').map(str::to_owned)).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn territories_carry_what_the_kpis_of_their_accounts_say() {
    on_both(async |app| {
        let head = with_rules(app).await;
        let found = head.overview(Asked::on(TODAY)).await.expect("told");
        let (from, to) = found.land.months();
        assert_eq!((from, to), (date(2025, 11, 25), date(2026, 11, 25)));
        // The engine asked apart, account by account, and who is where as the file says.
        let revenue = Ask {
            from: Some(from),
            to: Some(to),
            as_of: Some(TODAY),
            ..ask(app, &["revenue"], ByWord::Account, Grain::All)
        };
        let rows = kpi(app).await.ask(&revenue).await.expect("an answer").rows;
        let of = |id: &str| {
            let row = rows.iter().find(|row| row.entity.external_id.as_deref() == Some(id));
            row.and_then(|row| row.value.as_deref()).map_or(0.0, |value| value.parse().expect("a number"))
        };
        let mut expected: BTreeMap<String, (usize, usize, f64)> = BTreeMap::new();
        for cells in csv_of("accounts.csv") {
            let sum = expected.entry(cells["territory"].clone()).or_default();
            sum.0 += 1;
            sum.1 += usize::from(cells["kind"] == "customer");
            sum.2 += of(&cells["id"]);
        }
        let leaves: Vec<_> = found.lines.iter().filter(|one| one.is_leaf).collect();
        let mut used = 0;
        for line in &leaves {
            let id = found.land.territories[&line.territory].external_id.clone().expect("from the file");
            let load = line.load.expect("seen");
            let (accounts, customers, revenue) = expected.get(&id).copied().unwrap_or_default();
            assert_eq!((load.accounts, load.customers), (accounts, customers), "{id}");
            assert!((float(load.revenue) - revenue).abs() < 0.01, "{id}: {} and {revenue}", load.revenue.to_text());
            used += usize::from(line.share.is_some());
        }
        let whole: f64 = expected.values().map(|one| one.2).sum();
        assert!((float(found.mean.expect("a mean")) - whole / 16.0).abs() < 0.01 && used == 16, "{used} in use");
        let one = leaves.iter().find(|one| one.name == "Bangkok Centre").expect("there");
        let off = (expected["Y-BKK1"].2 / (whole / 16.0) - 1.0) * 100.0;
        assert!((float(one.deviation.expect("some")) - off).abs() < 0.001);
        // Sums go up the tree.
        let thailand = found.lines.iter().find(|one| one.name == "Thailand").expect("there");
        let below: usize = expected
            .iter()
            .filter(|(id, _)| id.starts_with("Y-BKK") || id.starts_with("Y-UPC"))
            .map(|(_, one)| one.0)
            .sum();
        assert_eq!(thailand.load.expect("seen").accounts, below);
        // As of a day: before they swapped, P10 worked the East.
        let before = head.overview(Asked::on(date(2026, 3, 31))).await.expect("told");
        let east = territory(&before.land, "Y-BKK2");
        assert_eq!(before.land.holders_of(east), [person(app, "P10").await.id]);
        assert_eq!(found.land.holders_of(east), [person(app, "P11").await.id]);
        // A salesperson sees the tree, and the numbers of nobody else.
        let own = territories(app, REP).await.overview(Asked::on(TODAY)).await.expect("told");
        assert_eq!(own.lines.len(), found.lines.len());
        let seen: Vec<&str> = own.lines.iter().filter(|one| one.load.is_some()).map(|one| one.name.as_str()).collect();
        assert_eq!(seen, ["Bangkok Centre"]);
        assert!(own.lines.iter().all(|one| one.share.is_none()) && own.mean.is_none());
        assert!(own.conflicts.is_empty() && own.unruled.is_empty());
        let team = territories(app, MANAGER).await.overview(Asked::on(TODAY)).await.expect("told");
        let seen = team.lines.iter().filter(|one| one.load.is_some()).count();
        assert!(seen > 1 && seen < team.lines.len());
        for reader in [CHIEF, FINANCE, OPERATIONS] {
            let all = territories(app, reader).await.overview(Asked::on(TODAY)).await.expect("told");
            assert!(all.lines.iter().all(|one| one.load.is_some()), "{reader}");
        }
    })
    .await;
}

/// What stands in the log of what a plan moved.
async fn check_moved(app: &TestApp, plan: &Plan) {
    for one in &plan.moves {
        let now = app.db.system().get(&ACCOUNT, one.account).await.expect("read").expect("there");
        assert_eq!(now.value("territory").as_reference(), one.to);
        assert_eq!(now.value("owner").as_reference(), one.to_owner);
    }
}

/// On the day accounts pass and deals stay; after theirs they pass if they are open and theirs still.
async fn check_deals(app: &TestApp, head: &Territories, plan: &Plan) {
    let owner = async |id| {
        let deal = app.db.system().get(&DEAL, id).await.expect("read").expect("there");
        deal.value("owner").as_reference()
    };
    let (row, deal) = plan
        .handed_over
        .iter()
        .find_map(|one| Some((one, one.deals.iter().find(|deal| deal.passes_on.is_some())?)))
        .expect("one passes");
    assert_eq!(owner(deal.id).await, row.passed.from_owner);
    assert!(head.due_deals().await.expect("told").is_empty(), "their days are not over");
    app.clock.set("2027-04-02T09:00:00Z".parse().expect("a moment"));
    app.db.catch_up().await.expect("caught up");
    assert_eq!(owner(deal.id).await, row.passed.from_owner, "nothing passes by itself");
    let due = head.due_deals().await.expect("told");
    let passing: Vec<RecordId> = plan
        .handed_over
        .iter()
        .flat_map(|one| &one.deals)
        .filter(|one| one.passes_on.is_some())
        .map(|one| one.id)
        .collect();
    assert_eq!(due.iter().map(|one| one.deal).collect::<BTreeSet<_>>(), passing.iter().copied().collect());
    // One that was won meanwhile stays whose it was, and one whose account came back stays too.
    let stages = app.db.system().all(&STAGE).await.expect("read");
    let kept = passing.iter().copied().find(|id| *id != deal.id).expect("another one");
    let other = app.db.system().get(&DEAL, kept).await.expect("read").expect("there");
    let here = stages.iter().find(|one| Some(one.id) == other.value("stage").as_reference()).expect("a stage");
    let is_won = |one: &&db::Record| {
        one.value("pipeline") == here.value("pipeline") && one.value("kind").as_text() == Some("won")
    };
    let won = stages.iter().find(is_won).expect("a stage for what is won").id;
    let mut tx = app.db.begin(None, Origin::Cli);
    tx.put(db::Change::set(&DEAL, kept, vec![("stage", Value::Reference(won))])).expect("sound");
    tx.commit().await.expect("written");
    let (seller, passed) = (owner(kept).await, head.pass_deals(Origin::Ui).await.expect("passed"));
    assert_eq!(passed, passing.len() - 1);
    assert_eq!((owner(deal.id).await, owner(kept).await), (row.passed.to_owner, seller));
    assert!(head.due_deals().await.expect("told").is_empty());
    assert!(matches!(territories(app, REP).await.due_deals().await, Err(TerritoriesError::DesignsNone)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_say_is_committed_from_a_day_on_and_moves_nothing_before_it() {
    on_both(async |app| {
        let head = with_rules(app).await;
        let past = head.plan(date(2026, 11, 23)).await;
        assert!(matches!(past, Err(TerritoriesError::Past(_))));
        for stranger in [REP, MANAGER, FINANCE, CHIEF] {
            let refused = territories(app, stranger).await.plan(FROM).await;
            assert!(matches!(refused, Err(TerritoriesError::DesignsNone)), "{stranger} plans");
        }
        let plan = head.plan(FROM).await.expect("planned");
        assert!(plan.moves.len() > 10 && plan.conflicts > 0, "{} moves", plan.moves.len());
        // Lamphun is North: from whom to whom, by the rules and by who works the North.
        let lamphun = account(app, "A035").await;
        let (p14, p15) = (person(app, "P14").await.id, person(app, "P15").await.id);
        let a036 = account(app, "A036").await;
        assert!(plan.moves.iter().all(|one| one.account != lamphun.id), "it is there already");
        let moved = plan.moves.iter().find(|one| one.account == a036.id).expect("it moves");
        assert_eq!(
            (moved.from, moved.to),
            (Some(territory(&plan.land, "Y-UPC3")), Some(territory(&plan.land, "Y-UPC2")))
        );
        assert_eq!((moved.from_owner, moved.to_owner), (Some(p15), Some(p14)));
        // Every open deal of who had it passes 90 days later; quotas lose nothing between people.
        let deals: Vec<_> =
            plan.handed_over.iter().flat_map(|one| one.deals.iter().map(move |deal| (one, deal))).collect();
        assert!(deals.iter().any(|(_, deal)| deal.passes_on == Some(date(2027, 4, 1))));
        for (row, deal) in &deals {
            let is_theirs = row.passed.changes_hands() && deal.owner == row.passed.from_owner;
            assert_eq!(deal.passes_on.is_some(), is_theirs, "{}", deal.name);
        }
        let sum =
            |of: fn(&rules::goal::Shift) -> Amount| plan.quotas.iter().map(|one| float(of(&one.shift))).sum::<f64>();
        assert!((sum(|one| one.leaves) - sum(|one| one.comes)).abs() < 0.001);

        let months = (date(2026, 10, 1), date(2026, 11, 1));
        let reads = ["revenue", "pipeline_value", "territory_coverage", "deals_won_count"];
        let mut before = Vec::new();
        for id in reads {
            before.push(by_territory(app, id, months.0, months.1).await);
        }
        let day = date(2026, 10, 31);
        let told = head.overview(Asked::on(day)).await.expect("told");
        // Only as it was looked at.
        app.create(&PERSON, vec![("name", Value::Text("Newcomer".to_owned()))]).await;
        assert!(matches!(head.commit(&plan, "new year", Origin::Ui).await, Err(TerritoriesError::Moved)));
        let plan = head.plan(FROM).await.expect("planned");
        assert!(matches!(head.commit(&plan, "", Origin::Ui).await, Err(TerritoriesError::NoReason)));
        let refused = territories(app, MANAGER).await.commit(&plan, "mine", Origin::Ui).await;
        assert!(matches!(refused, Err(TerritoriesError::DesignsNone)));
        head.commit(&plan, "new year", Origin::Ui).await.expect("committed");

        for (id, before) in reads.into_iter().zip(&before) {
            assert_eq!(&by_territory(app, id, months.0, months.1).await, before, "{id} of a month that is over");
        }
        for day in [day, TODAY, date(2026, 12, 31)] {
            let after = head.overview(Asked::on(day)).await.expect("told");
            for line in &after.lines {
                let same = told.lines.iter().find(|one| one.territory == line.territory).expect("there");
                let accounts = |line: &::territories::Line| line.load.expect("seen").accounts;
                assert_eq!(accounts(line), accounts(same), "{} on {day}", line.name);
            }
        }
        let now = account(app, "A036").await;
        assert_eq!(now.value("owner").as_reference(), Some(p15), "not before the day");
        let then = head.overview(Asked::on(FROM)).await.expect("told");
        let line = |name: &str| then.lines.iter().find(|one| one.name == name).and_then(|one| one.load).expect("seen");
        for one in &plan.lines {
            assert_eq!(line(then.land.name_of(one.territory)).accounts, one.then.accounts);
        }
        // The plan is what is, but for what it leaves open.
        let again = head.plan(FROM).await.expect("planned");
        assert!(again.moves.is_empty() && again.later.is_empty());
        assert!(matches!(head.commit(&again, "again", Origin::Ui).await, Err(TerritoriesError::Nothing)));
        // An earlier day finds them dated ahead.
        let earlier = head.plan(date(2026, 12, 1)).await.expect("planned");
        assert_eq!((earlier.moves.len(), earlier.later.len()), (0, plan.moves.len()));

        // The day comes.
        app.clock.set("2027-01-02T09:00:00Z".parse().expect("a moment"));
        app.db.catch_up().await.expect("caught up");
        check_moved(app, &plan).await;
        check_deals(app, &head, &plan).await;
        let change = head.changes().await.expect("read").remove(0);
        assert_eq!((change.day, change.basis.name(), change.reason.as_str()), (FROM, "rules", "new year"));
        assert_eq!(change.handed_over, plan.handed_over);
        let csv = plan.to_csv().expect("a file");
        let mut deals = plan.handed_over.iter().flat_map(|one| &one.deals);
        let deal = deals.find(|deal| deal.passes_on.is_some()).expect("one passes");
        assert!(csv.lines().any(|line| line.contains(&deal.name) && line.ends_with("2027-04-01")), "{csv}");
        let refused = territories(app, REP).await.changes().await;
        assert!(matches!(refused, Err(TerritoriesError::SeesNotAll)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_territory_passes_to_somebody_else_with_its_accounts() {
    on_both(async |app| {
        acme(app).await;
        let head = territories(app, HEAD).await;
        assert!(matches!(head.plan_holder("Y-UPC3", "P15", FROM).await, Err(TerritoriesError::Works(_))));
        assert!(matches!(head.plan_holder("Y-TH", "P15", FROM).await, Err(TerritoriesError::Field { .. })));
        head.set_credit_days("30", Origin::Ui).await.expect("set");
        assert!(matches!(head.set_credit_days("soon", Origin::Ui).await, Err(TerritoriesError::Field { .. })));
        let plan = head.plan_holder("Northeast", "P14", FROM).await.expect("planned");
        let (p14, p15) = (person(app, "P14").await.id, person(app, "P15").await.id);
        let theirs = csv_of("accounts.csv").iter().filter(|cells| cells["territory"] == "Y-UPC3").count();
        assert_eq!(plan.moves.len(), theirs);
        assert!(plan.moves.iter().all(|one| one.from == one.to && one.to_owner == Some(p14)));
        let mut passing = plan.handed_over.iter().flat_map(|one| &one.deals).filter_map(|deal| deal.passes_on);
        assert!(passing.all(|day| day == date(2027, 1, 31)), "30 days by the company's setting");
        // What leaves is all that P15 has.
        let shift = plan.quotas.iter().find(|one| one.person == p15).expect("told").shift;
        assert_eq!((shift.leave, shift.share), (theirs, Some(Amount::from(100))));
        head.commit(&plan, "parental leave", Origin::Ui).await.expect("committed");
        let land = async |day| head.overview(Asked::on(day)).await.expect("told").land;
        let (now, then) = (land(TODAY).await, land(FROM).await);
        let northeast = territory(&now, "Y-UPC3");
        assert_eq!((now.holders_of(northeast), then.holders_of(northeast)), (&[p15][..], &[p14][..]));
        let change = head.changes().await.expect("read").remove(0);
        assert_eq!(change.basis, Basis::Holder { territory: northeast, person: p14 });
        assert_eq!(change.credit_days, 30);
    })
    .await;
}

/// Nine accounts that brought 9, 8, 7, 6, 5, 5, 4, 3 and 1 in three territories as "longest first" leaves them: 15, 17 and 16.
async fn golden(app: &TestApp) -> (Vec<RecordId>, Vec<RecordId>) {
    app.clock.set("2026-11-24T09:00:00Z".parse().expect("a moment"));
    let text = |text: &str| Value::Text(text.to_owned());
    let company = vec![("name", text("Golden")), ("currency", text("THB")), ("revenue_basis", text("bookings"))];
    app.create(&COMPANY, company).await;
    let pipeline = app.create(&PIPELINE, vec![("name", text("New"))]).await;
    let mut stages = Vec::new();
    for (place, kind) in ["open", "won"].into_iter().enumerate() {
        let position = Value::Integer(i64::try_from(place).expect("small"));
        let fields = vec![
            ("name", text(kind)),
            ("pipeline", Value::Reference(pipeline)),
            ("position", position),
            ("kind", text(kind)),
        ];
        stages.push(app.create(&STAGE, fields).await);
    }
    let (mut people, mut lands) = (Vec::new(), Vec::new());
    for name in ["One", "Two", "Three"] {
        let person = app.create(&PERSON, vec![("name", text(name)), ("role", text("ae"))]).await;
        let territory = app.create(&TERRITORY, vec![("name", text(name))]).await;
        let fields = vec![
            ("person", Value::Reference(person)),
            ("territory", Value::Reference(territory)),
            ("starts_on", Value::Date(date(2026, 1, 1))),
        ];
        app.create(&TERRITORY_ASSIGNMENT, fields).await;
        people.push(person);
        lands.push(territory);
    }
    let mut accounts = Vec::new();
    for (brought, place) in [(9, 0), (8, 1), (7, 2), (6, 2), (5, 1), (5, 0), (4, 1), (3, 2), (1, 0)] {
        let fields = vec![
            ("name", text(&format!("Account {}", accounts.len() + 1))),
            ("kind", text("customer")),
            ("owner", Value::Reference(people[place])),
            ("territory", Value::Reference(lands[place])),
        ];
        let account = app.create(&ACCOUNT, fields).await;
        let fields = vec![
            ("name", text("Sold")),
            ("account", Value::Reference(account)),
            ("stage", Value::Reference(stages[1])),
            ("amount", Value::Decimal(Amount::from(brought))),
            ("currency", text("THB")),
            ("owner", Value::Reference(people[place])),
            ("opened_on", Value::Date(date(2026, 6, 1))),
            ("closed_on", Value::Date(date(2026, 6, 30))),
        ];
        app.create(&DEAL, fields).await;
        accounts.push(account);
    }
    app.clock.advance(SignedDuration::from_hours(1));
    (accounts, lands)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_golden_balance_comes_out_on_a_companys_own_accounts() {
    on_both(async |app| {
        let (accounts, lands) = golden(app).await;
        let territories = Territories::new(app.db.clone(), rules::access::Viewer::system(), app.folder().join("facts"));
        let wish = Wish { tolerance: Amount::ZERO, ..Wish::on(FROM) };
        let plan = territories.propose(&wish).await.expect("a proposal");
        let loads = |of: fn(&::territories::PlanLine) -> Amount| -> BTreeMap<RecordId, i64> {
            let whole = |one: &::territories::PlanLine| -> i64 { float(of(one)).to_string().parse().expect("whole") };
            plan.lines.iter().map(|one: &::territories::PlanLine| (one.territory, whole(one))).collect()
        };
        let by_land = |loads: [i64; 3]| lands.iter().copied().zip(loads).collect::<BTreeMap<_, _>>();
        assert_eq!(loads(|one| one.now.revenue), by_land([15, 17, 16]));
        assert_eq!(loads(|one| one.then.revenue), by_land([16, 16, 16]));
        let most = plan.lines.iter().filter_map(|one| one.now_deviation).map(Amount::abs).max();
        assert_eq!(most, "6.25".parse().ok(), "maximum deviation of the longest first");
        assert!(plan.lines.iter().all(|one| one.then_deviation == Some(Amount::ZERO)));
        // The same seed gives the same moves; a named account stays.
        assert_eq!(territories.propose(&wish).await.expect("a proposal").moves, plan.moves);
        let stays = plan.moves[0].account;
        let pinned = Wish { pinned: BTreeSet::from([stays]), ..wish.clone() };
        let other = territories.propose(&pinned).await.expect("a proposal");
        assert!(other.moves.iter().all(|one| one.account != stays));
        // Within 15 per cent there is nothing to mend, and stability has its price.
        let easy = territories.propose(&Wish::on(FROM)).await.expect("a proposal");
        assert!(easy.moves.is_empty());
        assert_eq!(easy.kept, Some(Amount::from(100)));
        let even = Wish { even: Measure::Accounts, ..wish.clone() };
        assert!(territories.propose(&even).await.expect("a proposal").moves.is_empty(), "three each");
        let wild = Wish { tolerance: Amount::from(101), ..wish };
        assert!(matches!(territories.propose(&wild).await, Err(TerritoriesError::Goal(_))));
        let id = territories.commit(&plan, "even", Origin::Cli).await.expect("committed");
        let change = app.db.system().get(&TERRITORY_CHANGE, id).await.expect("read").expect("there");
        assert_eq!(change.value("basis").as_text(), Some("proposal"));
        let then = territories.overview(Asked::on(FROM)).await.expect("told");
        assert!(then.lines.iter().all(|one| one.deviation == Some(Amount::ZERO)));
        assert_eq!(then.land.accounts.len(), accounts.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_grows_and_changes_from_a_day_on() {
    on_both(async |app| {
        acme(app).await;
        let head = territories(app, HEAD).await;
        let refused = territories(app, MANAGER).await.add_territory("Okinawa", "Y-JP", Origin::Ui).await;
        assert!(matches!(refused, Err(TerritoriesError::DesignsNone)));
        for (name, parent) in [("", "Y-JP"), (" osaka ", "Y-JP"), ("Okinawa", "Nowhere")] {
            let refused = head.add_territory(name, parent, Origin::Ui).await;
            let is_told = matches!(refused, Err(TerritoriesError::Field { .. } | TerritoriesError::NoTerritory(_)));
            assert!(is_told, "{name} below {parent}");
        }
        let id = head.add_territory("Okinawa", "Y-JP", Origin::Ui).await.expect("added");
        let land = async |day| head.overview(Asked::on(day)).await.expect("told").land;
        let parent = |land: &Land| land.territories[&id].parent;
        let now = land(TODAY).await;
        assert_eq!(parent(&now), Some(territory(&now, "Y-JP")));
        head.set_territory(id, "Okinawa", "Y-INT", FROM, Origin::Ui).await.expect("set");
        assert_eq!(parent(&land(TODAY).await), Some(territory(&now, "Y-JP")), "not before the day");
        assert_eq!(parent(&land(FROM).await), Some(territory(&now, "Y-INT")));
        let japan = territory(&now, "Y-JP");
        let circle = head.set_territory(japan, "Japan", "Y-OSA1", FROM, Origin::Ui).await;
        assert!(matches!(circle, Err(TerritoriesError::Field { .. })), "below itself");
        let past = head.set_territory(id, "Ryukyu", "Y-JP", date(2026, 1, 1), Origin::Ui).await;
        assert!(matches!(past, Err(TerritoriesError::Past(_))));
        let same = head.set_territory(japan, "Japan", "", TODAY, Origin::Ui).await;
        assert!(matches!(same, Err(TerritoriesError::Nothing)));
    })
    .await;
}
