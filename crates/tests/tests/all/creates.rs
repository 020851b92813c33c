//! Records that people write themselves: what must be said, whose they may be, and that they count.

use crate::company::{advance, ask, import, rows};
use base::{Grain, RecordId};
use clinch::EDITABLE;
use db::Record;
use kpi::{Ask, ByWord};
use records::edit::{self, Author, EditError, Editable};
use rules::{log::Origin, record::RecordType};
use std::{collections::BTreeMap, sync::Arc};
use testkit::{CountedRandom, TestApp, on_both};

fn of(record_type: &'static RecordType) -> &'static Editable {
    EDITABLE.iter().find(|one| one.record_type == record_type).expect("people write it")
}

async fn person(app: &TestApp, external_id: &str) -> Record {
    app.db.system().named(&access::PERSON, external_id).await.expect("read").pop().expect("present")
}

async fn author(app: &TestApp, external_id: &str) -> Author {
    let access = access::Access::new(app.db.clone(), [7; 32], Arc::new(CountedRandom::default()));
    let person = person(app, external_id).await;
    let viewer = access.viewer(&person).await.expect("a viewer");
    Author { viewer, origin: Origin::Ui, edits: rules::access::edits_records(access::role(&person)) }
}

async fn create(
    app: &TestApp,
    author: &Author,
    record_type: &'static RecordType,
    pairs: &[(&str, &str)],
) -> Result<RecordId, EditError> {
    let values: BTreeMap<String, String> =
        pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    edit::create(&app.db, of(record_type), author, &values).await
}

/// The fields that an error names.
fn wrong(found: Result<RecordId, EditError>) -> Vec<String> {
    match found {
        Err(EditError::Values { problems }) => problems.into_iter().map(|(field, _)| field).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_record_says_what_it_must_and_belongs_to_its_author_or_below() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let rep = author(app, "P09").await;
        let before = app.db.system().last_seq().await.expect("a seq");
        assert_eq!(wrong(create(app, &rep, &crm::LEAD, &[("owner", "P09")]).await), ["name", "created_on"]);
        let lead = |owner| [("name", "Somchai"), ("created_on", "2026-11-02"), ("owner", owner)];
        assert_eq!(wrong(create(app, &rep, &crm::LEAD, &lead("")).await), ["owner"], "nobody's is everybody's");
        assert_eq!(wrong(create(app, &rep, &crm::LEAD, &lead("P13")).await), ["owner"], "somebody else's");
        assert_eq!(wrong(create(app, &rep, &crm::CONTACT, &[("name", "Nok")]).await), ["account"]);
        let deal = [("name", "Lost"), ("owner", "P09"), ("stage", "NL")];
        assert_eq!(wrong(create(app, &rep, &crm::DEAL, &deal).await), ["lost_reason"]);
        let cost = [("category", "sales"), ("booked_on", "2026-11-02"), ("amount", "5"), ("currency", "THB")];
        assert!(
            matches!(create(app, &rep, &crm::COST, &cost).await, Err(EditError::Forbidden)),
            "costs are not a rep's"
        );
        let looker = author(app, "P39").await;
        assert!(matches!(create(app, &looker, &crm::LEAD, &lead("P39")).await, Err(EditError::Forbidden)));
        assert_eq!(app.db.system().last_seq().await.expect("a seq"), before, "nothing was written");

        let month = Ask {
            from: Some("2026-11-01".parse().expect("a day")),
            to: Some("2026-12-01".parse().expect("a day")),
            ..ask(app, &["lead_volume"], ByWord::Company, Grain::Month)
        };
        let leads = async || rows(app, &month).await[0].value.as_deref().and_then(|value| value.parse::<u32>().ok());
        let there = leads().await.expect("leads of Acme");
        let id = create(app, &rep, &crm::LEAD, &lead("P09")).await.expect("written");
        let boss = author(app, "P02").await;
        create(app, &boss, &crm::COST, &cost).await.expect("the head of sales writes costs");
        let stored = app.db.system().get(&crm::LEAD, id).await.expect("read").expect("present");
        assert_eq!(stored.title(), "Somchai");
        assert_eq!(leads().await, Some(there + 1));
    })
    .await;
}

/// P10 works deals with accounts that are others'. They are seen for it, and not to be taken; and a contact stays somebody's.
#[tokio::test(flavor = "multi_thread")]
async fn who_works_a_deal_changes_neither_its_account_nor_whose_a_contact_is() {
    on_both(async |app| {
        advance(app);
        import(app, "acme", "acme", false).await;
        let rep = author(app, "P10").await;
        let own = rep.viewer.person.expect("a person");
        let accounts = app.db.reader(&rep.viewer).all(&crm::ACCOUNT).await.expect("read");
        let owner = |record: &Record| record.value("owner").as_reference();
        let theirs = accounts.iter().find(|account| owner(account).is_some_and(|owner| owner != own)).expect("one");
        let mine = accounts.iter().find(|account| owner(account) == Some(own)).expect("one");
        let set = async |record_type: &'static RecordType, id: RecordId, pair: (&str, &str)| {
            let values = BTreeMap::from([(pair.0.to_owned(), pair.1.to_owned())]);
            let edit = edit::Edit { id, values, since: edit::Since::Now, based_on: None };
            edit::edit(&app.db, of(record_type), &rep, &edit).await
        };
        let taken = set(&crm::ACCOUNT, theirs.id, ("owner", "P10")).await;
        assert!(matches!(taken, Err(EditError::Forbidden)), "{taken:?}");
        set(&crm::ACCOUNT, mine.id, ("industry", "Rail")).await.expect("one's own");
        let contacts = app.db.reader(&rep.viewer).all(&crm::CONTACT).await.expect("read");
        let freed = set(&crm::CONTACT, contacts.first().expect("one").id, ("account", "")).await;
        assert!(matches!(freed, Err(EditError::Values { .. })), "{freed:?}");
    })
    .await;
}
