//! Queries, and signatures that are refused.

use super::{tests::plain, *};
use serde_json::{Value, json};

const ID: &str = "6f2c7d1e-0f3b-4c5a-9d87-3b1e5a7c9f20";

fn ask(pairs: &[(&str, &str)]) -> Result<Query, Invalid> {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Query::read(&pairs, Version::V1)
}

#[test]
fn a_query_is_read() {
    let query = ask(&[
        ("agent", r#"{"objectType":"Agent","name":"Ann","mbox":"mailto:ann@Example.org"}"#),
        ("verb", "https://example.org/verbs/read"),
        ("registration", &ID.to_uppercase()),
        ("related_agents", "true"),
        ("since", "2026-03-01T09:30:00+07:00"),
        ("limit", "10"),
        ("format", "ids"),
        ("ascending", "true"),
    ]);
    let query = query.expect("it is right");
    assert_eq!(query.agent, Some(Identity::Mbox("mailto:ann@example.org".to_owned())));
    assert_eq!(query.registration.as_deref(), Some(ID));
    assert_eq!(query.since, "2026-03-01T02:30:00Z".parse().ok());
    assert_eq!((query.limit, query.format), (10, Format::Ids));
    assert!(query.related_agents && query.ascending && !query.attachments && !query.related_activities);
    assert_eq!(ask(&[]), Ok(Query::default()));
    let one = ask(&[("voidedStatementId", ID), ("attachments", "true"), ("format", "canonical")]).expect("it is right");
    assert_eq!(one.voided_statement_id.as_deref(), Some(ID));
}

#[test]
fn a_query_that_cannot_be_answered_is_refused() {
    let cases: [(&str, &[(&str, &str)]); 20] = [
        ("foo", &[("foo", "bar")]),
        ("Limit", &[("Limit", "1")]),
        ("StatementId", &[("StatementId", ID)]),
        ("statementId", &[("statementId", "wrong")]),
        ("voidedStatementId", &[("statementId", ID), ("voidedStatementId", ID)]),
        ("limit", &[("statementId", ID), ("limit", "1")]),
        ("ascending", &[("ascending", "true"), ("voidedStatementId", ID)]),
        ("limit", &[("limit", "-1")]),
        ("limit", &[("limit", "")]),
        ("limit", &[("limit", "1"), ("limit", "2")]),
        ("agent", &[("agent", "wrong")]),
        ("agent", &[("agent", r#"{"name":"Ann"}"#)]),
        ("agent.mbox", &[("agent", r#"{"mbox":"ann"}"#)]),
        ("agent", &[("agent", r#"{"objectType":"Group","member":[{"mbox":"mailto:a@example.org"}]}"#)]),
        ("verb", &[("verb", "read")]),
        ("activity", &[("activity", "example.org/a")]),
        ("registration", &[("registration", "7")]),
        ("since", &[("since", "2026-03-01")]),
        ("format", &[("format", "IDs")]),
        ("attachments", &[("attachments", "True")]),
    ];
    for (at, pairs) in cases {
        assert_eq!(ask(pairs).expect_err(at).at, at, "{pairs:?}");
    }
}

#[test]
fn filters_reach_as_far_as_they_say() {
    let mut below = plain();
    below["objectType"] = json!("SubStatement");
    below["context"] = json!({ "contextActivities": { "grouping": [{ "id": "https://example.org/shelves/1" }] } });
    let mut above = plain();
    above["actor"] = json!({ "objectType": "Group", "member": [{ "mbox": "mailto:bob@example.org" }] });
    above["object"] = below;
    above["context"] = json!({
        "contextGroups": [{
            "objectType": "contextGroup",
            "group": { "objectType": "Group", "openid": "https://example.org/t" },
        }],
    });
    let statement = Statement::read(above, Version::V2).expect("it is right");
    let by_agent = |agent: Value, related: &str| {
        statement.matches(&ask(&[("agent", &agent.to_string()), ("related_agents", related)]).expect("it is right"))
    };
    let (bob, ann) = (json!({ "mbox": "mailto:bob@example.org" }), json!({ "mbox": "mailto:ann@example.org" }));
    let team = json!({ "objectType": "Group", "openid": "https://example.org/t" });
    assert!(by_agent(bob, "false"), "a member of a group");
    assert!(!by_agent(ann.clone(), "false") && by_agent(ann, "true"), "of the sub-statement");
    assert!(!by_agent(team.clone(), "false") && by_agent(team, "true"), "around it");
    let by_activity = |id: &str, related: &str| {
        statement.matches(&ask(&[("activity", id), ("related_activities", related)]).expect("it is right"))
    };
    for id in ["https://example.org/shelves/1", "https://example.org/books/1"] {
        assert!(!by_activity(id, "false") && by_activity(id, "true"), "{id}");
    }
    assert!(!statement.matches(&ask(&[("verb", "https://example.org/verbs/wrote")]).expect("it is right")));
    assert!(!statement.matches(&ask(&[("registration", ID)]).expect("it is right")));
}

#[test]
fn a_broken_signature_is_told_apart() {
    let statement = Statement::read(plain(), Version::V1).expect("it is right");
    for (content, why) in [
        ("", Why::Jws),
        ("e30.e30", Why::Jws),
        ("e30.e30.", Why::Jws),
        ("e3*.e30.e30", Why::Jws),
        ("e30.e30.e30.e30", Why::Jws),
        ("e30.e30.e30", Why::Algorithm("none".to_owned())),
    ] {
        assert_eq!(check_signature(content.as_bytes(), &statement, Version::V1).expect_err(content).why, why);
    }
    let payload = check_signature(b"eyJhbGciOiJSUzI1NiJ9.e30.e30", &statement, Version::V1).expect_err("no statement");
    assert!(matches!(payload.why, Why::Signed(_)));
}

#[test]
fn a_signature_is_plain_bytes() {
    let mut value = plain();
    value["attachments"] = json!([{
        "usageType": SIGNATURE, "display": { "en": "Signature" }, "contentType": "text/plain", "length": 1,
        "sha2": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }]);
    let refused = Statement::read(value.clone(), Version::V2).expect_err("text");
    assert_eq!(refused.at, "attachments[0].contentType");
    value["attachments"][0]["contentType"] = json!("application/octet-stream");
    let statement = Statement::read(value, Version::V2).expect("it is right");
    assert!(statement.attachments().iter().all(Attachment::is_signature));
}
