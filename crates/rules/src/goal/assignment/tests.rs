use super::*;
use proptest::{collection::vec, prelude::*, sample::select};

fn territory(id: i64) -> TerritoryId {
    TerritoryId(RecordId(id))
}

/// The territories with none below them.
fn leaves(tree: &Tree) -> BTreeSet<TerritoryId> {
    let above: BTreeSet<TerritoryId> = tree.values().flatten().copied().collect();
    tree.keys().copied().filter(|territory| !above.contains(territory)).collect()
}

/// 1 above 2 and 3; 4 by itself.
fn tree() -> Tree {
    [(1, None), (2, Some(1)), (3, Some(1)), (4, None)]
        .map(|(id, above): (i64, Option<i64>)| (territory(id), above.map(territory)))
        .into()
}

fn by(rank: u32, to: i64, words: &[(Attribute, &str)]) -> Rule {
    let mut found: BTreeMap<Attribute, BTreeSet<String>> = BTreeMap::new();
    for (attribute, word) in words {
        found.entry(*attribute).or_default().insert((*word).to_owned());
    }
    Rule { rank, territory: territory(to), accounts: BTreeSet::new(), words: found }
}

fn named(rank: u32, to: i64, accounts: &[i64]) -> Rule {
    let accounts = accounts.iter().map(|id| RecordId(*id)).collect();
    Rule { rank, territory: territory(to), accounts, words: BTreeMap::new() }
}

fn account(id: i64, words: &[(Attribute, &str)]) -> Candidate {
    Candidate { id: RecordId(id), words: words.iter().map(|(name, word)| (*name, (*word).to_owned())).collect() }
}

fn one(rules: &[Rule], account: &Candidate) -> Verdict {
    assign_accounts(rules, &tree(), std::slice::from_ref(account)).remove(&account.id).expect("a verdict")
}

#[test]
fn geography_industry_and_segment_decide_by_rank() {
    use Attribute::{Country, Industry, Segment};
    let rules = [
        by(20, 2, &[(Country, "Thailand")]),
        by(10, 3, &[(Country, "thailand"), (Country, "Laos"), (Segment, "Enterprise")]),
        by(30, 4, &[(Industry, "Logistics")]),
    ];
    let small = account(1, &[(Country, "Thailand"), (Segment, "Small"), (Industry, "Logistics")]);
    let large = account(2, &[(Country, " THAILAND "), (Segment, "Enterprise")]);
    let abroad = account(3, &[(Country, "Norway"), (Industry, "Logistics")]);
    let other = account(4, &[(Country, "Norway")]);
    assert_eq!(one(&rules, &small), Verdict::Territory { territory: territory(2), rule: 0 });
    assert_eq!(one(&rules, &large), Verdict::Territory { territory: territory(3), rule: 1 });
    assert_eq!(one(&rules, &abroad), Verdict::Territory { territory: territory(4), rule: 2 });
    assert_eq!(one(&rules, &other), Verdict::Unassigned);
}

#[test]
fn a_named_account_wins_over_every_other_rule() {
    let rules = [by(1, 2, &[(Attribute::Country, "Japan")]), named(99, 4, &[7])];
    let japan = [(Attribute::Country, "Japan")];
    assert_eq!(one(&rules, &account(7, &japan)), Verdict::Territory { territory: territory(4), rule: 1 });
    assert_eq!(one(&rules, &account(8, &japan)), Verdict::Territory { territory: territory(2), rule: 0 });
}

#[test]
fn rules_of_one_rank_that_name_different_territories_are_a_conflict() {
    let (region, industry) = ((Attribute::Region, "North"), (Attribute::Industry, "Retail"));
    let rules = [by(5, 2, &[region]), by(5, 3, &[industry]), by(5, 2, &[industry]), by(6, 4, &[region])];
    assert_eq!(one(&rules, &account(1, &[region, industry])), Verdict::Conflict { rules: vec![0, 1, 2] });
    // The same territory twice is none, and a later rank is not asked.
    let same = [by(5, 2, &[region]), by(5, 2, &[industry])];
    assert_eq!(one(&same, &account(1, &[region, industry])), Verdict::Territory { territory: territory(2), rule: 0 });
    let twice = [named(1, 2, &[1]), named(1, 3, &[1])];
    assert_eq!(one(&twice, &account(1, &[])), Verdict::Conflict { rules: vec![0, 1] });
}

