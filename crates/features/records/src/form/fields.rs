//! One field of the form: how it is entered, what is wrong with it, what another made of it meanwhile.

use super::{Typed, Wrong, theirs};
use crate::{
    edit::{self, Editable},
    show,
};
use base::Amount;
use db::{Reader, Record};
use maud::{Markup, html};
use rules::record::{Field as RecordField, FieldKind, Value};
use web_kit::{
    WebError, Words,
    components::{Choice, Field, Input, check_box, field},
};

/// As many as a decimal field keeps.
const MOST_DECIMALS: u32 = 6;

/// What a form is filled from.
pub(super) struct Sheet<'a> {
    pub words: Words,
    pub reader: &'a Reader,
    pub editable: &'a Editable,
    pub record: &'a Record,
    pub typed: &'a Typed,
    pub wrong: &'a Wrong,
}

/// A field's value as it is typed; a part of one in percent.
pub(super) fn typed(record: &Record, field: &RecordField) -> String {
    match record.value(field.name) {
        Value::Reference(id) => format!("#{id}"),
        Value::Text(text) => text.clone(),
        Value::Decimal(part) if field.fraction => show::percent(*part),
        _ => show::plain(record, field),
    }
}

/// What was typed as the edit reads it: percent as a part of one. What is no percentage stays unreadable, with its sign.
pub(super) fn written(field: &RecordField, text: &str) -> String {
    if !field.fraction {
        return text.to_owned();
    }
    let percent = without_sign(text);
    if percent.is_empty() {
        return String::new();
    }
    let millionths = percent.parse::<Amount>().ok().map(Amount::millionths).filter(|all| all % 100 == 0);
    let part = millionths.and_then(|all| Amount::from_millionths(all / 100).ok());
    part.map_or_else(|| format!("{percent}%"), Amount::to_text)
}

fn without_sign(percent: &str) -> &str {
    percent.trim().trim_end_matches(['%', '％']).trim_end()
}

impl Sheet<'_> {
    pub async fn field(&self, own: &'static RecordField) -> Result<Markup, WebError> {
        let words = self.words;
        let text = self.typed.get(own.name).map_or("", String::as_str);
        let choices = self.choices(own).await?;
        let is_clash = self.wrong.clashes.contains(&own.name);
        let clash = is_clash.then(|| self.clash(own, choices.as_deref(), text));
        let input = match choices {
            Some(choices) => Input::Select { chosen: text, choices },
            None => self.input(own, text).await?,
        };
        let is_owner = self.editable.record_type.scope.owner() == Some(own.name);
        let error = self.wrong.fields.get(own.name).map(|reason| problem(words, own, text, reason));
        let entry = field(
            words,
            &Field {
                is_required: own.required || is_owner,
                error,
                hint: (own.kind == FieldKind::Moment).then(|| words.t("hint-moment")),
                ..Field::new(own.name, words.field(own.name), input)
            },
        );
        Ok(html! {
            @if let Some(clash) = clash { div.stack.tight { (entry) (clash) } } @else { (entry) }
        })
    }

    async fn input<'a>(&self, own: &RecordField, text: &'a str) -> Result<Input<'a>, WebError> {
        if self.editable.suggested.contains(&own.name) {
            let used = self.reader.words(self.editable.record_type, own.name);
            let mut words = used.await.map_err(WebError::internal)?;
            words.truncate(edit::CHOICES);
            return Ok(Input::Suggested { typed: text, words });
        }
        Ok(match own.kind {
            FieldKind::Date => Input::Date(text),
            FieldKind::Decimal if own.fraction => Input::Percent(without_sign(text)),
            FieldKind::Decimal | FieldKind::Money => Input::Decimal(text),
            FieldKind::Integer => Input::Whole(text),
            FieldKind::Text if own.long => Input::Area(text),
            _ => Input::Text(text),
        })
    }

    /// Both values, and the way to leave the other's.
    fn clash(&self, own: &RecordField, choices: Option<&[Choice]>, text: &str) -> Markup {
        let words = self.words;
        let now = readable(words, own, choices, &typed(self.record, own));
        let yours = readable(words, own, choices, text);
        let keep = words.t_with("keep-theirs", &[("field", words.field(own.name).into())]);
        html! {
            span.small { (words.t_with("clash", &[("now", now.into()), ("yours", yours.into())])) }
            (check_box(&theirs(own.name), &keep, false))
        }
    }

    /// What may be chosen; none where a text is written.
    async fn choices(&self, own: &RecordField) -> Result<Option<Vec<Choice>>, WebError> {
        let words = self.words;
        let mut choices = Vec::new();
        if !own.required {
            choices.push(Choice { value: String::new(), label: words.t("none") });
        }
        match own.kind {
            FieldKind::Choice(list) => {
                choices.extend(
                    list.iter().map(|word| Choice { value: (*word).to_owned(), label: words.choice(own.name, word) }),
                );
            }
            FieldKind::Reference(target) => {
                if self.reader.registry().get(target).is_none() {
                    return Ok(None);
                }
                let records = edit::offered(self.reader, self.editable, self.record, own.name)
                    .await
                    .map_err(WebError::internal)?;
                if records.len() > edit::CHOICES {
                    return Ok(None);
                }
                let now = self.record.value(own.name).as_reference();
                let now = now.filter(|now| !records.iter().any(|found| found.id == *now));
                choices.extend(now.map(|now| Choice { value: format!("#{now}"), label: format!("#{now}") }));
                choices.extend(
                    records.iter().map(|found| Choice { value: format!("#{}", found.id), label: found.title() }),
                );
            }
            FieldKind::Flag => {
                choices.extend(["yes", "no"].map(|word| Choice { value: word.to_owned(), label: words.t(word) }));
            }
            _ => return Ok(None),
        }
        Ok(Some(choices))
    }
}

