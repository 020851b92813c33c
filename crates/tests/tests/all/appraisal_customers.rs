//! Views of customers and of matrix managers: who asks, who answers, who reads, and what counts.

use crate::{
    appraisals::{CHIEF, COLLEAGUE, HEAD, HR, MANAGER, REP, appraisal, form, form_id, launch, rated, write},
    company::{access, person, viewer},
    scores::acme,
};
use ::appraisal::{APPRAISAL_PART, Appraisal, AppraisalError, Asked, Customer, CycleState, PartState, Seat};
use access::PERSON;
use base::{Amount, RecordId};
use db::{Change, Filter, ListQuery};
use jiff::SignedDuration;
use rules::{
    access::Viewer,
    appraisal::{RaterKind, Standing},
    log::Origin,
    record::Value,
};
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};
use web_kit::Words;

/// Whoever has a link.
fn anybody(app: &TestApp) -> Appraisal {
    Appraisal::new(app.db.clone(), Viewer::system(), app.folder().join("facts"))
}

async fn ask(app: &TestApp, by: &str, name: &str) -> Result<(RecordId, String), AppraisalError> {
    let email = format!("{name}@customer.example");
    let asked = asked(app, by, name, &email).await?;
    Ok((asked.part, asked.link.expect("without mail it is handed over")))
}

async fn asked(app: &TestApp, by: &str, name: &str, email: &str) -> Result<Asked, AppraisalError> {
    let customer = Customer { name, email, words: Words::default() };
    let form = form_id(app, REP).await;
    appraisal(app, by).await.ask_customer(&access(app), form, &customer, Origin::Ui).await
}

