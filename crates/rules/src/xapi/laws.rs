//! What holds of any statement.

use super::{tests::plain, *};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Value, json};

fn agent() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-z]{1,6}".prop_map(|name| json!({ "mbox": format!("mailto:{name}@example.org") })),
        "[0-9a-fA-F]{40}".prop_map(|sum| json!({ "objectType": "Agent", "mbox_sha1sum": sum })),
        "[a-z]{1,6}".prop_map(|name| json!({ "name": "A", "openid": format!("https://{name}.example.org/") })),
        "\\PC{1,9}".prop_map(|name| json!({ "account": { "homePage": "https://example.org", "name": name } })),
    ]
}

fn actor() -> impl Strategy<Value = Value> {
    let group = vec(agent(), 1..4).prop_map(|members| json!({ "objectType": "Group", "member": members }));
    prop_oneof![agent(), group]
}

fn texts() -> impl Strategy<Value = Value> {
    let tag = prop::sample::select(vec!["en", "en-GB", "th", "ja-JP", "zh-Hans-CN"]);
    prop::collection::btree_map(tag, "\\PC{0,9}", 0..4).prop_map(|texts| json!(texts))
}

fn activity() -> impl Strategy<Value = Value> {
    ("[a-z]{1,6}", texts(), texts()).prop_map(|(id, name, description)| {
        json!({ "id": format!("https://example.org/{id}"), "definition": { "name": name, "description": description } })
    })
}

/// -0.07 as JSON has it.
fn hundredths(of: i32) -> Value {
    let sign = if of < 0 { "-" } else { "" };
    serde_json::from_str(&format!("{sign}{}.{:02}", of.abs() / 100, of.abs() % 100)).expect("a number")
}

fn statement() -> impl Strategy<Value = Value> {
    let object = prop_oneof![
        activity(),
        "[0-9a-fA-F]{8}".prop_map(|start| {
            json!({ "objectType": "StatementRef", "id": format!("{start}-0f3b-4c5a-9d87-3b1e5a7c9f20") })
        }),
    ];
    let score = (-100..=100_i32, 0..50_u32)
        .prop_map(|(scaled, raw)| json!({ "scaled": hundredths(scaled), "raw": raw, "min": 0, "max": 50 }));
    let time = option::of(0..2_000_000_000_i64);
    (actor(), texts(), object, option::of(score), option::of(actor()), option::of(activity()), time, any::<bool>())
        .prop_map(|(actor, display, object, score, instructor, parent, time, is_below)| {
            let mut one = json!({
                "actor": actor, "verb": { "id": "https://example.org/did", "display": display }, "object": object,
                "context": {}, "result": {},
            });
            if let Some(score) = score {
                one["result"]["score"] = score;
            }
            if let Some(instructor) = instructor {
                one["context"]["instructor"] = instructor;
            }
            if let Some(parent) = parent {
                one["context"]["contextActivities"] = json!({ "parent": parent });
            }
            if let Some(second) = time {
                let time = jiff::Timestamp::from_second(second).expect("small");
                one["timestamp"] = json!(time.to_string());
            }
            if is_below {
                one["objectType"] = json!("SubStatement");
                let mut above = plain();
                above["object"] = one;
                above
            } else {
                one
            }
        })
}

fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let group = |three: &[u8]| {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        (0..=three.len()).map(|place| char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize])).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

fn signed(header: &Value, payload: &Value) -> Vec<u8> {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    format!("{}.{}.{}", part(header), part(payload), base64url(b"signature")).into_bytes()
}

