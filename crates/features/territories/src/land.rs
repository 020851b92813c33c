//! Territories, who works them, and accounts, as they are on a day; and what accounts carry, as KPIs tell it.

use crate::{TERRITORY_CHANGE, TERRITORY_RULES, Territories, TerritoriesError};
use access::{PERSON, TERRITORY, TERRITORY_ASSIGNMENT};
use base::{Amount, AmountError, Currency, Grain, RecordId, Seq, TerritoryId};
use crm::ACCOUNT;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kpi::{Ask, ByWord, Company, KnownAt, Kpi};
use rules::{
    access::Viewer,
    goal::{Attribute, Candidate, Tree},
    log::Timeline,
    record::{RecordType, Value},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What moves rests on these, beside KPIs as known at its seq. The list of what passes with it is of the moment it is written.
pub(crate) const RESTS_ON: &[&RecordType] =
    &[&PERSON, &TERRITORY, &TERRITORY_ASSIGNMENT, &access::COMPANY, &ACCOUNT, &TERRITORY_RULES, &TERRITORY_CHANGE];
/// Months of revenue that are looked at.
pub(crate) const MONTHS: i64 = 12;
/// Whoever is one of these is nobody's to sell to, unless a rule says so.
const SOLD_TO: [&str; 2] = ["customer", "prospect"];

#[derive(Debug, Clone)]
pub struct Territory {
    pub id: RecordId,
    pub name: String,
    pub external_id: Option<String>,
    pub parent: Option<RecordId>,
}

/// An account as it is on the day.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: RecordId,
    pub name: String,
    pub external_id: Option<String>,
    pub territory: Option<RecordId>,
    pub owner: Option<RecordId>,
    /// Whose it is today, which decides who may see it.
    pub owner_now: Option<RecordId>,
    pub words: BTreeMap<Attribute, String>,
    /// What it could buy in a year; nothing where nobody says.
    pub potential: Amount,
    /// It has another territory or owner from this later day on already.
    pub later: Option<Date>,
}

impl Account {
    /// A customer or prospect, or nobody said what it is.
    pub fn is_sold_to(&self) -> bool {
        self.words.get(&Attribute::Kind).is_none_or(|kind| SOLD_TO.contains(&kind.as_str()))
    }

    fn is_customer(&self) -> bool {
        self.words.get(&Attribute::Kind).is_some_and(|kind| kind == "customer")
    }
}

/// What has to be even among territories.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    Accounts,
    Pipeline,
    Potential,
    #[default]
    Revenue,
}

impl Measure {
    pub const ALL: [Self; 4] = [Self::Revenue, Self::Pipeline, Self::Potential, Self::Accounts];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Pipeline => "pipeline",
            Self::Potential => "potential",
            Self::Revenue => "revenue",
        }
    }

    pub fn read(word: &str) -> Result<Self, TerritoriesError> {
        let found = Self::ALL.into_iter().find(|one| one.name() == word);
        found.ok_or_else(|| TerritoriesError::field("even", word, "write revenue, pipeline, potential or accounts"))
    }
}

/// What an account carries, or a territory with all of its accounts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    pub accounts: usize,
    pub customers: usize,
    /// KPI `pipeline_value` of the day.
    pub pipeline: Amount,
    /// What accounts could buy in a year, of those that say it.
    pub potential: Amount,
    /// KPI `revenue` of the twelve months up to the day.
    pub revenue: Amount,
}

impl Load {
    pub fn of(&self, measure: Measure) -> Amount {
        match measure {
            Measure::Accounts => Amount::from(i64::try_from(self.accounts).unwrap_or(i64::MAX)),
            Measure::Pipeline => self.pipeline,
            Measure::Potential => self.potential,
            Measure::Revenue => self.revenue,
        }
    }

    pub(crate) fn and(self, other: Self) -> Result<Self, AmountError> {
        Ok(Self {
            accounts: self.accounts + other.accounts,
            customers: self.customers + other.customers,
            pipeline: self.pipeline.checked_add(other.pipeline)?,
            potential: self.potential.checked_add(other.potential)?,
            revenue: self.revenue.checked_add(other.revenue)?,
        })
    }
}

