use super::*;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

const ID: &str = "6f2c7d1e-0f3b-4c5a-9d87-3b1e5a7c9f20";
const OTHER: &str = "9a1b2c3d-4e5f-4a6b-8c7d-0e1f2a3b4c5d";
const SHA2: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub(super) fn plain() -> Value {
    json!({
        "actor": { "name": "Ann", "mbox": "mailto:ann@example.org" },
        "verb": { "id": "https://example.org/verbs/read", "display": { "en": "read", "th": "อ่าน" } },
        "object": { "id": "https://example.org/books/1", "definition": { "name": { "en": "Book", "ja": "本" } } },
    })
}

/// The plain statement with other values at these places.
fn with(changes: &[(&str, Value)]) -> Value {
    let mut statement = plain();
    for (place, value) in changes {
        let mut spot = &mut statement;
        for name in place.split('.') {
            if !spot.is_object() {
                *spot = Value::Object(Map::new());
            }
            spot = spot.as_object_mut().expect("made").entry(name).or_insert(Value::Null);
        }
        *spot = value.clone();
    }
    statement
}

fn read(value: Value) -> Statement {
    Statement::read(value, Version::V2).expect("it is right")
}

fn check_refused(version: Version, at: &str, changes: &[(&str, Value)]) {
    let error = Statement::read(with(changes), version).expect_err(at);
    assert_eq!(error.at, at, "{error}");
}

fn attachment() -> Value {
    json!({
        "usageType": "https://example.org/usages/certificate", "display": { "en": "Certificate" },
        "contentType": "application/pdf", "length": 12, "sha2": SHA2,
    })
}

fn voided() -> Value {
    json!({ "id": VOIDED })
}

#[test]
fn what_is_wrong_is_named_by_its_place() {
    let group = |members: Value| json!({ "objectType": "Group", "member": members });
    let choice = |list: Value| json!({ "interactionType": "choice", "choices": list });
    let cases: [(&str, &str, Value); 58] = [
        ("id", "id", json!("6f2c7d1e")),
        ("id", "id", json!(7)),
        ("actor", "actor", json!({ "name": "Ann" })),
        ("actor", "actor", json!({ "mbox": "mailto:a@example.org", "openid": "https://example.org/a" })),
        ("actor.mbox", "actor.mbox", json!("ann@example.org")),
        ("actor.mbox", "actor.mbox", json!("mailto:ann")),
        ("actor.name", "actor.name", json!(null)),
        ("actor.objectType", "actor.objectType", json!("agent")),
        ("actor.mbox_sha1sum", "actor", json!({ "mbox_sha1sum": "12" })),
        ("actor.openid", "actor", json!({ "openid": "example.org/a" })),
        ("actor.account.homePage", "actor", json!({ "account": { "homePage": "example.org", "name": "7" } })),
        ("actor.account.name", "actor", json!({ "account": { "homePage": "https://example.org" } })),
        ("actor.member", "actor", group(json!([]))),
        ("actor.member[1]", "actor", group(json!([{ "mbox": "mailto:a@example.org" }, { "name": "B" }]))),
        ("actor.member[0].member", "actor", group(json!([group(json!([]))]))),
        ("verb", "verb", json!("read")),
        ("verb.id", "verb", json!({})),
        ("verb.id", "verb.id", json!("should fail")),
        ("verb.id", "verb.id", json!("a=b:c")),
        ("verb.ID", "verb.ID", json!("https://example.org/verbs/read")),
        ("verb.display.en", "verb.display.en", json!(7)),
        ("verb.display.something", "verb.display.something", json!("x")),
        ("object", "verb", voided()),
        ("object.objectType", "object.objectType", json!("activity")),
        ("object.id", "object", json!({ "objectType": "StatementRef", "id": "7" })),
        ("object.objectType", "object.objectType", json!(7)),
        ("object.definition", "object.definition", json!("Book")),
        ("object.definition.type", "object.definition.type", json!("book")),
        ("object.definition.moreInfo", "object.definition.moreInfo", json!("/book")),
        ("object.definition.interactionType", "object.definition.interactionType", json!("Choice")),
        ("object.definition.scale", "object.definition", json!({ "scale": [] })),
        ("object.definition.choices[1].id", "object.definition", choice(json!([{ "id": "a" }, { "id": "a" }]))),
        ("object.definition.choices[0].text", "object.definition", choice(json!([{ "id": "a", "text": "A" }]))),
        ("object.definition.extensions.level", "object.definition.extensions", json!({ "level": 1 })),
        ("result.score.scaled", "result.score.scaled", json!(1.01)),
        ("result.score.raw", "result.score", json!({ "min": 0, "max": 10, "raw": 10.5 })),
        ("result.score.min", "result.score", json!({ "min": 10, "max": 0 })),
        ("result.score.max", "result.score.max", json!("100")),
        ("result.success", "result.success", json!("true")),
        ("result.duration", "result.duration", json!("P4W1D")),
        ("result.grade", "result.grade", json!("A")),
        ("context.registration", "context.registration", json!("7")),
        ("context.team.objectType", "context.team", json!({ "mbox": "mailto:team@example.org" })),
        ("context.language", "context.language", json!("something")),
        ("context.statement.objectType", "context.statement", json!({ "id": ID })),
        ("context.contextActivities.above", "context.contextActivities.above", json!([])),
        ("context.contextActivities.parent[0].id", "context.contextActivities.parent", json!([{}])),
        ("context.contextActivities.parent.id", "context.contextActivities.parent", json!({})),
        ("context.contextAgents[0].objectType", "context.contextAgents", json!([{ "objectType": "Agent" }])),
        ("timestamp", "timestamp", json!("2026-03-01")),
        ("timestamp", "timestamp", json!("2026-03-01T09:30:00-00:00")),
        ("stored", "stored", json!("yesterday")),
        ("authority", "authority", group(json!([{ "mbox": "mailto:a@example.org" }]))),
        ("version", "version", json!("1.1.0")),
        ("attachments", "attachments", attachment()),
        (
            "attachments[0].sha2",
            "attachments",
            json!([{ "usageType": "a:b", "display": {}, "contentType": "a/b",
            "length": 1, "sha2": "x" }]),
        ),
        ("mood", "mood", json!("good")),
        ("object.definition.correctResponsesPattern", "object.definition.correctResponsesPattern", json!("a")),
    ];
    for (at, place, value) in cases {
        check_refused(Version::V2, at, &[(place, value)]);
    }
    assert_eq!(Statement::read(json!([]), Version::V1).expect_err("a list").at, "statement");
}

