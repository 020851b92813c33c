//! An own interview: the scorecard to be written, and once it is handed in what others say.

use super::{ACTIVE, Asking, again, candidate_name, cards, choices_of, failed, refused, to, wrong};
use crate::{InterviewState, Needs, Recruiting, RecruitingError, Said, Scorecard, interviews::RECOMMENDATIONS};
use axum::{Form, extract::Path, response::Response};
use base::RecordId;
use maud::{Markup, html};
use rules::{
    log::Origin,
    recruiting::HIGHEST_SCORE,
    role::{Expected, Library, Profile},
};
use std::collections::BTreeMap;
use web_kit::{
    WebError, Words,
    components::{Panel, Purpose, button, page_head},
};

/// By the names of the form: `score-ID`, `evidence-ID` and the recommendation.
type Typed = BTreeMap<String, String>;

pub async fn page(asking: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    document(&asking, id, &Typed::new(), None).await
}

async fn document(
    Asking { asker, recruiting }: &Asking,
    id: i64,
    typed: &Typed,
    told: Option<&str>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let (own, candidate, opening) = recruiting.own_interview(RecordId(id)).await.map_err(failed)?;
    let (profile, library) = recruiting.profile(&opening).await.map_err(failed)?;
    let title = candidate_name(words, &candidate);
    let sub = words.t_with(
        "recruit-interview-sub",
        &[
            ("role", words.choice("role", &opening.role).into()),
            ("by", own.asked_by.as_str().into()),
            ("due", words.date(own.due).into()),
        ],
    );
    let content = html! {
        (page_head(&title, Some(&sub), &html! {}))
        div.stack {
            (wrong(words, told))
            @match own.state {
                InterviewState::HandedIn => {
                    @let all = recruiting.interviews(&candidate, &opening).await.map_err(failed)?;
                    (cards::summary(words, &Recruiting::tally(&profile, &all), &library))
                    @for one in &all { (cards::scorecard(words, one, &library)) }
                },
                _ => (write(words, id, &profile, &library, typed)),
            }
            @if let Some(files) = recruiting.files(words, &candidate, false).await? { (files) }
            (cards::requirements(words, &profile))
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn write(words: Words, id: i64, profile: &Profile, library: &Library, typed: &Typed) -> Markup {
    let title = words.t("recruit-scorecard");
    let said = |name: String| typed.get(&name).cloned().unwrap_or_default();
    let body = html! {
        p.mut { (words.t("recruit-scorecard-hint")) }
        div.ratings { @for one in &profile.competencies { (rating(words, one, library, &said)) } }
        fieldset.rating {
            legend { b { (words.field("recommendation")) } }
            div.btns role="radiogroup" aria-label=(words.field("recommendation")) {
                @for choice in choices_of(words, "recommendation", RECOMMENDATIONS) {
                    label.check {
                        input type="radio" name="recommendation" value=(choice.value) checked[said("recommendation".to_owned()) == choice.value];
                        " " (choice.label)
                    }
                }
            }
        }
        div.btns { (button(Purpose::Primary, &words.t("recruit-hand-in"))) span.mut.small { (words.t("recruit-hand-in-hint")) } }
    };
    html! {
        form method="post" action={ "/recruiting/interviews/" (id) } {
            (Panel { id: "scorecard", title: &title, body, ..Panel::default() })
        }
    }
}

fn rating(words: Words, one: &Expected, library: &Library, said: &dyn Fn(String) -> String) -> Markup {
    let code = words.language.code();
    let name = cards::name(words, library, &one.id);
    let anchor =
        |level: u8| library.get(&one.id).and_then(|found| found.anchor(level)).map_or("", |text| text.of(code));
    let (score, evidence) = (format!("score-{}", one.id), format!("evidence-{}", one.id));
    let (chosen, written) = (said(score.clone()), said(evidence.clone()));
    html! {
        fieldset.rating {
            legend { b { (name) } " " span.mut.small { (words.t_with("form-expected", &[("level", words.count(one.expected).into())])) } }
            p.mut.small { (anchor(one.expected)) }
            div.levels role="radiogroup" aria-label=(name) {
                @for level in 1..=HIGHEST_SCORE {
                    label title=(anchor(level)) {
                        input type="radio" name=(score) value=(level) checked[chosen == level.to_string()];
                        span { (level) }
                    }
                }
            }
            details.anchors { summary.small { (words.t("role-levels")) }
                ol.small { @for level in 1..=HIGHEST_SCORE { li { (anchor(level)) } } } }
            textarea.textarea name=(evidence) rows="2" aria-label={ (words.t("recruit-evidence")) ": " (name) } placeholder=(words.t("recruit-evidence")) { (written) }
        }
    }
}

/// What stands in the form; evidence without a score is no less a mistake than a score without evidence.
fn read(typed: &Typed) -> Result<Scorecard, RecruitingError> {
    let mut card = Scorecard::new();
    for (name, text) in typed {
        let text = text.replace("\r\n", "\n");
        if text.trim().is_empty() {
            continue;
        }
        if let Some(id) = name.strip_prefix("score-") {
            let score = text.trim().parse().map_err(|_| RecruitingError::field("score", &text, Needs::Score))?;
            card.entry(id.to_owned()).or_default().score = score;
        } else if let Some(id) = name.strip_prefix("evidence-") {
            let said: &mut Said = card.entry(id.to_owned()).or_default();
            said.evidence = text;
        }
    }
    Ok(card)
}

pub async fn hand_in(asking: Asking, Path(id): Path<i64>, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let recommendation = typed.get("recommendation").map(String::as_str).unwrap_or_default();
    let done = match read(&typed) {
        Ok(card) => asking.recruiting.hand_in(RecordId(id), &card, recommendation, Origin::Ui).await,
        Err(error) => Err(error),
    };
    match refused(asking.asker.words, done)? {
        Ok(()) => Ok(to(&format!("/recruiting/interviews/{id}"))),
        Err(text) => Ok(again(document(&asking, id, &typed, Some(&text)).await?)),
    }
}
