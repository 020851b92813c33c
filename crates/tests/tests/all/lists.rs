//! Lists of records: in which order, and what a search finds.

use base::RecordId;
use db::{Filter, ListQuery, Reader};
use rules::{
    access::{Reach, Viewer},
    record::{RecordType, Value},
};
use std::collections::BTreeSet;
use testkit::{TestApp, on_both};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn number(text: &str) -> Value {
    Value::Decimal(text.parse().expect("a number"))
}

/// Mali works Zebra and a lathe there; Ken works Antler and two deals. A mill has neither an amount nor an account.
/// Gives Mali.
async fn company(app: &TestApp) -> RecordId {
    let mali = app.create(&access::PERSON, vec![("name", text("Mali")), ("email", text("mali@acme.example"))]).await;
    let ken = app.create(&access::PERSON, vec![("name", text("Ken")), ("manager", Value::Reference(mali))]).await;
    let mut accounts = Vec::new();
    for (name, owner) in [("Zebra", mali), ("Antler", ken)] {
        let fields = vec![("name", text(name)), ("owner", Value::Reference(owner))];
        accounts.push(Value::Reference(app.create(&crm::ACCOUNT, fields).await));
    }
    let contact =
        vec![("name", text("Somsri")), ("email", text("buyer@zebra.example")), ("account", accounts[0].clone())];
    app.create(&crm::CONTACT, contact).await;
    let mut stages = Vec::new();
    // Made in another order than the one they stand in.
    for (name, position) in [("Negotiation", 2), ("Agreed", 3), ("Qualified", 1)] {
        let fields = vec![("name", text(name)), ("position", Value::Integer(position)), ("kind", text("open"))];
        stages.push(Value::Reference(app.create(&crm::STAGE, fields).await));
    }
    for (name, owner, account, stage, amount) in [
        ("Lathe", mali, Some(0), 0, Some(("900", "THB"))),
        ("Drill", ken, Some(1), 1, Some(("7000", "JPY"))),
        ("Press", ken, Some(1), 2, Some(("1000", "THB"))),
        ("Mill", ken, None, 2, None),
    ] {
        let mut fields =
            vec![("name", text(name)), ("owner", Value::Reference(owner)), ("stage", stages[stage].clone())];
        fields.extend(account.map(|account: usize| ("account", accounts[account].clone())));
        fields.extend(
            amount
                .into_iter()
                .flat_map(|(amount, currency)| [("amount", number(amount)), ("currency", text(currency))]),
        );
        app.create(&crm::DEAL, fields).await;
    }
    mali
}