async fn give(app: &TestApp, link: &str, level: u8) -> Result<(), AppraisalError> {
    let view = anybody(app).view(link).await?;
    let levels = view.profile.competencies.iter().map(|one| (one.id.clone(), level)).collect();
    app.clock.advance(SignedDuration::from_mins(1));
    anybody(app).give_view(link, levels).await
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_answer_by_a_link_and_nobody_reads_who_said_what() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae"]).await;
        // The person does not choose who judges them, and neither do colleagues.
        for by in [REP, COLLEAGUE] {
            assert!(matches!(ask(app, by, "Own").await, Err(AppraisalError::NotThere)), "{by}");
        }
        // Who holds a link could use it: without mail a manager gets none.
        assert!(matches!(ask(app, MANAGER, "Own").await, Err(AppraisalError::ByHand)));
        let hr = appraisal(app, HR).await;
        let colleague = person(app, COLLEAGUE).await.value("email").as_text().expect("an address").to_uppercase();
        let refused = asked(app, HR, "A", &colleague).await;
        assert!(matches!(refused, Err(AppraisalError::Colleague(_))));
        assert!(matches!(asked(app, HR, "A", "nobody").await, Err(AppraisalError::NotAnEmail(_))));
        let mut links = Vec::new();
        for name in ["Arun", "Boon", "Chai", "Dao", "Ek", "Fon", "Gaew", "Hong"] {
            links.push(ask(app, HR, name).await.expect("asked"));
        }
        assert!(matches!(ask(app, HR, "Arun").await, Err(AppraisalError::AskedAlready(_))));
        assert!(matches!(ask(app, HR, "Ice").await, Err(AppraisalError::EnoughCustomers)));

        // A link shows whom it is about, takes levels of what the role has, and is used up.
        let (first, link) = &links[0];
        let view = anybody(app).view(link).await.expect("a view");
        assert_eq!(view.person, person(app, REP).await.title());
        let refused = anybody(app).give_view(link, BTreeMap::new()).await;
        assert!(matches!(refused, Err(AppraisalError::NoText(_))));
        let refused = anybody(app).give_view(link, BTreeMap::from([("flying".to_owned(), 3)])).await;
        assert!(matches!(refused, Err(AppraisalError::NoCompetency(_))));
        let id = view.profile.competencies[0].id.clone();
        let refused = anybody(app).give_view(link, BTreeMap::from([(id, 6)])).await;
        assert!(matches!(refused, Err(AppraisalError::Level(_))));
        give(app, link, 4).await.expect("given");
        assert!(matches!(give(app, link, 1).await, Err(AppraisalError::LinkGone)), "once");
        assert!(matches!(anybody(app).view("no link").await, Err(AppraisalError::LinkGone)));

        // A new link ends the one before; of a customer who has answered one is made too, and opens nothing.
        let again = async |part| hr.customer_link(&access(app), part, Words::default()).await.map(|one| one.link);
        let fresh = again(links[1].0).await.expect("a new one").expect("handed over");
        assert!(matches!(anybody(app).view(&links[1].1).await, Err(AppraisalError::LinkGone)));
        give(app, &fresh, 5).await.expect("given");
        let idle = again(*first).await.expect("it looks the same").expect("handed over");
        assert!(matches!(anybody(app).view(&idle).await, Err(AppraisalError::LinkGone)));
        // HR asks no more; others do not. Of who has answered it looks the same, and what was answered stays.
        let manager = appraisal(app, MANAGER).await;
        assert!(matches!(manager.withdraw_customer(links[7].0, Origin::Ui).await, Err(AppraisalError::RunsNone)));
        hr.withdraw_customer(links[7].0, Origin::Ui).await.expect("not asked any more");
        assert!(matches!(anybody(app).view(&links[7].1).await, Err(AppraisalError::LinkGone)));
        hr.withdraw_customer(*first, Origin::Ui).await.expect("the same answer");
        // No other way opens, gives back or takes out what a customer said.
        assert!(matches!(hr.rearrange(*first, None, None, Origin::Ui).await, Err(AppraisalError::NotThere)));
        assert!(matches!(hr.decide_peer(*first, false, Origin::Ui).await, Err(AppraisalError::NotThere)));
        assert!(matches!(hr.decide_peer(links[7].0, true, Origin::Ui).await, Err(AppraisalError::NotThere)));

        // Nobody of the company reads a customer's part, by whatever way, nor who has answered.
        for reader in [REP, MANAGER, HR, HEAD, CHIEF] {
            let found = form(app, reader, REP).await.expect("read");
            assert!(found.parts.iter().all(|(part, _)| part.kind != RaterKind::Customer), "{reader}");
            assert!(found.customers.iter().all(|(part, _)| part.answers.ratings.is_empty()), "{reader}");
            assert_eq!(found.customers.is_empty(), found.seat != Seat::Above, "{reader}");
            let records = app.db.reader(&viewer(app, reader).await);
            let query = ListQuery {
                filters: vec![Filter("kind", Value::Text("customer".to_owned()))],
                limit: 99,
                ..ListQuery::default()
            };
            assert!(records.list(&APPRAISAL_PART, &query).await.expect("read").is_empty(), "{reader}");
            assert!(records.get(&APPRAISAL_PART, *first).await.expect("read").is_none(), "{reader}");
        }

        // Two answered: their side is not told. A third, and the mean of 4, 5 and 3 is.
        give(app, &links[2].1, 3).await.expect("given");
        let whole = form(app, MANAGER, REP).await.expect("the manager");
        write(app, MANAGER, REP, &rated(&whole, 4)).await.expect("handed in");
        let before = app.db.system().get(&APPRAISAL_PART, *first).await.expect("read").expect("there");
        assert_eq!(before.value("customer_email").as_text(), Some("arun@customer.example"));
        hr.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        let told = form(app, REP, REP).await.expect("hers").feedback().expect("reckoned").expect("released");
        assert_eq!(told.groups[&RaterKind::Customer], Standing::Told { mean: Amount::from(4), raters: 3 });
        assert!(matches!(anybody(app).view(&links[3].1).await, Err(AppraisalError::LinkGone)), "it is over");
        // Who they are and what each said is gone with the release; that there was an answer stays.
        let after = app.db.system().get(&APPRAISAL_PART, *first).await.expect("read").expect("there");
        for field in ["customer_name", "customer_email", "answers"] {
            assert_eq!(*after.value(field), Value::Null, "{field}");
        }
        assert_eq!(after.value("state").as_text(), Some(PartState::Done.name()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_customers_are_too_few_to_be_told() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae"]).await;
        for name in ["Arun", "Boon"] {
            let (_, link) = ask(app, HR, name).await.expect("asked");
            give(app, &link, 5).await.expect("given");
        }
        appraisal(app, HR).await.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        let told = form(app, REP, REP).await.expect("hers").feedback().expect("reckoned").expect("released");
        assert_eq!(told.groups[&RaterKind::Customer], Standing::Hidden);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matrix_managers_view_is_shown_and_does_not_count() {
    on_both(async |app| {
        acme(app).await;
        let matrix = person(app, "P06").await;
        let mut tx = app.begin();
        let field = ("matrix_manager", Value::Reference(matrix.id));
        tx.put(Change::set(&PERSON, person(app, REP).await.id, vec![field])).expect("sound");
        tx.commit().await.expect("written");
        app.clock.advance(SignedDuration::from_mins(1));
        let (cycle, plan) = launch(app, "2025", &["ae"]).await;
        let planned = plan.people.iter().filter(|one| one.matrix.is_some()).collect::<Vec<_>>();
        assert_eq!(planned.iter().map(|one| &one.name).collect::<Vec<_>>(), [&person(app, REP).await.title()]);
        let waits = ::appraisal::waiting(&app.db, Some(matrix.id), plan.as_of).await.expect("read");
        assert!(waits.iter().any(|one| one.what == "waits-part-matrix"), "{waits:?}");

        let whole = form(app, MANAGER, REP).await.expect("the manager");
        write(app, MANAGER, REP, &rated(&whole, 4)).await.expect("handed in");
        let before = form(app, HR, REP).await.expect("read").outcome().expect("reckoned").overall;
        let theirs = form(app, "P06", REP).await.expect("asked");
        assert_eq!(theirs.seat, Seat::Asked);
        assert!(theirs.frozen.kpis.is_empty() && theirs.parts.len() == 1, "what they are to rate, and no more");
        write(app, "P06", REP, &rated(&theirs, 1)).await.expect("handed in");
        let read = form(app, HR, REP).await.expect("read");
        assert!(read.parts.iter().any(|(part, name)| part.kind == RaterKind::Matrix && *name == matrix.title()));
        assert_eq!(read.outcome().expect("reckoned").overall, before);
        let own = form(app, REP, REP).await.expect("hers");
        assert!(own.parts.iter().all(|(part, _)| part.kind != RaterKind::Matrix), "not before the release");
        appraisal(app, HR).await.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        let own = form(app, REP, REP).await.expect("hers");
        assert!(own.parts.iter().any(|(part, _)| part.kind == RaterKind::Matrix));
        let told = own.feedback().expect("reckoned").expect("released");
        assert_eq!(told.groups[&RaterKind::Matrix], Standing::Told { mean: Amount::ONE, raters: 1 });
        assert_eq!(told.overall, rules::appraisal::Overall::Told(Amount::from(4)), "the manager's alone has weight");
    })
    .await;
}
