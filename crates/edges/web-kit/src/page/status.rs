use crate::{components::icon, i18n::Words};
use maud::{Markup, html};

/// Why a whole page is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Broken,
    Forbidden,
    NotFound,
    Conflict,
    Refused,
    TooMany,
    Unavailable,
    Offline,
}

impl Status {
    pub const EVERY: [Status; 8] = [
        Status::Broken,
        Status::Forbidden,
        Status::NotFound,
        Status::Conflict,
        Status::Refused,
        Status::TooMany,
        Status::Unavailable,
        Status::Offline,
    ];

    /// The word in message keys (`status-<name>`, `status-<name>-hint`) and in answers to programs.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Broken => "broken",
            Status::Forbidden => "forbidden",
            Status::NotFound => "not-found",
            Status::Conflict => "conflict",
            Status::Refused => "refused",
            Status::TooMany => "too-many",
            Status::Unavailable => "unavailable",
            Status::Offline => "offline",
        }
    }

    /// What is wrong.
    pub fn sentence(self, words: Words) -> String {
        words.t(&format!("status-{}", self.name()))
    }

    /// What to do.
    pub fn hint(self, words: Words) -> String {
        words.t(&format!("status-{}-hint", self.name()))
    }

    const fn icon(self) -> &'static str {
        match self {
            Status::Broken | Status::Refused | Status::Conflict => "circle-alert",
            Status::Forbidden => "lock",
            Status::NotFound => "search",
            Status::TooMany | Status::Unavailable => "hourglass",
            Status::Offline => "network",
        }
    }
}

/// Where a page that is not there leads on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Home,
    SignIn,
}

/// The content of a page that is not there: what, why, what to do; the reference finds the log line of a fault.
pub fn status(words: Words, status: Status, hint: Option<&str>, reference: Option<&str>, way: Way) -> Markup {
    let (href, label) = match way {
        Way::Home => ("/", "back-home"),
        Way::SignIn => ("/sign-in", "sign-in"),
    };
    html! {
        section.panel {
            div.empty {
                (icon(status.icon()))
                h1 { (status.sentence(words)) }
                p { @match hint { Some(hint) => (hint), None => (status.hint(words)) } }
                @if let Some(reference) = reference {
                    p.mut.small { (words.t_with("reference", &[("reference", reference.into())])) }
                }
                div.btns { a.btn.btn-primary href=(href) { (words.t(label)) } }
            }
        }
    }
}
