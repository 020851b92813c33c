use super::{Mood, icon, icon_small};
use crate::i18n::Words;
use maud::{Markup, html};

/// Says what, where, and what to do.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    pub mood: Mood,
    pub what: &'a str,
    pub hint: Option<&'a str>,
    pub buttons: Option<Markup>,
    /// Under which a fault stands in the log.
    pub reference: Option<&'a str>,
}

/// A message in the page; what is bad interrupts a screen reader, the rest waits.
pub fn message(words: Words, message: &Message<'_>) -> Markup {
    let (letter, picture, role) = match message.mood {
        Mood::Neutral | Mood::Info => ("b", "info", "status"),
        Mood::Good => ("g", "check", "status"),
        Mood::Warn => ("a", "triangle-alert", "status"),
        Mood::Bad => ("r", "circle-alert", "alert"),
    };
    html! {
        div.msg.(letter) role=(role) {
            (icon(picture))
            div {
                b { (message.what) }
                @if let Some(hint) = message.hint { br; (hint) }
                @if let Some(buttons) = &message.buttons { div.btns { (buttons) } }
                @if let Some(reference) = message.reference {
                    span.mut.small { (words.t_with("reference", &[("reference", reference.into())])) }
                }
            }
        }
    }
}

/// Something to be carried elsewhere, a link or a token: whole in one click, copied by its button where there are scripts.
pub fn copyable(words: Words, text: &str) -> Markup {
    html! {
        div.copy {
            code { (text) }
            div.js-only {
                button.btn.sm type="button" aria-live="polite" data-copy=(words.t("copied")) { (words.t("copy")) }
            }
        }
    }
}

/// Nothing here yet: what would be, how it comes, and the way to it.
pub fn empty(title: &str, hint: &str, way: Option<&Markup>) -> Markup {
    html! {
        div.empty { h3 { (title) } p { (hint) } @if let Some(way) = way { div.btns { (way) } } }
    }
}

/// Says what was done and leaves by itself; its undo is sent by POST, with the form's token where the server asks for
/// one.
pub fn toast(words: Words, text: &str, undo: Option<&str>, token: Option<(&str, &str)>) -> Markup {
    html! {
        div.toastx role="status" {
            (icon("check"))
            span.grow { (text) }
            @if let Some(action) = undo {
                form method="post" action=(action) {
                    @if let Some((name, value)) = token { input type="hidden" name=(name) value=(value); }
                    button data-undo { (words.t("undo")) }
                }
            }
            button.js-only type="button" data-close aria-label=(words.t("close")) { (icon_small("x")) }
        }
    }
}
