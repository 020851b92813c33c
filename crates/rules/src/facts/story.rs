//! A deal's way through its stages, read from its history as known at one seq.

use super::{Known, latest, runs};
use crate::{log::Timeline, record::Value};
use base::RecordId;
use jiff::civil::Date;

/// What a stage means for a deal in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Won,
    Lost,
}

/// A stay in one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visit {
    pub stage: RecordId,
    pub kind: Kind,
    pub from: Date,
    /// The first day after; none while it lasts.
    pub to: Option<Date>,
}

/// How a deal ended, when it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closing {
    pub on: Date,
    pub is_won: bool,
    /// Days that it stood closed before it was reopened (R-REOPEN).
    pub days_closed_before: i32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Story {
    pub opened: Date,
    pub visits: Vec<Visit>,
    pub closing: Option<Closing>,
}

impl Story {
    /// None for a deal without a stage, for one put away, and for one given up as a duplicate or a test (R-CANCEL).
    pub fn of(known: &Known) -> Option<Self> {
        if known.own.archived {
            return None;
        }
        let steps = runs(&known.own, "stage", known.zone);
        let stage = |value: &Value| {
            let id = value.as_reference()?;
            Some((id, kind(known.whole.get(&id)?)?))
        };
        let steps: Vec<(Date, RecordId, Kind)> =
            steps.iter().filter_map(|(from, value)| stage(value).map(|(id, kind)| (*from, id, kind))).collect();
        let opened = latest(&known.own, "opened_on").as_date().or(steps.first().map(|(from, ..)| *from))?;
        let mut visits: Vec<Visit> = Vec::new();
        for (from, stage, kind) in steps {
            if let Some(last) = visits.last_mut() {
                last.to = Some(from);
            }
            visits.push(Visit { stage, kind, from, to: None });
        }
        // Its first stage is that of its opening, whenever somebody wrote it down.
        if let Some(first) = visits.first_mut() {
            first.from = first.to.map_or(opened, |to| opened.min(to));
        }
        let mut story = Self { opened, visits, closing: None };
        story.close(latest(&known.own, "closed_on").as_date());
        let is_lost = story.closing.is_some_and(|closing| !closing.is_won);
        Some(story).filter(|_| !(is_lost && reason_is(&known.own, "lost_reason", &["duplicate", "test"])))
    }

    /// The last stretch won, or lost, is the closing. A source that keeps no history says when it was.
    fn close(&mut self, closed_on: Option<Date>) {
        let Some(last) = self.visits.last().filter(|last| last.kind != Kind::Open) else { return };
        let kind = last.kind;
        let first = self.visits.iter().rposition(|visit| visit.kind != kind).map_or(0, |other| other + 1);
        let on = closed_on.unwrap_or(self.visits[first].from);
        if closed_on.is_some() {
            for visit in &mut self.visits[..first] {
                visit.from = visit.from.min(on);
                visit.to = visit.to.map(|to| to.min(on));
            }
            if let Some(before) = self.visits[..first].last_mut() {
                before.to = Some(on);
            }
            self.visits[first..].iter_mut().for_each(|visit| visit.from = on);
        }
        let earlier = self.visits[..first].iter().filter(|visit| visit.kind != Kind::Open);
        let days_closed_before = earlier.map(|visit| days(visit.from, visit.to.unwrap_or(on))).sum();
        self.closing = Some(Closing { on, is_won: kind == Kind::Won, days_closed_before });
    }

    /// The stretches of days on which it was open, with the stage where that is known.
    pub fn open_spans(&self) -> Vec<(Date, Option<Date>, Option<RecordId>)> {
        let visits = self.visits.iter().filter(|visit| visit.kind == Kind::Open);
        let mut spans: Vec<_> = visits.map(|visit| (visit.from, visit.to, Some(visit.stage))).collect();
        // It was entered when it had ended: open from its opening on, in stages nobody wrote down.
        if let (Some(first), Some(closing)) = (self.visits.first(), self.closing)
            && first.kind != Kind::Open
            && self.opened < closing.on
        {
            spans.push((self.opened, Some(closing.on), None));
        }
        spans.retain(|(from, to, _)| to.is_none_or(|to| *from < to));
        spans
    }
}

/// True when the reason in a field is one of these, however its letters and spaces are written.
pub(super) fn reason_is(own: &Timeline, field: &str, reasons: &[&str]) -> bool {
    let letters =
        |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase();
    latest(own, field).as_text().is_some_and(|reason| reasons.contains(&letters(reason).as_str()))
}

pub(super) fn kind(stage: &Timeline) -> Option<Kind> {
    match latest(stage, "kind").as_text()? {
        "open" => Some(Kind::Open),
        "won" => Some(Kind::Won),
        "lost" => Some(Kind::Lost),
        _ => None,
    }
}

/// Days from one day to another; negative when the second comes first.
pub(super) fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}