/// Everything on a day, as known at `seq`. A day to come shows what is dated ahead.
#[derive(Debug, Clone)]
pub struct Land {
    pub day: Date,
    pub today: Date,
    pub currency: Currency,
    pub zone: TimeZone,
    pub seq: Seq,
    pub territories: BTreeMap<RecordId, Territory>,
    /// By territory, who began first before the others.
    pub holders: BTreeMap<RecordId, Vec<RecordId>>,
    pub accounts: BTreeMap<RecordId, Account>,
    pub people: BTreeMap<RecordId, String>,
    /// By account.
    pub loads: BTreeMap<RecordId, Load>,
}

impl Land {
    /// The last day that KPIs can be asked about.
    pub fn counted_on(&self) -> Date {
        self.day.min(self.today)
    }

    /// The days of revenue: from, and up to before.
    pub fn months(&self) -> (Date, Date) {
        let to = self.counted_on().tomorrow().unwrap_or(self.day);
        (to.saturating_sub(MONTHS.months()), to)
    }

    pub fn tree(&self) -> Tree {
        self.territories.values().map(|one| (TerritoryId(one.id), one.parent.map(TerritoryId))).collect()
    }

    pub fn name_of(&self, territory: RecordId) -> &str {
        self.territories.get(&territory).map_or("", |one| one.name.as_str())
    }

    pub fn person(&self, id: Option<RecordId>) -> &str {
        id.and_then(|id| self.people.get(&id)).map_or("", String::as_str)
    }

    pub fn holders_of(&self, territory: RecordId) -> &[RecordId] {
        self.holders.get(&territory).map_or(&[], Vec::as_slice)
    }

    pub fn children(&self, of: Option<RecordId>) -> Vec<&Territory> {
        let mut found: Vec<&Territory> = self.territories.values().filter(|one| one.parent == of).collect();
        found.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        found
    }

    pub fn is_leaf(&self, territory: RecordId) -> bool {
        self.territories.values().all(|one| one.parent != Some(territory))
    }

    /// A territory and all below it; without one, all.
    pub fn within(&self, branch: Option<RecordId>) -> BTreeSet<RecordId> {
        let Some(branch) = branch else { return self.territories.keys().copied().collect() };
        let mut found = BTreeSet::from([branch]);
        loop {
            let is_new =
                |one: &&Territory| one.parent.is_some_and(|parent| found.contains(&parent)) && !found.contains(&one.id);
            let below: Vec<RecordId> = self.territories.values().filter(is_new).map(|one| one.id).collect();
            if below.is_empty() {
                return found;
            }
            found.extend(below);
        }
    }

    /// The branch at the top of the tree with the most accounts.
    pub(crate) fn busiest_branch(&self) -> Option<RecordId> {
        let branches = self.children(None).into_iter().filter(|one| !self.is_leaf(one.id));
        let accounts = |branch: RecordId| {
            let within = self.within(Some(branch));
            self.accounts.values().filter(|one| one.territory.is_some_and(|own| within.contains(&own))).count()
        };
        branches.max_by_key(|one| accounts(one.id)).map(|one| one.id)
    }

    /// What accounts are like that rules look at.
    pub fn candidates(&self) -> Vec<Candidate> {
        self.accounts.values().map(|one| Candidate { id: one.id, words: one.words.clone() }).collect()
    }

    pub fn load_of(&self, account: RecordId) -> Load {
        self.loads.get(&account).copied().unwrap_or_default()
    }

    /// Of each territory with its accounts, by where `of` says that each account is.
    pub(crate) fn loads_by(
        &self,
        of: impl Fn(&Account) -> Option<RecordId>,
    ) -> Result<BTreeMap<RecordId, Load>, AmountError> {
        let mut found: BTreeMap<RecordId, Load> = BTreeMap::new();
        for account in self.accounts.values() {
            let Some(territory) = of(account) else { continue };
            let load = found.entry(territory).or_default();
            *load = load.and(self.load_of(account.id))?;
        }
        Ok(found)
    }

