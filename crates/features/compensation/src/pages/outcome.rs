//! What a review gives somebody, as a page and as a letter.

use super::{ACTIVE, Asking, failed, figure, percent, plain};
use crate::Outcome;
use axum::{extract::Path, response::Response};
use base::{Fraction, RecordId};
use documents::{Paper, Part, Signature};
use maud::{Markup, html};
use web_kit::{
    WebError, Words, attached,
    components::{Panel, facts, page_head, prints},
};

pub async fn page(Asking { asker, compensation }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let found = compensation.outcome(RecordId(id)).await.map_err(failed)?;
    let words = asker.words;
    let looks = pay::looks_of(&compensation.db, found.person, None, &found.of).await;
    let looks = looks.map_err(|error| failed(error.into()))?;
    let title = words.t_with("outcome-of", &[("name", found.name.as_str().into())]);
    let content = html! {
        (page_head(&title, Some(&found.of), &html! {}))
        div.cols.st2 {
            div.stack {
                (Panel { id: "outcome", title: &words.t("outcome"), body: facts(&given(words, &found)), ..Panel::default() })
                (Panel { id: "made", title: &words.t("outcome-made"), body: html! {
                    ul.plain { @for sentence in made(words, &found) { li { (sentence) } } }
                }, ..Panel::default() })
            }
            div.stack {
                (prints(words, &format!("/compensation/outcomes/{id}/pdf")))
                (access::looks::panel(words, &compensation.db, &looks).await?)
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// The letter, in a language.
pub async fn pdf(
    Asking { asker, compensation }: Asking,
    Path((id, language)): Path<(i64, String)>,
) -> Result<Response, WebError> {
    let words = Words::of_address(&language)?;
    let found = compensation.outcome(RecordId(id)).await.map_err(failed)?;
    let title = words.t_with("outcome-of", &[("name", found.name.as_str().into())]);
    let mut parts = vec![
        Part::text(
            words
                .t_with("outcome-letter", &[("name", found.name.as_str().into()), ("cycle", found.of.as_str().into())]),
        ),
        Part::Facts { facts: given(words, &found) },
        Part::heading(words.t("outcome-made")),
        Part::List { items: made(words, &found) },
    ];
    let signature =
        |role: &str, name: &str, given: Option<String>| Signature { role: words.t(role), name: name.to_owned(), given };
    let (approver, day) =
        found.approved.clone().map_or((String::new(), None), |(name, day)| (name, Some(words.date(day))));
    let signatures =
        vec![signature("payreview-approved-by", &approver, day), signature("outcome-received", &found.name, None)];
    parts.push(Part::Signatures { signatures });
    let foot = format!("{} · {title}", asker.company);
    let paper = Paper { language: words.language.code(), title, subtitle: found.of.clone(), parts, foot };
    let bytes = documents::print(paper).await.map_err(WebError::internal)?;
    Ok(attached(documents::PDF, &format!("pay-letter-{id}-{language}.pdf"), bytes))
}

/// What somebody is given, and from when on.
fn given(words: Words, found: &Outcome) -> Vec<(String, String)> {
    let mut rows = vec![
        (words.t("grade"), found.grade.name().to_owned()),
        (words.t("holds-from"), words.date(found.starts_on)),
        (words.t("payreview-salary-before"), figure(words, found.terms.monthly)),
        (words.field("raise"), figure(words, found.raise)),
        (words.t("payreview-salary-then"), figure(words, found.monthly)),
    ];
    if found.terms.is_lump_sum {
        rows.push((words.t("payreview-lump-sum"), figure(words, found.lump_sum)));
    }
    if !found.terms.target_months.is_zero() {
        rows.push((words.field("bonus"), figure(words, found.bonus)));
    }
    rows
}

/// How it was made, a sentence for each part.
fn made(words: Words, found: &Outcome) -> Vec<String> {
    let bonus = (!found.terms.target_months.is_zero()).then(|| bonus_sentence(words, found));
    [raise_sentence(words, found)].into_iter().chain(bonus).collect()
}

pub fn raise_sentence(words: Words, found: &Outcome) -> String {
    let terms = &found.terms;
    // As it is, and not as a rounded decimal: the product is to the cent.
    let Fraction { numerator, denominator } = terms.factor();
    let factor = if numerator == denominator {
        "1".to_owned()
    } else {
        format!("({} / {})", words.decimal(numerator, 2), words.decimal(denominator, 2))
    };
    let slots = [
        ("salary", plain(words, terms.monthly).into()),
        ("percent", percent(terms.percent).into()),
        ("factor", factor.into()),
        ("amount", figure(words, if terms.is_lump_sum { found.lump_sum } else { found.raise }).into()),
    ];
    words.t_with(if terms.is_lump_sum { "outcome-made-lump-sum" } else { "outcome-made-raise" }, &slots)
}

pub fn bonus_sentence(words: Words, found: &Outcome) -> String {
    let terms = &found.terms;
    let slots = [
        ("salary", plain(words, terms.monthly).into()),
        ("months", terms.target_months.to_text().into()),
        ("grade", terms.grade_factor.to_text().into()),
        ("company", terms.company_factor.to_text().into()),
        ("served", terms.served.0.to_string().into()),
        ("of", terms.served.1.to_string().into()),
        ("amount", figure(words, found.bonus).into()),
    ];
    words.t_with("outcome-made-bonus", &slots)
}