#[test]
fn what_is_missing_is_named_by_its_place() {
    for name in ["actor", "verb", "object"] {
        let mut statement = plain();
        statement.as_object_mut().expect("an object").remove(name);
        assert_eq!(
            Statement::read(statement, Version::V1).expect_err(name),
            Invalid { at: name.to_owned(), why: Why::Missing }
        );
    }
}

#[test]
fn a_sub_statement_is_a_statement_without_what_the_store_sets() {
    let mut below = plain();
    below["objectType"] = json!("SubStatement");
    assert_eq!(read(with(&[("object", below.clone())])).object_activity(), None);
    let cases = [
        ("id", json!(ID), "object.id"),
        ("stored", json!("2026-03-01T09:30:00Z"), "object.stored"),
        ("version", json!("1.0.0"), "object.version"),
        ("authority", json!({ "mbox": "mailto:a@example.org" }), "object.authority"),
        ("object", below.clone(), "object.object"),
        ("actor", json!({}), "object.actor"),
        ("context", json!({ "language": "a12345678" }), "object.context.language"),
    ];
    for (name, value, at) in cases {
        let mut below = below.clone();
        below[name] = value;
        check_refused(Version::V1, at, &[("object", below)]);
    }
}

#[test]
fn revision_and_platform_go_with_an_activity() {
    let agent = json!({ "objectType": "Agent", "mbox": "mailto:bob@example.org" });
    for name in ["context.revision", "context.platform"] {
        read(with(&[(name, json!("7"))]));
        check_refused(Version::V2, name, &[(name, json!("7")), ("object", agent.clone())]);
    }
}