async fn listed(reader: &Reader, record_type: &'static RecordType, query: ListQuery) -> Vec<String> {
    let query = ListQuery { limit: 100, ..query };
    let records = reader.list(record_type, &query).await.expect("listed");
    assert_eq!(reader.count(record_type, &query).await.expect("counted"), records.len() as u64);
    records.iter().map(db::Record::title).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_goes_by_what_a_reference_names_by_the_place_of_a_stage_and_within_a_currency() {
    on_both(async |app| {
        company(app).await;
        for (field, descending, expected) in [
            ("account", false, ["Press", "Drill", "Lathe", "Mill"]),
            ("account", true, ["Lathe", "Press", "Drill", "Mill"]),
            ("stage", false, ["Mill", "Press", "Lathe", "Drill"]),
            ("stage", true, ["Drill", "Lathe", "Mill", "Press"]),
            ("amount", false, ["Drill", "Lathe", "Press", "Mill"]),
            ("amount", true, ["Drill", "Press", "Lathe", "Mill"]),
        ] {
            let query = ListQuery { sort: Some((field, descending)), ..ListQuery::default() };
            assert_eq!(listed(&app.db.system(), &crm::DEAL, query).await, expected, "{field} {descending}");
        }
        // A type that names itself: who reports to nobody stands last.
        let query = ListQuery { sort: Some(("manager", false)), ..ListQuery::default() };
        assert_eq!(listed(&app.db.system(), &access::PERSON, query).await, ["Ken", "Mali"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_what_is_listed_within_reach_and_first_what_bears_the_name() {
    on_both(async |app| {
        let mali = company(app).await;
        let found = async |reader: &Reader, record_type: &'static RecordType, search: &str| {
            listed(reader, record_type, ListQuery { search: Some(search.to_owned()), ..ListQuery::default() }).await
        };
        let all = app.db.system();
        let cases: [(&'static RecordType, &str, &[&str]); 8] = [
            (&crm::DEAL, "aNTLER", &["Press", "Drill"]),
            (&crm::DEAL, "mali", &["Lathe"]),
            (&crm::DEAL, "agreed", &["Drill"]),
            (&crm::DEAL, "nothing", &[]),
            (&crm::CONTACT, "ZEBRA", &["Somsri"]),
            (&crm::CONTACT, "buyer@", &["Somsri"]),
            (&access::PERSON, "mali@", &["Mali"]),
            (&access::PERSON, "mali", &["Mali", "Ken"]),
        ];
        for (record_type, search, expected) in cases {
            assert_eq!(found(&all, record_type, search).await, expected, "{} {search}", record_type.name);
        }
        // What is another's is not found, whatever it names; nor by the name of what is out of reach.
        let own = app.db.reader(&Viewer {
            person: Some(mali),
            reach: Reach::People([mali].into()),
            sees_pay: false,
            sees_appraisals: false,
            below: BTreeSet::new(),
        });
        let cases: [(&'static RecordType, &str, &[&str]); 4] = [
            (&crm::DEAL, "Antler", &[]),
            (&crm::DEAL, "Ken", &[]),
            (&crm::DEAL, "Zebra", &["Lathe"]),
            (&crm::CONTACT, "Zebra", &["Somsri"]),
        ];
        for (record_type, search, expected) in cases {
            assert_eq!(found(&own, record_type, search).await, expected, "{} {search}", record_type.name);
        }
    })
    .await;
}

#[test]
fn every_type_with_pages_lists_something_and_never_its_title_twice() {
    for record_type in clinch::registry().iter().filter(|found| records::path(found.name).is_some()) {
        assert!(!record_type.listed.contains(&record_type.title), "{}", record_type.name);
        assert!(!record_type.listed.contains(&"currency"), "{}: an amount carries it", record_type.name);
        assert!(
            record_type.fields.len() == 1 || !record_type.listed.is_empty(),
            "{} lists its title alone",
            record_type.name
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_read_by_its_number_is_that_of_the_list() {
    on_both(async |app| {
        crate::pay_runs::acme(app).await;
        let finance = crate::pay_runs::pay(app, crate::pay_runs::FINANCE).await;
        let (payee, thb) = (crate::company::person(app, "P09").await.id, "THB".parse().expect("a currency"));
        let amount = base::Money::new(100_000, thb);
        finance
            .adjust("2025-01", payee, amount, "goodwill", "a letter", rules::log::Origin::Ui)
            .await
            .expect("entered");
        let reader = app.db.system();
        let (mut seen, mut with_money) = (0, 0);
        for record_type in app.db.registry().iter() {
            let query = ListQuery { limit: 5, ..ListQuery::default() };
            for listed in reader.list(record_type, &query).await.expect("read") {
                let read = reader.get(record_type, listed.id).await.expect("read").expect("there");
                assert_eq!(read, listed, "{}", record_type.name);
                seen += 1;
                with_money += usize::from(listed.values.values().any(|value| value.as_money().is_some()));
            }
        }
        assert!(seen > 100 && with_money > 0, "{seen} records, {with_money} of them with money");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_no_field_is_refused_by_both_databases() {
    on_both(async |app| {
        company(app).await;
        let filtered = || ListQuery { filters: vec![Filter("person", text("Mali"))], ..ListQuery::default() };
        let moment = jiff::Timestamp::UNIX_EPOCH;
        for query in [
            filtered(),
            ListQuery { from: Some(("person", moment)), ..ListQuery::default() },
            ListQuery { before: Some(("person", moment)), ..ListQuery::default() },
            ListQuery { only: &["name", "person"], ..ListQuery::default() },
        ] {
            let refused = app.db.system().list(&crm::ACCOUNT, &query).await.expect_err("no such field");
            assert_eq!(refused.to_string(), "account has no field person", "{query:?}");
        }
        let refused = app.db.system().count(&crm::ACCOUNT, &filtered()).await.expect_err("no such field");
        assert_eq!(refused.to_string(), "account has no field person");
    })
    .await;
}
