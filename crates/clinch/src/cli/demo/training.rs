//! Training in the sample company: its courses, who is to take them, and a learning tool.

use crate::cli::{Context, report};
use ::training::{Completion, CourseWords, Training, TrainingError, Which};
use base::Amount;
use rules::{access::Viewer, log::Origin, training::Standing};
use std::collections::BTreeSet;

/// Name, delivery, roles, competency, and months that its certificate counts.
type Offered = (&'static str, &'static str, &'static [&'static str], &'static str, Option<i64>);
/// What Acme's history of courses names; the last two are new.
const COURSES: [Offered; 7] = [
    ("Objection handling", "classroom", &["ae", "sdr"], "objection_handling", None),
    ("Product knowledge", "own", &["ae", "sdr", "kam"], "product_knowledge", Some(12)),
    ("Pipeline discipline", "link", &["ae", "aem"], "deal_management", None),
    ("Presentation", "classroom", &["ae", "kam"], "presentation", None),
    ("Negotiation", "external", &["ae", "kam", "esd"], "negotiation", None),
    ("Code of conduct", "file", &["sdr", "ae", "aem", "esd", "hos", "kam", "am", "se"], "", Some(24)),
    ("Coaching for managers", "classroom", &["aem", "esd"], "coaching", None),
];

fn told(error: TrainingError) -> miette::Report {
    report(&error, error.hint())
}

pub async fn training(context: &Context) -> miette::Result<()> {
    let hr = context.viewer(Some("P39")).await?;
    let hr = Training::new(context.db.clone(), hr, context.folder.clone());
    let today = hr.today().await.map_err(told)?;
    let library = appraisal::Appraisal::new(context.db.clone(), Viewer::system(), context.folder.clone());
    let library = library.library(today).await.map_err(|error| report(&error, error.hint()))?;
    for (name, delivery, roles, competency, valid_months) in COURSES {
        let words = CourseWords {
            name: name.to_owned(),
            delivery: delivery.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            competency: if library.contains_key(competency) { competency.to_owned() } else { String::new() },
            valid_months,
            link: if delivery == "file" || delivery == "link" {
                format!("https://learning.acme.example/{}", name.to_lowercase().replace(' ', "-"))
            } else {
                String::new()
            },
            activity: if delivery == "own" {
                "https://learning.acme.example/product-knowledge".to_owned()
            } else {
                String::new()
            },
            ..CourseWords::default()
        };
        let course = hr.set_course(None, &words, Origin::Cli).await.map_err(told)?;
        if ["Code of conduct", "Coaching for managers"].contains(&name) {
            let wanting = hr.wanting(course).await.map_err(told)?;
            let people: BTreeSet<_> = wanting.iter().filter(|one| one.need.is_some()).map(|one| one.person).collect();
            hr.assign(course, &people, None, Origin::Cli).await.map_err(told)?;
        }
    }
    // Some are done already.
    let all = hr.assignments(Which::Everybody).await.map_err(told)?;
    let open = all.iter().filter(|one| one.standing == Standing::Open && one.course == "Code of conduct");
    for (place, one) in open.enumerate().filter(|(place, _)| place % 3 == 0) {
        let after = Amount::from(80 + i64::try_from(place).unwrap_or_default() % 20);
        let how = Completion { after: Some(after), ..Completion::default() };
        hr.complete(one.id, &how, Origin::Cli).await.map_err(told)?;
    }
    Ok(())
}
