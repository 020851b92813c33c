//! What a role is (APPR-7): duties with their source, requirements, reporting line, and the competencies it expects (APPR-3). Roles and
//! competencies ship; a company's own version stands in place of one from its day on.

use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// The highest level of a competency; the lowest is one.
pub const HIGHEST_LEVEL: u8 = 5;
const WHOLE: u32 = 100;

/// The roles that ship.
pub const SHIPPED: [(&str, &str); 6] = [
    ("sdr", include_str!("roles/sdr.toml")),
    ("ae", include_str!("roles/ae.toml")),
    ("aem", include_str!("roles/aem.toml")),
    ("esd", include_str!("roles/esd.toml")),
    ("hos", include_str!("roles/hos.toml")),
    ("kam", include_str!("roles/kam.toml")),
];

/// The competencies that ship, in one file.
pub const COMPETENCIES: &str = include_str!("roles/competencies.toml");

/// A text by language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(pub BTreeMap<String, String>);

impl Texts {
    /// In the reader's language; in English where a company wrote no other.
    pub fn of(&self, language: &str) -> &str {
        self.0.get(language).or_else(|| self.0.get("en")).map_or("", String::as_str)
    }

    fn is_said(&self) -> bool {
        self.0.get("en").is_some_and(|text| !text.trim().is_empty())
    }
}

/// What a role is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub role: String,
    /// Roles of superiors, the usual one first.
    #[serde(default)]
    pub reports_to: Vec<String>,
    /// Roles that it leads to.
    #[serde(default)]
    pub grows_into: Vec<String>,
    pub names: Texts,
    pub purpose: Texts,
    #[serde(rename = "part")]
    pub parts: Vec<Part>,
    #[serde(rename = "competency")]
    pub competencies: Vec<Expected>,
}

/// A part of a job description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub key: PartKey,
    #[serde(rename = "item")]
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartKey {
    General,
    Duties,
    Requirements,
}

impl PartKey {
    pub const fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Duties => "duties",
            Self::Requirements => "requirements",
        }
    }
}

/// One numbered sentence: a duty, a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub number: String,
    /// The item of the source documents that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(flatten)]
    pub text: Texts,
}

/// How well somebody of the role is expected to do something, and what it weighs among the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub id: String,
    /// 1 to 5.
    pub expected: u8,
    /// Per cent of the whole.
    pub weight: u32,
}

/// Something people can be more or less able at, with what one sees at each level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competency {
    pub id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    pub names: Texts,
    pub meaning: Texts,
    /// From level 1 to 5.
    pub anchors: Vec<Texts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "competency")]
    competencies: Vec<Competency>,
}

/// Competencies by id.
pub type Library = BTreeMap<String, Competency>;

/// What is wrong with a role or a competency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    #[error("{0} has no text in English")]
    NoText(String),
    #[error("{0} stands in it twice")]
    Twice(String),
    #[error("there is no competency {0}")]
    NoCompetency(String),
    #[error("{id}: a level is 1 to 5, this one is {level}")]
    Level { id: String, level: u8 },
    #[error("{id}: it has {count} anchors, one for each level from 1 to 5 is needed")]
    Anchors { id: String, count: usize },
    #[error("the weights make {0}, and not 100")]
    NotWhole(u32),
    #[error("{0}: a weight of nothing; leave the competency out")]
    Weightless(String),
}

impl Profile {
    pub fn read(text: &str, library: &Library) -> Result<Self, RoleError> {
        let profile: Self = toml::from_str(text)?;
        profile.check(library)?;
        Ok(profile)
    }

    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// Every competency is in the library; weights make a whole; nothing stands in it twice or without words.
    pub fn check(&self, library: &Library) -> Result<(), RoleError> {
        said("names", &self.names)?;
        said("purpose", &self.purpose)?;
        let mut seen = BTreeSet::new();
        for item in self.parts.iter().flat_map(|part| &part.items) {
            said(&item.number, &item.text)?;
            if !seen.insert(&item.number) {
                return Err(RoleError::Twice(item.number.clone()));
            }
        }
        let mut seen = BTreeSet::new();
        for one in &self.competencies {
            if !library.contains_key(&one.id) {
                return Err(RoleError::NoCompetency(one.id.clone()));
            }
            if !seen.insert(&one.id) {
                return Err(RoleError::Twice(one.id.clone()));
            }
            if !(1..=HIGHEST_LEVEL).contains(&one.expected) {
                return Err(RoleError::Level { id: one.id.clone(), level: one.expected });
            }
            if one.weight == 0 {
                return Err(RoleError::Weightless(one.id.clone()));
            }
        }
        let whole = self.competencies.iter().fold(0, |sum: u32, one| sum.saturating_add(one.weight));
        if whole == WHOLE { Ok(()) } else { Err(RoleError::NotWhole(whole)) }
    }

    pub fn items(&self, key: PartKey) -> impl Iterator<Item = &Item> {
        self.parts.iter().filter(move |part| part.key == key).flat_map(|part| &part.items)
    }
}

impl Competency {
    /// One competency as its own file.
    pub fn read(text: &str) -> Result<Self, RoleError> {
        let competency: Self = toml::from_str(text)?;
        competency.check()?;
        Ok(competency)
    }

    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    fn check(&self) -> Result<(), RoleError> {
        said(&self.id, &self.names)?;
        said(&self.id, &self.meaning)?;
        self.anchors.iter().try_for_each(|anchor| said(&self.id, anchor))?;
        let count = self.anchors.len();
        if count == usize::from(HIGHEST_LEVEL) {
            Ok(())
        } else {
            Err(RoleError::Anchors { id: self.id.clone(), count })
        }
    }

