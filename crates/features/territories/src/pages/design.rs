//! Moves that the optimiser proposes, under the terms that are chosen.

use super::{Asking, failed, home, number, plan};
use crate::{Measure, Territories, Wish};
use axum::{
    Form,
    extract::Query,
    response::{Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Field, Input, Purpose, button, field, page_head},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    /// Not said: the branch with the most accounts.
    within: Option<String>,
    even: String,
    tolerance: String,
    change: String,
    seed: String,
    pinned: String,
}

impl Asked {
    async fn wish(&self, territories: &Territories) -> Result<Wish, WebError> {
        let from = plan::Asked { from: self.from.clone() }.day(territories).await?;
        let usual = Wish::on(from);
        let seed = self.seed.trim();
        Ok(Wish {
            within: plan::id_of(self.within.as_deref().unwrap_or_default())?,
            even: if self.even.is_empty() { usual.even } else { Measure::read(&self.even).map_err(failed)? },
            tolerance: number(&self.tolerance, usual.tolerance)?,
            change: number(&self.change, usual.change)?,
            seed: if seed.is_empty() { Ok(usual.seed) } else { seed.parse() }
                .map_err(|_| WebError::Refused { hint_key: "error-not-whole" })?,
            pinned: territories.accounts_named(&self.pinned).await.map_err(failed)?,
            ..usual
        })
    }

    fn pairs(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("from", &self.from),
            ("within", self.within.as_deref().unwrap_or_default()),
            ("even", &self.even),
            ("tolerance", &self.tolerance),
            ("change", &self.change),
            ("seed", &self.seed),
            ("pinned", &self.pinned),
        ]
    }
}

pub async fn page(Asking { asker, territories }: Asking, Query(mut asked): Query<Asked>) -> Result<Markup, WebError> {
    let words = asker.words;
    let mut wish = asked.wish(&territories).await?;
    if asked.within.is_none() {
        wish.within = territories.land(wish.day).await.map_err(failed)?.busiest_branch();
    }
    let found = territories.propose(&wish).await.map_err(failed)?;
    asked.from = wish.day.to_string();
    asked.within = Some(wish.within.map(|id| id.to_string()).unwrap_or_default());
    let title = words.t("territories-proposal");
    let way = html! {
        (home::back(words))
        (plan::export(words, &web_kit::address("/territories/proposal.csv", &asked.pairs())))
    };
    let content = html! {
        (page_head(&title, Some(&words.t("territories-proposal-hint")), &way))
        div.stack {
            (terms(words, &found.land, &asked, &wish))
            (plan::body(words, &found, wish.tolerance))
            (plan::commit_form(words, &found, "/territories/proposal", asked.pairs()))
        }
    };
    Ok(home::document(&asker, &title, &content))
}

fn terms(words: Words, land: &crate::Land, asked: &Asked, wish: &Wish) -> Markup {
    let (tolerance, change, seed) = (wish.tolerance.to_text(), wish.change.to_text(), wish.seed.to_string());
    let fields = [
        Field::new("from", words.t("territories-from"), Input::Date(&asked.from)),
        Field::new(
            "within",
            words.t("territories-within"),
            Input::Select { chosen: asked.within.as_deref().unwrap_or_default(), choices: home::branches(words, land) },
        ),
        Field::new(
            "even",
            words.t("territories-even"),
            Input::Select { chosen: wish.even.name(), choices: home::evens(words) },
        ),
        Field::new("tolerance", words.t("territories-tolerance"), Input::Percent(&tolerance)),
        Field {
            hint: Some(words.t("territories-stability-hint")),
            ..Field::new("change", words.t("territories-stability"), Input::Decimal(&change))
        },
        Field {
            hint: Some(words.t("territories-seed-hint")),
            ..Field::new("seed", words.t("territories-seed"), Input::Whole(&seed))
        },
        Field {
            hint: Some(words.t("territories-pinned-hint")),
            ..Field::new("pinned", words.t("territories-pinned"), Input::Text(&asked.pinned))
        },
    ];
    html! {
        form.panel method="get" action="/territories/proposal" {
            div.body.stack {
                div.fgrid { @for one in &fields { (field(words, one)) } }
                div.btns { (button(Purpose::Plain, &words.t("territories-propose"))) }
            }
        }
    }
}

#[derive(Deserialize)]
pub struct Committed {
    #[serde(flatten)]
    asked: Asked,
    seq: String,
    made_on: String,
    reason: String,
}

pub async fn commit(Asking { territories, .. }: Asking, Form(typed): Form<Committed>) -> Result<Redirect, WebError> {
    let territories = plan::seen(territories, &typed.seq, &typed.made_on).await?;
    let found = territories.propose(&typed.asked.wish(&territories).await?).await.map_err(failed)?;
    plan::committed(&territories, &found, &typed.reason).await
}

pub async fn csv(Asking { territories, .. }: Asking, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    plan::file(&territories.propose(&asked.wish(&territories).await?).await.map_err(failed)?)
}