#[test]
fn each_version_has_its_own_rules() {
    let agents = json!([{ "objectType": "contextAgent", "agent": { "mbox": "mailto:bob@example.org" } }]);
    read(with(&[("context.contextAgents", agents.clone())]));
    check_refused(Version::V1, "context.contextAgents", &[("context.contextAgents", agents)]);
    let local = [("timestamp", json!("2026-03-01T09:30:00"))];
    assert!(Statement::read(with(&local), Version::V1).is_ok());
    check_refused(Version::V2, "timestamp", &local);
    let two = [("version", json!("2.0.0"))];
    read(with(&two));
    check_refused(Version::V1, "version", &two);
    read(with(&[("version", json!("1.0.9"))]));
}

#[test]
fn versions_are_read_from_headers() {
    for (header, version) in [
        ("1.0", Some(Version::V1)),
        ("1.0.3", Some(Version::V1)),
        ("2.0.0", Some(Version::V2)),
        ("2.0", Some(Version::V2)),
        ("1.0.", None),
        ("1.1.0", None),
        ("0.95", None),
        ("1.0.x", None),
        ("", None),
        ("2.0.0 ", None),
    ] {
        assert_eq!(Version::read(header), version, "{header}");
    }
    assert_eq!((Version::V1.told(), Version::V2.told()), ("1.0.3", "2.0.0"));
}

#[test]
fn forms_are_told_apart() {
    let fit: [(Kind, &[&str], &[&str]); 7] = [
        (
            Kind::Language,
            &[
                "en",
                "cmn",
                "zh-Hant",
                "sr-Latn-RS",
                "es-419",
                "de-CH-1996",
                "zh-cmn-Hans-CN",
                "x-own",
                "i-klingon",
                "en-a-bbb-x-a-ccc",
                "sl-rozaj-biske",
            ],
            &["", "e", "something", "en-", "en_GB", "zh-z-aaa-z-bbb-c-ccc", "en-x", "de-1996-1996", "1en", "en-a"],
        ),
        (
            Kind::Duration,
            &["P3Y", "P4W", "PT0S", "P1DT12H", "PT0.5H", "P3Y1M29DT4H35M59.14S", "PT1,5M"],
            &["", "P", "PT", "P1DT", "P4W1D", "PT1.5H2M", "P1H", "1D", "P0001-01-01T00:00:00", "PT1S2M", "PTS", "P-1D"],
        ),
        (
            Kind::Iri,
            &["https://example.org/a?b=%20#c", "urn:isbn:1", "mailto:a@example.org", "https://example.org/本"],
            &["", "example.org/a", "1a:b", "a:", "https://example.org/a b", "https://example.org/%2", "a:<b>"],
        ),
        (
            Kind::Mailto,
            &["mailto:ann@example.org", "mailto:a+b@example.org"],
            &[
                "mailto:example.org",
                "MAILTO:a@example.org",
                "mailto:@example.org",
                "mailto:a@b?subject=c",
                "mailto:a@",
                "mailto:a@b.org,c@d.org",
            ],
        ),
        (
            Kind::MediaType,
            &["text/plain", "text/plain; charset=ascii", "image/svg+xml"],
            &["", "text", "text/", "a b/c"],
        ),
        (
            Kind::Timestamp(Version::V1),
            &["2026-03-01T09:30:00.601Z", "20260301T093000+0100", "2026-03-01T09:30Z"],
            &["2026-03-01", "01/03/2026", "2026-03-01T09:30:00-00", "2026-03-01T09:30:00-0000", "2026-02-30T09:30:00Z"],
        ),
        (
            Kind::Timestamp(Version::V2),
            &["2026-03-01T09:30:00.601+07:00", "2026-03-01t09:30:00z"],
            &[
                "20260301T093000Z",
                "2026-03-01T09:30Z",
                "2026-03-01T09:30:00+07",
                "2026-03-01T09:30:00-00:00",
                "2026-03-01T09:30:00.Z",
                "2026-03-01T09:30:00Z[UTC]",
            ],
        ),
    ];
    for (kind, right, wrong) in fit {
        for text in right {
            assert!(kind.fits(text), "{kind:?} {text}");
        }
        for text in wrong {
            assert!(!kind.fits(text), "{kind:?} {text}");
        }
        assert!(kind.fits(kind.example()), "{kind:?}");
    }
}

