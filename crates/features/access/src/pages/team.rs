//! Teams: the tree of a day, a new one, and what holds of one from a day on.

use super::place::{NOBODY, On, chooser, day, failed, key, reference, steps};
use crate::{Access, Asker, Node, Place, PlaceError, TEAM, TEAM_DATED};
use axum::{
    Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base::RecordId;
use maud::{Markup, Render, html};
use rules::{log::Origin, record::Value};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as FormPanel, Head, Input, Message, Mood, Panel, Purpose, Row, Table, button, entry,
        form, link_button, message, page_head, record_link,
    },
};

const ACTIVE: &str = "records-team";
const TREE: &str = "/teams/tree";
const NEW: &str = "/teams/new";

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    from: String,
    version: i64,
    name: String,
    parent: String,
}

fn address(team: RecordId) -> String {
    format!("/teams/{team}/place")
}

/// Why nothing was written, with what there is to say beside it.
fn wrong(words: Words, error: &PlaceError) -> Option<Markup> {
    let hint = if let PlaceError::NotEmpty { names, .. } = error { Some(names.as_str()) } else { None };
    let what = words.t(key(error)?);
    Some(message(words, &Message { mood: Mood::Bad, what: &what, hint, buttons: None, reference: None }))
}

pub async fn tree(State(access): State<Access>, asker: Asker, Query(on): Query<On>) -> Result<Markup, WebError> {
    let words = asker.words;
    let today = access.today().await.map_err(WebError::internal)?;
    let on = day(on.from.as_deref().unwrap_or_default())?.unwrap_or(today);
    let nodes = access.teams_on(on).await.map_err(failed)?;
    let arranges = Access::arranges(&asker.session.person).is_ok();
    let columns = ["team-people", "team-with-below"].map(|key| words.t(key));
    let row = |node: &Node| {
        let name = record_link(&format!("/teams/{}", node.team), &node.name);
        let counts = [node.people, node.with_below].map(|count| Cell::number(words.count(count)));
        let mut cells: Vec<Cell> =
            counts.into_iter().zip(&columns).map(|(cell, label)| cell.labelled(label.as_str())).collect();
        if arranges {
            let label = words.t_with("team-move-of", &[("name", node.name.as_str().into())]);
            cells.push(Cell::text(html! {
                a.lnk href=(format!("{}?from={on}", address(node.team))) aria-label=(label) { (words.t("place-change")) }
            }));
        }
        Row::new(html! { span.tree data-depth=(node.depth.min(6)) { (name) } }, cells)
    };
    let title = words.t("team-tree");
    let heads =
        [Head::text(words.record("team"))].into_iter().chain(columns.iter().map(|name| Head::number(name.as_str())));
    let heads = heads.chain(arranges.then(|| Head::text(""))).collect();
    let rows = nodes.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    let end = html! {
        @if arranges { (link_button(Purpose::Primary, NEW, Some("plus"), &words.t("team-new"))) }
        (link_button(Purpose::Plain, "/teams", None, &words.t("records-team")))
    };
    let content = html! {
        (page_head(&title, Some(&words.t("team-tree-sub")), &end))
        div.stack {
            form.btns method="get" action=(TREE) {
                (entry("from", &Input::Date(&on.to_string()), &words.t("team-on")))
                (button(Purpose::Plain, &words.t("place-show")))
            }
            (Panel { id: "tree", title: &title, body: table.render(), is_flush: true, ..Panel::default() })
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// Teams that one can be put below; what is above it now can be left as it is.
async fn above(
    access: &Access,
    words: Words,
    own: Option<RecordId>,
    held: Option<RecordId>,
) -> Result<Vec<Choice>, WebError> {
    let mut teams = access.db().system().all(&TEAM).await.map_err(WebError::internal)?;
    teams.retain(|team| Some(team.id) != own && (!team.archived || Some(team.id) == held));
    teams.sort_by_cached_key(db::Record::title);
    let none = Choice { value: NOBODY.to_owned(), label: words.t("none") };
    let choice = |team: &db::Record| Choice { value: team.id.to_string(), label: team.title() };
    Ok([none].into_iter().chain(teams.iter().map(choice)).collect())
}

fn fields<'a>(words: Words, name: &'a str, parent: &'a str, teams: Vec<Choice>) -> [Field<'a>; 2] {
    [
        Field { is_required: true, ..Field::new("name", words.field("name"), Input::Text(name)) },
        Field::new("parent", words.field("parent"), Input::Select { chosen: parent, choices: teams }),
    ]
}

pub async fn new(State(access): State<Access>, asker: Asker) -> Result<Markup, WebError> {
    Access::arranges(&asker.session.person).map_err(failed)?;
    fresh(&access, &asker, &Typed::default(), None).await
}

async fn fresh(access: &Access, asker: &Asker, typed: &Typed, told: Option<Markup>) -> Result<Markup, WebError> {
    let words = asker.words;
    let (title, save) = (words.t("team-new"), words.t("save"));
    let teams = above(access, words, None, None).await?;
    let fields = fields(words, &typed.name, &typed.parent, teams);
    let content = html! {
        (page_head(&title, Some(&words.t("team-new-sub")), &link_button(Purpose::Plain, TREE, None, &words.t("team-tree"))))
        div.stack {
            @if let Some(told) = told { (told) }
            (form(words, &FormPanel { cancel: Some(TREE), ..FormPanel::fresh(words, NEW, &title, &save, &fields) }))
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

pub async fn make(State(access): State<Access>, asker: Asker, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let parent = reference(&typed.parent)?.as_reference();
    match access.new_team(Some(&asker.session.person), &typed.name, parent, Origin::Ui).await {
        Ok(_) => Ok(Redirect::to(TREE).into_response()),
        Err(error) => match wrong(asker.words, &error) {
            Some(told) => {
                let page = fresh(&access, &asker, &typed, Some(told)).await?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            None => Err(failed(error)),
        },
    }
}

pub async fn show(
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
    Query(on): Query<On>,
) -> Result<Markup, WebError> {
    Access::arranges(&asker.session.person).map_err(failed)?;
    let on = day(on.from.as_deref().unwrap_or_default())?;
    let place = access.team_place(RecordId(id), on).await.map_err(failed)?;
    document(&access, &asker, &place, None, None).await
}

async fn document(
    access: &Access,
    asker: &Asker,
    place: &Place,
    typed: Option<&Typed>,
    told: Option<Markup>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let (id, name) = (place.of.id, place.of.title());
    let parent = place.value("parent").as_reference();
    let teams = above(access, words, Some(id), parent).await?;
    let named = |field: &str, value: &Value| match (field, value) {
        ("parent", Value::Reference(id)) => {
            let known = teams.iter().find(|team| team.value == id.to_string());
            known.map_or_else(|| format!("#{id}"), |team| team.label.clone())
        }
        (_, Value::Text(text)) => text.clone(),
        _ => words.t("none"),
    };
    let held = (
        place.value("name").as_text().unwrap_or_default().to_owned(),
        parent.map_or_else(|| NOBODY.to_owned(), |parent| parent.to_string()),
    );
    let (shown_name, shown_parent) = typed.map_or(held, |typed| (typed.name.clone(), typed.parent.clone()));
    let later = |field: &str| {
        let (day, _, value) = place.next(field)?;
        let slots = [("date", words.date(*day).into()), ("value", named(field, value).into())];
        Some(words.t_with("place-until", &slots))
    };
    let history = steps(words, place, named);
    let fields = fields(words, &shown_name, &shown_parent, teams.clone());
    let fields: Vec<Field<'_>> =
        fields.into_iter().zip(TEAM_DATED).map(|(field, name)| Field { hint: later(name), ..field }).collect();
    let (from, version) = (place.on.to_string(), place.version.0.to_string());
    let (action, save) = (address(id), words.t("save"));
    let holds = words.t_with("place-holds", &[("date", words.date(place.on).into())]);
    let hidden = vec![("from", from.as_str()), ("version", version.as_str())];
    let title = words.t_with("team-place-title", &[("name", name.as_str().into())]);
    let give_up = html! {
        form.stack method="post" action=(format!("{action}/give-up")) {
            input type="hidden" name="from" value=(from);
            p.mut { (words.t("team-give-up-hint")) }
            div.btns { (button(Purpose::Plain, &words.t("team-give-up"))) }
        }
    };
    let content = html! {
        (page_head(&title, Some(&words.t("team-place-sub")), &link_button(Purpose::Plain, TREE, None, &words.t("team-tree"))))
        div.stack {
            @if let Some(told) = told { (told) }
            (chooser(words, &action, place))
            div.cols.st2 {
                (form(words, &FormPanel { hidden, ..FormPanel::fresh(words, &action, &holds, &save, &fields) }))
                div.stack {
                    (history)
                    (Panel { id: "give-up", title: &words.t("team-give-up"), body: give_up, ..Panel::default() })
                }
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

pub async fn set(
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    Access::arranges(&asker.session.person).map_err(failed)?;
    let place = seen(&access, id, &typed).await?;
    let wanted = vec![("name", super::place::text(&typed.name)), ("parent", reference(&typed.parent)?)];
    let done = access.move_team(Some(&asker.session.person), &place, wanted, Origin::Ui).await;
    let next = format!("{}?from={}", address(place.of.id), place.on);
    answered(&access, &asker, &place, Some(&typed), done.map(|()| next)).await
}

pub async fn give_up(
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    Access::arranges(&asker.session.person).map_err(failed)?;
    let place = seen(&access, id, &typed).await?;
    let done = access.give_up_team(Some(&asker.session.person), &place, Origin::Ui).await;
    answered(&access, &asker, &place, None, done.map(|()| TREE.to_owned())).await
}

/// The place as it was when the form was shown.
async fn seen(access: &Access, id: i64, typed: &Typed) -> Result<Place, WebError> {
    let place = access.team_place(RecordId(id), day(&typed.from)?).await.map_err(failed)?;
    Ok(Place { version: base::Seq(typed.version), ..place })
}

async fn answered(
    access: &Access,
    asker: &Asker,
    place: &Place,
    typed: Option<&Typed>,
    done: Result<String, PlaceError>,
) -> Result<Response, WebError> {
    match done {
        Ok(next) => Ok(Redirect::to(&next).into_response()),
        Err(error) => match wrong(asker.words, &error) {
            Some(told) => {
                let page = document(access, asker, place, typed, Some(told)).await?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            None => Err(failed(error)),
        },
    }
}
