//! The form that adds a KPI or changes one, with what is told beside it.

use super::{NEW, Page};
use crate::pages::versions;
use maud::{Markup, html};
use rules::kpi::{Beside, Better, Draft, GROUP, SHIPPED, Unit};
use std::collections::BTreeMap;
use web_kit::{
    Language,
    components::{Choice, Field, Input, Panel, Purpose, button, field},
};

pub const ROWS: [&str; 3] = ["document", "account", "recipient"];
type Form = BTreeMap<String, String>;
type Said = BTreeMap<String, String>;

/// What stands in the form.
pub struct Typed {
    pub draft: Draft,
    pub from: String,
    pub reason: String,
    /// The file that the form was made from.
    pub seen: String,
}

impl Typed {
    pub fn of(form: &Form) -> Self {
        let said = |name: &str| form.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let words = |name: &str| -> Said {
            let said = Language::EVERY
                .map(|language| (language.code().to_owned(), said(&format!("{name}-{}", language.code()))));
            said.into_iter().filter(|(_, word)| !word.is_empty()).collect()
        };
        let companions = (0..).take_while(|place| form.contains_key(&format!("beside-{place}"))).map(|place| Beside {
            id: said(&format!("beside-{place}")),
            names: words(&format!("beside-name-{place}")),
            unit: said(&format!("beside-unit-{place}")),
            formula: said(&format!("beside-formula-{place}")),
            reads: said(&format!("beside-reads-{place}")),
        });
        let draft = Draft {
            id: said("id"),
            names: words("name"),
            meaning: words("meaning"),
            group: said("group"),
            unit: said("unit"),
            better: said("better"),
            formula: said("formula"),
            reads: said("reads"),
            rows: said("rows"),
            matures: said("matures"),
            matures_after_days: said("matures_after_days"),
            companions: companions.collect(),
        };
        Self {
            draft,
            from: said("from"),
            reason: said("reason"),
            seen: form.get("seen").map(|seen| seen.replace("\r\n", "\n")).unwrap_or_default(),
        }
    }
}

/// Keeps what the form does not show of what is stored, and no words for another formula.
pub fn keep(draft: &mut Draft, stored: &Draft) {
    draft.id.clone_from(&stored.id);
    keep_words(&mut draft.names, &stored.names);
    keep_words(&mut draft.meaning, &stored.meaning);
    forget(&mut draft.reads, &draft.formula, (&stored.reads, &stored.formula));
    for (beside, stored) in draft.companions.iter_mut().zip(&stored.companions) {
        if !is_empty(beside) {
            keep_words(&mut beside.names, &stored.names);
        }
        forget(&mut beside.reads, &beside.formula, (&stored.reads, &stored.formula));
    }
}

/// One that is to be no more; a unit is chosen always.
pub fn is_empty(beside: &Beside) -> bool {
    *beside == Beside { unit: beside.unit.clone(), ..Beside::default() }
}

fn keep_words(typed: &mut Said, stored: &Said) {
    let is_shown = |code: &str| Language::EVERY.iter().any(|language| language.code() == code);
    let others = stored.iter().filter(|(code, _)| !is_shown(code));
    typed.extend(others.map(|(code, word)| (code.clone(), word.clone())));
}

fn forget(reads: &mut String, formula: &str, (stored, of): (&str, &str)) {
    if formula != of && reads == stored {
        reads.clear();
    }
}

pub fn form(page: &Page<'_>, typed: &Typed, preview: &Markup) -> Markup {
    let words = page.words;
    let id = page.id.as_deref().unwrap_or(NEW);
    let live = format!("/kpis/{id}/preview");
    let note = page.id.is_some().then(|| words.t("kpi-change-hint"));
    let title = words.t(if page.id.is_some() { "kpi-change" } else { "new-kpi" });
    let draft = &typed.draft;
    let none = Beside::default();
    let besides = draft.companions.iter().chain(std::slice::from_ref(&none)).enumerate();
    let from = |name: &str, label: &str| {
        let input = Field::new(name, words.t(label), Input::Date(&typed.from));
        field(words, &Field { is_required: true, ..input })
    };
    let when = html! { div.fgrid { (from("from", "holds-from")) (versions::reason(words, "reason", &typed.reason)) } };
    html! {
        form.stack method="post" action=(format!("/kpis/{id}")) hx-post=(live) hx-trigger="change delay:400ms" hx-target="#preview" hx-swap="innerHTML" {
            input type="hidden" name="seen" value=(typed.seen);
            (Panel { id: "edit", title: &title, note: note.as_deref(), body: html! { (of_kpi(page, draft)) (when) }, ..Panel::default() })
            // What was tried is shown whole.
            details open[!preview.0.is_empty() && !draft.companions.is_empty()] {
                summary.lnk { (words.t("kpi-beside")) " " span.mut { (words.count(draft.companions.len())) } }
                div.stack {
                    p.mut { (words.t("kpi-beside-hint")) }
                    @for (place, beside) in besides { (of_beside(page, place, beside)) }
                }
            }
            div id="preview" aria-live="polite" { (preview) }
            div.btns {
                (button(Purpose::Primary, &words.t("save")))
                button.btn.btn-quiet name="preview" value="true" { (words.t("preview")) }
            }
        }
        @if page.versions.iter().any(|version| version.text.is_some()) {
            form.btns method="post" action=(format!("/kpis/{id}/end")) {
                (from("end_from", "kpi-end-from"))
                (versions::reason(words, "end_reason", ""))
                button.btn { (words.t("kpi-end")) }
            }
        }
    }
}

