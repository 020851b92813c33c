//! Plan letters by API: they are read and issued; signing is the payee's own, in a browser.

use super::{Asking, told};
use crate::{KpiNames, Letter, LetterQuota, Letters, Listed};
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base::RecordId;
use pay_rules::{Article, Clause};
use rules::log::Origin;
use serde_json::{Value, json};
use web_kit::{
    Language, WebError, Words, attached, json_answer,
    openapi::{Description, answers, in_path, operation, word_in_path},
};

const LETTERS: &str = "/api/v1/pay/letters";
const LETTER: &str = "/api/v1/pay/letters/{id}";
const PDF: &str = "/api/v1/pay/letters/{id}/pdf/{language}";
const OF_PLAN: &str = "/api/v1/pay/plans/{id}/letters";

pub fn routes() -> Router<access::Access> {
    Router::new().route(LETTERS, get(list)).route(LETTER, get(show)).route(PDF, get(pdf)).route(OF_PLAN, post(issue))
}

async fn list(Asking(pay): Asking) -> Result<Response, WebError> {
    let letters = pay.letters(Letters::All).await.map_err(told)?;
    Ok(json_answer(&json!({ "letters": letters.iter().map(brief).collect::<Vec<_>>() })))
}

async fn show(Asking(pay): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let letter = pay.letter(RecordId(id)).await.map_err(told)?;
    Ok(json_answer(&whole(&letter)))
}

async fn issue(Asking(pay): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let issued = pay.issue_letters(RecordId(id), Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "issued": issued }))).into_response())
}

/// A letter without its text.
fn brief(letter: &Listed) -> Value {
    json!({
        "id": letter.id.0,
        "person": letter.payee.0,
        "name": letter.name,
        "plan": letter.plan,
        "issued_on": letter.issued_on.to_string(),
        "sha256": letter.sha256,
        "signed_at": letter.signed.as_ref().map(|signed| signed.at.to_string()),
        "signed_in": letter.signed.as_ref().map(|signed| &signed.language),
    })
}

/// With the plan in sentences, in English, as programs are told.
fn whole(letter: &Letter) -> Value {
    let kpis = &letter.terms.kpis;
    let said = letter.plan.outline();
    let quota = |quota: &LetterQuota| json!({ "from": quota.from.to_string(), "to": quota.to.to_string(), "amount": quota.amount, "currency": quota.currency });
    json!({
        "id": letter.id.0,
        "person": letter.payee.0,
        "name": letter.terms.payee,
        "role": letter.terms.role,
        "plan": letter.plan.id(),
        "version": letter.plan.version,
        "from": letter.plan.from.map(|from| from.to_string()),
        "issued_by": letter.issued_by,
        "issued_on": letter.issued_on.to_string(),
        "sha256": letter.sha256,
        "signed_at": letter.signed.as_ref().map(|signed| signed.at.to_string()),
        "signed_in": letter.signed.as_ref().map(|signed| &signed.language),
        "components": said.articles.iter().map(|article| of_article(kpis, article)).collect::<Vec<_>>(),
        "terms": sentences(kpis, &said.terms),
        "quotas": letter.terms.quotas.iter().map(quota).collect::<Vec<_>>(),
        "file": letter.terms.plan,
    })
}

async fn pdf(Asking(pay): Asking, Path((id, language)): Path<(i64, String)>) -> Result<Response, WebError> {
    let (name, bytes) = pay.letter_on_paper(RecordId(id), Words::of_address(&language)?).await.map_err(told)?;
    Ok(attached(documents::PDF, &name, bytes))
}

fn sentences(kpis: &KpiNames, clauses: &[Clause]) -> Vec<String> {
    let words = Words::new(Language::En);
    clauses.iter().map(|clause| crate::pages::sentence(words, kpis, clause)).collect()
}

fn of_article(kpis: &KpiNames, article: &Article) -> Value {
    let rates = article.rates.iter().map(
        |line| json!({ "from": line.from, "to": line.to, "rates": line.rates, "retroactive": line.is_retroactive }),
    );
    json!({
        "id": article.component,
        "says": sentences(kpis, &article.clauses),
        "rates": rates.collect::<Vec<_>>(),
    })
}

pub fn describe(described: &mut Description) {
    let any = json!({ "type": "object" });
    let id = [in_path("id", "Its number.")];
    let mut add = |path: &str, method: &str, summary: &str, parameters: &[Value]| {
        described.operation(path, method, operation(summary, parameters, None, &any, true));
    };
    add(LETTERS, "get", "One's own plan letters, or everybody's for those who see pay", &[]);
    add(LETTER, "get", "A plan letter: the plan in sentences, quotas, and the signature", &id);
    add(OF_PLAN, "post", "Issues a letter to everybody whom a version of a plan is for and who has none", &id);
    let of_paper = [id[0].clone(), word_in_path("language", "en, th or ja.")];
    let paper = operation("A plan letter as PDF", &of_paper, None, &any, true);
    described.operation(PDF, "get", answers(paper, documents::PDF));
}
