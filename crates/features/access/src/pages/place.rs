//! Where somebody stands from a day on: who may, the form, what was and will be.

pub mod leave;

use crate::{Access, Asker, DATED, PERSON, Place, PlaceError, ROLES, TEAM};
use axum::{
    Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base::RecordId;
use db::{ListQuery, Record};
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::{
    log::{Fields, Origin},
    record::{RecordType, Value},
};
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as FormPanel, Head, Input, Message, Mood, Panel, Purpose, Row, Table, button, entry,
        form, link_button, message, page_head,
    },
};

pub(super) const NOBODY: &str = "";

#[derive(Deserialize)]
pub struct On {
    pub from: Option<String>,
}

/// What a form sends; of who leaves the day alone.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    from: String,
    version: i64,
    role: String,
    team: String,
    manager: String,
    matrix_manager: String,
    title: String,
    ramp: String,
}

impl Typed {
    fn of(&self, field: &str) -> &str {
        match field {
            "role" => &self.role,
            "team" => &self.team,
            "manager" => &self.manager,
            "matrix_manager" => &self.matrix_manager,
            "ramp" => &self.ramp,
            _ => &self.title,
        }
    }
}

#[derive(Deserialize)]
pub struct Left {
    version: i64,
    #[serde(default)]
    left_on: String,
}

/// What was typed into one of the forms, which is told what is wrong with it.
#[derive(Clone, Copy, Default)]
struct Said<'a> {
    typed: Option<&'a Typed>,
    left: Option<&'a str>,
    away: Option<&'a leave::Away>,
}

/// Teams and people with what they are called, and whether they can be chosen: who is gone and what was given up cannot.
struct Around {
    teams: Vec<(RecordId, String, bool)>,
    people: Vec<(RecordId, String, bool)>,
    /// Who has this person as their manager.
    reports: Vec<String>,
}

impl Around {
    async fn of(access: &Access, place: &Place) -> Result<Self, WebError> {
        let (person, on) = (place.of.id, place.on);
        let all = async |record_type: &'static RecordType| {
            let query = ListQuery { limit: u64::MAX, ..ListQuery::default() };
            let mut found = access.db().system().list(record_type, &query).await.map_err(WebError::internal)?;
            found.sort_by_cached_key(Record::title);
            Ok::<_, WebError>(found)
        };
        let is_here = |one: &Record| !one.archived && one.value("left_on").as_date().is_none_or(|left| left > on);
        let told = |one: &Record| (one.id, one.title(), is_here(one));
        let people = all(&PERSON).await?;
        let is_report = |one: &&Record| is_here(one) && one.value("manager").as_reference() == Some(person);
        Ok(Self {
            reports: people.iter().filter(is_report).map(Record::title).collect(),
            people: people.iter().filter(|one| one.id != person).map(told).collect(),
            teams: all(&TEAM).await?.iter().map(|team| (team.id, team.title(), !team.archived)).collect(),
        })
    }

    fn name(&self, words: Words, field: &str, value: &Value) -> String {
        let called = |list: &[(RecordId, String, bool)], id: RecordId| {
            list.iter().find(|(one, ..)| *one == id).map_or_else(|| format!("#{id}"), |(_, name, _)| name.clone())
        };
        match (field, value) {
            ("role", Value::Text(role)) => words.choice("role", role),
            ("team", Value::Reference(id)) => called(&self.teams, *id),
            (_, Value::Reference(id)) => called(&self.people, *id),
            (_, Value::Text(text)) => text.clone(),
            _ => words.t("none"),
        }
    }
}

pub(super) fn failed(error: PlaceError) -> WebError {
    match error {
        PlaceError::NotYours | PlaceError::Own => WebError::Forbidden,
        PlaceError::NoPerson(_) | PlaceError::NoLeave(_) | PlaceError::NoTeam(_) => WebError::NotFound,
        PlaceError::Moved(_) => WebError::Conflict,
        PlaceError::NoDay(_) => WebError::Refused { hint_key: "error-not-a-date" },
        other => WebError::internal(other),
    }
}