    /// A territory by #number, external id or name.
    pub fn named(&self, text: &str) -> Result<RecordId, TerritoriesError> {
        let text = text.trim();
        let is_called = |one: &&Territory| {
            text == format!("#{}", one.id)
                || one.external_id.as_deref() == Some(text)
                || one.name.to_lowercase() == text.to_lowercase()
        };
        let mut found = self.territories.values().filter(is_called);
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(only.id),
            _ => Err(TerritoriesError::NoTerritory(text.to_owned())),
        }
    }

    /// The moment from which a change of the day counts; none: now, for what was written today comes before it.
    pub(crate) fn start_of(&self, day: Date) -> Option<Timestamp> {
        if day <= self.today {
            return None;
        }
        day.to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp())
    }
}

impl Territories {
    /// Read whole on the product's own behalf: what is told of it follows from the viewer.
    pub(crate) async fn land(&self, day: Date) -> Result<Land, TerritoriesError> {
        // Questions to the engine take room, which callers that look at several days would hold several times.
        Box::pin(self.land_read(day)).await
    }

    async fn land_read(&self, day: Date) -> Result<Land, TerritoriesError> {
        let system = self.db.system();
        let seq = match self.seen {
            Some(seen) => seen,
            None => system.last_seq().await?,
        };
        let company = Company::load(&self.db).await?;
        let today = self.db.now().to_zoned(company.zone.clone()).date();
        let imports = system.imports().await?;
        let end = end_of(day, &company.zone);
        let mut territories = BTreeMap::new();
        let parents = kpi::histories(&self.db, &TERRITORY).await?;
        for record in system.all(&TERRITORY).await?.into_iter().filter(|one| !one.archived) {
            let known = parents.get(&record.id).and_then(|rows| Timeline::known(rows, &imports, seq));
            let parent = known.and_then(|known| known.held_at("parent", end).as_reference());
            let external_id = record.external_id().map(str::to_owned);
            territories.insert(record.id, Territory { id: record.id, name: record.title(), external_id, parent });
        }
        without_circles(&mut territories);
        let mut assigned = system.all(&TERRITORY_ASSIGNMENT).await?;
        let on = |one: &db::Record, field: &str| one.value(field).as_date();
        assigned.retain(|one| {
            let has_begun = on(one, "starts_on").is_none_or(|from| from <= day);
            !one.archived && has_begun && on(one, "ends_on").is_none_or(|to| day < to)
        });
        assigned.sort_by_key(|one| (on(one, "starts_on"), one.id));
        let staff = system.all(&PERSON).await?;
        let is_there = |one: &&db::Record| !one.archived && on(one, "left_on").is_none_or(|left| day <= left);
        let there: BTreeSet<RecordId> = staff.iter().filter(is_there).map(|one| one.id).collect();
        let mut holders: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
        for one in &assigned {
            let of = |field: &str| one.value(field).as_reference();
            if let (Some(person), Some(territory)) = (of("person").filter(|id| there.contains(id)), of("territory")) {
                let own = holders.entry(territory).or_default();
                if !own.contains(&person) {
                    own.push(person);
                }
            }
        }
        let people = staff.iter().map(|one| (one.id, one.title())).collect();
        let accounts = self.accounts(end, &company.zone, seq, &imports, &territories).await?;
        let mut land = Land {
            day,
            today,
            currency: company.currency,
            zone: company.zone,
            seq,
            territories,
            holders,
            accounts,
            people,
            loads: BTreeMap::new(),
        };
        land.loads = Box::pin(self.loads(&land)).await?;
        Ok(land)
    }

    /// A branch by #number, external id or name; nothing for all of the tree.
    pub async fn branch(&self, text: &str, day: Date) -> Result<Option<RecordId>, TerritoriesError> {
        if text.trim().is_empty() { Ok(None) } else { self.land(day).await?.named(text).map(Some) }
    }

