//! Forms of the tree itself.

use super::{Asking, day, failed};
use crate::{Land, Territory};
use axum::{Form, extract::Path, response::Redirect};
use base::RecordId;
use maud::Markup;
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Choice, Field, Form as PageForm, Input, form},
};

#[derive(Deserialize)]
pub struct Typed {
    name: String,
    parent: String,
    #[serde(default, rename = "place-from")]
    from: String,
}

/// All that a territory may be below of, and the top.
fn parents(words: Words, land: &Land, but: Option<RecordId>) -> Vec<Choice> {
    let below = but.map(|own| land.within(Some(own))).unwrap_or_default();
    let mut choices: Vec<Choice> = land
        .territories
        .values()
        .filter(|one| !below.contains(&one.id))
        .map(|one| Choice { value: format!("#{}", one.id), label: one.name.clone() })
        .collect();
    choices.sort_by(|one, other| one.label.cmp(&other.label));
    choices.insert(0, Choice { value: String::new(), label: words.t("territories-top") });
    choices
}

pub fn new(words: Words, land: &Land) -> Markup {
    let fields = [
        Field { is_required: true, ..Field::new("name", words.field("name"), Input::Text("")) },
        Field::new("parent", words.field("parent"), Input::Select { chosen: "", choices: parents(words, land, None) }),
    ];
    let (title, save) = (words.t("territories-new"), words.t("territories-add"));
    form(words, &PageForm::fresh(words, "/territories", &title, &save, &fields))
}

pub fn edit(words: Words, land: &Land, own: &Territory) -> Markup {
    let parent = own.parent.map(|id| format!("#{id}")).unwrap_or_default();
    let from = land.day.max(land.today).to_string();
    let choices = parents(words, land, Some(own.id));
    let fields = [
        Field { is_required: true, ..Field::new("name", words.field("name"), Input::Text(&own.name)) },
        Field::new("parent", words.field("parent"), Input::Select { chosen: &parent, choices }),
        // The page has another form with a day.
        Field::new("place-from", words.t("holds-from"), Input::Date(&from)),
    ];
    let (action, title, save) = (format!("/territories/{}", own.id), words.t("territories-place"), words.t("save"));
    form(words, &PageForm::fresh(words, &action, &title, &save, &fields))
}

pub async fn add(Asking { territories, .. }: Asking, Form(typed): Form<Typed>) -> Result<Redirect, WebError> {
    let id = territories.add_territory(&typed.name, &typed.parent, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/territories/{id}")))
}

pub async fn set(
    Asking { territories, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Redirect, WebError> {
    let from = match day(&typed.from)? {
        Some(from) => from,
        None => territories.today().await.map_err(failed)?,
    };
    territories.set_territory(RecordId(id), &typed.name, &typed.parent, from, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&web_kit::address(&format!("/territories/{id}"), &[("as_of", &from.to_string())])))
}
