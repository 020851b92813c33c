//! Runs: calculated, reviewed, approved, paid. A draft says what would be paid; committing it writes one record.

use crate::{
    Adjustment, PAY_LINE, PAY_PLAN, PAY_RUN, PAY_WAIVER, RunError,
    inputs::{self, Collected},
    looks,
    told::{FactOf, Told, ToldException, ToldPayee},
};
use base::{Currency, Money, Period, RecordId, Seq};
use db::{Change, Db, DbError, Filter, ListQuery, Record};
use jiff::civil::Date;
use kpi::Company;
use pay_rules::{PayFile, Plan};
use rules::{
    access::Viewer,
    log::Origin,
    record::{RecordType, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// So often a draft is made anew when somebody writes meanwhile.
pub(crate) const TRIES: usize = 5;

/// The columns of what was paid before.
const PAID: [&str; 6] = ["period", "payee", "component", "fact", "amount", "currency"];

/// Where fact files are kept.
#[derive(Clone)]
pub(crate) struct Folder(pub PathBuf);

/// Pay on somebody's behalf.
#[derive(Clone)]
pub struct Pay {
    pub(crate) db: Db,
    pub(crate) viewer: Viewer,
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Calculated,
    Reviewed,
    Approved,
    Paid,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Calculated, Self::Reviewed, Self::Approved, Self::Paid];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Calculated => "calculated",
            Self::Reviewed => "reviewed",
            Self::Approved => "approved",
            Self::Paid => "paid",
        }
    }

    /// From then on nothing of it changes.
    pub fn is_locked(self) -> bool {
        self >= Self::Approved
    }
}

/// What a run would be.
#[derive(Debug, Clone)]
pub struct Draft {
    pub period: Period,
    /// With what was known at it.
    pub seq: Seq,
    pub file: PayFile,
    pub told: Told,
}

/// A run as it stands.
#[derive(Debug, Clone)]
pub struct Run {
    pub id: RecordId,
    pub period: Period,
    pub state: State,
    pub seq: Seq,
    pub sha256: String,
    pub told: Told,
    /// Exceptions that were let pass, with the reason.
    pub waived: BTreeMap<String, String>,
    pub adjustments: Vec<Adjustment>,
    file: String,
}

impl Run {
    /// What blocks approval.
    pub fn open(&self) -> impl Iterator<Item = &ToldException> {
        self.told.exceptions.iter().filter(|one| one.blocks() && !self.waived.contains_key(&one.key()))
    }

    pub fn payee(&self, person: RecordId) -> Option<&ToldPayee> {
        self.told.payees.iter().find(|payee| payee.person == person.0)
    }

    pub fn file(&self) -> Result<PayFile, RunError> {
        Ok(PayFile::read(&self.file)?)
    }

    /// By currency what it pays.
    pub fn totals(&self) -> BTreeMap<String, Money> {
        let mut totals: BTreeMap<String, Money> = BTreeMap::new();
        for payee in &self.told.payees {
            let Some(money) = money(&payee.total, &payee.currency) else { continue };
            let sum = totals.entry(payee.currency.clone()).or_insert(Money::new(0, money.currency));
            *sum = sum.checked_add(money).unwrap_or(*sum);
        }
        totals
    }
}

pub(crate) fn money(amount: &str, currency: &str) -> Option<Money> {
    let currency: Currency = currency.parse().ok()?;
    Money::parse(amount, currency).ok()
}

pub(crate) const fn is(field: &'static str, value: Value) -> Filter {
    Filter(field, value)
}

pub(crate) fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}

pub(crate) fn said<'a>(record: &'a Record, field: &str) -> &'a str {
    record.value(field).as_text().unwrap_or_default()
}

impl Pay {
    pub fn new(db: Db, viewer: Viewer, folder: PathBuf) -> Self {
        Self { db, viewer, folder }
    }

    pub const fn sees_all(&self) -> bool {
        self.viewer.sees_pay && self.viewer.person.is_some()
    }