#[test]
fn a_rule_names_a_leaf_and_something_that_it_takes() {
    let country = (Attribute::Country, "Japan");
    assert_eq!(check_rule(&by(1, 1, &[country]), &tree()), Err(RuleError::NotALeaf(territory(1))));
    assert_eq!(check_rule(&by(1, 9, &[country]), &tree()), Err(RuleError::NoTerritory(territory(9))));
    assert_eq!(check_rule(&by(1, 2, &[]), &tree()), Err(RuleError::Empty));
    let both = Rule { accounts: [RecordId(1)].into(), ..by(1, 2, &[country]) };
    assert_eq!(check_rule(&both, &tree()), Err(RuleError::Both));
    assert_eq!(check_rule(&by(1, 4, &[country]), &tree()), Ok(()));
    // One that was sound once takes nothing once its territory has others below it.
    assert_eq!(one(&[by(1, 1, &[country])], &account(1, &[country])), Verdict::Unassigned);
}

fn rule() -> impl Strategy<Value = Rule> {
    let words = vec((select(vec![Attribute::Country, Attribute::Segment]), select(vec!["a", "b", "c"])), 0..3);
    (0..3_u32, 1..5_i64, vec(1..6_i64, 0..2), words).prop_map(|(rank, to, accounts, words)| {
        if accounts.is_empty() { by(rank, to, &words) } else { named(rank, to, &accounts) }
    })
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    vec((select(vec!["a", "b", "c", ""]), select(vec!["a", "b", ""])), 0..6).prop_map(|rows| {
        let account = |(id, (country, segment)): (i64, (&str, &str))| {
            account(id, &[(Attribute::Country, country), (Attribute::Segment, segment)])
        };
        (1..).zip(rows).map(account).collect()
    })
}

proptest! {
    #[test]
    fn every_account_has_one_verdict_and_stands_in_at_most_one_leaf(rules in vec(rule(), 0..8), accounts in candidates()) {
        let found = assign_accounts(&rules, &tree(), &accounts);
        prop_assert_eq!(found.len(), accounts.len());
        for account in &accounts {
            let taking: Vec<&Rule> =
                rules.iter().filter(|rule| check_rule(rule, &tree()).is_ok() && rule.takes(account)).collect();
            match &found[&account.id] {
                Verdict::Unassigned => prop_assert!(taking.is_empty()),
                Verdict::Territory { territory, rule } => {
                    prop_assert!(leaves(&tree()).contains(territory));
                    let own = &rules[*rule];
                    prop_assert!(own.territory == *territory && own.takes(account));
                    prop_assert!(own.is_named() || taking.iter().all(|rule| !rule.is_named()), "named ones win");
                    let before = |rule: &&&Rule| rule.is_named() == own.is_named() && rule.rank < own.rank;
                    prop_assert!(!taking.iter().any(|rule| before(&rule)), "the lowest rank");
                }
                Verdict::Conflict { rules: those } => {
                    let first = &rules[those[0]];
                    prop_assert!(those.iter().all(|place| rules[*place].rank == first.rank));
                    prop_assert!(those.iter().any(|place| rules[*place].territory != first.territory));
                }
            }
        }
    }

    #[test]
    fn neither_accounts_nor_rules_have_an_order(rules in vec(rule(), 0..8), accounts in candidates(), turn in 0..8_usize) {
        let first = assign_accounts(&rules, &tree(), &accounts);
        let mut turned = accounts.clone();
        turned.reverse();
        prop_assert_eq!(&first, &assign_accounts(&rules, &tree(), &turned));
        let mut others = rules.clone();
        others.rotate_left(turn.min(rules.len()));
        let territory = |verdict: &Verdict| match verdict {
            Verdict::Territory { territory, .. } => (Some(*territory), false),
            Verdict::Conflict { .. } => (None, true),
            Verdict::Unassigned => (None, false),
        };
        let second = assign_accounts(&others, &tree(), &accounts);
        for account in &accounts {
            prop_assert_eq!(territory(&first[&account.id]), territory(&second[&account.id]));
        }
    }
}
