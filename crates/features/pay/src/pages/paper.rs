//! Pay on paper.

use super::{cells, component, letters, plain, shown};
use crate::{Letter, Pay, RunError, Said, letters::titled};
use base::RecordId;
use documents::{Head, Paper, Part, Row, Signature};
use pay_rules::Clause;
use web_kit::Words;

impl Pay {
    /// A statement that the asker may see as PDF, and the name of the file.
    pub async fn statement_on_paper(&self, id: RecordId, words: Words) -> Result<(String, Vec<u8>), RunError> {
        let said = self.statement(id).await?.ok_or(RunError::NoDispute)?;
        let name = format!("pay-{}-{}-{}.pdf", said.period.label, said.payee().person, words.language.code());
        Ok((name, documents::print(statement(words, &self.called().await?, &said)).await?))
    }

    /// A plan letter that the asker may see as PDF, and the name of the file.
    pub async fn letter_on_paper(&self, id: RecordId, words: Words) -> Result<(String, Vec<u8>), RunError> {
        let found = self.letter(id).await?;
        let signed = letters::signed(self, words, &found).await?;
        let quotas = letters::quotas(words, &self.company().await?.calendar, &found);
        let paper = letter(words, &self.called().await?, &found, quotas, signed);
        Ok((format!("plan-letter-{id}-{}.pdf", words.language.code()), documents::print(paper).await?))
    }

    /// The company's name.
    async fn called(&self) -> Result<String, RunError> {
        Ok(self.all(&access::COMPANY, Vec::new()).await?.first().map(db::Record::title).unwrap_or_default())
    }
}

/// A statement with everything its page says of the money, and how to check it.
pub fn statement(words: Words, company: &str, said: &Said) -> Paper {
    let payee = said.payee();
    let period = words.period(&said.period);
    let mut facts = vec![(words.t("total"), shown(words, &payee.total, &payee.currency))];
    facts.extend(payee.balances.iter().map(|(kind, sum)| (words.t(kind), shown(words, sum, &payee.currency))));
    facts.push((words.t("state"), words.choice("state", said.state.name())));
    let mut parts = vec![Part::Facts { facts }, Part::heading(words.t("pay-components")), components(words, said)];
    for standing in said.standings.iter().filter(|standing| standing.tiers.len() > 1) {
        let title = words.t_with("pay-standing", &[("name", standing.component.as_str().into())]);
        let [tier, rate, credit, now, earned] = cells::tier_heads(words, standing);
        let heads = vec![
            Head::text(tier, 5),
            Head::number(rate, 2),
            Head::number(credit, 3),
            Head::number(now, 3),
            Head::number(earned, 3),
        ];
        let row = |tier: cells::Tier| {
            let name = if tier.is_here { format!("{} ← {}", tier.name, words.t("pay-here")) } else { tier.name };
            Row { cells: [vec![name], tier.cells.into()].concat(), is_strong: tier.is_here }
        };
        let rows = cells::tiers(words, standing).into_iter().map(row).collect();
        let note = Part::note(cells::tier_note(words, standing));
        parts.extend([Part::heading(title), note, Part::Table { heads, rows }]);
    }
    for part in payee.components.iter().filter(|part| !part.lines.is_empty()) {
        let [fact, why, on, amount] = cells::line_heads(words);
        let heads = vec![Head::text(fact, 4), Head::text(why, 6), Head::text(on, 2), Head::number(amount, 2)];
        let row = |line: &crate::ToldLine| {
            let (name, on) = cells::about(words, &said.told, part, line);
            Row::new([name, line.reason.sentence(words), on, plain(words, &line.amount, &payee.currency)])
        };
        let total = [words.t("total"), String::new(), String::new(), plain(words, &part.amount, &payee.currency)];
        let rows = part.lines.iter().map(row).chain([Row::strong(total)]).collect();
        parts.extend([Part::heading(component(words, &part.id)), Part::Table { heads, rows }]);
    }
    if !said.sha256.is_empty() {
        parts.push(Part::heading(words.t("pay-recompute")));
        parts.push(Part::note(words.t("pay-recompute-hint")));
        parts.push(Part::note(format!("sha256 {}", said.sha256)));
    }
    let title = words.t_with("pay-statement-of", &[("period", period.as_str().into())]);
    let foot = format!("{company} · {} · {title}", payee.name);
    Paper { language: words.language.code(), title, subtitle: payee.name.clone(), parts, foot }
}

fn components(words: Words, said: &Said) -> Part {
    let [name, now, year] = cells::component_heads(words, said);
    let heads = vec![Head::text(name, 4), Head::number(now, 3), Head::number(year, 3)];
    let mut rows: Vec<Row> = cells::components(words, said).into_iter().map(Row::new).collect();
    if let Some(total) = rows.last_mut() {
        total.is_strong = true;
    }
    Part::Table { heads, rows }
}

/// A plan letter: what the plan says in sentences, the payee's quotas, and the signature.
pub fn letter(
    words: Words,
    company: &str,
    letter: &Letter,
    quotas: Vec<(String, String)>,
    signed: Option<String>,
) -> Paper {
    let list = |clauses: &[Clause]| Part::List {
        items: clauses.iter().map(|clause| letters::sentence(words, &letter.terms.kpis, clause)).collect(),
    };
    let said = letter.plan.outline();
    let mut parts = vec![Part::Facts { facts: letters::appointed(words, letter) }];
    for article in &said.articles {
        parts.extend([Part::heading(article.component.as_str()), list(&article.clauses)]);
        if !article.rates.is_empty() {
            let (heads, rows) = letters::rates(words, article);
            let head = |(place, name): (usize, String)| Head { name, share: 1, is_number: place > 0 };
            let heads = heads.into_iter().enumerate().map(head).collect();
            parts.push(Part::Table { heads, rows: rows.into_iter().map(Row::new).collect() });
        }
    }
    parts.extend([Part::heading(words.t("plan-terms")), list(&said.terms)]);
    if !quotas.is_empty() {
        parts.extend([Part::heading(words.t("letter-quotas")), Part::Facts { facts: quotas }]);
    }
    let signature = Signature { role: words.t("letter-signature"), name: letter.terms.payee.clone(), given: signed };
    parts.push(Part::Signatures { signatures: vec![signature] });
    parts.push(Part::note(format!("sha256 {}", letter.sha256)));
    let title = words.t_with("letter-of", &[("name", letter.terms.payee.as_str().into())]);
    let subtitle = titled(&letter.plan);
    let foot = format!("{company} · {title} · {subtitle}");
    Paper { language: words.language.code(), title, subtitle, parts, foot }
}
