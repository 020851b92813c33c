use super::*;
use crate::{
    components::NullReason,
    page::{NAV, Status},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Each message with its text, as written in the files of a language.
fn messages(language: Language) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for source in FILES[language as usize] {
        let mut key = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, text)) =
                line.split_once(" =").filter(|_| line.starts_with(|first: char| first.is_ascii_alphabetic()))
            {
                name.clone_into(&mut key);
                assert!(found.insert(key.clone(), text.to_owned()).is_none(), "{language}: {key} is there twice");
            } else if let Some(text) = found.get_mut(&key) {
                text.push_str(line);
            }
        }
    }
    found
}

fn slots(text: &str) -> BTreeSet<&str> {
    let names = text.split('$').skip(1);
    names.filter_map(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next()).collect()
}

fn filled(name: &str) -> (&str, Slot) {
    (name, if name == "grain" { "month".into() } else { Slot::Count(2) })
}

/// Every source file below a folder.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The literals that directly follow an opening in a source text.
fn literals<'a>(text: &'a str, opening: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(opening).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
}

#[test]
fn all_languages_hold_the_same_messages_with_the_same_slots() {
    let english = messages(Language::En);
    assert!(english.len() > 500, "{} messages", english.len());
    for language in [Language::Th, Language::Ja] {
        let other = messages(language);
        let differing: Vec<_> = english.keys().filter(|key| !other.contains_key(*key)).collect();
        assert!(differing.is_empty(), "{language} lacks {differing:?}");
        assert_eq!(other.len(), english.len(), "{language} has messages that English lacks");
        for (key, text) in &english {
            assert_eq!(slots(text), slots(&other[key]), "{language}: slots of {key}");
        }
    }
}

#[test]
fn every_message_can_be_written() {
    for language in Language::EVERY {
        for (key, text) in messages(language) {
            let arguments: Vec<_> = slots(&text).into_iter().map(filled).collect();
            let written = Words::new(language).t_with(&key, &arguments);
            assert!(!written.trim().is_empty() && !written.contains(['{', '}']), "{language}: {key} reads `{written}`");
        }
    }
}

#[test]
fn every_key_that_is_used_exists() {
    let known = messages(Language::En);
    let mut missing = Vec::new();
    for (path, text) in sources(&crates()) {
        if path.ends_with("i18n/tests.rs") {
            continue; // names a key that is missing on purpose
        }
        for opening in [".t(", ".t_with(", "hint_key:"] {
            let keys = literals(&text, opening);
            missing
                .extend(keys.filter(|key| !known.contains_key(*key)).map(|key| format!("{key} in {}", path.display())));
        }
    }
    assert!(missing.is_empty(), "no message for {missing:#?}");
}

#[test]
fn every_record_type_field_and_choice_has_a_name() {
    let known = messages(Language::En);
    let mut needed = BTreeSet::from(["field-external_source".to_owned(), "field-external_id".to_owned()]);
    for (path, text) in sources(&crates().join("features")) {
        if !path.ends_with("src/records.rs") {
            continue;
        }
        for name in literals(&text, "    name: ") {
            needed.extend([format!("record-{name}"), format!("records-{name}")]);
        }
        needed.extend(literals(&text, "Field::new(").map(|name| format!("field-{name}")));
        for rest in text.split("Field::new(\"").skip(1) {
            let (name, rest) = rest.split_once('"').unwrap();
            let list = rest.strip_prefix(", Choice(&[").and_then(|list| list.split(']').next()).unwrap_or_default();
            needed.extend(list.split('"').skip(1).step_by(2).map(|value| format!("choice-{name}-{value}")));
        }
        if let Some((_, roles)) = text.split_once("ROLES: &[&str] = &[") {
            let list = roles.split(']').next().unwrap_or_default();
            needed.extend(list.split('"').skip(1).step_by(2).map(|role| format!("choice-role-{role}")));
        }
    }
    assert!(needed.len() > 60, "only {} names were found", needed.len());
    let missing: Vec<_> = needed.iter().filter(|key| !known.contains_key(*key)).collect();
    assert!(missing.is_empty(), "no message for {missing:?}");
}

