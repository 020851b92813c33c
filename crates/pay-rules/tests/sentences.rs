//! Every reason and every clause of a plan has a sentence in each language, with the slots it fills.

use pay_rules::{Clause, Reason};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const LANGUAGES: [&str; 3] = ["en", "th", "ja"];

fn locales() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../edges/web-kit/locales")
}

fn messages(text: &str) -> Vec<(&str, &str)> {
    text.lines().filter_map(|line| line.split_once(" = ")).collect()
}

fn slots(sentence: &str) -> BTreeSet<&str> {
    sentence.split("{ $").skip(1).filter_map(|rest| rest.split(" }").next()).collect()
}

#[test]
fn every_reason_has_its_sentence_in_each_language() {
    for language in LANGUAGES {
        let text = fs::read_to_string(locales().join(language).join("pay.ftl")).expect("messages");
        let messages = messages(&text);
        for (key, named) in Reason::KEYS {
            let (_, sentence) =
                messages.iter().find(|(found, _)| *found == key).unwrap_or_else(|| panic!("{language}: no {key}"));
            assert_eq!(slots(sentence), named.iter().copied().collect(), "{language}: {key}");
        }
        assert_eq!(messages.len(), Reason::KEYS.len(), "{language}: a sentence that nothing says");
    }
}

#[test]
fn every_clause_and_each_of_its_phrases_has_its_words_in_each_language() {
    for language in LANGUAGES {
        let text = fs::read_to_string(locales().join(language).join("plan.ftl")).expect("messages");
        let messages = messages(&text);
        let said = |key: &str| {
            let found = messages.iter().find(|(found, _)| *found == key);
            found.unwrap_or_else(|| panic!("{language}: no {key}")).1
        };
        for (key, named) in Clause::KEYS {
            // A slot may stand in the phrase of another one.
            let phrases = Clause::PHRASES.iter().filter(|(slot, _)| named.contains(slot));
            let phrases = phrases.flat_map(|(slot, words)| words.iter().map(move |word| format!("plan-{slot}-{word}")));
            let inner: Vec<String> = phrases.collect();
            let inner: BTreeSet<&str> = inner.iter().flat_map(|key| slots(said(key))).collect();
            let all: BTreeSet<&str> = slots(said(key)).union(&inner).copied().collect();
            let named: BTreeSet<&str> = named.iter().copied().collect();
            assert!(slots(said(key)).is_subset(&named), "{language}: {key}");
            assert!(named.is_subset(&all), "{language}: {key} leaves out {named:?}");
        }
        for (slot, words) in Clause::PHRASES {
            for word in words {
                said(&format!("plan-{slot}-{word}"));
            }
        }
    }
}