    /// The person who asks, if they see everybody's pay; the operator at the command line does not.
    pub(crate) fn only_who_sees_pay(&self) -> Result<RecordId, RunError> {
        self.viewer.person.filter(|_| self.viewer.sees_pay).ok_or(RunError::SeesNoPay)
    }

    pub(crate) async fn company(&self) -> Result<Company, RunError> {
        Company::load(&self.db).await.map_err(|error| match error {
            kpi::KpiError::NoCompany => RunError::NoCompany,
            other => other.into(),
        })
    }

    pub(crate) async fn all(
        &self,
        record_type: &'static RecordType,
        filters: Vec<Filter>,
    ) -> Result<Vec<Record>, RunError> {
        let query = ListQuery { filters, limit: u64::MAX, ..ListQuery::default() };
        Ok(self.db.system().list(record_type, &query).await?)
    }

    /// What a period would pay, by what is known now.
    pub async fn draft(&self, label: &str) -> Result<Draft, RunError> {
        self.only_who_sees_pay()?;
        let seq = self.db.system().last_seq().await?;
        let calendar = self.company().await?.calendar;
        let period = calendar.parse_label(label)?;
        let runs = self.records_of_runs(&period).await?;
        self.is_in_turn(&period, &runs).await?;
        let (texts, plans) = self.plans_of(&period).await?;
        let Collected { files, people, facts, .. } = self.gather(&plans, &period, period.end, &[]).await?;
        let (file, statement) = PayFile::new(&period.label, texts, files)?;
        let facts = of_lines(&statement, facts);
        let told = Told::of(&statement, &people, facts);
        Ok(Draft { period, seq, file, told })
    }

    /// Everything a run of the period reads of what is before a day: records, approved adjustments, and what was paid before the
    /// period, with `more` rows of periods that are not approved yet.
    pub(crate) async fn gather(
        &self,
        plans: &[Plan],
        period: &Period,
        until: Date,
        more: &[Vec<String>],
    ) -> Result<Collected, RunError> {
        let calendar = self.company().await?.calendar;
        let counted = Period { end: until, ..period.clone() };
        let mut collected = Box::pin(inputs::collect(&self.db, plans, &counted, &self.folder)).await?;
        let Collected { files, people, .. } = &mut collected;
        let name = |person: Option<RecordId>| {
            let found = people.iter().find(|(_, (id, _))| person.is_some_and(|person| person.0 == *id));
            found.map(|(name, _)| name.clone()).unwrap_or_default()
        };
        let adjusted = self.adjustments(&period.label).await?;
        let adjusted = adjusted.iter().filter(|one| one.is_approved).map(|one| {
            let reason = format!("{}: {}", one.reason, one.evidence);
            vec![
                one.line(),
                period.label.clone(),
                name(Some(one.payee)),
                one.amount.to_string(),
                one.amount.currency.code().to_owned(),
                reason,
            ]
        });
        let heads = ["id", "period", "payee", "amount", "currency", "reason"];
        files.insert("adjustments".to_owned(), inputs::csv(&heads, adjusted)?);
        let is_before = |record: &Record| record.value("starts_on").as_date().is_some_and(|day| day < period.start);
        if self.records_of_runs(period).await?.iter().any(|run| state(run).is_locked() && is_before(run)) {
            let mut rows = more.to_vec();
            for line in self.all(&PAY_LINE, Vec::new()).await? {
                let (Some(amount), true) = (line.value("amount").as_money(), is_before(&line)) else { continue };
                if calendar.parse_label(said(&line, "period"))?.grain == period.grain {
                    rows.push(vec![
                        said(&line, "period").to_owned(),
                        name(line.value("payee").as_reference()),
                        said(&line, "component").to_owned(),
                        said(&line, "fact").to_owned(),
                        amount.to_string(),
                        amount.currency.code().to_owned(),
                    ]);
                }
            }
            files.insert("paid".to_owned(), inputs::csv(&PAID, rows)?);
        }
        Ok(collected)
    }

