//! Approving a run: who may, whether it still stands, and what is written that nothing changes afterwards.

use crate::{
    Adjustment, PAY_ADJUSTMENT, PAY_LINE, PAY_PLAN, PAY_RUN, PAY_STATEMENT, Pay, Run, RunError, State, inputs,
    runs::{TRIES, money, said, state, text},
    told::Told,
};
use base::{Money, Period, RecordId};
use db::Change;
use jiff::tz::TimeZone;
use pay_rules::PayFile;
use rules::{
    log::Origin,
    record::{RecordType, Value},
};
use std::collections::{BTreeMap, BTreeSet};

impl Pay {
    /// Locks a reviewed run: writes what each component pays for each fact, and everybody's statement. `seen` is the hash of the run
    /// that somebody looked at.
    pub async fn approve(&self, label: &str, seen: Option<&str>, origin: Origin) -> Result<Run, RunError> {
        for _ in 1..TRIES {
            match Box::pin(self.lock(label, seen, origin)).await {
                Err(RunError::Moved(_)) => {}
                done => return done,
            }
        }
        Box::pin(self.lock(label, seen, origin)).await
    }

    async fn lock(&self, label: &str, seen: Option<&str>, origin: Origin) -> Result<Run, RunError> {
        let me = self.only_who_sees_pay()?;
        let seq = self.db.system().last_seq().await?;
        let run = self.stored(label).await?;
        if run.state != State::Reviewed {
            return Err(RunError::NotSo { is: run.state.name(), wanted: State::Approved.name() });
        }
        if seen.is_some_and(|seen| seen != run.sha256) {
            return Err(RunError::Stale(label.to_owned()));
        }
        let zone = self.company().await?.zone;
        if run.period.end > self.db.now().to_zoned(zone.clone()).date() {
            return Err(RunError::NotOver { period: label.to_owned(), end: run.period.end });
        }
        let runs = self.records_of_runs(&run.period).await?;
        self.is_in_turn(&run.period, &runs).await?;
        match (run.open().count(), run.adjustments.iter().filter(|one| !one.is_approved).count()) {
            (0, 0) => {}
            (0, waiting) => return Err(RunError::Waiting(waiting)),
            (open, _) => return Err(RunError::Open(open)),
        }
        let file = run.file()?;
        self.is_fresh(&run, &file, &zone).await?;
        self.may_approve(me, &run, &file).await?;
        let mut tx = self.db.begin(Some(me), origin).only_at(seq);
        tx.put(Change::set(&PAY_RUN, run.id, vec![("state", text(State::Approved.name()))]))?;
        if !runs.iter().any(|run| state(run).is_locked()) {
            // What came before the first run counts as paid as it comes out.
            let people = inputs::by_name(&self.db).await?;
            for period in self.before(&run.period, &file).await? {
                let (_, statement) = PayFile::new(&period.label, file.plans.clone(), file.files.clone())?;
                let told = Told::of(&statement, &people, BTreeMap::new());
                self.put_lines(&mut tx, &run, &period, &told).await?;
            }
        }
        self.put_lines(&mut tx, &run, &run.period, &run.told).await?;
        for payee in &run.told.payees {
            let own = file.of(&payee.id)?;
            let sha256 = own.as_ref().map(|own| own.sha256.clone()).unwrap_or_default();
            let Some(total) = money(&payee.total, &payee.currency) else { continue };
            let fields = vec![
                ("payee", Value::Reference(RecordId(payee.person))),
                ("run", Value::Reference(run.id)),
                ("period", text(label)),
                ("starts_on", Value::Date(run.period.start)),
                ("ends_on", Value::Date(run.period.end)),
                ("total", Value::Money(total)),
                ("sha256", text(sha256)),
                ("file", own.map(|own| own.to_text()).transpose()?.map_or(Value::Null, Value::Text)),
                ("result", text(serde_json::to_string(&run.told.only(payee))?)),
                ("key", text(format!("{label} | {}", payee.person))),
            ];
            tx.put(Change::create(&PAY_STATEMENT, self.db.new_id().await?, fields))?;
        }
        self.written(tx, label).await?;
        self.run(label).await
    }

    /// A run is approved with the plans, the adjustments and the whole period as they are; what else was learnt since it was
    /// calculated is paid in the next.
    async fn is_fresh(&self, run: &Run, file: &PayFile, zone: &TimeZone) -> Result<(), RunError> {
        let stale = || RunError::Stale(run.period.label.clone());
        let calculated = self.db.system().history(&PAY_RUN, run.id).await?;
        let calculated = calculated.iter().rfind(|row| row.event.fields().iter().any(|(name, _)| *name == "file"));
        let day = calculated.map(|row| row.recorded_at.to_zoned(zone.clone()).date());
        if day.is_none_or(|day| day < run.period.end) || self.plans_of(&run.period).await?.0 != file.plans {
            return Err(stale());
        }
        let lines = run.told.payees.iter().flat_map(|payee| &payee.components).flat_map(|part| &part.lines);
        let paid: BTreeSet<&str> = lines.map(|line| line.fact.as_str()).collect();
        // One that cannot be paid is an exception, which somebody let pass.
        let is_told = |one: &Adjustment| {
            let line = one.line();
            let mut told = run.told.exceptions.iter();
            told.any(|exception| exception.component == "adjustment" && exception.fact == line)
        };
        let is_paid = |one: &Adjustment| paid.contains(one.line().as_str()) || is_told(one);
        if run.adjustments.iter().all(is_paid) { Ok(()) } else { Err(stale()) }
    }

