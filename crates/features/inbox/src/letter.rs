//! What waits, in words: on the page and in a letter.

use jiff::civil::Date;
use rules::{
    role::Library,
    waiting::{About, Waiting},
};
use web_kit::{
    Words,
    mail::{Group, Letter, Line},
};

/// When a thing is due, as people look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    Overdue,
    /// Today and the six days that follow.
    Week,
    Later,
}

impl Urgency {
    pub const ALL: [Self; 3] = [Self::Overdue, Self::Week, Self::Later];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Overdue => "inbox-overdue",
            Self::Week => "inbox-week",
            Self::Later => "inbox-later",
        }
    }

    pub fn of(one: &Waiting, today: Date) -> Self {
        match one.due {
            _ if one.is_overdue(today) => Self::Overdue,
            Some(due) if i64::from(today.until(due).map_or(0, |span| span.get_days())) < 7 => Self::Week,
            _ => Self::Later,
        }
    }
}

/// Whose or which, in a language.
pub fn about(words: Words, library: &Library, about: &About) -> String {
    match about {
        About::Name(name) => name.clone(),
        About::Within(name, whole) => format!("{name} · {whole}"),
        About::Role(role) => words.choice("role", role),
        About::Competency(id) => {
            library.get(id).map_or(id.as_str(), |one| one.names.of(words.language.code())).to_owned()
        }
    }
}

/// What is to be done, and about what.
pub fn line(words: Words, library: &Library, one: &Waiting) -> String {
    format!("{}: {}", words.t(one.what), about(words, library, &one.about))
}

pub fn due(words: Words, one: &Waiting) -> String {
    one.due.map_or_else(String::new, |day| words.t_with("inbox-due", &[("date", words.date(day).into())]))
}

/// The mail that tells somebody what waits; `address` is where people reach Clinch.
pub fn letter<'a>(
    words: Words,
    title: &'a str,
    address: &str,
    library: &Library,
    waiting: &[Waiting],
    today: Date,
) -> Letter<'a> {
    let line = |one: &Waiting| Line {
        label: line(words, library, one),
        note: due(words, one),
        href: format!("{address}{}", one.path),
    };
    let group = |urgency: Urgency| {
        let lines: Vec<Line> = waiting.iter().filter(|one| Urgency::of(one, today) == urgency).map(line).collect();
        (!lines.is_empty()).then(|| Group { title: words.t(urgency.key()), lines })
    };
    Letter {
        words,
        from: "Clinch",
        title,
        paragraphs: Vec::new(),
        groups: Urgency::ALL.into_iter().filter_map(group).collect(),
        way: Some((words.t("inbox-open"), format!("{address}/inbox"))),
        foot: words.t("inbox-mail-foot"),
    }
}

/// What a letter is called: how many things wait. What they are stands in the letter alone, for servers keep what letters are called.
pub fn title(words: Words, count: usize) -> String {
    words.t_with("inbox-mail-title", &[("count", count.into())])
}
