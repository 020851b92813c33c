use super::{Theme, document, mark};
use crate::i18n::{Language, Words};
use maud::{Markup, html};

/// The page of someone who is not known yet: sign-in, new password, invitation.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    pub words: Words,
    pub title: &'a str,
    /// The host people are at, so that they see where they type a password.
    pub host: &'a str,
    pub theme: Option<Theme>,
    /// The page's own question, kept when another language is chosen.
    pub kept: &'a [(&'a str, &'a str)],
    /// `Clinch 1.0`.
    pub version: &'a str,
}

/// The document without a shell, the content in the sign-in box.
pub fn sign_in(page: &SignIn<'_>, content: &Markup) -> Markup {
    let words = page.words;
    let body = html! {
        main.signin #main {
            div.box {
                div.brand { (mark()) "Clinch" }
                h1 { (page.title) }
                p.where { (page.host) }
                (content)
            }
            footer.sfoot {
                (languages(words, page.kept))
                span { (page.version) }
            }
        }
    };
    document(words, page.title, page.theme, "", &body)
}

fn languages(words: Words, kept: &[(&str, &str)]) -> Markup {
    html! {
        nav aria-label=(words.t("language")) {
            @for language in Language::EVERY {
                a href=(in_language(kept, language)) lang=(language.code())
                    aria-current=[(language == words.language).then_some("true")] { (language.own_name()) }
            }
        }
    }
}

/// This page in another language.
fn in_language(kept: &[(&str, &str)], language: Language) -> String {
    let mut pairs = kept.to_vec();
    pairs.push(("lang", language.code()));
    crate::address("", &pairs)
}

/// A page for somebody who is not of the company: its name, the content, the languages.
pub fn visited(words: Words, title: &str, company: &str, content: &Markup) -> Markup {
    let body = html! {
        main.visited #main {
            p.brand { (company) }
            (content)
            footer.sfoot { (languages(words, &[])) }
        }
    };
    document(words, title, None, "", &body)
}

/// The document without a shell, for a whole page that could not be shown to someone who is not known.
pub fn plain(words: Words, title: &str, content: &Markup) -> Markup {
    let body = html! {
        main.signin #main tabindex="-1" {
            div.box {
                a.brand href="/" { (mark()) "Clinch" }
                (content)
            }
        }
    };
    document(words, title, None, "", &body)
}
