//! What has been posted: of each payee, component and fact, in the plan's currency.

use crate::exact::Exact;
use std::collections::BTreeMap;

/// Component and fact; what is of no fact has an empty one.
type Posted = BTreeMap<String, BTreeMap<String, Exact>>;

#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger(BTreeMap<String, Posted>);

impl Ledger {
    pub fn post(&mut self, payee: &str, component: &str, fact: &str, amount: &Exact) {
        let component = self.0.entry(payee.to_owned()).or_default().entry(component.to_owned()).or_default();
        let posted = component.entry(fact.to_owned()).or_insert(Exact::ZERO);
        *posted = &*posted + amount;
    }

    pub fn of_fact(&self, payee: &str, component: &str, fact: &str) -> Exact {
        self.facts(payee, component).and_then(|facts| facts.get(fact)).cloned().unwrap_or(Exact::ZERO)
    }

    pub fn total(&self, payee: &str, component: &str) -> Exact {
        self.facts(payee, component).map_or(Exact::ZERO, |facts| facts.values().sum())
    }

    pub fn facts(&self, payee: &str, component: &str) -> Option<&BTreeMap<String, Exact>> {
        self.0.get(payee)?.get(component)
    }
}
