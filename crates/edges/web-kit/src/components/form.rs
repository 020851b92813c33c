use super::{Purpose, button, icon, icon_small};
use crate::i18n::Words;
use maud::{Markup, html};

/// One thing that may be chosen: what is sent and what is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// How a value is entered; each holds what was typed.
#[derive(Debug, Clone)]
pub enum Input<'a> {
    Text(&'a str),
    Email(&'a str),
    /// Never sent back.
    Password,
    /// A number with decimals, as typed.
    Decimal(&'a str),
    /// A part of a hundred, as typed, without its sign.
    Percent(&'a str),
    /// A whole number, as typed.
    Whole(&'a str),
    Date(&'a str),
    /// A one-time code.
    Code(&'a str),
    Area(&'a str),
    /// A text, with words that are in use already.
    Suggested {
        typed: &'a str,
        words: Vec<String>,
    },
    Select {
        chosen: &'a str,
        choices: Vec<Choice>,
    },
}

/// A labelled field with its hint and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    /// What is sent; also the id.
    pub name: &'a str,
    pub label: String,
    pub input: Input<'a>,
    pub is_required: bool,
    /// What is wrong and what to do.
    pub error: Option<String>,
    pub hint: Option<String>,
    /// A token of the HTML standard: `username`, `current-password`, `one-time-code`.
    pub autocomplete: Option<&'static str>,
    /// A link beside the label: address and text.
    pub beside: Option<(&'a str, String)>,
}

impl<'a> Field<'a> {
    /// A field with nothing but its label; set what it has with struct update.
    pub fn new(name: &'a str, label: impl Into<String>, input: Input<'a>) -> Self {
        Field {
            name,
            label: label.into(),
            input,
            is_required: false,
            error: None,
            hint: None,
            autocomplete: None,
            beside: None,
        }
    }
}

/// The field; an error is tied to its input and marks it.
pub fn field(words: Words, field: &Field<'_>) -> Markup {
    let (error_id, hint_id) = (format!("{}-e", field.name), format!("{}-h", field.name));
    let described: Vec<_> =
        [field.error.as_ref().map(|_| error_id.as_str()), field.hint.as_ref().map(|_| hint_id.as_str())]
            .into_iter()
            .flatten()
            .collect();
    let notes =
        Notes { described_by: described.join(" "), is_invalid: field.error.is_some(), is_required: field.is_required };
    let label = html! {
        label for=(field.name) { (field.label) @if field.is_required { " " span.mut { (words.t("is-required")) } } }
    };
    html! {
        div.field {
            @if let Some((href, text)) = &field.beside {
                div.flabel { (label) a.lnk href=(href) { (text) } }
            } @else { (label) }
            (control(field.name, &field.input, field.autocomplete, None, Some(&notes)))
            @if let Some(error) = &field.error {
                span.err id=(error_id) { (icon_small("circle-alert")) span { (error) } }
            }
            @if let Some(hint) = &field.hint { span.hint id=(hint_id) { (hint) } }
        }
    }
}

/// An input in a table, whose label is not seen.
pub fn entry(name: &str, input: &Input<'_>, label: &str) -> Markup {
    control(name, input, None, Some(label), None)
}

/// What stands under an input.
pub(super) struct Notes {
    described_by: String,
    is_invalid: bool,
    is_required: bool,
}

/// The input alone, named by its label's `for` or, without a label, by `aria-label`.
pub(super) fn control(
    name: &str,
    input: &Input<'_>,
    autocomplete: Option<&str>,
    aria_label: Option<&str>,
    notes: Option<&Notes>,
) -> Markup {
    let invalid = notes.filter(|notes| notes.is_invalid).map(|_| "true");
    let described = notes.map(|notes| notes.described_by.as_str()).filter(|ids| !ids.is_empty());
    let id = notes.map(|_| name);
    let required = notes.is_some_and(|notes| notes.is_required);
    match input {
        Input::Select { chosen, choices } => html! {
            select.select id=[id] name=(name) required[required] aria-label=[aria_label] aria-invalid=[invalid]
                aria-describedby=[described] {
                @for choice in choices {
                    option value=(choice.value) selected[choice.value == *chosen] { (choice.label) }
                }
            }
        },
        Input::Area(typed) => html! {
            textarea.textarea id=[id] name=(name) rows="4" required[required] aria-label=[aria_label]
                aria-invalid=[invalid] aria-describedby=[described] { (typed) }
        },
        line => {
            let (kind, mode, typed) = line_attributes(line);
            let list = matches!(line, Input::Suggested { .. }).then(|| format!("{name}-words"));
            let entry = html! {
                input.input type=(kind) id=[id] name=(name) value=[typed] inputmode=[mode] list=[&list]
                    required[required] autocomplete=[autocomplete] aria-label=[aria_label] aria-invalid=[invalid]
                    aria-describedby=[described];
            };
            match line {
                Input::Percent(_) => html! { span.percent { (entry) span aria-hidden="true" { "%" } } },
                Input::Suggested { words, .. } => html! {
                    (entry)
                    datalist id=[list] { @for word in words { option value=(word) {} } }
                },
                _ => entry,
            }
        }
    }
}

/// Type, keyboard and value of an input of one line.
const fn line_attributes<'a>(input: &Input<'a>) -> (&'static str, Option<&'static str>, Option<&'a str>) {
    match input {
        Input::Email(typed) => ("email", None, Some(typed)),
        Input::Password => ("password", None, None),
        Input::Decimal(typed) | Input::Percent(typed) => ("text", Some("decimal"), Some(typed)),
        Input::Whole(typed) | Input::Code(typed) => ("text", Some("numeric"), Some(typed)),
        Input::Date(typed) => ("date", None, Some(typed)),
        Input::Text(typed)
        | Input::Area(typed)
        | Input::Suggested { typed, .. }
        | Input::Select { chosen: typed, .. } => ("text", None, Some(typed)),
    }
}

/// Yes or no.
pub fn check_box(name: &str, label: &str, is_checked: bool) -> Markup {
    html! {
        label.check {
            input.checkbox type="checkbox" name=(name) value="true" checked[is_checked];
            " " span { (label) }
        }
    }
}

/// With more fields than these a form stands in columns.
const LONG: usize = 6;

/// A form in a panel, sent by POST.
#[derive(Debug, Clone)]
pub struct Form<'a> {
    pub action: &'a str,
    pub title: &'a str,
    /// Rendered fields, in order.
    pub fields: Vec<Markup>,
    /// How many fields have an error: said once on top.
    pub errors: usize,
    /// A verb.
    pub submit: &'a str,
    pub cancel: Option<&'a str>,
    /// Sent along unseen: the token of the session, the version of the record.
    pub hidden: Vec<(&'a str, &'a str)>,
}

impl<'a> Form<'a> {
    /// As it is first shown: nothing wrong with it yet. Set what more it has with struct update.
    pub fn fresh(words: Words, action: &'a str, title: &'a str, submit: &'a str, fields: &[Field<'_>]) -> Self {
        let fields = fields.iter().map(|one| field(words, one)).collect();
        Form { action, title, fields, errors: 0, submit, cancel: None, hidden: Vec::new() }
    }
}

/// The form with its buttons; what was typed is kept by the fields.
pub fn form(words: Words, form: &Form<'_>) -> Markup {
    html! {
        form.panel method="post" action=(form.action) novalidate {
            header { h2 { (form.title) } }
            div.body.stack {
                @if form.errors > 0 { (errors_on_top(words, form.errors)) }
                @for (name, value) in &form.hidden { input type="hidden" name=(name) value=(value); }
                @if form.fields.len() > LONG {
                    div.fgrid { @for field in &form.fields { (field) } }
                } @else {
                    @for field in &form.fields { (field) }
                }
                div.btns {
                    (button(Purpose::Primary, form.submit))
                    @if let Some(href) = form.cancel { a.btn.btn-quiet href=(href) { (words.t("cancel")) } }
                }
            }
        }
    }
}

/// `2 fields need a change. What you typed is kept.`
pub fn errors_on_top(words: Words, count: usize) -> Markup {
    html! {
        div.msg.r role="alert" {
            (icon("circle-alert"))
            span { (words.t_with("form-errors", &[("count", count.into())])) }
        }
    }
}