/// What is told above the form, in place of an error's own text.
pub(super) const fn key(error: &PlaceError) -> Option<&'static str> {
    Some(match error {
        PlaceError::MoreRights => "place-error-rights",
        PlaceError::Unknown { .. } => "error-not-a-choice",
        PlaceError::Ramp(_) => "place-error-ramp",
        PlaceError::Loop(_) => "place-error-loop",
        PlaceError::LastAdmin => "place-error-last",
        PlaceError::UnderOneself => "place-error-oneself",
        PlaceError::BeforeHired(_) => "place-error-hired",
        PlaceError::BeforeKnown(_) => "place-error-known",
        PlaceError::NoDay(_) => "error-not-a-date",
        PlaceError::Unchanged(_) => "place-error-unchanged",
        PlaceError::Back(_) => "leave-error-back",
        PlaceError::Away(..) => "leave-error-away",
        PlaceError::SubstituteAway(..) => "leave-error-substitute",
        PlaceError::OwnSubstitute => "leave-error-oneself",
        PlaceError::NameTaken(_) => "team-error-taken",
        PlaceError::NoName => "team-error-name",
        PlaceError::BelowItself(_) => "team-error-below",
        PlaceError::NotEmpty { .. } => "team-error-full",
        _ => return None,
    })
}

pub(super) fn day(text: &str) -> Result<Option<Date>, WebError> {
    let text = text.trim();
    let day = (!text.is_empty()).then(|| text.parse()).transpose();
    day.map_err(|_| WebError::Refused { hint_key: "error-not-a-date" })
}

pub async fn show(
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
    Query(on): Query<On>,
) -> Result<Markup, WebError> {
    let id = RecordId(id);
    Access::moves(&asker.session.person, id).map_err(failed)?;
    let place = access.place(id, day(on.from.as_deref().unwrap_or_default())?).await.map_err(failed)?;
    document(&access, &asker, &place, None, Said::default()).await
}

async fn document(
    access: &Access,
    asker: &Asker,
    place: &Place,
    told: Option<&'static str>,
    said: Said<'_>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let leaves = access.leaves(place.of.id).await.map_err(failed)?;
    let around = Around::of(access, place).await?;
    let name = place.of.title();
    let address = address(place.of.id);
    let title = words.t_with("place-title", &[("name", name.as_str().into())]);
    let end = link_button(Purpose::Plain, &format!("/people/{}", place.of.id), None, &name);
    let content = html! {
        (page_head(&title, Some(&words.t("place-sub")), &end))
        div.stack {
            @if let Some(key) = told {
                (message(words, &Message { mood: Mood::Bad, what: &words.t(key), hint: None, buttons: None, reference: None }))
            }
            (chooser(words, &address, place))
            div.cols.st2 {
                div.stack { (places(words, &around, place, said.typed)) (leave::panel(words, &around, place, &leaves, said.away)) }
                div.stack { (leaving(words, &around, place, said.left))
                    (steps(words, place, |field, value| around.name(words, field, value))) }
            }
        }
    };
    Ok(asker.document(&title, Some("records-person"), None, &content))
}

/// Which day the page is of.
pub(super) fn chooser(words: Words, address: &str, place: &Place) -> Markup {
    html! {
        form.btns method="get" action=(address) {
            (entry("from", &Input::Date(&place.on.to_string()), &words.t("place-from")))
            (button(Purpose::Plain, &words.t("place-show")))
            span.mut.small { (words.t("place-from-hint")) }
        }
    }
}

fn address(person: RecordId) -> String {
    format!("/people/{person}/place")
}

fn places(words: Words, around: &Around, place: &Place, typed: Option<&Typed>) -> Markup {
    let held = |field: &str| match place.value(field) {
        Value::Reference(id) => id.to_string(),
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    let shown = |field: &'static str| typed.map_or_else(|| held(field), |typed| typed.of(field).to_owned());
    let values: BTreeMap<&str, String> = DATED.map(|field| (field, shown(field))).into();
    let nobody = || Choice { value: NOBODY.to_owned(), label: words.t("none") };
    // What holds can be left as it is.
    let named = |field: &str, list: &[(RecordId, String, bool)]| {
        let of = list.iter().filter(|(id, _, is_here)| *is_here || id.to_string() == held(field));
        let of = of.map(|(id, name, _)| Choice { value: id.to_string(), label: name.clone() });
        std::iter::once(nobody()).chain(of).collect()
    };
    let roles = || {
        let none = (held("role").is_empty()).then(nobody);
        let of = ROLES.iter().map(|role| Choice { value: (*role).to_owned(), label: words.choice("role", role) });
        none.into_iter().chain(of).collect()
    };
    let field = |name: &'static str| {
        let chosen = &values[name];
        let input = match name {
            "title" | "ramp" => Input::Text(chosen),
            "role" => Input::Select { chosen, choices: roles() },
            "team" => Input::Select { chosen, choices: named(name, &around.teams) },
            _ => Input::Select { chosen, choices: named(name, &around.people) },
        };
        let later = place.next(name).map(|(day, _, value)| {
            let to = around.name(words, name, value);
            words.t_with("place-until", &[("date", words.date(*day).into()), ("value", to.into())])
        });
        let hint = match name {
            "matrix_manager" => Some("place-matrix-hint"),
            "ramp" => Some("place-ramp-hint"),
            _ => None,
        };
        let hint = later.or_else(|| hint.map(|hint| words.t(hint)));
        Field { hint, ..Field::new(name, words.field(name), input) }
    };
    let fields = DATED.map(field);
    let (from, version) = (place.on.to_string(), place.version.0.to_string());
    let title = words.t_with("place-holds", &[("date", words.date(place.on).into())]);
    let (action, save) = (address(place.of.id), words.t("save"));
    let hidden = vec![("from", from.as_str()), ("version", version.as_str())];
    form(words, &FormPanel { hidden, ..FormPanel::fresh(words, &action, &title, &save, &fields) })
}

