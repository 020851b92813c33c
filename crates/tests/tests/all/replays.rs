//! A replay as a decision (PAY-4): how the change spreads over people, and a plan published from what was looked at.

use crate::pay_runs::{FINANCE, acme, pay, plan};
use base::Currency;
use pay::{Replay, Replayed, RunError};
use rules::log::Origin;
use std::collections::BTreeMap;
use testkit::on_both;

fn replay(of: &[(i64, i64)]) -> Replay {
    let one = |(place, (now, then)): (usize, &(i64, i64))| Replayed {
        id: format!("p{place}"),
        person: 0,
        name: String::new(),
        currency: Currency::THB,
        now: *now,
        then: *then,
        drivers: Vec::new(),
    };
    Replay {
        plan: String::new(),
        periods: Vec::new(),
        replaces: false,
        exceptions: 0,
        payees: of.iter().enumerate().map(one).collect(),
        facts: BTreeMap::new(),
    }
}

#[test]
fn a_change_on_a_bound_belongs_to_the_smaller_band() {
    let changes = [-2001, -2000, -1001, -1000, -500, -1, 0, 1, 500, 501, 1000, 2000, 2001];
    let of: Vec<(i64, i64)> =
        changes.iter().map(|change| (10_000, 10_000 + change)).chain([(0, 700), (0, 0)]).collect();
    let found = replay(&of).distribution();
    // < −20 | −20 – −10 | −10 – −5 | −5 – 0 | same | 0 – 5 | 5 – 10 | 10 – 20 | > 20
    assert_eq!((found.bands, found.new), ([1, 2, 1, 2, 2, 2, 2, 1, 1], 1));
    let (now, then) =
        replay(&[(100, 500), (200, 100), (300, 200), (400, 300), (500, 400)]).spread().expect("told")["THB"];
    let plain = |spread: pay::Spread| spread.map(|value| value.expect("enough are paid").to_text());
    assert_eq!(plain(now), ["1", "2", "3", "4", "5"]);
    assert_eq!(plain(then), plain(now), "who earns what is another question");
    let (few, _) = replay(&[(100, 500), (300, 100)]).spread().expect("told")["THB"];
    assert_eq!(few[1], None);
    assert_eq!(few[2].expect("the middle").to_text(), "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_published_with_what_its_replay_showed() {
    on_both(async |app| {
        acme(app).await;
        let finance = pay(app, FINANCE).await;
        let next =
            plan("field-sales").replace("8%", "9%").replace("2025-01-01", "2026-12-01").replace("\"2025\"", "\"2027\"");
        let window = ("2026-07", "2026-10");
        let seen = finance.replay(&next, window.0, window.1).await.expect("replayed");
        let evidence = seen.evidence().expect("over periods");
        let found = seen.distribution();
        assert_eq!(found.bands.iter().sum::<usize>() + found.new, seen.payees.len());
        assert_eq!(found.bands[5..].iter().sum::<usize>() + found.new, seen.winners());
        let other = pay::Evidence { winners: 0, ..evidence.clone() };
        let moved = finance.publish(&next, window, &other, None, Origin::Cli).await;
        assert!(matches!(moved, Err(RunError::Moved(_))), "{moved:?}");
        let id = finance.publish(&next, window, &evidence, Some(""), Origin::Cli).await.expect("published");
        let kept = |plans: Vec<pay::Kept>| plans.into_iter().find(|kept| kept.id == id).expect("kept");
        assert_eq!(kept(finance.plans().await.expect("told")).evidence, Some(evidence.clone()));
        // The same plan again says nothing new, however it is written; another one was never replayed.
        finance.set_plan(&format!("# The next year\n{next}"), Origin::Cli).await.expect("kept");
        assert_eq!(kept(finance.plans().await.expect("told")).evidence, Some(evidence));
        let there = finance.change_plan(&next.replace("9%", "7%"), "", Origin::Ui).await;
        assert!(matches!(there, Err(RunError::PlanThere { .. })), "nobody opened it: {there:?}");
        let moved = finance.change_plan(&next.replace("9%", "7%"), "another text", Origin::Ui).await;
        assert!(matches!(moved, Err(RunError::Moved(_))), "somebody else changed it: {moved:?}");
        finance.set_plan(&next.replace("9%", "7%"), Origin::Cli).await.expect("kept");
        assert_eq!(kept(finance.plans().await.expect("told")).evidence, None);
    })
    .await;
}