    /// Writes a draft as the period's run; refused when anything was written since it was made.
    pub async fn commit(&self, draft: &Draft, origin: Origin) -> Result<(), RunError> {
        self.only_who_sees_pay()?;
        let fields = vec![
            ("state", text(State::Calculated.name())),
            ("known_seq", Value::Integer(draft.seq.0)),
            ("sha256", text(&*draft.file.sha256)),
            ("file", text(draft.file.to_text()?)),
            ("result", text(serde_json::to_string(&draft.told)?)),
        ];
        let change = if let Some(run) = self.record_of_run(&draft.period.label).await? {
            Change::set(&PAY_RUN, run.id, fields)
        } else {
            let of = vec![
                ("period", text(&*draft.period.label)),
                ("starts_on", Value::Date(draft.period.start)),
                ("ends_on", Value::Date(draft.period.end)),
            ];
            Change::create(&PAY_RUN, self.db.new_id().await?, [of, fields].concat())
        };
        let mut tx = self.db.begin(self.viewer.person, origin).only_at(draft.seq);
        tx.put(change)?;
        self.written(tx, &draft.period.label).await
    }

    pub(crate) async fn written(&self, tx: db::Tx, what: &str) -> Result<(), RunError> {
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(DbError::Moved | DbError::Conflict { .. }) => Err(RunError::Moved(what.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// Drafts and commits, again where somebody wrote meanwhile.
    pub async fn calculate(&self, label: &str, origin: Origin) -> Result<Run, RunError> {
        for _ in 1..TRIES {
            match self.commit(&self.draft(label).await?, origin).await {
                Err(RunError::Moved(_)) => {}
                done => {
                    done?;
                    return self.run(label).await;
                }
            }
        }
        self.commit(&self.draft(label).await?, origin).await?;
        self.run(label).await
    }

    pub(crate) async fn record_of_run(&self, label: &str) -> Result<Option<Record>, RunError> {
        Ok(self.all(&PAY_RUN, vec![is("period", text(label))]).await?.pop())
    }

    /// Runs of periods that are as long, in order of time.
    pub(crate) async fn records_of_runs(&self, period: &Period) -> Result<Vec<Record>, RunError> {
        let calendar = self.company().await?.calendar;
        let mut runs = self.all(&PAY_RUN, Vec::new()).await?;
        runs.retain(|run| calendar.parse_label(said(run, "period")).is_ok_and(|of| of.grain == period.grain));
        runs.sort_by_key(|run| run.value("starts_on").as_date());
        Ok(runs)
    }

    /// A period is paid once, and after the one before it.
    pub(crate) async fn is_in_turn(&self, period: &Period, runs: &[Record]) -> Result<(), RunError> {
        let of_period = runs.iter().find(|run| said(run, "period") == period.label).map(state);
        if let Some(state) = of_period.filter(|state| state.is_locked()) {
            return Err(RunError::Locked { period: period.label.clone(), state: state.name() });
        }
        let last = runs.iter().rfind(|run| state(run).is_locked()).and_then(|run| run.value("ends_on").as_date());
        if let Some(end) = last.filter(|end| *end != period.start) {
            let next = self.company().await?.calendar.period_of(end, period.grain)?.label;
            return Err(RunError::NotNext { period: period.label.clone(), next });
        }
        Ok(())
    }

    /// Plans that pay by periods of that length and have begun, as files and read.
    pub(crate) async fn plans_of(&self, period: &Period) -> Result<(Vec<String>, Vec<Plan>), RunError> {
        let (mut texts, mut plans) = (Vec::new(), Vec::new());
        for record in self.all(&PAY_PLAN, Vec::new()).await? {
            let definition = said(&record, "definition");
            let plan = Plan::read(definition).map_err(RunError::Plan)?;
            if plan.grain() == period.grain && plan.from.is_none_or(|from| from < period.end) {
                texts.push(definition.to_owned());
                plans.push(plan);
            }
        }
        if plans.is_empty() { Err(RunError::NoPlan(period.grain)) } else { Ok((texts, plans)) }
    }

    /// Every run, the last first.
    pub async fn runs(&self) -> Result<Vec<Run>, RunError> {
        self.only_who_sees_pay()?;
        let mut runs = Vec::new();
        for record in self.all(&PAY_RUN, Vec::new()).await? {
            runs.push(self.told(record).await?);
        }
        runs.sort_by_key(|run| std::cmp::Reverse((run.period.start, run.period.end)));
        Ok(runs)
    }

    /// A run whole; that somebody looks at it is remembered.
    pub async fn run(&self, label: &str) -> Result<Run, RunError> {
        let me = self.only_who_sees_pay()?;
        let run = self.stored(label).await?;
        looks::note(&self.db, me, run.id, label).await?;
        Ok(run)
    }

    pub(crate) async fn stored(&self, label: &str) -> Result<Run, RunError> {
        self.only_who_sees_pay()?;
        let record = self.record_of_run(label).await?.ok_or_else(|| RunError::NoRun(label.to_owned()))?;
        self.told(record).await
    }

    pub(crate) async fn told(&self, record: Record) -> Result<Run, RunError> {
        let label = said(&record, "period");
        // An exception of a fact, once let pass, is let pass in later periods too: the fact stays what it is.
        let mut waived = self.all(&PAY_WAIVER, Vec::new()).await?;
        let told: Told = serde_json::from_str(said(&record, "result"))?;
        let of_facts: BTreeMap<String, bool> =
            told.exceptions.iter().map(|one| (one.key(), !one.fact.is_empty())).collect();
        waived.retain(|one| {
            let is_of_fact = of_facts.get(said(one, "exception"));
            is_of_fact.is_some_and(|is_of_fact| *is_of_fact || said(one, "period") == label)
        });
        let waived = waived.iter().map(|one| (said(one, "exception").to_owned(), said(one, "reason").to_owned()));
        Ok(Run {
            id: record.id,
            period: self.company().await?.calendar.parse_label(label)?,
            state: state(&record),
            seq: Seq(record.value("known_seq").as_integer().unwrap_or_default()),
            sha256: said(&record, "sha256").to_owned(),
            told,
            waived: waived.collect(),
            adjustments: self.adjustments(label).await?,
            file: said(&record, "file").to_owned(),
        })
    }

    /// Somebody has looked through it.
    pub async fn review(&self, label: &str, seen: Option<&str>, origin: Origin) -> Result<Run, RunError> {
        self.step(label, State::Calculated, State::Reviewed, seen, origin).await
    }

    /// The money is on its way.
    pub async fn pay(&self, label: &str, origin: Origin) -> Result<Run, RunError> {
        self.step(label, State::Approved, State::Paid, None, origin).await
    }

    /// `seen` is the hash of the run that somebody looked at.
    async fn step(
        &self,
        label: &str,
        from: State,
        to: State,
        seen: Option<&str>,
        origin: Origin,
    ) -> Result<Run, RunError> {
        let seq = self.db.system().last_seq().await?;
        let run = self.stored(label).await?;
        if seen.is_some_and(|seen| seen != run.sha256) {
            return Err(RunError::Moved(label.to_owned()));
        }
        if run.state != from {
            return Err(RunError::NotSo { is: run.state.name(), wanted: to.name() });
        }
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::set(&PAY_RUN, run.id, vec![("state", text(to.name()))]).based_on(seq))?;
        self.written(tx, label).await?;
        self.run(label).await
    }
}

pub(crate) fn state(run: &Record) -> State {
    let word = said(run, "state");
    State::ALL.into_iter().find(|state| state.name() == word).unwrap_or(State::Calculated)
}

/// Only the facts that a statement's lines and exceptions name.
pub(crate) fn of_lines(statement: &pay_rules::Statement, facts: BTreeMap<String, FactOf>) -> BTreeMap<String, FactOf> {
    let components = statement.payees.iter().flat_map(|payee| &payee.components);
    let of_lines = components.flat_map(|component| &component.lines).map(|line| line.fact.as_str());
    let named: BTreeSet<&str> = of_lines.chain(statement.exceptions.iter().map(|one| one.fact.as_str())).collect();
    facts.into_iter().filter(|(fact, _)| named.contains(fact.as_str())).collect()
}
