//! Sign-in, links, sessions, tokens, second factors; who sees what.

use access::{Access, AccessError, NewPerson, SignIn};
use base::RecordId;
use db::{Change, ListQuery};
use jiff::SignedDuration;
use rules::{
    log::Origin,
    record::{RecordType, Value},
};
use std::sync::Arc;
use testkit::{CountedRandom, TestApp, on_both};

const PASSWORD: &str = "correct horse battery";

fn access(app: &TestApp) -> Access {
    Access::new(app.db.clone(), [7; 32], Arc::new(CountedRandom::default()))
}

async fn invited(access: &Access, name: &str, role: &str, manager: Option<RecordId>) -> RecordId {
    let email = format!("{}@acme.example", name.to_lowercase());
    let new = NewPerson { name, email: &email, role, team: None, manager };
    let (id, link) = access.invite(&new, None, Origin::Cli).await.expect("invited");
    access.use_link(&link, PASSWORD, "test").await.expect("the link works once");
    id
}

async fn sign_in(access: &Access, email: &str, password: &str) -> Result<SignIn, AccessError> {
    access.sign_in(email, password, "192.0.2.1", "test").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_and_for_half_an_hour_and_ends_all_sessions() {
    on_both(async |app| {
        let access = access(app);
        let new = NewPerson { name: "Mali", email: "Mali@Acme.example", role: "ae", team: None, manager: None };
        let (id, link) = access.invite(&new, None, Origin::Cli).await.expect("invited");
        assert!(matches!(access.use_link(&link, "too short", "test").await, Err(AccessError::Password)));
        let Ok(SignIn::Done(cookie)) = access.use_link(&link, PASSWORD, "test").await else {
            panic!("a first session")
        };
        assert_eq!(access.session(&cookie).await.expect("asked").expect("signed in").person.id, id);
        assert!(matches!(access.use_link(&link, PASSWORD, "test").await, Err(AccessError::LinkGone)));

        let reset = access.link(id).await.expect("a link");
        app.clock.advance(SignedDuration::from_mins(31));
        assert!(matches!(access.use_link(&reset, PASSWORD, "test").await, Err(AccessError::LinkGone)));
        let reset = access.link(id).await.expect("a link");
        access.use_link(&reset, "another long sentence", "test").await.expect("reset");
        assert!(access.session(&cookie).await.expect("asked").is_none(), "a reset ends earlier sessions");
        assert!(sign_in(&access, "mali@acme.example", PASSWORD).await.is_err());
        assert!(sign_in(&access, " MALI@acme.example ", "another long sentence").await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_and_wrong_get_the_same_answer_and_waits_lock_nobody_else_out() {
    on_both(async |app| {
        let access = access(app);
        invited(&access, "Mali", "ae", None).await;
        for email in ["mali@acme.example", "nobody@acme.example"] {
            for attempt in 0..12 {
                let error = sign_in(&access, email, "wrong password").await.expect_err("refused");
                if attempt < 5 {
                    assert!(matches!(error, AccessError::Wrong), "{email} {attempt}: {error:?}");
                }
            }
            let error = sign_in(&access, email, "wrong password").await.expect_err("refused");
            assert!(matches!(error, AccessError::TooMany(_)), "{email}: {error:?}");
        }
        let error = sign_in(&access, "mali@acme.example", PASSWORD).await.expect_err("from there it waits");
        assert!(matches!(error, AccessError::TooMany(_)));
        let elsewhere = access.sign_in("mali@acme.example", PASSWORD, "198.51.100.9", "test").await;
        assert!(matches!(elsewhere, Ok(SignIn::Done(_))), "a stranger's attempts do not lock her out");
        app.clock.advance(SignedDuration::from_mins(16));
        assert!(sign_in(&access, "mali@acme.example", PASSWORD).await.is_ok(), "the wait ends by itself");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_and_tokens_end_expire_and_never_stand_for_each_other() {
    on_both(async |app| {
        let access = access(app);
        let id = invited(&access, "Mali", "ae", None).await;
        let Ok(SignIn::Done(cookie)) = sign_in(&access, "mali@acme.example", PASSWORD).await else {
            panic!("no second factor is set up")
        };
        let token = access.new_token(id, "report", 30).await.expect("a token");
        assert!(access.by_token(&token).await.expect("asked").is_some());
        assert!(access.by_token(&cookie).await.expect("asked").is_none());
        assert!(access.session(&token).await.expect("asked").is_none());
        let mut tampered = cookie.clone().into_bytes();
        tampered[3] ^= 1;
        let tampered = String::from_utf8(tampered).expect("text");
        assert!(access.session(&tampered).await.expect("asked").is_none());

        app.clock.advance(SignedDuration::from_hours(24 * 15));
        assert!(access.session(&cookie).await.expect("asked").is_none(), "a session ends after a fortnight");
        assert!(access.by_token(&token).await.expect("asked").is_some());
        app.clock.advance(SignedDuration::from_hours(24 * 16));
        assert!(access.by_token(&token).await.expect("asked").is_none());
        let token = access.new_token(id, "report", 30).await.expect("a token");
        let key = access.tokens(id).await.expect("listed").remove(0).0;
        let stranger = invited(&access, "Ken", "ae", None).await;
        access.revoke(stranger, &key).await.expect("not theirs, so nothing happens");
        assert!(access.by_token(&token).await.expect("asked").is_some());
        access.revoke(id, &key).await.expect("revoked");
        assert!(access.by_token(&token).await.expect("asked").is_none());
    })
    .await;
}

/// RFC 6238 appendix B: the secret `12345678901234567890` at 2000000000 s is 69279037; six digits of it are 279037.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_counts_once_and_an_operator_cannot_do_without() {
    on_both(async |app| {
        let access = access(app);
        let id = invited(&access, "Ops", "ops", None).await;
        let Ok(SignIn::Done(cookie)) = sign_in(&access, "ops@acme.example", PASSWORD).await else {
            panic!("not set up yet")
        };
        assert!(access.session(&cookie).await.expect("asked").expect("known").needs_second_factor);
        app.clock.set("2033-05-18T03:33:20Z".parse().expect("2000000000"));
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert!(matches!(access.enrol(id, secret, "279038", "").await, Err(AccessError::Code)));
        access.set_factor(id, secret).await.expect("in force");

        let ticket = async || match sign_in(&access, "ops@acme.example", PASSWORD).await {
            Ok(SignIn::Code(ticket)) => ticket,
            other => panic!("a code is needed: {other:?}"),
        };
        let cookie = access.sign_in_code(&ticket().await, "279037").await.expect("the right code");
        assert!(!access.session(&cookie).await.expect("asked").expect("known").needs_second_factor);
        let again = access.sign_in_code(&ticket().await, "279037").await;
        assert!(matches!(again, Err(AccessError::Code)), "a code counts once");
        let used = ticket().await;
        assert!(access.sign_in_code(&used, "000000").await.is_err());
        assert!(access.sign_in_code(&used, "279037").await.is_err(), "a ticket is good for one try");
    })
    .await;
}

/// RFC 6238 appendix B: the same secret at 2000000000 s is 69279037, at 20000000000 s 65353130; six digits of each. The
/// other secret's code was computed apart from the product.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_replaced_only_with_a_code_of_the_one_in_force() {
    on_both(async |app| {
        let access = access(app);
        let id = invited(&access, "Ops", "ops", None).await;
        let (first, second) = ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
        app.clock.set("2033-05-18T03:33:20Z".parse().expect("2000000000"));
        assert!(!access.has_factor(id).await.expect("asked"));
        access.enrol(id, first, "279037", "").await.expect("the first needs no other");
        assert!(access.has_factor(id).await.expect("asked"));
        // A link, which may have come by mail, sets the password and stands for no phone.
        let link = access.link(id).await.expect("a link");
        let Ok(SignIn::Code(_)) = access.use_link(&link, PASSWORD, "test").await else { panic!("the code follows") };

        app.clock.set("2603-10-11T11:33:20Z".parse().expect("20000000000"));
        for old in ["", "000000", "353131", "499790", "279037"] {
            let refused = access.enrol(id, second, "499790", old).await;
            assert!(matches!(refused, Err(AccessError::OldCode)), "{old:?}: {refused:?}");
        }
        let waits = access.enrol(id, second, "499790", "353131").await;
        assert!(matches!(waits, Err(AccessError::TooMany(_))), "guessing is slowed down: {waits:?}");
        app.clock.set("2603-10-11T11:33:29Z".parse().expect("the same half minute, the wait is over"));
        let wrong = access.enrol(id, second, "000000", "353130").await;
        assert!(matches!(wrong, Err(AccessError::Code)), "and the old code is not used up: {wrong:?}");
        access.enrol(id, second, "499790", "353130").await.expect("replaced by who has it");
        let again = access.enrol(id, first, "353130", "353130").await;
        assert!(matches!(again, Err(AccessError::OldCode)), "the old one counts for nothing: {again:?}");

        access.drop_factor(id).await.expect("taken away by the operator");
        assert!(!access.has_factor(id).await.expect("asked"));
        assert!(matches!(sign_in(&access, "ops@acme.example", PASSWORD).await, Ok(SignIn::Done(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_asks_for_the_old_one_and_ends_every_other_session() {
    on_both(async |app| {
        let access = access(app);
        let id = invited(&access, "Mali", "ae", None).await;
        let Ok(SignIn::Done(elsewhere)) = sign_in(&access, "mali@acme.example", PASSWORD).await else {
            panic!("no second factor is set up")
        };
        let link = access.link(id).await.expect("a link");
        let new = "another long sentence";
        assert!(matches!(access.change_password(id, "a guess", new, "test").await, Err(AccessError::Wrong)));
        assert!(matches!(access.change_password(id, PASSWORD, "short", "test").await, Err(AccessError::Password)));
        assert!(access.session(&elsewhere).await.expect("asked").is_some(), "nothing has changed yet");
        let here = access.change_password(id, PASSWORD, new, "test").await.expect("changed");
        assert!(access.session(&here).await.expect("asked").is_some());
        assert!(access.session(&elsewhere).await.expect("asked").is_none());
        assert!(!access.link_is_good(&link).await.expect("asked"));
        assert!(sign_in(&access, "mali@acme.example", PASSWORD).await.is_err());
        assert!(sign_in(&access, "mali@acme.example", new).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_says_team_and_manager_and_a_language_is_kept_with_the_account() {
    on_both(async |app| {
        let access = access(app);
        let team = app.create(&access::TEAM, vec![("name", Value::Text("Asia".to_owned()))]).await;
        let manager = invited(&access, "Head", "hos", None).await;
        let email = "mali@acme.example";
        let new = NewPerson { name: "Mali", email, role: "ae", team: Some(team), manager: Some(manager) };
        let (id, _) = access.invite(&new, None, Origin::Cli).await.expect("invited");
        let mali = app.db.system().get(&access::PERSON, id).await.expect("read").expect("present");
        assert_eq!(mali.value("team").as_reference(), Some(team));
        assert_eq!(mali.value("manager").as_reference(), Some(manager));

        assert_eq!(access.language(id).await.expect("asked"), None);
        for code in ["th", "ja"] {
            access.keep_language(id, code).await.expect("kept");
        }
        assert_eq!(access.language(id).await.expect("asked").as_deref(), Some("ja"));
        assert_eq!(access.language(manager).await.expect("asked"), None);
    })
    .await;
}

async fn owned(app: &TestApp, record_type: &'static RecordType, name: &str, owner: RecordId) -> RecordId {
    let text = Value::Text(name.to_owned());
    app.create(record_type, vec![("name", text), ("owner", Value::Reference(owner))]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_finds_only_what_is_in_its_viewers_reach() {
    on_both(async |app| {
        let access = access(app);
        let head = invited(&access, "Head", "hos", None).await;
        let manager = invited(&access, "Manager", "aem", Some(head)).await;
        let mali = invited(&access, "Mali", "ae", Some(manager)).await;
        let ken = invited(&access, "Ken", "ae", Some(manager)).await;
        for (name, owner) in [("Mali's", mali), ("Ken's", ken), ("Manager's", manager)] {
            owned(app, &crm::ACCOUNT, name, owner).await;
        }
        let kens = app.db.system().all(&crm::ACCOUNT).await.expect("read");
        let kens = kens.iter().find(|record| record.title() == "Ken's").expect("it is there").id;
        let contact = vec![("name", Value::Text("Foreign".to_owned())), ("account", Value::Reference(kens))];
        let contact = app.create(&crm::CONTACT, contact).await;

        let seen = async |person: RecordId| {
            let record = app.db.system().get(&access::PERSON, person).await.expect("read").expect("present");
            let viewer = access.viewer(&record).await.expect("a viewer");
            let reader = app.db.reader(&viewer);
            let accounts = reader.list(&crm::ACCOUNT, &ListQuery { limit: 10, ..ListQuery::default() }).await;
            let accounts = accounts.expect("listed").len() as u64;
            let count = reader.count(&crm::ACCOUNT, &ListQuery::default()).await.expect("counted");
            assert_eq!(accounts, count);
            let foreign = reader.get(&crm::ACCOUNT, kens).await.expect("read").is_some();
            let related = reader.get(&crm::CONTACT, contact).await.expect("read").is_some();
            let history = !reader.history(&crm::ACCOUNT, kens).await.expect("read").is_empty();
            (count, foreign, related, history)
        };
        assert_eq!(seen(head).await, (3, true, true, true));
        assert_eq!(seen(manager).await, (3, true, true, true));
        assert_eq!(seen(mali).await, (1, false, false, false));
        // Whoever works a deal sees the account it is with, and its contacts.
        let stage = vec![
            ("name", Value::Text("Proposal".to_owned())),
            ("position", Value::Integer(1)),
            ("kind", Value::Text("open".to_owned())),
        ];
        let stage = app.create(&crm::STAGE, stage).await;
        let deal = vec![
            ("name", Value::Text("Joint".to_owned())),
            ("account", Value::Reference(kens)),
            ("stage", Value::Reference(stage)),
            ("owner", Value::Reference(mali)),
        ];
        let deal = app.create(&crm::DEAL, deal).await;
        assert_eq!(seen(mali).await, (2, true, true, true));
        let mut tx = app.begin();
        tx.put(Change::set(&crm::DEAL, deal, vec![("owner", Value::Reference(head))])).expect("sound");
        tx.commit().await.expect("written");
        assert_eq!(seen(mali).await, (1, false, false, false), "the deal is another's now");
        assert_eq!(seen(ken).await, (1, true, true, true));

        // Rights are those of now.
        let mut tx = app.begin();
        tx.put(Change::set(&access::PERSON, ken, vec![("manager", Value::Reference(mali))])).expect("sound");
        tx.commit().await.expect("written");
        assert_eq!(seen(mali).await, (2, true, true, true));
    })
    .await;
}

/// The walk by the index finds whom the reporting lines have below, however deep, and ends where they close a circle.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_whom_the_reporting_lines_put_below_them() {
    on_both(async |app| {
        crate::company::import(app, "acme", "acme", false).await;
        let access = access(app);
        let same_for_all = async || {
            let mut deepest = 0;
            for person in app.db.system().all(&access::PERSON).await.expect("read") {
                let expected = crate::company::viewer(app, person.external_id().expect("an id")).await;
                let found = access.viewer(&person).await.expect("a viewer");
                assert_eq!(found, expected, "{}", person.title());
                if let rules::access::Reach::People(people) = found.reach {
                    deepest = deepest.max(people.len());
                }
            }
            assert!(deepest > 3, "somebody has people below");
        };
        same_for_all().await;
        // A manager below her own report.
        let (above, below) = (crate::company::person(app, "P04").await.id, crate::company::person(app, "P09").await.id);
        let mut tx = app.begin();
        tx.put(Change::set(&access::PERSON, above, vec![("manager", Value::Reference(below))])).expect("sound");
        tx.commit().await.expect("written");
        same_for_all().await;
    })
    .await;
}