#[test]
fn a_statement_says_what_it_is_about() {
    let statement = read(with(&[
        ("id", json!(ID.to_uppercase())),
        ("context.registration", json!(OTHER.to_uppercase())),
        ("context.contextActivities.parent", json!({ "id": "https://example.org/shelves/1" })),
        ("result", json!({ "score": { "scaled": 0.95, "raw": 19, "min": 0, "max": 20 }, "success": true })),
        ("timestamp", json!("2026-03-01T16:30:00+07:00")),
        ("attachments", json!([attachment()])),
    ]));
    assert_eq!(statement.id(), Some(ID));
    assert_eq!(statement.registration(), Some(OTHER));
    assert_eq!(statement.verb(), "https://example.org/verbs/read");
    assert_eq!(statement.actor(), Some(Identity::Mbox("mailto:ann@example.org".to_owned())));
    assert_eq!(statement.object_activity(), Some("https://example.org/books/1"));
    assert_eq!((statement.refers_to(), statement.voids()), (None, None));
    let score = statement.score().expect("there is one");
    assert_eq!((score.scaled, score.max), (Some(Decimal::new(95, 2)), Some(Decimal::from(20))));
    assert_eq!((statement.success(), statement.completion()), (Some(true), None));
    assert_eq!(statement.timestamp(), "2026-03-01T09:30:00Z".parse().ok());
    assert_eq!(statement.attachments().first().map(|one| (one.length, one.has_url)), Some((12, false)));
    let parent = statement.json().get("context").and_then(|context| context.pointer("/contextActivities/parent"));
    assert!(parent.is_some_and(Value::is_array), "one activity is given back in a list");
    let reference = json!({ "objectType": "StatementRef", "id": OTHER.to_uppercase() });
    assert_eq!(read(with(&[("verb", voided()), ("object", reference)])).voids(), Some(OTHER));
}

#[test]
fn the_store_completes_what_is_not_said() {
    let stored: Timestamp = "2026-03-02T08:00:00.25Z".parse().expect("a time");
    let authority = json!({ "mbox": "mailto:lrs@example.org" });
    let complete = |value: Value, version: Version| {
        let mut statement = read(value);
        statement.complete(OTHER, stored, authority.clone(), version);
        statement.into_value()
    };
    let statement = complete(plain(), Version::V1);
    for (name, value) in [
        ("id", json!(OTHER)),
        ("stored", json!("2026-03-02T08:00:00.250Z")),
        ("timestamp", json!("2026-03-02T08:00:00.250Z")),
        ("authority", authority.clone()),
        ("version", json!("1.0.0")),
    ] {
        assert_eq!(statement.get(name), Some(&value), "{name}");
    }
    let said =
        with(&[("id", json!(ID)), ("timestamp", json!("2026-03-01T16:30:00+07:00")), ("version", json!("1.0.3"))]);
    let statement = complete(said, Version::V2);
    assert_eq!(statement.get("id"), Some(&json!(ID)));
    assert_eq!(statement.get("version"), Some(&json!("1.0.3")));
    assert_eq!(statement.get("timestamp"), Some(&json!("2026-03-01T09:30:00.000Z")));
}