/// What was typed, as people read it.
fn readable(words: Words, own: &RecordField, choices: Option<&[Choice]>, text: &str) -> String {
    let text = text.trim();
    if let Some(choice) = choices.and_then(|choices| choices.iter().find(|choice| choice.value == text)) {
        return choice.label.clone();
    }
    let shown = match own.kind {
        _ if text.is_empty() => Some("–".to_owned()),
        FieldKind::Decimal if own.fraction => Some(format!("{}%", without_sign(text))),
        FieldKind::Decimal => text.replace(',', "").parse().ok().map(|amount| show::decimal(words, amount)),
        FieldKind::Date => text.parse().ok().map(|day| words.date(day)),
        _ => None,
    };
    shown.unwrap_or_else(|| text.to_owned())
}

/// What is wrong with what was typed, in the reader's words.
fn problem(words: Words, own: &RecordField, typed: &str, reason: &str) -> String {
    let decimals = show::decimals(without_sign(typed));
    let most = if own.fraction { MOST_DECIMALS - 2 } else { MOST_DECIMALS };
    match own.kind {
        _ if reason == edit::OUT_OF_ORDER => words.t("error-end-before-start"),
        _ if reason == edit::TOO_LONG => {
            words.t_with("error-too-long", &[("count", words.count(edit::LONGEST_TEXT).into())])
        }
        _ if reason == edit::NOT_YOURS => words.t("error-not-yours"),
        _ if reason == edit::NEEDED => words.t("error-needed-at-stage"),
        _ if typed.trim().is_empty() => words.t("error-required"),
        FieldKind::Decimal if decimals > most => {
            words.t_with("error-too-many-decimals", &[("count", i64::from(most).into())])
        }
        FieldKind::Decimal if own.fraction => words.t("error-not-a-percentage"),
        FieldKind::Date => words.t("error-not-a-date"),
        FieldKind::Moment => words.t("hint-moment"),
        FieldKind::Decimal | FieldKind::Integer | FieldKind::Money => words.t("error-not-a-number"),
        FieldKind::Reference(_) | FieldKind::Choice(_) => words.t("error-not-a-choice"),
        FieldKind::Currency => words.t("error-not-a-currency"),
        FieldKind::Text | FieldKind::Flag => words.t("error-required"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_is_written_as_a_part_of_one_and_what_is_none_stays_unreadable() {
        let part = RecordField::new("probability", FieldKind::Decimal).fraction();
        for (typed, expected) in [
            ("60", "0.6"),
            ("60%", "0.6"),
            (" 33.3333 ％", "0.333333"),
            ("0", "0"),
            ("", ""),
            ("150", "1.5"),
            ("much", "much%"),
            ("0.12345", "0.12345%"),
        ] {
            assert_eq!(written(&part, typed), expected, "{typed}");
        }
        assert_eq!(written(&RecordField::new("amount", FieldKind::Decimal), "60"), "60");
    }
}