    /// What one sees at a level.
    pub fn anchor(&self, level: u8) -> Option<&Texts> {
        self.anchors.get(usize::from(level).checked_sub(1)?)
    }
}

/// The competencies that ship, read once.
pub fn library() -> Result<Library, RoleError> {
    static SHIPPED: LazyLock<Result<Library, RoleError>> = LazyLock::new(read_library);
    SHIPPED.clone()
}

fn read_library() -> Result<Library, RoleError> {
    let file: File = toml::from_str(COMPETENCIES)?;
    let mut found = Library::new();
    for competency in file.competencies {
        competency.check()?;
        let id = competency.id.clone();
        if found.insert(id.clone(), competency).is_some() {
            return Err(RoleError::Twice(id));
        }
    }
    Ok(found)
}

fn said(of: &str, texts: &Texts) -> Result<(), RoleError> {
    if texts.is_said() { Ok(()) } else { Err(RoleError::NoText(of.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [&str; 3] = ["en", "th", "ja"];

    fn is_in_every_language(texts: &Texts) -> bool {
        LANGUAGES.iter().all(|language| texts.0.get(*language).is_some_and(|text| !text.trim().is_empty()))
            && texts.0.len() == LANGUAGES.len()
    }

    fn shipped(role: &str) -> Profile {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == role).expect("it ships");
        Profile::read(text, &library().expect("it reads")).expect("it is sound")
    }

    #[test]
    fn what_ships_is_sound_and_says_everything_in_three_languages() {
        let library = library().expect("it reads");
        for one in library.values() {
            let texts = [&one.names, &one.meaning].into_iter().chain(&one.anchors);
            assert!(texts.into_iter().all(is_in_every_language), "{}", one.id);
        }
        let mut expected = BTreeSet::new();
        for (role, text) in SHIPPED {
            let profile = Profile::read(text, &library).unwrap_or_else(|error| panic!("{role}: {error}"));
            assert_eq!(profile.role, role);
            assert!(is_in_every_language(&profile.names) && is_in_every_language(&profile.purpose), "{role}");
            for item in profile.parts.iter().flat_map(|part| &part.items) {
                assert!(is_in_every_language(&item.text) && item.source.is_some(), "{role} {}", item.number);
            }
            expected.extend(profile.competencies.iter().map(|one| one.id.clone()));
            assert_eq!(Profile::read(&profile.to_text().expect("text"), &library).as_ref(), Ok(&profile));
        }
        let unused: Vec<&String> = library.keys().filter(|id| !expected.contains(*id)).collect();
        assert!(unused.len() < 8, "competencies that no role expects: {unused:?}");
    }

    /// Reference A2: every numbered duty of the sources, and the general part of the key account manager's description.
    #[test]
    fn every_numbered_duty_of_the_sources_is_there() {
        let sources = |role: &str, key| -> BTreeSet<String> {
            shipped(role).items(key).filter_map(|item| item.source.clone()).collect()
        };
        for (role, source) in [("aem", "000"), ("esd", "001"), ("hos", "002")] {
            let duties = sources(role, PartKey::Duties);
            assert!((1..=10).all(|number| duties.contains(&format!("{source}-{number}"))), "{role}: {duties:?}");
        }
        let duties = sources("kam", PartKey::Duties);
        assert!((1..=23).all(|number| duties.contains(&format!("003-2.{number}"))), "{duties:?}");
        let general = sources("kam", PartKey::General);
        assert!((1..=6).all(|number| general.contains(&format!("003-1.{number}"))), "{general:?}");
    }

    #[test]
    fn what_is_wrong_with_a_role_is_named() {
        let library = library().expect("it reads");
        let whole = shipped("ae");
        let wrong = |change: &dyn Fn(&mut Profile)| {
            let mut profile = whole.clone();
            change(&mut profile);
            profile.check(&library).expect_err("it is wrong").to_string()
        };
        let first = &whole.competencies[0];
        for (change, told) in [
            (
                (&|profile: &mut Profile| profile.competencies[0].id = "juggling".to_owned()) as &dyn Fn(&mut Profile),
                "there is no competency juggling".to_owned(),
            ),
            (
                &|profile: &mut Profile| profile.competencies[0].expected = 6,
                format!("{}: a level is 1 to 5, this one is 6", first.id),
            ),
            (
                &|profile: &mut Profile| profile.competencies[0].weight += 1,
                "the weights make 101, and not 100".to_owned(),
            ),
            (
                &|profile: &mut Profile| profile.competencies.push(profile.competencies[0].clone()),
                format!("{} stands in it twice", first.id),
            ),
            (&|profile: &mut Profile| profile.names.0.clear(), "names has no text in English".to_owned()),
        ] {
            assert_eq!(wrong(change), told);
        }
        let four = "id = \"x\"\nnames = { en = \"X\" }\nmeaning = { en = \"Y\" }\nanchors = [{ en = \"a\" }]";
        let error = Competency::read(four).expect_err("too few");
        assert_eq!(error.to_string(), "x: it has 1 anchors, one for each level from 1 to 5 is needed");
    }
}