proptest! {
    #[test]
    fn what_is_written_is_read(value in statement()) {
        let one = Statement::read(value.clone(), Version::V2).expect("it is right");
        let text = one.clone().into_value().to_string();
        let again = Statement::read(serde_json::from_str(&text).expect("JSON"), Version::V2).expect("it is right");
        prop_assert_eq!(&again, &one);
        prop_assert!(again.same_as(&one) && Statement::read(value, Version::V1).is_ok_and(|first| first.same_as(&one)));
    }

    #[test]
    fn a_completed_statement_is_the_same_and_right(value in statement(), second in 0..2_000_000_000_i64) {
        let one = Statement::read(value, Version::V2).expect("it is right");
        let stored = jiff::Timestamp::from_second(second).expect("small");
        let mut whole = one.clone();
        let authority = json!({ "mbox": "mailto:lrs@example.org" });
        whole.complete("6f2c7d1e-0f3b-4c5a-9d87-3b1e5a7c9f20", stored, authority, Version::V2);
        prop_assert!(whole.same_as(&one) && one.same_as(&whole));
        prop_assert_eq!(whole.stored(), Some(stored));
        prop_assert_eq!(whole.timestamp(), one.timestamp().or(Some(stored)));
        prop_assert_eq!(Statement::read(whole.clone().into_value(), Version::V2), Ok(whole));
    }

    #[test]
    fn formats_are_stable_and_keep_what_filters_ask(value in statement(), header in "(en|th|ja|zh|\\*)(-GB|-JP)?") {
        let one = Statement::read(value, Version::V2).expect("it is right");
        let languages = accept_languages(&header);
        for format in [Format::Ids, Format::Exact, Format::Canonical] {
            let once = Statement::read(one.in_format(format, &languages), Version::V2).expect("it is right");
            prop_assert_eq!(once.in_format(format, &languages), once.clone().into_value());
            for is_related in [false, true] {
                prop_assert_eq!(once.activities(is_related), one.activities(is_related));
                prop_assert!(once.agents(is_related).iter().all(|agent| one.agents(is_related).contains(agent)));
            }
            prop_assert!(format == Format::Ids || once.same_as(&one));
        }
    }

    #[test]
    fn a_statement_is_found_by_what_is_in_it(value in statement()) {
        let one = Statement::read(value, Version::V2).expect("it is right");
        for related_agents in [false, true] {
            for agent in one.agents(related_agents) {
                let found = super::agent(&agent.json());
                prop_assert_eq!(found.as_ref(), Ok(&agent));
                let query = Query { agent: Some(agent), related_agents, ..Query::default() };
                prop_assert!(one.matches(&query));
            }
        }
        for related_activities in [false, true] {
            for activity in one.activities(related_activities) {
                let query = Query { activity: Some(activity.to_owned()), related_activities, ..Query::default() };
                prop_assert!(one.matches(&query));
            }
        }
    }

    #[test]
    fn a_signature_signs_its_own_statement(value in statement(), other in statement()) {
        let one = Statement::read(value.clone(), Version::V2).expect("it is right");
        let header = json!({ "alg": "RS384" });
        prop_assert_eq!(check_signature(&signed(&header, &value), &one, Version::V2), Ok(()));
        let is_same = Statement::read(other.clone(), Version::V2).expect("it is right").same_as(&one);
        prop_assert_eq!(check_signature(&signed(&header, &other), &one, Version::V2).is_ok(), is_same);
        let forged = check_signature(&signed(&json!({ "alg": "HS256" }), &value), &one, Version::V2);
        prop_assert_eq!(forged.expect_err("forged").why, Why::Algorithm("HS256".to_owned()));
    }

    #[test]
    fn any_content_is_answered(
        content in vec(any::<u8>(), 0..60), text in "\\PC{0,30}", dots in "[A-Za-z0-9_.-]{0,40}",
    ) {
        let one = Statement::read(plain(), Version::V1).expect("it is right");
        prop_assert!(check_signature(&content, &one, Version::V1).is_err());
        prop_assert!(check_signature(dots.as_bytes(), &one, Version::V1).is_err());
        for name in ["agent", "since", "limit", "verb", "format", "registration"] {
            let _ = Query::read(&[(name.to_owned(), text.clone())], Version::V1);
        }
        let _ = (accept_languages(&text), Version::read(&text));
        let mut value = plain();
        value["actor"]["mbox"] = json!(text);
        value["timestamp"] = json!(text);
        prop_assert!(Statement::read(value, Version::V1).is_err());
    }
}