#[test]
fn keys_made_from_words_of_the_code_exist() {
    for words in Language::EVERY.map(Words::new) {
        for status in Status::EVERY {
            assert!(!status.sentence(words).is_empty() && !status.hint(words).is_empty());
        }
        for reason in NullReason::EVERY {
            assert!(!reason.sentence(words).is_empty());
            assert_eq!(NullReason::from_name(reason.name()), Some(reason));
        }
        for item in NAV {
            assert!(words.has(item.key), "{}", item.key);
        }
        for grain in base::Grain::EVERY {
            assert!(words.has(&format!("grain-{grain}")));
        }
        assert_eq!(words.field("owner"), words.t("owner"));
        assert_eq!(words.records("deal"), words.t("records-deal"));
        assert_eq!(words.choice("kind", "customer"), words.t("customer"));
    }
}

/// The tone of the glossary's style guide, where a machine can hear it.
#[test]
fn messages_keep_to_the_style_guide() {
    for (language, never) in [
        (Language::En, &["!", "sorry", "please", "Please"][..]),
        (Language::Th, &["!", "ครับ", "ค่ะ", "ท่าน", "ขออภัย", " %", "  "][..]),
        (Language::Ja, &["!", "！", "あなた", "ご利用", "申し訳", "ｱ", "ｶ", " %", "  "][..]),
    ] {
        for (key, text) in messages(language).into_iter().filter(|(_, text)| !text.contains("->")) {
            for word in never {
                assert!(!text.contains(word), "{language}: {key} has `{word}`");
            }
        }
    }
}

#[test]
fn counts_choose_the_plural_and_are_grouped() {
    for (language, count, text) in [
        (Language::En, 1, "1 row"),
        (Language::En, 12_400, "12,400 rows"),
        (Language::Th, 1, "1 รายการ"),
        (Language::Ja, 12_400, "12,400件"),
    ] {
        assert_eq!(Words::new(language).t_with("rows-count", &[("count", Slot::Count(count))]), text);
    }
    let named =
        Words::new(Language::Ja).t_with("kpi-by-period", &[("name", "売上高".into()), ("grain", "month".into())]);
    assert_eq!(named, "月別の売上高");
}

#[test]
fn slots_are_filled_without_marks() {
    let words = Words::new(Language::Th);
    assert_eq!(words.t_with("sign-in-to", &[("company", "Acme".into())]), "เข้าสู่ระบบของ Acme");
}

#[test]
#[should_panic(expected = "no message `no-such-key` in ja")]
fn a_missing_key_fails_a_test() {
    Words::new(Language::Ja).t("no-such-key");
}

#[test]
fn the_header_of_a_browser_chooses_the_language() {
    for (header, language) in [
        ("th-TH,th;q=0.9,en;q=0.8", Some(Language::Th)),
        ("fr-FR, ja;q=0.5, en;q=0.4", Some(Language::Ja)),
        ("en;q=0.3,ja;q=0.31", Some(Language::Ja)),
        ("EN-gb", Some(Language::En)),
        ("ja;q=0, th;q=0.1", Some(Language::Th)),
        ("en,th", Some(Language::En)),
        ("de, fr;q=0.9", None),
        ("*", None),
        ("", None),
        ("th;q=, ja;q=x.y;;", None),
    ] {
        assert_eq!(Language::from_accept_language(header), language, "{header}");
    }
}

#[test]
fn a_language_is_read_by_its_code() {
    for language in Language::EVERY {
        assert_eq!(language.to_string().parse(), Ok(language));
    }
    let error = "de".parse::<Language>().unwrap_err();
    assert_eq!(error.to_string(), "`de` is not a language of the product; use en, th or ja");
}
