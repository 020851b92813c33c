//! What each role is: duties, requirements, competencies, reporting line, and by which KPIs it is judged.

use super::{Asking, FileForm, ROLES, Typed, day, failed, level, saved, versions};
use crate::{Appraisal, AppraisalError, Held};
use axum::{Form, extract::Path, response::Response};
use maud::{Markup, Render, html};
use rules::{
    log::Origin,
    role::{Expected, Library, PartKey, Profile},
};
use web_kit::{
    WebError, Words,
    components::{Cell, Head, Panel, Purpose, Row as Line, Table, facts, link_button, page_head, record_link},
};

pub const PARTS: [PartKey; 3] = [PartKey::General, PartKey::Duties, PartKey::Requirements];

pub async fn list(Asking { asker, appraisal }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let code = words.language.code();
    let roles = appraisal.roles(appraisal.today().await.map_err(failed)?).await.map_err(failed)?;
    let place = |role: &str| access::ROLES.iter().position(|one| *one == role);
    let mut held: Vec<&Held<Profile>> = roles.values().collect();
    held.sort_by_key(|held| place(&held.what.role));
    let rows = held.into_iter().map(|held| {
        let profile = &held.what;
        let above = profile.reports_to.first().map(|role| words.choice("role", role)).unwrap_or_default();
        let since = held.since.map_or_else(|| words.t("role-ships"), |since| words.date(since));
        let cells = vec![
            Cell::text(above),
            Cell::number(words.count(profile.items(PartKey::Duties).count())),
            Cell::number(words.count(profile.competencies.len())),
            Cell::text(since),
        ];
        Line::new(record_link(&format!("/roles/{}", profile.role), profile.names.of(code)), cells)
    });
    let title = words.t("roles");
    let heads = vec![
        Head::text(words.t("role")),
        Head::text(words.t("role-reports-to")),
        Head::number(words.t("role-duties")),
        Head::number(words.t("role-competencies")),
        Head::text(words.t("role-version")),
    ];
    let table = Table { label: &title, heads, rows: rows.collect(), ..Table::default() };
    let ways = html! {
        (link_button(Purpose::Plain, "/job-descriptions", Some("file-text"), &words.t("job-descriptions")))
        (link_button(Purpose::Plain, "/competencies", Some("list"), &words.t("role-competencies")))
    };
    let content = html! {
        (page_head(&title, Some(&words.t("roles-hint")), &ways))
        (Panel { id: "roles", title: &title, body: table.render(), is_flush: true, ..Panel::default() })
    };
    Ok(asker.document(&title, Some(ROLES), None, &content))
}

pub async fn show(Asking { asker, appraisal }: Asking, Path(role): Path<String>) -> Result<Markup, WebError> {
    let words = asker.words;
    let today = appraisal.today().await.map_err(failed)?;
    let held = appraisal.role(&role, today).await.map_err(failed)?;
    let library = appraisal.library(today).await.map_err(failed)?;
    let profile = &held.what;
    let title = profile.names.of(words.language.code());
    let edit = if appraisal.runs_appraisals().await.map_err(failed)? {
        link_button(Purpose::Plain, &format!("/roles/{role}/file"), Some("pencil"), &words.t("edit"))
    } else {
        html! {}
    };
    let content = html! {
        (page_head(title, Some(profile.purpose.of(words.language.code())), &edit))
        div.stack {
        (versions(words, &held))
        div.cols.st2 {
            div.stack { (duties(words, profile)) }
            div.stack {
                (line_of(words, profile))
                (competencies(words, profile, &library))
                (kpis(words, &appraisal, &role).await?)
            }
        }
        }
    };
    Ok(asker.document(title, Some(ROLES), None, &content))
}

/// The parts of a job description, item by item with the source of each.
pub fn duties(words: Words, profile: &Profile) -> Markup {
    let code = words.language.code();
    let part = |key: PartKey| {
        let items: Vec<_> = profile.items(key).collect();
        let title = words.t(&format!("role-{}", key.name()));
        let body = html! {
            dl.duties {
                @for item in &items {
                    dt { (item.number) }
                    dd { (item.text.of(code))
                        @if let Some(source) = &item.source { " " span.mut.small { (source) } } }
                }
            }
        };
        (!items.is_empty()).then(|| Panel { id: key.name(), title: &title, body, ..Panel::default() }.render())
    };
    html! { @for key in PARTS { @if let Some(part) = part(key) { (part) } } }
}

