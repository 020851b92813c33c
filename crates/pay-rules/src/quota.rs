//! The quota that holds for an interval: ramped, then by days (C18, C19).

use crate::{
    components::last_day,
    exact::Exact,
    inputs::QuotaRow,
    number::{NumberError, Percent},
    plan::{Commission, QuotaChange},
    scene::{Membership, Scene, Versions, days_within},
};
use base::{Grain, Period};
use jiff::{ToSpan, civil::Date};
use std::{collections::BTreeSet, str::FromStr};

/// Whoever is hired later in a month begins the ramp with the next.
const LAST_DAY_OF_FIRST_RAMP_MONTH: i8 = 15;
const LONGEST_RAMP: usize = 36;

/// Which share of a quota somebody has by month since they were hired (C18), written `25% 50% 75%`; all of it after these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RampSteps(Vec<Percent>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no ramp; write the shares of the quota by month since they were hired, like 25% 50% 75%")]
pub struct RampError(String);

impl FromStr for RampSteps {
    type Err = RampError;

    fn from_str(text: &str) -> Result<Self, RampError> {
        let steps: Result<Vec<Percent>, NumberError> = text.split_whitespace().map(str::parse).collect();
        let is_share = |step: &Percent| !step.0.is_negative() && !(&step.0 - &Exact::ONE).is_positive();
        match steps {
            Ok(steps) if (1..=LONGEST_RAMP).contains(&steps.len()) && steps.iter().all(is_share) => Ok(Self(steps)),
            _ => Err(RampError(text.to_owned())),
        }
    }
}

impl RampSteps {
    /// How many months it has.
    pub(crate) fn months(&self) -> usize {
        self.0.len()
    }

    /// The first day on which it is over.
    #[must_use]
    pub fn ends(&self, hired: Date) -> Date {
        let months = i64::try_from(self.0.len()).unwrap_or_default() + i64::from(begins_later(hired));
        hired.first_of_month().saturating_add(months.months())
    }

    /// The share that a day has; none before the first month.
    #[must_use]
    pub fn share(&self, hired: Date, day: Date) -> Option<Exact> {
        share(&self.0, hired, day)
    }
}

fn share(steps: &[Percent], hired: Date, day: Date) -> Option<Exact> {
    let month = usize::try_from(ramp_month(hired, day)).ok()?;
    Some(steps.get(month).map_or(Exact::ONE, |share| share.0.clone()))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Quota {
    Of(Exact),
    /// There is none yet: the ramp has not begun (C18).
    NotYet,
    Missing,
}

/// Of stretches of days that are evaluated on their own.
pub(crate) type Segment = (Date, Date);

pub(crate) struct Quotas<'a> {
    scene: &'a Scene<'a>,
    versions: &'a Versions<'a, &'a Commission>,
    membership: &'a Membership,
    payee: &'a str,
    /// The nearest first: the payee's own before everybody's, of the component before of all.
    rows: Vec<&'a QuotaRow>,
}

impl<'a> Quotas<'a> {
    pub fn new(
        scene: &'a Scene<'a>,
        versions: &'a Versions<'a, &'a Commission>,
        id: &str,
        membership: &'a Membership,
        payee: &'a str,
    ) -> Self {
        let rows = |(is_own, is_of_component): (bool, bool)| {
            let key = (is_own.then(|| payee.to_owned()), is_of_component.then(|| id.to_owned()));
            scene.inputs.quotas.get(&key).into_iter().flatten()
        };
        let rows = [(true, true), (true, false), (false, true), (false, false)].into_iter().flat_map(rows).collect();
        Self { scene, versions, membership, payee, rows }
    }

    /// The whole interval, or its stretches between changes of the quota.
    pub fn segments(&self, interval: &Period) -> Vec<Segment> {
        let whole = (interval.start, interval.end);
        if self.versions.on(last_day(interval)).0.quota_change == QuotaChange::TimeWeighted {
            return vec![whole];
        }
        let amount = |day: Date| self.amount_on(day, interval.grain);
        let mut segments: Vec<Segment> = Vec::new();
        for (from, to) in self.stretches(whole) {
            match segments.last_mut().filter(|last| amount(last.0) == amount(from)) {
                Some(last) => last.1 = to,
                None => segments.push((from, to)),
            }
        }
        segments
    }

