//! Every reason has a sentence in each language, with the slots it fills.

use pay_rules::Reason;
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn every_reason_has_its_sentence_in_each_language() {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../edges/web-kit/locales");
    for language in ["en", "th", "ja"] {
        let text = fs::read_to_string(locales.join(language).join("pay.ftl")).expect("messages");
        let messages: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once(" = ")).collect();
        for (key, slots) in Reason::KEYS {
            let (_, sentence) =
                messages.iter().find(|(found, _)| *found == key).unwrap_or_else(|| panic!("{language}: no {key}"));
            let named = sentence.split("{ $").skip(1).filter_map(|rest| rest.split(" }").next());
            assert_eq!(named.collect::<BTreeSet<_>>(), slots.iter().copied().collect(), "{language}: {key}");
        }
        assert_eq!(messages.len(), Reason::KEYS.len(), "{language}: a sentence that nothing says");
    }
}
