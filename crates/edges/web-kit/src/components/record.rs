use super::icon;
use maud::{Markup, Render, html};

/// What is known of a record: name and value.
pub fn facts<V: Render>(rows: &[(String, V)]) -> Markup {
    html! { dl.facts { @for (name, value) in rows { dt { (name) } dd { (value) } } } }
}

/// Where a record stands on its way: stages, a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub name: String,
    /// Under the name: since when, how long.
    pub note: Option<String>,
    /// The record was there before.
    pub is_done: bool,
}

/// The steps in order, with the present one; a step may have been passed over.
pub fn path(label: &str, steps: &[Step], now: usize) -> Markup {
    html! {
        ol.path tabindex="0" aria-label=(label) {
            @for (place, step) in steps.iter().enumerate() {
                li.done[step.is_done].now[place == now] aria-current=[(place == now).then_some("step")] {
                    b { (step.name) }
                    @if let Some(note) = &step.note { small { (note) } }
                }
            }
        }
    }
}

/// Something that happened to a record.
#[derive(Debug, Clone)]
pub struct Event {
    pub icon: &'static str,
    pub date: String,
    pub time: Option<String>,
    /// In ISO form, for programs: `2026-11-21T09:12`.
    pub machine_time: String,
    pub what: Markup,
    pub detail: Option<Markup>,
    /// Learnt after it held.
    pub is_late: bool,
}

/// Events, the newest first.
pub fn timeline(events: &[Event]) -> Markup {
    html! {
        ol.tlm {
            @for event in events {
                li {
                    span.mut {
                        time datetime=(event.machine_time) { (event.date) }
                        @if let Some(time) = &event.time { br; span.small { (time) } }
                    }
                    (icon(event.icon))
                    div class=[event.is_late.then_some("late")] {
                        div { (event.what) }
                        @if let Some(detail) = &event.detail { div.mut { (detail) } }
                    }
                }
            }
        }
    }
}
