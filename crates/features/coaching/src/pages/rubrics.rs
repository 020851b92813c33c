//! The company's own rubrics: a form in place of the file.

use super::{ACTIVE, Asking, day, failed};
use crate::CoachingError;
use axum::{
    Form,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use rules::{
    coaching::{CoachingError as RubricError, Criterion, Rubric, RubricKind, Scale},
    log::Origin,
    role::Texts,
};
use std::collections::BTreeMap;
use web_kit::{
    Language, WebError, Words,
    components::{Choice, Field, Input, Message, Mood, Panel, Purpose, button, field, link_button, message, page_head},
};

pub const NEW: &str = "new";
const LIST: &str = "/coaching/reviews";

/// A rubric as it stands in the form, whatever was typed.
#[derive(Default)]
struct Typed {
    id: String,
    kind: String,
    skill_weight: String,
    names: Texts,
    criteria: Vec<Line>,
    from: String,
    /// The file that the form was made from.
    seen: String,
}

#[derive(Default, PartialEq, Eq)]
struct Line {
    id: String,
    names: Texts,
    look_for: Texts,
    weight: String,
    scale: String,
}

impl Typed {
    fn of(rubric: &Rubric, from: String) -> Result<Self, CoachingError> {
        let line = |one: &Criterion| Line {
            id: one.id.clone(),
            names: one.names.clone(),
            look_for: one.look_for.clone(),
            weight: one.weight.to_string(),
            scale: one.scale.name().to_owned(),
        };
        Ok(Self {
            id: rubric.id.clone(),
            kind: rubric.kind.name().to_owned(),
            skill_weight: rubric.skill_weight.map(|weight| weight.to_string()).unwrap_or_default(),
            names: rubric.names.clone(),
            criteria: rubric.criteria.iter().map(line).collect(),
            from,
            seen: written(rubric)?,
        })
    }

    fn read(form: &BTreeMap<String, String>) -> Self {
        let said = |name: &str| form.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let texts = |name: &str| {
            let of = form.iter().filter_map(|(field, text)| Some((field.strip_prefix(name)?, text.trim())));
            Texts(
                of.filter(|(_, text)| !text.is_empty())
                    .map(|(code, text)| (code.to_owned(), text.to_owned()))
                    .collect(),
            )
        };
        let line = |place: usize| Line {
            id: said(&format!("criterion-{place}")),
            names: texts(&format!("criterion-name-{place}-")),
            look_for: texts(&format!("look-for-{place}-")),
            weight: said(&format!("weight-{place}")),
            scale: said(&format!("scale-{place}")),
        };
        let lines = (0..).take_while(|place| form.contains_key(&format!("criterion-{place}"))).map(line);
        Self {
            id: said("id"),
            kind: said("kind"),
            skill_weight: said("skill_weight"),
            names: texts("name-"),
            // A scale is chosen always.
            criteria: lines.filter(|line| *line != Line { scale: line.scale.clone(), ..Line::default() }).collect(),
            from: said("from"),
            seen: form.get("seen").map(|seen| seen.replace("\r\n", "\n")).unwrap_or_default(),
        }
    }

    fn rubric(&self) -> Result<Rubric, RubricError> {
        let skill_weight = match self.skill_weight.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| RubricError::SkillWeight(self.id.clone()))?),
        };
        let criterion = |line: &Line| {
            Ok(Criterion {
                id: line.id.clone(),
                names: line.names.clone(),
                look_for: line.look_for.clone(),
                weight: line.weight.parse().map_err(|_| RubricError::Weightless(line.id.clone()))?,
                scale: if line.scale == Scale::Avoided.name() { Scale::Avoided } else { Scale::Level },
            })
        };
        let rubric = Rubric {
            id: self.id.clone(),
            kind: RubricKind::ALL.into_iter().find(|kind| kind.name() == self.kind).unwrap_or(RubricKind::Call),
            names: self.names.clone(),
            skill_weight,
            criteria: self.criteria.iter().map(criterion).collect::<Result<_, RubricError>>()?,
        };
        rubric.check()?;
        Ok(rubric)
    }
}

fn written(rubric: &Rubric) -> Result<String, CoachingError> {
    rubric.to_text().map(|text| text.trim().to_owned()).map_err(|error| CoachingError::Unwritten(error.to_string()))
}

pub async fn show(Asking { asker, coaching }: Asking, Path(id): Path<String>) -> Result<Markup, WebError> {
    coaching.only_who_sets_rubrics().await.map_err(failed)?;
    let from = coaching.today().await.map_err(failed)?.to_string();
    let typed = if id == NEW {
        Typed { from, ..Typed::default() }
    } else {
        Typed::of(&coaching.rubric(&id).await.map_err(failed)?, from).map_err(failed)?
    };
    Ok(asker.document(&title(asker.words, &typed), Some(ACTIVE), None, &document(asker.words, &id, &typed, None)))
}

