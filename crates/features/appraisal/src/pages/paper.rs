//! Job descriptions on paper.

use super::{level_name, roles::PARTS};
use crate::Description;
use documents::{Head, Paper, Part, Row, Signature};
use rules::role::Expected;
use web_kit::Words;

/// A job description as it is approved and acknowledged, with a line to sign on until it is.
pub fn description(words: Words, company: &str, found: &Description) -> Paper {
    let code = words.language.code();
    let (profile, role) = (&found.profile, found.profile.names.of(code));
    let list = |roles: &[String]| roles.iter().map(|role| words.choice("role", role)).collect::<Vec<_>>().join(" · ");
    let mut facts = vec![
        (words.t("role"), role.to_owned()),
        (words.t("description-order"), found.order_number.clone()),
        (words.t("holds-from"), words.date(found.starts_on)),
        (words.t("role-reports-to"), list(&profile.reports_to)),
    ];
    facts.extend(found.issued_by.iter().map(|(_, name)| (words.t("description-issued-by"), name.clone())));
    let mut parts = vec![Part::Facts { facts }, Part::text(profile.purpose.of(code))];
    for key in PARTS {
        let items: Vec<_> =
            profile.items(key).map(|item| (item.number.clone(), item.text.of(code).to_owned())).collect();
        if !items.is_empty() {
            parts.push(Part::heading(words.t(&format!("role-{}", key.name()))));
            parts.push(Part::Facts { facts: items });
        }
    }
    let heads = vec![
        Head::text(words.t("competency"), 7),
        Head::text(words.t("role-expected"), 3),
        Head::number(words.t("weight"), 1),
    ];
    let row = |one: &Expected| {
        let name = found.library.get(&one.id).map_or(one.id.as_str(), |competency| competency.names.of(code));
        Row::new([name.to_owned(), level_name(words, one.expected), format!("{}%", one.weight)])
    };
    let rows = profile.competencies.iter().map(row).collect();
    parts.extend([Part::heading(words.t("role-competencies")), Part::Table { heads, rows }]);
    let on = |day| words.date(day);
    let signatures = vec![
        Signature {
            role: words.t("description-approved-by"),
            name: found.approved.as_ref().map(|(name, _)| name.clone()).unwrap_or_default(),
            given: found.approved.as_ref().map(|(_, day)| on(*day)),
        },
        Signature {
            role: words.t("description-acknowledged"),
            name: found.name.clone(),
            given: found.acknowledged_on.map(on),
        },
    ];
    parts.extend([Part::heading(words.t("description-approval")), Part::Signatures { signatures }]);
    let title = words.t_with("description-of", &[("name", found.name.as_str().into())]);
    let foot = format!("{company} · {title} · {}", found.order_number);
    Paper { language: code, title, subtitle: role.to_owned(), parts, foot }
}
