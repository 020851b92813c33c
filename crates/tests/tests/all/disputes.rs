//! Disputes about pay (C25): who asks, who decides, and that what is granted is paid in an open period by two more people, while the
//! statement stays.

use crate::{
    company::person,
    pay_runs::{CHIEF, FINANCE, HEAD, acme, approve, pay},
};
use base::{Currency, Money, RecordId};
use pay::{DisputeState, Question, RunError};
use rules::log::Origin;
use testkit::{TestApp, on_both};

const REP: &str = "P09";
const MANAGER: &str = "P04";
const COLLEAGUE: &str = "P10";

fn refused<T: std::fmt::Debug>(told: Result<T, RunError>) -> String {
    told.expect_err("refused").to_string()
}

pub async fn statement(app: &TestApp, payee: &str) -> RecordId {
    let found = pay(app, payee).await.own_statements().await.expect("read");
    found.first().expect("one's own").id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_granted_is_paid_in_an_open_period_and_the_statement_stays() {
    on_both(async |app| {
        acme(app).await;
        for period in ["2025-01", "2025-02", "2025-03"] {
            approve(app, period).await;
        }
        let (rep, finance, head) = (pay(app, REP).await, pay(app, FINANCE).await, pay(app, HEAD).await);
        let of = statement(app, REP).await;
        let said = rep.statement(of).await.expect("read").expect("theirs");
        let part = said.payee().components.iter().find(|part| part.lines.iter().any(|line| !line.fact.is_empty()));
        let part = part.expect("a component with lines").clone();
        let line = part.lines.iter().find(|line| !line.fact.is_empty()).expect("a line").clone();
        let question = Question {
            component: part.id.clone(),
            fact: line.fact.clone(),
            claim: "the split was half, not a third".to_owned(),
            evidence: "mail of 12 March".to_owned(),
        };
        // Whose pay it is asks, about what is there, once at a time.
        for other in [COLLEAGUE, MANAGER] {
            assert!(matches!(pay(app, other).await.dispute(of, &question, Origin::Ui).await, Err(RunError::NoDispute)));
        }
        assert!(matches!(finance.dispute(of, &question, Origin::Ui).await, Err(RunError::NotPayee)));
        let nowhere = Question { fact: "deal 0".to_owned(), ..question.clone() };
        assert!(refused(rep.dispute(of, &nowhere, Origin::Ui).await).contains("no line"));
        let silent = Question { claim: " ".to_owned(), ..question.clone() };
        assert!(matches!(rep.dispute(of, &silent, Origin::Ui).await, Err(RunError::NoReason)));
        let id = rep.dispute(of, &question, Origin::Ui).await.expect("asked");
        assert!(matches!(rep.dispute(of, &question, Origin::Ui).await, Err(RunError::Disputed)));
        // Pay's readers alone see it.
        assert!(pay(app, MANAGER).await.disputes().await.expect("theirs").is_empty());
        assert!(pay(app, "P38").await.disputes().await.expect("theirs").is_empty(), "who runs the product");
        assert_eq!(head.disputes().await.expect("everybody's").len(), 1);
        // Nobody who sees no pay decides, and what is locked takes nothing.
        let amount = Money::new(150_000, said.payee().currency.parse::<Currency>().expect("a currency"));
        assert!(matches!(rep.grant(id, "2025-04", amount, "yes", Origin::Ui).await, Err(RunError::SeesNoPay)));
        let locked = finance.grant(id, "2025-03", amount, "yes", Origin::Ui).await;
        assert!(matches!(locked, Err(RunError::Locked { .. })), "{locked:?}");
        let silent = finance.grant(id, "2025-04", amount, " ", Origin::Ui).await;
        assert!(matches!(silent, Err(RunError::NoReason)), "{silent:?}");
        // Of another length, in another currency or of nothing it would never be paid.
        let year = finance.grant(id, "2025", amount, "yes", Origin::Ui).await;
        assert!(matches!(year, Err(RunError::OtherLength { .. })), "{year:?}");
        let foreign = Money::new(1, "JPY".parse().expect("a currency"));
        for wrong in [foreign, Money::new(-1, amount.currency), Money::new(0, amount.currency)] {
            let told = finance.grant(id, "2025-04", wrong, "yes", Origin::Ui).await;
            assert!(matches!(told, Err(RunError::NotAnAmount(..))), "{told:?}");
        }
        // Taken back before anybody stood behind it, it is to be decided again.
        let first = finance.grant(id, "2025-04", amount, "yes", Origin::Ui).await.expect("granted");
        head.withdraw_adjustment("2025-04", first, Origin::Ui).await.expect("taken back");
        let again = rep.disputes().await.expect("theirs").remove(0);
        assert_eq!((again.state, again.delta, again.answer), (DisputeState::Open, None, None));
        let adjustment = finance.grant(id, "2025-04", amount, "the mail is right", Origin::Ui).await.expect("granted");
        let one = rep.disputes().await.expect("theirs").remove(0);
        assert_eq!((one.state, one.answer.as_deref()), (DisputeState::Granted, Some("the mail is right")));
        assert_eq!(one.delta.as_ref().map(|delta| (delta.amount, delta.is_approved)), Some((amount, false)));
        assert!(matches!(head.decline(id, "no", Origin::Ui).await, Err(RunError::Decided)));
        // Whoever granted it does not approve it.
        let own = finance.approve_adjustment("2025-04", adjustment, Origin::Ui).await;
        assert!(matches!(own, Err(RunError::OwnAdjustment)));
        head.approve_adjustment("2025-04", adjustment, Origin::Ui).await.expect("approved");
        let run = finance.calculate("2025-04", Origin::Cli).await.expect("calculated");
        let payee = run.told.payees.iter().find(|payee| payee.person == one.payee.0).expect("paid");
        let added = payee.components.iter().find(|part| part.id == "adjustment").expect("a component of its own");
        assert_eq!(added.amount, "1500.00");
        assert!(rep.disputes().await.expect("theirs")[0].delta.as_ref().is_some_and(|delta| delta.is_approved));
        // The statement that was questioned says what it said.
        let after = rep.statement(of).await.expect("read").expect("theirs");
        assert_eq!((&after.sha256, &after.payee().total), (&said.sha256, &said.payee().total));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_is_declined_with_an_answer_or_taken_back_and_nobody_decides_on_their_own() {
    on_both(async |app| {
        acme(app).await;
        approve(app, "2025-01").await;
        let rep = pay(app, REP).await;
        let of = statement(app, REP).await;
        let whole = Question { claim: "my quota was another".to_owned(), ..Question::default() };
        let first = rep.dispute(of, &whole, Origin::Ui).await.expect("asked");
        assert!(matches!(pay(app, CHIEF).await.withdraw_dispute(first, Origin::Ui).await, Err(RunError::NotPayee)));
        rep.withdraw_dispute(first, Origin::Ui).await.expect("taken back");
        assert!(matches!(rep.withdraw_dispute(first, Origin::Ui).await, Err(RunError::Decided)));
        let second = rep.dispute(of, &whole, Origin::Ui).await.expect("asked anew");
        assert!(matches!(pay(app, CHIEF).await.decline(second, "", Origin::Ui).await, Err(RunError::NoReason)));
        pay(app, CHIEF).await.decline(second, "the quota is the signed one", Origin::Ui).await.expect("declined");
        let all = rep.disputes().await.expect("theirs");
        assert_eq!(
            all.iter().map(|one| one.state).collect::<Vec<_>>(),
            [DisputeState::Declined, DisputeState::Withdrawn]
        );
        assert_eq!(all[0].decided.as_ref().map(|(by, _)| by.clone()), Some(person(app, CHIEF).await.title()));
        // The head of sales sees everybody's pay and has their own.
        let own = pay(app, HEAD).await;
        if let Some(of) = own.own_statements().await.expect("theirs").first().map(|one| one.id) {
            let id = own.dispute(of, &whole, Origin::Ui).await.expect("asked");
            assert!(matches!(own.decline(id, "no", Origin::Ui).await, Err(RunError::OwnPay)));
        }
    })
    .await;
}
