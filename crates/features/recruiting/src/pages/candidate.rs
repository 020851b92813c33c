//! A candidate: how they came so far, what interviewers say together, and what is decided.

use super::{
    ACTIVE, Asking, again, candidate_name, cards, failed, people_choices, refused, required, stage_name, stage_tag, to,
    whole, wrong,
};
use crate::{Candidate, Interview, InterviewState, Needs, Opening, Recruiting, RecruitingError, Step, desk::day};
use axum::{Form, extract::Path, response::Response};
use base::{RecordId, Seq};
use jiff::{ToSpan, civil::Date};
use maud::{Markup, Render, html};
use rules::{log::Origin, recruiting::Stage};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Choice, Event, Field, Form as PageForm, Input, Message, Mood, Panel, Purpose, button, entry, facts, form,
        link_button, message, outside_link, page_head, record_link, timeline,
    },
};

/// An interviewer has so long for a scorecard.
const USUAL_DAYS: i64 = 7;

pub async fn page(asking: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    document(&asking, id, None).await
}

async fn document(Asking { asker, recruiting }: &Asking, id: i64, told: Option<&str>) -> Result<Markup, WebError> {
    let words = asker.words;
    let (candidate, opening) = recruiting.run_candidate(RecordId(id)).await.map_err(|error| match error {
        // An interviewer has a page of their own.
        RecruitingError::NotYours => WebError::NotFound,
        error => failed(error),
    })?;
    let who = recruiting.who().await.map_err(failed)?;
    let (profile, library) = recruiting.profile(&opening).await.map_err(failed)?;
    let interviews = recruiting.interviews(&candidate, &opening).await.map_err(failed)?;
    let waits = interviews.iter().any(|one| one.interviewer.0 == who.me && one.state == InterviewState::Asked);
    let title = candidate_name(words, &candidate);
    let role = words.choice("role", &opening.role);
    let sub = words.t_with(
        "recruit-candidate-sub",
        &[
            ("role", role.as_str().into()),
            ("manager", opening.hiring_manager.1.as_str().into()),
            ("day", words.date(candidate.applied_on()).into()),
        ],
    );
    let end = html! {
        (stage_tag(words, candidate.stage)) " "
        (link_button(Purpose::Plain, &format!("/recruiting/openings/{}", opening.id), None, &role))
    };
    let content = html! {
        (page_head(&title, Some(&sub), &end))
        div.stack {
            (wrong(words, told))
            @if let Some(day) = candidate.erased_on { (erased(words, day)) }
            div.cols.st2 {
                div.stack {
                    @if waits { (own_first(words, &interviews, who.me)) }
                    @if !interviews.is_empty() {
                        @if !waits { (cards::summary(words, &Recruiting::tally(&profile, &interviews), &library)) }
                        @for one in &interviews { (interview(words, one, &library)) }
                    }
                    (history(words, &candidate.steps))
                }
                div.stack {
                    (about(words, &candidate))
                    @if let Some(files) = recruiting.files(words, &candidate, true).await? { (files) }
                    @if candidate.erased_on.is_none() {
                        (decision(words, &candidate, &opening, &who))
                        (move_form(words, &candidate))
                        @if !candidate.stage.is_over() { (ask_form(words, recruiting, &candidate, &interviews).await?) }
                        @if candidate.stage != Stage::Hired { (consent_form(words, &candidate)) }
                    }
                }
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn erased(words: Words, on: Date) -> Markup {
    let what = words.t_with("recruit-erased", &[("day", words.date(on).into())]);
    message(words, &Message { mood: Mood::Info, what: &what, hint: None, buttons: None, reference: None })
}

/// Whose own scorecard is waited for reads no other.
fn own_first(words: Words, interviews: &[Interview], me: RecordId) -> Markup {
    let own = interviews.iter().find(|one| one.interviewer.0 == me);
    let what = words.t("recruit-own-first");
    let address = own.map(|one| format!("/recruiting/interviews/{}", one.id)).unwrap_or_default();
    let buttons = Some(link_button(Purpose::Plain, &address, None, &words.t("recruit-write-own")));
    message(words, &Message { mood: Mood::Info, what: &what, hint: None, buttons, reference: None })
}

fn interview(words: Words, one: &Interview, library: &rules::role::Library) -> Markup {
    html! {
        (cards::scorecard(words, one, library))
        @if one.state == InterviewState::Asked {
            @let label = words.t("recruit-take-back");
            form.btns method="post" action={ "/recruiting/interviews/" (one.id) "/withdrawal" } {
                button.btn.btn-quiet.sm aria-label={ (label) ": " (one.interviewer.1) } { (label) }
            }
        }
    }
}

fn history(words: Words, steps: &[Step]) -> Markup {
    let event = |step: &Step| {
        let by = step.by.clone().unwrap_or_else(|| words.t("recruit-by-schedule"));
        let reason = step.reason.as_ref().map(|reason| words.choice("end_reason", reason));
        Event {
            icon: if step.stage.takes_reason() { "x" } else { "arrow-right" },
            date: words.date(step.on),
            time: None,
            machine_time: step.on.to_string(),
            what: html! { (stage_name(words, step.stage)) @if let Some(reason) = reason { " · " (reason) } },
            detail: Some(html! { (by) }),
            is_late: false,
        }
    };
    let title = words.t("recruit-moves");
    let events: Vec<Event> = steps.iter().rev().map(event).collect();
    Panel { id: "moves", title: &title, body: timeline(&events), ..Panel::default() }.render()
}

fn about(words: Words, candidate: &Candidate) -> Markup {
    let mut rows: Vec<(String, Markup)> = Vec::new();
    if let Some(email) = &candidate.email {
        rows.push((words.field("email"), outside_link(&format!("mailto:{email}"), email)));
    }
    if let Some(phone) = &candidate.phone {
        let digits: String = phone.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect();
        rows.push((words.field("phone"), outside_link(&format!("tel:{digits}"), phone)));
    }
    rows.push((words.field("source"), html! { (words.choice("source", &candidate.source)) }));
    rows.push((words.field("consent_until"), html! { (words.date(candidate.consent_until)) }));
    if let Some(reason) = &candidate.reason {
        rows.push((words.field("end_reason"), html! { (words.choice("end_reason", reason)) }));
    }
    if let Some(person) = candidate.person {
        let name = candidate_name(words, candidate);
        rows.push((words.record("person"), record_link(&format!("/people/{person}"), &name)));
    }
    let title = words.record("candidate");
    let body = html! {
        (facts(&rows))
        @if let Some(note) = &candidate.note { p.pre { (note) } }
    };
    Panel { id: "about", title: &title, body, ..Panel::default() }.render()
}

/// Offer, approval, hire: the one step that comes next, for whoever may take it.
fn decision(words: Words, candidate: &Candidate, opening: &Opening, who: &crate::desk::Who) -> Markup {
    if candidate.stage.is_over() {
        return html! {};
    }
    let version = candidate.version.0.to_string();
    let address = format!("/recruiting/candidates/{}", candidate.id);
    let press = |way: &str, key: &str| {
        html! {
            form.btns method="post" action={ (address) (way) } {
                input type="hidden" name="version" value=(version);
                (button(Purpose::Primary, &words.t(key)))
            }
        }
    };
    let title = words.t("recruit-decision");
    let told = candidate.offer.as_ref().map(|offer| {
        let mut rows = vec![
            (words.field("offer_starts_on"), words.date(offer.starts_on)),
            (words.field("offered_by"), format!("{}, {}", offer.offered_by.1, words.date(offer.offered_on))),
        ];
        if let Some(name) = &offer.approved_by {
            rows.push((words.field("offer_approved_by"), name.clone()));
        }
        rows.push((words.t("recruit-ramp-ends"), words.date(goals::ramp_ends(offer.starts_on))));
        facts(&rows)
    });
    let is_manager = opening.hiring_manager.0 == who.me;
    let body = html! {
        @if let Some(told) = told { (told) }
        @match &candidate.offer {
            Some(offer) if offer.approved_by.is_some() => { p.mut { (words.t("recruit-hire-hint")) } (press("/hire", "recruit-hire")) }
            Some(offer) if who.is_hr && offer.offered_by.0 != who.me => (press("/offer/approval", "recruit-approve-offer")),
            Some(_) => p.mut { (words.t("recruit-offer-waits")) },
            None if is_manager => {
                form.stack method="post" action={ (address) "/offer" } {
                    input type="hidden" name="version" value=(version);
                    (web_kit::components::field(words, &required("offer_starts_on", words.field("offer_starts_on"), Input::Date(&opening.target_start.to_string()))))
                    div.btns { (button(Purpose::Primary, &words.t("recruit-offer"))) }
                }
            },
            None => p.mut { (words.t("recruit-offer-hint")) },
        }
    };
    Panel { id: "decision", title: &title, body, ..Panel::default() }.render()
}

fn move_form(words: Words, candidate: &Candidate) -> Markup {
    let ways: Vec<Stage> = Stage::ALL.into_iter().filter(|stage| candidate.stage.may_become(*stage)).collect();
    if ways.is_empty() {
        return html! {};
    }
    let choices = ways.iter().map(|stage| Choice { value: stage.name().to_owned(), label: stage_name(words, *stage) });
    let none = Choice { value: String::new(), label: "–".to_owned() };
    let of_stage = |stage: Stage| {
        let label = move |reason: &str| format!("{}: {}", stage_name(words, stage), words.choice("end_reason", reason));
        stage
            .reasons()
            .iter()
            .map(move |reason| Choice { value: format!("{} {reason}", stage.name()), label: label(reason) })
    };
    let ended = ways.iter().copied().filter(|stage| stage.takes_reason());
    let reasons = std::iter::once(none).chain(ended.flat_map(of_stage)).collect();
    let mut fields = vec![
        required("to", words.t("recruit-move"), Input::Select { chosen: "", choices: choices.collect() }),
        Field { hint: Some(words.t("recruit-day-hint")), ..Field::new("on", words.field("stage_on"), Input::Date("")) },
    ];
    if ways.iter().any(|stage| stage.takes_reason()) {
        fields.insert(
            1,
            Field {
                hint: Some(words.t("recruit-reason-hint")),
                ..Field::new("end_reason", words.field("end_reason"), Input::Select { chosen: "", choices: reasons })
            },
        );
    }
    let (title, save) = (words.t("recruit-move"), words.t("recruit-move"));
    let action = format!("/recruiting/candidates/{}/moves", candidate.id);
    let version = candidate.version.0.to_string();
    let hidden = vec![("version", version.as_str())];
    form(words, &PageForm { hidden, ..PageForm::fresh(words, &action, &title, &save, &fields) })
}

async fn ask_form(
    words: Words,
    recruiting: &Recruiting,
    candidate: &Candidate,
    asked: &[Interview],
) -> Result<Markup, WebError> {
    let mut people = recruiting.people().await.map_err(failed)?;
    people.retain(|(id, _)| !asked.iter().any(|one| one.interviewer.0 == *id));
    let due = recruiting.today().await.map_err(failed)?.saturating_add(USUAL_DAYS.days()).to_string();
    let choices = people_choices(&people);
    let fields = [
        required("interviewer", words.field("interviewer"), Input::Select { chosen: "", choices }),
        required("due", words.field("due"), Input::Date(&due)),
    ];
    let (title, save) = (words.t("recruit-ask"), words.t("recruit-ask"));
    let action = format!("/recruiting/candidates/{}/interviews", candidate.id);
    Ok(form(words, &PageForm::fresh(words, &action, &title, &save, &fields)))
}

fn consent_form(words: Words, candidate: &Candidate) -> Markup {
    let until = candidate.consent_until.to_string();
    let label = words.field("consent_until");
    let body = html! {
        form.btns method="post" action={ "/recruiting/candidates/" (candidate.id) "/consent" } {
            (entry("consent_until", &Input::Date(&until), &label))
            (button(Purpose::Plain, &words.t("save")))
        }
    };
    Panel { id: "consent", title: &label, body, ..Panel::default() }.render()
}

#[derive(Deserialize)]
pub struct Moved {
    to: String,
    /// Of a stage that ends: its name and the reason.
    #[serde(default)]
    end_reason: String,
    #[serde(default)]
    on: String,
    version: i64,
    /// Moved on the board, which is shown again.
    #[serde(default)]
    back: String,
}

pub async fn move_on(asking: Asking, Path(id): Path<i64>, Form(moved): Form<Moved>) -> Result<Response, WebError> {
    let stage = Stage::read(&moved.to).ok_or(WebError::NotFound)?;
    let reason = moved.end_reason.strip_prefix(stage.name()).unwrap_or_default().trim();
    let on = match moved.on.trim() {
        "" => Ok(None),
        text => day("stage_on", text).map(Some),
    };
    let done = match on {
        Ok(on) => {
            let seen = Some(Seq(moved.version));
            asking.recruiting.move_candidate(RecordId(id), stage, reason, on, seen, Origin::Ui).await
        }
        Err(error) => Err(error),
    };
    let opening = match moved.back.as_str() {
        "board" => asking.recruiting.run_candidate(RecordId(id)).await.ok().map(|(_, opening)| opening.id),
        _ => None,
    };
    let address =
        opening.map_or_else(|| format!("/recruiting/candidates/{id}"), |id| format!("/recruiting/openings/{id}"));
    ended(&asking, id, done, &address).await
}

/// On, or back to the candidate with what is wrong.
async fn ended<T>(
    asking: &Asking,
    id: i64,
    done: Result<T, RecruitingError>,
    address: &str,
) -> Result<Response, WebError> {
    match refused(asking.asker.words, done)? {
        Ok(_) => Ok(to(address)),
        Err(text) => Ok(again(document(asking, id, Some(&text)).await?)),
    }
}

#[derive(Deserialize)]
pub struct Until {
    consent_until: String,
}

pub async fn consent(asking: Asking, Path(id): Path<i64>, Form(typed): Form<Until>) -> Result<Response, WebError> {
    let done = match day("consent_until", &typed.consent_until) {
        Ok(until) => asking.recruiting.set_consent(RecordId(id), until, None, Origin::Ui).await,
        Err(error) => Err(error),
    };
    ended(&asking, id, done, &format!("/recruiting/candidates/{id}")).await
}

#[derive(Deserialize)]
pub struct Asked {
    interviewer: String,
    due: String,
}

pub async fn ask(asking: Asking, Path(id): Path<i64>, Form(typed): Form<Asked>) -> Result<Response, WebError> {
    let of = || {
        Ok::<_, RecruitingError>((whole("interviewer", &typed.interviewer, Needs::Person)?, day("due", &typed.due)?))
    };
    let done = match of() {
        Ok((person, due)) => asking.recruiting.ask(RecordId(id), RecordId(person), due, Origin::Ui).await,
        Err(error) => Err(error),
    };
    ended(&asking, id, done, &format!("/recruiting/candidates/{id}")).await
}

pub async fn take_back(Asking { recruiting, asker }: Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let candidate = recruiting.interview_candidate(RecordId(id)).await.map_err(failed)?;
    let done = recruiting.take_back(RecordId(id), Origin::Ui).await;
    let address = format!("/recruiting/candidates/{candidate}");
    ended(&Asking { asker, recruiting }, candidate.0, done, &address).await
}

#[derive(Deserialize)]
pub struct Offered {
    offer_starts_on: String,
    version: i64,
}

pub async fn offer(asking: Asking, Path(id): Path<i64>, Form(typed): Form<Offered>) -> Result<Response, WebError> {
    let done = match day("offer_starts_on", &typed.offer_starts_on) {
        Ok(from) => asking.recruiting.offer(RecordId(id), from, Some(Seq(typed.version)), Origin::Ui).await,
        Err(error) => Err(error),
    };
    ended(&asking, id, done, &format!("/recruiting/candidates/{id}")).await
}

#[derive(Deserialize)]
pub struct Seen {
    version: i64,
}

pub async fn approve(asking: Asking, Path(id): Path<i64>, Form(seen): Form<Seen>) -> Result<Response, WebError> {
    let done = asking.recruiting.approve_offer(RecordId(id), Some(Seq(seen.version)), Origin::Ui).await;
    ended(&asking, id, done, &format!("/recruiting/candidates/{id}")).await
}

pub async fn hire(asking: Asking, Path(id): Path<i64>, Form(seen): Form<Seen>) -> Result<Response, WebError> {
    let done = asking.recruiting.hire(RecordId(id), Some(Seq(seen.version)), Origin::Ui).await;
    ended(&asking, id, done, &format!("/recruiting/candidates/{id}")).await
}