    /// Periods before the first run in which its plans would have paid.
    async fn before(&self, period: &Period, file: &PayFile) -> Result<Vec<Period>, RunError> {
        let plans = file.plans()?;
        let Some(first) = plans.iter().filter_map(|plan| plan.from).min() else { return Ok(Vec::new()) };
        if first >= period.start {
            return Ok(Vec::new());
        }
        Ok(self.company().await?.calendar.periods(first, period.start, period.grain)?)
    }

    async fn put_lines(&self, tx: &mut db::Tx, run: &Run, period: &Period, told: &Told) -> Result<(), RunError> {
        for payee in &told.payees {
            for component in &payee.components {
                let mut sums: BTreeMap<&str, Money> = BTreeMap::new();
                for line in &component.lines {
                    let Some(amount) = money(&line.amount, &payee.currency) else { continue };
                    let sum = sums.entry(&line.fact).or_insert(Money::new(0, amount.currency));
                    *sum = sum.checked_add(amount).unwrap_or(*sum);
                }
                for (fact, amount) in sums.into_iter().filter(|(_, amount)| amount.minor != 0) {
                    let key = [&period.label, &payee.person.to_string(), &component.id].map(String::as_str).join(" | ");
                    let fields = vec![
                        ("payee", Value::Reference(RecordId(payee.person))),
                        ("run", Value::Reference(run.id)),
                        ("period", text(&*period.label)),
                        ("starts_on", Value::Date(period.start)),
                        ("component", text(&*component.id)),
                        ("fact", if fact.is_empty() { Value::Null } else { text(fact) }),
                        ("amount", Value::Money(amount)),
                        ("key", text(format!("{key} | {fact}"))),
                    ];
                    tx.put(Change::create(&PAY_LINE, self.db.new_id().await?, fields))?;
                }
            }
        }
        Ok(())
    }

    /// Nobody approves their own pay, what they reviewed, or what rests on what they last changed (C25).
    async fn may_approve(&self, me: RecordId, run: &Run, file: &PayFile) -> Result<(), RunError> {
        if run.told.payees.iter().any(|payee| payee.person == me.0) {
            return Err(RunError::OwnPay);
        }
        let history = self.db.system().history(&PAY_RUN, run.id).await?;
        if history.last().is_some_and(|row| row.actor == Some(me)) {
            return Err(RunError::OwnReview);
        }
        let adjustments = run.adjustments.iter().map(|one| one.id).collect();
        let entered = self.last_changed_by(&PAY_ADJUSTMENT, &adjustments, me, true).await?;
        let stood_behind = self.last_changed_by(&PAY_ADJUSTMENT, &adjustments, me, false).await?;
        if let Some(own) = entered.or(stood_behind) {
            return Err(RunError::OwnInput(format!("adjustment {own}")));
        }
        let plans = file.plans()?;
        let used: BTreeSet<(&str, &str)> = plans.iter().map(|plan| (plan.id(), plan.version.as_str())).collect();
        let mut records = self.all(&PAY_PLAN, Vec::new()).await?;
        records.retain(|plan| used.contains(&(said(plan, "plan"), said(plan, "version"))));
        for plan in &records {
            if self.last_changed_by(&PAY_PLAN, &BTreeSet::from([plan.id]), me, false).await?.is_some() {
                return Err(RunError::OwnInput(format!("plan {} {}", said(plan, "plan"), said(plan, "version"))));
            }
        }
        let mut sources = Box::pin(inputs::collect(&self.db, &plans, &run.period, &self.folder)).await?.sources;
        // What was paid before and comes out differently now.
        sources.extend(run.told.facts.values().map(|fact| (fact.record.clone(), RecordId(fact.id))));
        sources.extend(run.told.payees.iter().map(|payee| (access::PERSON.name.to_owned(), RecordId(payee.person))));
        let mut by_type: BTreeMap<String, BTreeSet<RecordId>> = BTreeMap::new();
        for (record_type, id) in inputs::around(&self.db, sources).await? {
            by_type.entry(record_type).or_default().insert(id);
        }
        for (name, ids) in by_type {
            let Some(record_type) = self.db.registry().get(&name) else { continue };
            if let Some(id) = self.last_changed_by(record_type, &ids, me, false).await? {
                let title = self.db.system().get(record_type, id).await?.map(|record| record.title());
                return Err(RunError::OwnInput(format!("{name} {}", title.unwrap_or_else(|| format!("#{id}")))));
            }
        }
        Ok(())
    }

    /// A record whose last change is somebody's; or whose first is.
    pub(crate) async fn last_changed_by(
        &self,
        record_type: &'static RecordType,
        ids: &BTreeSet<RecordId>,
        person: RecordId,
        at_first: bool,
    ) -> Result<Option<RecordId>, RunError> {
        let histories = self.db.system().histories(record_type, ids).await?;
        let is_theirs = |rows: &Vec<rules::log::LogRow>| {
            let row = if at_first { rows.first() } else { rows.last() };
            row.is_some_and(|row| row.actor == Some(person))
        };
        Ok(histories.iter().find(|(_, rows)| is_theirs(rows)).map(|(id, _)| *id))
    }
}