    /// What is to be reached in a segment of an interval.
    pub fn of(&self, interval: &Period, segment: Segment) -> Quota {
        let (mut sum, mut is_ramping) = (Exact::ZERO, false);
        for (from, to) in self.stretches(segment) {
            let days = days_within(&self.membership.active, from, to);
            if days == 0 {
                continue;
            }
            let Some(amount) = self.amount_on(from, interval.grain) else { return Quota::Missing };
            let Some(ramped) = self.ramp_on(from) else {
                is_ramping = true;
                continue;
            };
            sum = &sum + &(&(&amount * &ramped) * &Exact::ratio(days, interval.days()));
        }
        match sum.is_positive() {
            true => Quota::Of(sum),
            false if is_ramping => Quota::NotYet,
            false => Quota::Missing,
        }
    }

    /// Days that have one quota and one month of the ramp.
    fn stretches(&self, segment: Segment) -> Vec<Segment> {
        let mut cuts = BTreeSet::from([segment.0, segment.1]);
        cuts.extend(self.rows.iter().flat_map(|row| [Some(row.days.from), row.days.to]).flatten());
        cuts.extend(self.versions.0.iter().filter_map(|(plan, _)| plan.from));
        let spells = self.scene.person(self.payee).map_or(&[][..], |person| &person.spells);
        let own = spells.iter().any(|spell| spell.ramp.is_some());
        cuts.extend(spells.iter().filter(|_| own).flat_map(|spell| [Some(spell.days.from), spell.days.to]).flatten());
        if own || self.versions.0.iter().any(|(plan, _)| plan.ramp.is_some()) {
            let mut month = segment.0.first_of_month();
            while month < segment.1 {
                cuts.insert(month);
                month = month.saturating_add(1.month());
            }
        }
        let cuts: Vec<Date> = cuts.into_iter().filter(|day| segment.0 <= *day && *day <= segment.1).collect();
        cuts.windows(2).map(|pair| (pair[0], pair[1])).collect()
    }

    /// A whole interval's, by the nearest row that holds on a day; without one the plan's.
    fn amount_on(&self, day: Date, interval: Grain) -> Option<Exact> {
        let Some(row) = self.rows.iter().find(|row| row.days.contains(day)) else {
            return self.versions.on(day).1.quota.as_ref().map(|quota| quota.0.clone());
        };
        let per = row.per.unwrap_or(interval);
        Some(&row.amount * &Exact::ratio(months(interval), months(per)))
    }

    /// The share of the quota that a day of the ramp has, by their own or else the plan's; nothing before it begins.
    fn ramp_on(&self, day: Date) -> Option<Exact> {
        let person = self.scene.person(self.payee);
        let Some(hired) = person.and_then(|person| person.hired) else { return Some(Exact::ONE) };
        let own = person.and_then(|person| person.on(day)?.ramp.as_ref()).map(|ramp| &ramp.0);
        let steps = own.or(self.versions.on(day).0.ramp.as_ref().map(|ramp| &ramp.quota));
        // A month of none of it is one before it begins.
        steps.map_or(Some(Exact::ONE), |steps| share(steps, hired, day).filter(|share| !share.is_zero()))
    }
}

/// Which month of the ramp a day is in, from 0; below that it has not begun.
pub(crate) fn ramp_month(hired: Date, day: Date) -> i32 {
    let count = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
    count(day) - count(hired) - i32::from(begins_later(hired))
}

fn begins_later(hired: Date) -> bool {
    hired.day() > LAST_DAY_OF_FIRST_RAMP_MONTH
}

/// How many months a period of this length has; what is shorter counts as one.
pub(crate) fn months(grain: Grain) -> i32 {
    match grain {
        Grain::Year => 12,
        Grain::Quarter => 3,
        _ => 1,
    }
}