pub async fn save(
    Asking { asker, coaching }: Asking,
    Path(id): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let words = asker.words;
    coaching.only_who_sets_rubrics().await.map_err(failed)?;
    let mut typed = Typed::read(&form);
    let held = coaching.rubrics_held().await.map_err(failed)?;
    let mut wrong = None;
    if id == NEW {
        if held.contains_key(&typed.id) {
            wrong = Some(sentence(words, &RubricError::Twice(typed.id.clone())));
        }
    } else {
        typed.id.clone_from(&id);
        let held = held.get(&id).ok_or(WebError::NotFound)?;
        // Somebody else changed it meanwhile.
        if written(&held.what).map_err(failed)? != typed.seen {
            return Err(WebError::Conflict);
        }
    }
    let rubric = typed.rubric().map_err(|error| sentence(words, &error));
    match (wrong, rubric) {
        (None, Ok(rubric)) => {
            let text = written(&rubric).map_err(failed)?;
            coaching.set_rubric(&rubric.id, &text, day(&typed.from)?, Origin::Ui).await.map_err(failed)?;
            Ok(Redirect::to(LIST).into_response())
        }
        (Some(wrong), _) | (None, Err(wrong)) => {
            let shown = document(words, &id, &typed, Some(&wrong));
            let page = asker.document(&title(words, &typed), Some(ACTIVE), None, &shown);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// What is wrong with a rubric, in the reader's language.
fn sentence(words: Words, error: &RubricError) -> String {
    let (key, what) = match error {
        RubricError::Id(id) => ("id", id.clone()),
        RubricError::NoText(of) => ("text", of.clone()),
        RubricError::Twice(id) => ("twice", id.clone()),
        RubricError::Weightless(id) => ("weight", id.clone()),
        RubricError::SkillWeight(_) => ("skill", String::new()),
        RubricError::Criteria(count) => ("criteria", count.to_string()),
        other => return other.to_string(),
    };
    words.t_with(&format!("rubric-error-{key}"), &[("what", what.into())])
}

fn title(words: Words, typed: &Typed) -> String {
    let name = typed.names.of(words.language.code());
    if name.is_empty() { words.t("rubric-new") } else { name.to_owned() }
}

fn document(words: Words, id: &str, typed: &Typed, wrong: Option<&str>) -> Markup {
    let one = |name: &str, label: &str, input: Input<'_>| field(words, &Field::new(name, words.t(label), input));
    let kinds = RubricKind::ALL.map(|kind| choice(words, "rubric-kind", kind.name()));
    let settings = html! {
        div.fgrid {
            @if id == NEW {
                @let own = Field::new("id", words.t("rubric-id"), Input::Text(&typed.id));
                (field(words, &Field { is_required: true, hint: Some(words.t("kpi-id-hint")), ..own }))
            }
            (one("kind", "rubric-kind", Input::Select { chosen: &typed.kind, choices: kinds.to_vec() }))
            @let weight = Field::new("skill_weight", words.t("rubric-skill-weight"), Input::Percent(&typed.skill_weight));
            (field(words, &Field { hint: Some(words.t("rubric-skill-weight-hint")), ..weight }))
            (texts(words, "name-", "kpi-name", &typed.names))
            @let from = Field::new("from", words.t("holds-from"), Input::Date(&typed.from));
            (field(words, &Field { is_required: true, ..from }))
        }
    };
    let empty = Line { scale: Scale::Level.name().to_owned(), ..Line::default() };
    let lines = typed.criteria.iter().chain(std::slice::from_ref(&empty)).enumerate();
    html! {
        (page_head(&title(words, typed), Some(&words.t("rubric-sub")), &link_button(Purpose::Plain, LIST, None, &words.t("coaching-reviews"))))
        form.stack method="post" action=(format!("/coaching/rubrics/{id}")) novalidate {
            input type="hidden" name="seen" value=(typed.seen);
            @if let Some(wrong) = wrong {
                (message(words, &Message { mood: Mood::Bad, what: wrong, hint: None, buttons: None, reference: None }))
            }
            (Panel { id: "rubric", title: &words.t("record-rubric"), body: settings, ..Panel::default() })
            @for (place, line) in lines { (criterion(words, place, line)) }
            div.btns { (button(Purpose::Primary, &words.t("save"))) }
        }
    }
}

fn criterion(words: Words, place: usize, line: &Line) -> Markup {
    let named = |what: &str| format!("{what}-{place}");
    let scales = [Scale::Level, Scale::Avoided].map(|scale| choice(words, "rubric-scale", scale.name()));
    let one = |name: &str, label: &str, input: Input<'_>| field(words, &Field::new(name, words.t(label), input));
    let body = html! {
        div.fgrid {
            (one(&named("criterion"), "rubric-criterion-id", Input::Text(&line.id)))
            (one(&named("weight"), "weight", Input::Whole(&line.weight)))
            (one(&named("scale"), "rubric-scale", Input::Select { chosen: &line.scale, choices: scales.to_vec() }))
            (texts(words, &format!("criterion-name-{place}-"), "kpi-name", &line.names))
            (texts(words, &format!("look-for-{place}-"), "rubric-look-for", &line.look_for))
        }
    };
    let new = words.t("rubric-criterion-new");
    let name = Some(line.names.of(words.language.code())).filter(|name| !name.is_empty()).unwrap_or(&new);
    html! { (Panel { id: &named("panel"), title: name, body, ..Panel::default() }) }
}

fn choice(words: Words, field: &str, name: &str) -> Choice {
    Choice { value: name.to_owned(), label: words.choice(field, name) }
}

/// A field for each language that pages speak; what is said in others stays.
fn texts(words: Words, name: &str, label: &str, said: &Texts) -> Markup {
    let shown = Language::EVERY.map(Language::code);
    html! {
        @for code in shown {
            @let text = said.0.get(code).map_or("", String::as_str);
            (field(words, &Field::new(&format!("{name}{code}"), words.t(&format!("{label}-{code}")), Input::Text(text))))
        }
        @for (code, text) in said.0.iter().filter(|(code, _)| !shown.contains(&code.as_str())) {
            input type="hidden" name=(format!("{name}{code}")) value=(text);
        }
    }
}