    async fn accounts(
        &self,
        end: Timestamp,
        zone: &TimeZone,
        seq: Seq,
        imports: &rules::log::Imports,
        territories: &BTreeMap<RecordId, Territory>,
    ) -> Result<BTreeMap<RecordId, Account>, TerritoriesError> {
        let histories = kpi::histories(&self.db, &ACCOUNT).await?;
        let mut found = BTreeMap::new();
        for record in self.db.system().all(&ACCOUNT).await?.into_iter().filter(|one| !one.archived) {
            let Some(known) = histories.get(&record.id).and_then(|rows| Timeline::known(rows, imports, seq)) else {
                continue;
            };
            let held = |field: &str| known.held_at(field, end);
            let word = |attribute: Attribute| {
                let word = held(attribute.name()).as_text().map(str::trim).filter(|word| !word.is_empty())?;
                Some((attribute, word.to_owned()))
            };
            let steps = ["territory", "owner"].into_iter().flat_map(|field| known.steps(field));
            let later = steps.filter(|step| step.effective_at > end).map(|step| step.effective_at).min();
            let account = Account {
                id: record.id,
                name: record.title(),
                external_id: record.external_id().map(str::to_owned),
                territory: held("territory").as_reference().filter(|id| territories.contains_key(id)),
                owner: held("owner").as_reference(),
                owner_now: record.value("owner").as_reference(),
                words: Attribute::ALL.into_iter().filter_map(word).collect(),
                potential: held("annual_potential").as_decimal().unwrap_or_default().max(Amount::ZERO),
                later: later.map(|moment| moment.to_zoned(zone.clone()).date()),
            };
            found.insert(record.id, account);
        }
        Ok(found)
    }

    /// By account, as the KPI engine tells them. What an account carries never depends on who asks.
    async fn loads(&self, land: &Land) -> Result<BTreeMap<RecordId, Load>, TerritoriesError> {
        let kpi = Kpi::new(self.db.clone(), Viewer::system()).await?;
        let day = land.counted_on();
        let (from, to) = land.months();
        let ask = |id: &str, grain, from| Ask {
            kpis: vec![id.to_owned()],
            by: ByWord::Account,
            grain,
            from: Some(from),
            to: Some(to),
            as_of: Some(day),
            known_at: Some(KnownAt::At(land.seq)),
            org: None,
            restated: false,
            entity: None,
            among: None,
            filters: Vec::new(),
            folder: self.folder.clone(),
            within: None,
        };
        let amounts = async |ask: &Ask| {
            let rows = Box::pin(kpi.ask(ask)).await?.rows;
            let amount = |row: kpi::Row| Some((row.entity.id?, row.value.and(row.numerator)?));
            Ok::<BTreeMap<RecordId, Amount>, TerritoriesError>(rows.into_iter().filter_map(amount).collect())
        };
        let revenue = amounts(&ask("revenue", Grain::All, from)).await?;
        let pipeline = amounts(&ask("pipeline_value", Grain::Day, day)).await?;
        let load = |account: &Account| Load {
            accounts: 1,
            customers: usize::from(account.is_customer()),
            pipeline: pipeline.get(&account.id).copied().unwrap_or_default(),
            potential: account.potential,
            revenue: revenue.get(&account.id).copied().unwrap_or_default(),
        };
        Ok(land.accounts.values().map(|account| (account.id, load(account))).collect())
    }
}

/// The last moment of a day.
fn end_of(day: Date, zone: &TimeZone) -> Timestamp {
    let next = day.tomorrow().ok().and_then(|next| next.to_zoned(zone.clone()).ok());
    let end = next.and_then(|next| next.timestamp().checked_sub(SignedDuration::from_micros(1)).ok());
    end.unwrap_or(Timestamp::MAX)
}

/// A circle ends where it closes: none of its territories is below another. One above that is gone is none.
fn without_circles(territories: &mut BTreeMap<RecordId, Territory>) {
    let ids: BTreeSet<RecordId> = territories.keys().copied().collect();
    for one in territories.values_mut() {
        one.parent = one.parent.filter(|parent| ids.contains(parent));
    }
    let parents: BTreeMap<RecordId, Option<RecordId>> = territories.values().map(|one| (one.id, one.parent)).collect();
    for one in territories.values_mut() {
        let mut seen = BTreeSet::new();
        let mut above = one.parent;
        while let Some(next) = above.filter(|next| seen.insert(*next)) {
            above = parents.get(&next).copied().flatten();
        }
        if seen.contains(&one.id) {
            one.parent = None;
        }
    }
}

/// For the words of a form.
pub(crate) fn words_in_use(land: &Land, attribute: Attribute) -> Vec<String> {
    let words: BTreeSet<&String> = land.accounts.values().filter_map(|one| one.words.get(&attribute)).collect();
    words.into_iter().cloned().collect()
}

/// Text or nothing.
pub(crate) fn optional(id: Option<RecordId>) -> Value {
    id.map_or(Value::Null, Value::Reference)
}