fn line_of(words: Words, profile: &Profile) -> Markup {
    let named = |roles: &[String]| roles.iter().map(|role| words.choice("role", role)).collect::<Vec<_>>().join(" · ");
    let mut rows = vec![(words.t("role-reports-to"), named(&profile.reports_to))];
    if !profile.grows_into.is_empty() {
        rows.push((words.t("role-grows-into"), named(&profile.grows_into)));
    }
    let title = words.t("role-line");
    Panel { id: "line", title: &title, body: facts(&rows), ..Panel::default() }.render()
}

/// What is expected at which level, with what one sees at it.
pub fn competencies(words: Words, profile: &Profile, library: &Library) -> Markup {
    let code = words.language.code();
    let row = |one: &Expected| {
        let competency = library.get(&one.id);
        let name = competency.map_or(one.id.as_str(), |competency| competency.names.of(code));
        let anchor = competency.and_then(|competency| competency.anchor(one.expected)).map(|anchor| anchor.of(code));
        let name = html! {
            (record_link(&format!("/competencies/{}", one.id), name))
            @if let Some(anchor) = anchor { div.mut.small { (anchor) } }
        };
        Line::new(name, vec![Cell::text(level(words, one.expected)), Cell::number(format!("{}%", one.weight))])
    };
    let title = words.t("role-competencies");
    let heads =
        vec![Head::text(words.t("competency")), Head::text(words.t("role-expected")), Head::number(words.t("weight"))];
    let rows = profile.competencies.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, ..Table::default() };
    Panel { id: "competencies", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

/// The KPIs of the role's scorecard, where it has one.
async fn kpis(words: Words, appraisal: &Appraisal, role: &str) -> Result<Markup, WebError> {
    let found = appraisal.scorecard(role).await.map_err(failed)?;
    let Some((catalogue, card)) = found else { return Ok(html! {}) };
    let code = words.language.code();
    let title = words.t("role-kpis");
    let weighed: Vec<_> = card.items().filter(|item| item.weight.is_some()).collect();
    let body = html! {
        ul.plain {
            @for item in &weighed {
                @let name = catalogue.get(&item.id).map_or(item.id.as_str(), |kpi| kpi.name(code));
                li { (name) " " span.mut.small { (item.weight.map(|weight| format!("{}%", weight.to_text())).unwrap_or_default()) } }
            }
        }
    };
    Ok(Panel { id: "kpis", title: &title, body, ..Panel::default() }.render())
}

pub async fn edit(Asking { asker, appraisal }: Asking, Path(role): Path<String>) -> Result<Markup, WebError> {
    appraisal.only_who_runs().await.map_err(failed)?;
    let today = appraisal.today().await.map_err(failed)?;
    let held = appraisal.role(&role, today).await.map_err(failed)?;
    let text = held.what.to_text();
    let text = text.map_err(|error| failed(AppraisalError::Unwritten(error.to_string())))?;
    let (title, back) = (held.what.names.of(asker.words.language.code()), format!("/roles/{role}"));
    let action = format!("{back}/file");
    let from = today.to_string();
    Ok(FileForm { title, action: &action, back: &back, text: &text, from: &from, wrong: None }.document(&asker))
}

pub async fn save(
    Asking { asker, appraisal }: Asking,
    Path(role): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    // Browsers send lines with a carriage return.
    let text = typed.definition.replace("\r\n", "\n");
    let done = appraisal.set_role(&role, &text, day(&typed.from)?, Origin::Ui).await;
    let (title, back) = (asker.words.choice("role", &role), format!("/roles/{role}"));
    let action = format!("{back}/file");
    let form = FileForm { title: &title, action: &action, back: &back, text: &text, from: &typed.from, wrong: None };
    saved(done, form, &asker)
}