fn leaving(words: Words, around: &Around, place: &Place, typed: Option<&str>) -> Markup {
    let stored = place.of.value("left_on").as_date().map(|day| day.to_string()).unwrap_or_default();
    let left = typed.unwrap_or(&stored);
    let fields = [Field {
        hint: Some(match around.reports.as_slice() {
            [] => words.t("place-left-hint"),
            reports => {
                let reports = reports.join(", ");
                format!(
                    "{} {}",
                    words.t("place-left-hint"),
                    words.t_with("place-reports", &[("names", reports.into())])
                )
            }
        }),
        ..Field::new("left_on", words.field("left_on"), Input::Date(left))
    }];
    let version = place.version.0.to_string();
    let (action, title, save) = (format!("{}/leaving", address(place.of.id)), words.t("place-leaves"), words.t("save"));
    let hidden = vec![("version", version.as_str())];
    form(words, &FormPanel { hidden, ..FormPanel::fresh(words, &action, &title, &save, &fields) })
}

/// What was, is and will be, the last first.
pub(super) fn steps(words: Words, place: &Place, name: impl Fn(&str, &Value) -> String) -> Markup {
    let row = |(day, field, value): &(Date, &'static str, Value)| {
        let cells = vec![Cell::text(words.field(field)), Cell::text(name(field, value))];
        Row::new(html! { span.nowrap { (words.date(*day)) } }, cells)
    };
    let title = words.t("place-steps");
    let heads = ["place-from", "place-what", "place-is"].map(|key| Head::text(words.t(key))).into();
    let rows = place.steps.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    Panel { id: "steps", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

pub(super) fn text(said: &str) -> Value {
    let said = said.trim();
    if said.is_empty() { Value::Null } else { Value::Text(said.to_owned()) }
}

pub(super) fn reference(text: &str) -> Result<Value, WebError> {
    match text.trim() {
        NOBODY => Ok(Value::Null),
        id => id
            .parse()
            .map(|id| Value::Reference(RecordId(id)))
            .map_err(|_| WebError::Refused { hint_key: "error-not-a-choice" }),
    }
}

pub async fn set(
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let mover = &asker.session.person;
    Access::moves(mover, RecordId(id)).map_err(failed)?;
    let place = seen(&access, id, day(&typed.from)?, typed.version).await?;
    let wanted: Fields = vec![
        ("role", text(&typed.role)),
        ("team", reference(&typed.team)?),
        ("manager", reference(&typed.manager)?),
        ("matrix_manager", reference(&typed.matrix_manager)?),
        ("title", text(&typed.title)),
        ("ramp", text(&typed.ramp)),
    ];
    let done = access.move_person(Some(mover), &place, wanted, Origin::Ui).await;
    answered(&access, &asker, &place, Said { typed: Some(&typed), ..Said::default() }, done).await
}

pub async fn leave(
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
    Form(typed): Form<Left>,
) -> Result<Response, WebError> {
    let mover = &asker.session.person;
    Access::moves(mover, RecordId(id)).map_err(failed)?;
    let place = seen(&access, id, None, typed.version).await?;
    let done = access.leave(Some(mover), &place, day(&typed.left_on)?, Origin::Ui).await;
    answered(&access, &asker, &place, Said { left: Some(&typed.left_on), ..Said::default() }, done).await
}

/// The place as it was when the form was shown.
async fn seen(access: &Access, id: i64, on: Option<Date>, version: i64) -> Result<Place, WebError> {
    let place = access.place(RecordId(id), on).await.map_err(failed)?;
    Ok(Place { version: base::Seq(version), ..place })
}

async fn answered(
    access: &Access,
    asker: &Asker,
    place: &Place,
    said: Said<'_>,
    done: Result<(), PlaceError>,
) -> Result<Response, WebError> {
    match done {
        Ok(()) => {
            let to = format!("{}?from={}", address(place.of.id), place.on);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => match key(&error) {
            Some(key) => {
                let page = document(access, asker, place, Some(key), said).await?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            None => Err(failed(error)),
        },
    }
}
