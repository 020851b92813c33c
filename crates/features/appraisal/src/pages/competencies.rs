//! The competency library: what each is, what one sees at each level, which roles expect it.

use super::{Asking, FileForm, ROLES, Typed, day, failed, saved, versions};
use crate::AppraisalError;
use axum::{Form, extract::Path, response::Response};
use maud::{Markup, Render, html};
use rules::log::Origin;
use web_kit::{
    WebError,
    components::{Cell, Head, Panel, Purpose, Row as Line, Table, link_button, page_head, record_link},
};

pub async fn list(Asking { asker, appraisal }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let code = words.language.code();
    let today = appraisal.today().await.map_err(failed)?;
    let roles = appraisal.roles(today).await.map_err(failed)?;
    let expecting = |id: &str| {
        let expects = |role: &&crate::Held<rules::role::Profile>| role.what.competencies.iter().any(|one| one.id == id);
        roles.values().filter(expects).map(|held| words.choice("role", &held.what.role)).collect::<Vec<_>>().join(" · ")
    };
    let competencies = appraisal.competencies(today).await.map_err(failed)?;
    let mut named: Vec<_> = competencies.values().map(|held| (held.what.names.of(code), &held.what)).collect();
    named.sort_by_key(|(name, _)| *name);
    let rows = named.into_iter().map(|(name, one)| {
        let head = html! {
            (record_link(&format!("/competencies/{}", one.id), name))
            div.mut.small { (one.meaning.of(code)) }
        };
        Line::new(head, vec![Cell::text(expecting(&one.id))])
    });
    let title = words.t("role-competencies");
    let heads = vec![Head::text(words.t("competency")), Head::text(words.t("role-expected-of"))];
    let table = Table { label: &title, heads, rows: rows.collect(), ..Table::default() };
    let content = html! {
        (page_head(&title, Some(&words.t("competencies-hint")), &link_button(Purpose::Plain, "/roles", None, &words.t("roles"))))
        (Panel { id: "competencies", title: &title, body: table.render(), is_flush: true, ..Panel::default() })
    };
    Ok(asker.document(&title, Some(ROLES), None, &content))
}

pub async fn show(Asking { asker, appraisal }: Asking, Path(id): Path<String>) -> Result<Markup, WebError> {
    let words = asker.words;
    let code = words.language.code();
    let today = appraisal.today().await.map_err(failed)?;
    let held = appraisal.competencies(today).await.map_err(failed)?.remove(&id);
    let held = held.ok_or_else(|| failed(AppraisalError::NoCompetency(id.clone())))?;
    let roles = appraisal.roles(today).await.map_err(failed)?;
    let one = &held.what;
    let edit = if appraisal.runs_appraisals().await.map_err(failed)? {
        link_button(Purpose::Plain, &format!("/competencies/{id}/file"), Some("pencil"), &words.t("edit"))
    } else {
        html! {}
    };
    let levels = (1..)
        .zip(&one.anchors)
        .map(|(level, anchor)| Line::new(words.count(level), vec![Cell::text(anchor.of(code).to_owned())]));
    let title = words.t("role-levels");
    let heads = vec![Head::text(words.t("role-level-head")), Head::text(words.t("role-anchor"))];
    let table = Table { label: &title, heads, rows: levels.collect(), ..Table::default() };
    let expected = roles.values().filter_map(|held| {
        let expected = held.what.competencies.iter().find(|one| one.id == id)?;
        let name = record_link(&format!("/roles/{}", held.what.role), held.what.names.of(code));
        Some(Line::new(
            name,
            vec![Cell::number(words.count(expected.expected)), Cell::number(format!("{}%", expected.weight))],
        ))
    });
    let of = words.t("role-expected-of");
    let heads =
        vec![Head::text(words.t("role")), Head::number(words.t("role-expected")), Head::number(words.t("weight"))];
    let by_role = Table { label: &of, heads, rows: expected.collect(), ..Table::default() };
    let content = html! {
        (page_head(one.names.of(code), Some(one.meaning.of(code)), &edit))
        div.stack {
        (versions(words, &held))
        div.cols.st2 {
            div.stack {
                (Panel { id: "levels", title: &title, body: table.render(), is_flush: true, ..Panel::default() })
                @if !one.sources.is_empty() { p.mut.small { (words.t("role-source")) ": " (one.sources.join(", ")) } }
            }
            div.stack { (Panel { id: "expected", title: &of, body: by_role.render(), is_flush: true, ..Panel::default() }) }
        }
        }
    };
    Ok(asker.document(one.names.of(code), Some(ROLES), None, &content))
}

pub async fn edit(Asking { asker, appraisal }: Asking, Path(id): Path<String>) -> Result<Markup, WebError> {
    appraisal.only_who_runs().await.map_err(failed)?;
    let today = appraisal.today().await.map_err(failed)?;
    let held = appraisal.competencies(today).await.map_err(failed)?.remove(&id);
    let held = held.ok_or_else(|| failed(AppraisalError::NoCompetency(id.clone())))?;
    let text = held.what.to_text();
    let text = text.map_err(|error| failed(AppraisalError::Unwritten(error.to_string())))?;
    let (title, back) = (held.what.names.of(asker.words.language.code()), format!("/competencies/{id}"));
    let action = format!("{back}/file");
    let from = today.to_string();
    Ok(FileForm { title, action: &action, back: &back, text: &text, from: &from, wrong: None }.document(&asker))
}

pub async fn save(
    Asking { asker, appraisal }: Asking,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    // Browsers send lines with a carriage return.
    let text = typed.definition.replace("\r\n", "\n");
    let done = appraisal.set_competency(&id, &text, day(&typed.from)?, Origin::Ui).await;
    let (title, back) = (asker.words.t("competency"), format!("/competencies/{id}"));
    let action = format!("{back}/file");
    let form = FileForm { title: &title, action: &action, back: &back, text: &text, from: &typed.from, wrong: None };
    saved(done, form, &asker)
}