impl Page<'_> {
    fn text(&self, name: &str, label: &str, value: &str, hint: Option<&str>) -> Markup {
        let hint = hint.map(|key| self.words.t(key));
        field(self.words, &Field { hint, ..Field::new(name, self.words.t(label), Input::Text(value)) })
    }

    fn formula(&self, name: &str, value: &str, is_required: bool) -> Markup {
        let hint = Some(self.words.t("kpi-formula-hint"));
        let input = Field::new(name, self.words.t("formula"), Input::Area(value));
        field(self.words, &Field { is_required, hint, ..input })
    }

    fn in_languages(&self, name: &str, label: &str, said: &Said) -> Markup {
        html! {
            @for language in Language::EVERY {
                @let code = language.code();
                (self.text(&format!("{name}-{code}"), &format!("{label}-{code}"), said.get(code).map_or("", String::as_str), None))
            }
        }
    }

    fn select(&self, name: &str, label: &str, chosen: &str, choices: Vec<Choice>) -> Markup {
        field(self.words, &Field::new(name, self.words.t(label), Input::Select { chosen, choices }))
    }

    fn choices(&self, field: &str, of: &[&str]) -> Vec<Choice> {
        let choice = |value: &&str| Choice { value: (*value).to_owned(), label: self.words.choice(field, value) };
        of.iter().map(choice).collect()
    }
}

fn of_kpi(page: &Page<'_>, draft: &Draft) -> Markup {
    let words = page.words;
    let betters = [Better::Higher, Better::Lower, Better::Band].map(Better::name);
    let groups = SHIPPED.iter().map(|(group, _)| *group).chain([GROUP]);
    let groups = groups.map(|group| Choice { value: group.to_owned(), label: words.t(&format!("kpi-group-{group}")) });
    let group = if draft.group.is_empty() { page.held.map_or(GROUP, |held| &held.group) } else { &draft.group };
    html! {
        // What targets rest on stays.
        @if page.held.is_none() {
            div.fgrid {
                @if page.id.is_none() {
                    @let input = Field::new("id", words.t("kpi-id"), Input::Text(&draft.id));
                    (field(words, &Field { is_required: true, hint: Some(words.t("kpi-id-hint")), ..input }))
                } @else {
                    input type="hidden" name="id" value=(draft.id);
                }
                (page.select("unit", "unit", &draft.unit, page.choices("kpi-unit", &Unit::ALL.map(Unit::name))))
                (page.select("better", "better", &draft.better, page.choices("better", &betters)))
            }
        } @else {
            @for (name, kept) in [("id", &draft.id), ("unit", &draft.unit), ("better", &draft.better)] {
                input type="hidden" name=(name) value=(kept);
            }
        }
        (page.formula("formula", &draft.formula, true))
        (page.text("reads", "kpi-reads", &draft.reads, Some("kpi-reads-hint")))
        div.fgrid {
            (page.in_languages("name", "kpi-name", &draft.names))
            (page.in_languages("meaning", "kpi-meaning", &draft.meaning))
            (page.select("group", "kpi-group", group, groups.collect()))
            (page.select("rows", "kpi-rows", &draft.rows, page.choices("kpi-rows", &ROWS)))
        }
        details open[!(draft.matures.is_empty() && draft.matures_after_days.is_empty())] {
            summary.lnk { (words.t("kpi-matures")) }
            div.fgrid {
                (page.text("matures", "kpi-matures-when", &draft.matures, Some("kpi-matures-when-hint")))
                @let days = Field::new("matures_after_days", words.t("kpi-matures-days"), Input::Whole(&draft.matures_after_days));
                (field(words, &Field { hint: Some(words.t("kpi-matures-days-hint")), ..days }))
            }
        }
    }
}

fn of_beside(page: &Page<'_>, place: usize, beside: &Beside) -> Markup {
    let words = page.words;
    let as_kpi = Choice { value: String::new(), label: words.t("kpi-beside-unit") };
    let units = [as_kpi].into_iter().chain(page.choices("kpi-unit", &Unit::ALL.map(Unit::name)));
    let named = |what: &str| format!("beside-{what}-{place}");
    let body = html! {
        div.fgrid {
            (page.text(&format!("beside-{place}"), "kpi-id", &beside.id, Some("kpi-beside-id-hint")))
            (page.select(&named("unit"), "unit", &beside.unit, units.collect()))
            (page.in_languages(&named("name"), "kpi-name", &beside.names))
        }
        (page.formula(&named("formula"), &beside.formula, false))
        (page.text(&named("reads"), "kpi-reads", &beside.reads, Some("kpi-reads-hint")))
    };
    let code = words.language.code();
    let new = words.t("kpi-beside-new");
    let name = beside.names.get(code).or_else(|| beside.names.get("en")).unwrap_or(&new);
    html! { (Panel { id: &format!("beside-{place}-panel"), title: name, body, ..Panel::default() }) }
}
