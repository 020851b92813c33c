//! Plan letters (PAY-2): who gets one, what it fixes, and that the payee alone signs it, once, as it was shown.

use crate::{
    company::{data, person},
    pay_runs::{FINANCE, HEAD, acme, pay},
};
use base::RecordId;
use pay::{Letters, PAY_LETTER, RunError};
use rules::log::Origin;
use std::collections::BTreeSet;
use testkit::{TestApp, on_both};

const REP: &str = "P09";
const MANAGER: &str = "P04";

async fn plan(app: &TestApp, name: &str) -> RecordId {
    let found = app.db.system().all(&pay::PAY_PLAN).await.expect("read");
    found.iter().find(|one| one.value("plan").as_text() == Some(name)).expect("kept").id
}

/// Whom the file of people has in one of these roles today.
fn of_roles(roles: &[&str]) -> BTreeSet<String> {
    let text = std::fs::read_to_string(data("acme/people.csv")).expect("read");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let heads = lines.next().expect("heads");
    let place = |name: &str| heads.iter().position(|head| *head == name).expect(name);
    let (name, role, left) = (place("name"), place("role"), place("left_on"));
    lines
        .filter(|line| roles.contains(&line[role]) && line[left].is_empty())
        .map(|line| line[name].to_owned())
        .collect()
}

/// First day and amount of each of somebody's quotas in the company's file, in their order.
fn quotas_of(external_id: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(data("acme/quotas.csv")).expect("read");
    let lines = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let own = lines.filter(|cells| cells[1] == external_id);
    let amount = |text: &str| text.parse::<base::Amount>().expect("a number").to_text();
    let mut found: Vec<(String, String)> = own.map(|cells| (cells[2].to_owned(), amount(cells[4]))).collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_whom_a_plan_is_for_gets_one_letter_that_fixes_the_version() {
    on_both(async |app| {
        acme(app).await;
        let finance = pay(app, FINANCE).await;
        let of = plan(app, "field-sales").await;
        for other in [REP, MANAGER, "P38"] {
            assert!(matches!(pay(app, other).await.issue_letters(of, Origin::Ui).await, Err(RunError::SeesNoPay)));
        }
        let wanted = of_roles(&["ae", "am", "kam"]);
        assert_eq!(finance.issue_letters(of, Origin::Ui).await.expect("issued"), wanted.len());
        assert_eq!(finance.issue_letters(of, Origin::Ui).await.expect("none is missing"), 0);
        let letters = finance.letters(Letters::Plan(of)).await.expect("read");
        assert_eq!(letters.iter().map(|letter| letter.name.clone()).collect::<BTreeSet<_>>(), wanted);
        let rep = person(app, REP).await.id;
        let id = letters.iter().find(|letter| letter.payee == rep).expect("hers").id;
        let own = finance.letter(id).await.expect("read");
        let named: Vec<(String, String)> =
            own.terms.quotas.iter().map(|quota| (quota.from.to_string(), quota.amount.clone())).collect();
        assert_eq!(named, quotas_of(REP), "as the company's file of quotas has them");
        assert!(own.terms.quotas.iter().all(|quota| quota.to.to_string().as_str() > "2025-01-01"));
        // What letters quote stays; a changed plan is a version of its own.
        let text = own.terms.plan.clone();
        let changed = text.replace("rate = \"8%\"", "rate = \"9%\"");
        let refused = finance.set_plan(&changed, Origin::Ui).await.expect_err("letters quote it");
        assert!(matches!(refused, RunError::Lettered { .. }), "{refused}");
        let next = changed.replace("version = \"2025\"", "version = \"2027\"").replace("2025-01-01", "2027-01-01");
        finance.set_plan(&next, Origin::Ui).await.expect("a version of its own");
        assert_eq!(finance.letter(own.id).await.expect("read").terms.plan, text);
        // Its payee, and who sees pay; nobody else.
        assert_eq!(pay(app, REP).await.letters(Letters::All).await.expect("read").len(), 1);
        assert_eq!(pay(app, HEAD).await.letters(Letters::All).await.expect("read").len(), wanted.len());
        for other in [MANAGER, "P38"] {
            assert!(pay(app, other).await.letters(Letters::All).await.expect("read").is_empty(), "{other}");
            assert!(matches!(pay(app, other).await.letter(own.id).await, Err(RunError::NoLetter)), "{other}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payee_alone_signs_what_was_shown_and_once() {
    on_both(async |app| {
        acme(app).await;
        let finance = pay(app, FINANCE).await;
        finance.issue_letters(plan(app, "field-sales").await, Origin::Ui).await.expect("issued");
        let rep = pay(app, REP).await;
        let letter = rep.letters(Letters::Own).await.expect("read").remove(0);
        assert_eq!(letter.payee, person(app, REP).await.id);
        let (id, hash) = (letter.id, letter.sha256.clone());
        assert!(matches!(finance.sign(id, &hash, "en", Origin::Ui).await, Err(RunError::NotPayee)));
        assert!(matches!(pay(app, MANAGER).await.sign(id, &hash, "en", Origin::Ui).await, Err(RunError::NoLetter)));
        let other = hash.chars().rev().collect::<String>();
        assert!(matches!(rep.sign(id, &other, "en", Origin::Ui).await, Err(RunError::OtherLetter)));
        let before = app.db.system().get(&PAY_LETTER, id).await.expect("read").expect("there");
        rep.sign(id, &hash, "th", Origin::Ui).await.expect("signed");
        let signed = rep.letter(id).await.expect("read").signed.expect("a signature");
        assert_eq!((signed.at, signed.language.as_str()), (app.db.now(), "th"));
        let after = app.db.system().get(&PAY_LETTER, id).await.expect("read").expect("there");
        assert_eq!(before.value("terms"), after.value("terms"));
        assert!(matches!(rep.sign(id, &hash, "en", Origin::Ui).await, Err(RunError::Signed)));
    })
    .await;
}
