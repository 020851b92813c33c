//! Leaves of somebody, on the page that says where they stand.

use super::{Around, NOBODY, Said, address, answered, day, document, failed, reference};
use crate::{Access, Asker, Leave, NewLeave, Place};
use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base::{Amount, RecordId};
use maud::{Markup, Render, html};
use rules::{log::Origin, record::Value};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Cell, Choice, Field, Head, Input, Panel, Purpose, Row, Table, button, field},
};

const WHOLE: i64 = 100;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Away {
    starts_on: String,
    ends_on: String,
    substitute: String,
    substitute_share: String,
}

impl Away {
    fn read(&self) -> Result<NewLeave, WebError> {
        let refused = |hint_key| WebError::Refused { hint_key };
        let must = |text: &str| day(text)?.ok_or(refused("error-not-a-date"));
        let share = match self.substitute_share.trim() {
            "" => Amount::from(WHOLE),
            text => text.parse().map_err(|_| refused("error-not-a-number"))?,
        };
        let (from, back) = (must(&self.starts_on)?, must(&self.ends_on)?);
        Ok(NewLeave { from, back, substitute: reference(&self.substitute)?.as_reference(), share })
    }
}

pub(super) fn panel(words: Words, around: &Around, place: &Place, leaves: &[Leave], typed: Option<&Away>) -> Markup {
    let person = place.of.id;
    let row = |leave: &Leave| {
        let substitute = leave.substitute.map(|(id, share)| {
            let name = around.name(words, "substitute", &Value::Reference(id));
            format!("{name} {}%", share.to_text())
        });
        let drop = html! {
            form method="post" action=(format!("{}/leaves/{}/drop", address(person), leave.id)) {
                button.lnk aria-label=(words.t_with("leave-drop-of", &[("date", words.date(leave.from).into())])) { (words.t("leave-drop")) }
            }
        };
        let cells = vec![
            Cell::text(words.date(leave.back)),
            Cell::text(substitute.unwrap_or_else(|| words.t("none"))),
            Cell::text(drop),
        ];
        Row::new(html! { span.nowrap { (words.date(leave.from)) } }, cells)
    };
    let title = words.t("leaves");
    let heads = ["leave-from", "leave-back", "field-substitute"].map(|key| Head::text(words.t(key)));
    let heads = heads.into_iter().chain([Head::text("")]).collect();
    let table =
        Table { label: &title, heads, rows: leaves.iter().map(row).collect(), is_lines: true, ..Table::default() };
    let none = Away { substitute_share: WHOLE.to_string(), ..Away::default() };
    let typed = typed.unwrap_or(&none);
    let here = around.people.iter().filter(|(_, _, is_here)| *is_here);
    let here = here.map(|(id, name, _)| Choice { value: id.to_string(), label: name.clone() });
    let nobody = Choice { value: NOBODY.to_owned(), label: words.t("none") };
    let choices = std::iter::once(nobody).chain(here).collect();
    let fields = [
        Field { is_required: true, ..Field::new("starts_on", words.t("leave-from"), Input::Date(&typed.starts_on)) },
        Field { is_required: true, ..Field::new("ends_on", words.t("leave-back"), Input::Date(&typed.ends_on)) },
        Field {
            hint: Some(words.t("leave-substitute-hint")),
            ..Field::new("substitute", words.field("substitute"), Input::Select { chosen: &typed.substitute, choices })
        },
        Field::new("substitute_share", words.field("substitute_share"), Input::Percent(&typed.substitute_share)),
    ];
    let body = html! {
        @if !leaves.is_empty() { (table) }
        form.body.stack method="post" action=(format!("{}/leaves", address(person))) novalidate {
            div.fgrid { @for one in &fields { (field(words, one)) } }
            div.btns { (button(Purpose::Plain, &words.t("leave-add"))) }
        }
    };
    Panel { id: "leaves", title: &title, body, is_flush: true, ..Panel::default() }.render()
}

pub async fn add(
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
    Form(typed): Form<Away>,
) -> Result<Response, WebError> {
    let mover = &asker.session.person;
    Access::moves(mover, RecordId(id)).map_err(failed)?;
    let place = access.place(RecordId(id), None).await.map_err(failed)?;
    let said = Said { away: Some(&typed), ..Said::default() };
    let new = match typed.read() {
        Ok(new) => new,
        Err(WebError::Refused { hint_key }) => {
            let page = document(&access, &asker, &place, Some(hint_key), said).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(error) => return Err(error),
    };
    let done = access.add_leave(Some(mover), RecordId(id), new, Origin::Ui).await.map(drop);
    answered(&access, &asker, &place, said, done).await
}

pub async fn take_out(
    State(access): State<Access>,
    asker: Asker,
    Path((id, leave)): Path<(i64, i64)>,
) -> Result<Response, WebError> {
    let mover = &asker.session.person;
    Access::moves(mover, RecordId(id)).map_err(failed)?;
    let place = access.place(RecordId(id), None).await.map_err(failed)?;
    let done = access.drop_leave(Some(mover), RecordId(id), RecordId(leave), Origin::Ui).await;
    answered(&access, &asker, &place, Said::default(), done).await
}