#[test]
fn a_statement_is_the_same_whatever_the_store_and_the_activity_say() {
    let group = |members: Value| json!({ "objectType": "Group", "mbox": "mailto:t@example.org", "member": members });
    let (ann, bob) = (json!({ "mbox": "mailto:ann@example.org" }), json!({ "mbox": "mailto:bob@example.org" }));
    let same = [
        (with(&[("stored", json!("2026-03-01T09:30:00Z"))]), with(&[("authority", ann.clone())])),
        (with(&[("id", json!(ID))]), with(&[("version", json!("1.0.0"))])),
        (plain(), with(&[("timestamp", json!("2026-03-01T09:30:00Z"))])),
        (plain(), with(&[("verb.display", json!({ "de": "las" })), ("object.definition", json!({}))])),
        (plain(), with(&[("attachments", json!([attachment()])), ("actor.mbox", json!("mailto:ann@EXAMPLE.org"))])),
        (
            with(&[("timestamp", json!("2026-03-01T09:30:00Z"))]),
            with(&[("timestamp", json!("2026-03-01T16:30:00.0001+07:00"))]),
        ),
        (with(&[("result.duration", json!("PT1.239S"))]), with(&[("result.duration", json!("PT1.23S"))])),
        (with(&[("result.score.raw", json!(1.0))]), with(&[("result.score.raw", json!(1))])),
        (with(&[("actor", group(json!([ann, bob])))]), with(&[("actor", group(json!([bob, ann])))])),
    ];
    for (one, other) in same {
        assert!(read(one.clone()).same_as(&read(other.clone())), "{one} {other}");
    }
    for (place, value) in [
        ("verb.id", json!("https://example.org/verbs/wrote")),
        ("result.success", json!(true)),
        ("actor.mbox", json!("mailto:Ann@example.org")),
        ("object.id", json!("https://example.org/books/2")),
    ] {
        assert!(!read(plain()).same_as(&read(with(&[(place, value)]))), "{place}");
    }
    assert!(!read(with(&[("id", json!(ID))])).same_as(&read(with(&[("id", json!(OTHER))]))));
    let at = |minute: u8| read(with(&[("timestamp", json!(format!("2026-03-01T09:{minute}:00Z")))]));
    assert!(!at(30).same_as(&at(31)));
}

#[test]
fn formats_keep_what_they_are_for() {
    let members = json!([{ "name": "Bob", "mbox": "mailto:bob@example.org" }]);
    let statement = read(with(&[
        ("context.team", json!({ "objectType": "Group", "name": "Team", "member": members })),
        ("context.contextActivities.other", json!([{ "objectType": "Activity", "id": "https://example.org/a" }])),
        ("context.extensions", json!({ "https://example.org/x": { "name": { "en": "x", "th": "y" } } })),
    ]));
    let ids = statement.in_format(Format::Ids, &[]);
    assert_eq!(ids.get("actor"), Some(&json!({ "mbox": "mailto:ann@example.org" })));
    assert_eq!(ids.get("verb"), Some(&json!({ "id": "https://example.org/verbs/read" })));
    assert_eq!(ids.get("object"), Some(&json!({ "id": "https://example.org/books/1" })));
    let team = json!({ "objectType": "Group", "member": [{ "mbox": "mailto:bob@example.org" }] });
    assert_eq!(ids.pointer("/context/team"), Some(&team));
    assert_eq!(ids.pointer("/context/contextActivities/other/0"), Some(&json!({ "id": "https://example.org/a" })));
    let exact = statement.in_format(Format::Exact, &accept_languages("th"));
    assert_eq!(exact, statement.clone().into_value());
    let languages = accept_languages("ja;q=0.4, th-TH, *;q=0.1");
    let canonical = statement.in_format(Format::Canonical, &languages);
    assert_eq!(canonical.pointer("/verb/display"), Some(&json!({ "th": "อ่าน" })));
    assert_eq!(canonical.pointer("/object/definition/name"), Some(&json!({ "ja": "本" })));
    assert_eq!(canonical.get("actor"), exact.get("actor"));
    assert_eq!(canonical.pointer("/context/extensions"), exact.pointer("/context/extensions"));
}

#[test]
fn languages_go_by_weight() {
    let languages = |header: &str| accept_languages(header).join(" ");
    assert_eq!(languages("en-GB"), "en-GB");
    assert_eq!(languages("th;q=0.5, en , ja;q=0.75,de;q=0, fr;q=x, es;q=2"), "en ja th");
    assert_eq!(languages(""), "");
    let tags = read(with(&[("verb.display", json!({ "en-GB": "a", "en-US": "b", "th": "c" }))]));
    for (header, tag) in [("en", "en-GB"), ("en-us", "en-US"), ("th-TH", "th"), ("fr", "en-GB"), ("*", "en-GB")] {
        let canonical = tags.in_format(Format::Canonical, &accept_languages(header));
        let display = canonical.pointer("/verb/display").and_then(Value::as_object).expect("an object");
        assert_eq!(display.keys().collect::<Vec<_>>(), [tag], "{header}");
    }
}
