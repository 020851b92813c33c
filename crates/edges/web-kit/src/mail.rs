//! A letter by mail: the same as plain text and as a page that needs nothing from anywhere.

use crate::Words;
use maud::{DOCTYPE, Markup, html};

/// What stands in a mail, top to bottom.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    pub words: Words,
    /// Who writes: the product to people, the company to others.
    pub from: &'a str,
    pub title: &'a str,
    pub paragraphs: Vec<String>,
    /// Lists under headings.
    pub groups: Vec<Group>,
    /// Where it is done: label and address.
    pub way: Option<(String, String)>,
    /// Why one gets it, and how to get no more.
    pub foot: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub title: String,
    pub lines: Vec<Line>,
}

/// One thing in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub label: String,
    /// A day, or how late.
    pub note: String,
    pub href: String,
}

const INK: &str = "color:#16181d";
const MUTED: &str = "color:#5b6270";

impl Letter<'_> {
    pub fn text(&self) -> String {
        let mut parts = vec![self.title.to_owned()];
        parts.extend(self.paragraphs.iter().cloned());
        for group in &self.groups {
            let line = |line: &Line| format!("- {}{}\n  {}", line.label, noted(&line.note), line.href);
            let lines: Vec<String> = group.lines.iter().map(line).collect();
            parts.push(format!("{}\n{}", group.title, lines.join("\n")));
        }
        parts.extend(self.way.iter().map(|(label, href)| format!("{label}: {href}")));
        parts.push(format!("-- \n{}", self.foot));
        parts.join("\n\n") + "\n"
    }

    pub fn page(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.words.language.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width";
                    title { (self.title) }
                }
                body style="margin:0;background:#f5f6f8" {
                    div style=(format!("max-width:36rem;margin:0 auto;padding:24px 16px;font:16px/1.5 system-ui,sans-serif;{INK}")) {
                        p style="margin:0 0 16px;font-weight:600" { (self.from) }
                        div style="background:#fff;border:1px solid #dfe2e8;border-radius:8px;padding:20px" {
                            h1 style="margin:0 0 12px;font-size:20px;line-height:1.3" { (self.title) }
                            @for paragraph in &self.paragraphs { p style="margin:0 0 12px" { (paragraph) } }
                            @for group in &self.groups { (list(group)) }
                            @if let Some((label, href)) = &self.way {
                                p style="margin:16px 0 0" {
                                    a href=(href) style="display:inline-block;background:#1f4fd8;color:#fff;text-decoration:none;border-radius:6px;padding:10px 16px;font-weight:600" { (label) }
                                }
                            }
                        }
                        p style=(format!("margin:16px 0 0;font-size:13px;{MUTED}")) { (self.foot) }
                    }
                }
            }
        }
    }
}

fn list(group: &Group) -> Markup {
    html! {
        h2 style=(format!("margin:16px 0 4px;font-size:14px;{MUTED}")) { (group.title) }
        ul style="margin:0;padding:0;list-style:none" {
            @for line in &group.lines {
                li style="padding:8px 0;border-top:1px solid #eceef2" {
                    a href=(line.href) style="color:#1f4fd8" { (line.label) }
                    @if !line.note.is_empty() { br; span style=(format!("font-size:14px;{MUTED}")) { (line.note) } }
                }
            }
        }
    }
}

fn noted(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!(" ({note})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_say_the_same_and_what_people_wrote_is_text() {
        let line = Line {
            label: "Self review: <b>2026</b>".to_owned(),
            note: "due 5 Jun".to_owned(),
            href: "https://clinch.company.com/appraisals/7".to_owned(),
        };
        let letter = Letter {
            words: Words::default(),
            from: "Clinch",
            title: "One thing waits for you",
            paragraphs: vec!["Hello".to_owned()],
            groups: vec![Group { title: "Late".to_owned(), lines: vec![line] }],
            way: Some(("Open".to_owned(), "https://clinch.company.com/inbox".to_owned())),
            foot: "Sent by Clinch".to_owned(),
        };
        assert_eq!(
            letter.text(),
            "One thing waits for you\n\nHello\n\nLate\n- Self review: <b>2026</b> (due 5 Jun)\n  https://clinch.company.com/appraisals/7\n\nOpen: https://clinch.company.com/inbox\n\n-- \nSent by Clinch\n"
        );
        let page = letter.page().into_string();
        for part in [
            "&lt;b&gt;2026&lt;/b&gt;",
            "due 5 Jun",
            "href=\"https://clinch.company.com/appraisals/7\"",
            "Sent by Clinch",
        ] {
            assert!(page.contains(part), "{part}");
        }
    }
}
