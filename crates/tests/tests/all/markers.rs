//! Invariant 7: a marker in each record that is another's appears in no answer of any page, file or API, as any role.

use access::{Access, NewPerson, SignIn};
use base::{Money, RecordId};
use db::Change;
use rules::{
    log::{Fields, Origin},
    record::{Field, FieldKind, RecordType, Scope, Value},
};
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};
use testkit::{CountedRandom, TestApp, on_both};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const MARKER: &str = "Zqxmarker";
/// Stands in amounts, which no page writes as words.
const AMOUNT: i64 = 7_351_946;
const PASSWORD: &str = "correct horse battery";
/// Roles that see their own and their reports' records only.
const ROLES: [&str; 8] = ["sdr", "ae", "am", "aem", "esd", "kam", "regional", "se"];

async fn person(access: &Access, name: &str, role: &str, manager: Option<RecordId>) -> RecordId {
    let email = format!("{name}@acme.example");
    let (id, link) = access
        .invite(&NewPerson { name, email: &email, role, team: None, manager }, None, Origin::Cli)
        .await
        .expect("invited");
    access.use_link(&link, PASSWORD, "test").await.expect("a password");
    id
}

/// Something in every field: the marker where there is room for a text, references as they are known so far.
fn filled(record_type: &RecordType, known: &BTreeMap<&str, RecordId>, own: RecordId) -> Fields {
    let value = |field: &Field| {
        Some(match field.kind {
            // What does not read is shown to nobody.
            FieldKind::Text if (record_type.name, field.name) == ("territory_rules", "definition") => {
                Value::Text("[]".to_owned())
            }
            FieldKind::Text if (record_type.name, field.name) == ("territory_change", "definition") => {
                let stored = r#"{"basis":{"rules":{"version":1}},"credit_days":90,"handed_over":[]}"#;
                Value::Text(stored.to_owned())
            }
            FieldKind::Text => Value::Text(format!("{MARKER} {}", field.name)),
            FieldKind::Decimal if field.fraction => Value::Decimal("0.5".parse().expect("a number")),
            FieldKind::Decimal => Value::Decimal(base::Amount::from(AMOUNT)),
            FieldKind::Integer => Value::Integer(1),
            FieldKind::Date => Value::Date("2026-01-02".parse().expect("a day")),
            FieldKind::Currency => Value::Text("THB".to_owned()),
            FieldKind::Choice(words) => Value::Text(words[0].to_owned()),
            FieldKind::Reference("person") => Value::Reference(own),
            FieldKind::Reference(target) => Value::Reference(*known.get(target)?),
            FieldKind::Money => Value::Money(Money::new(AMOUNT * 100, "THB".parse().expect("a currency"))),
            FieldKind::Moment if field.required => Value::Moment("2026-01-02T08:00:00Z".parse().expect("a moment")),
            FieldKind::Flag if field.required => Value::Flag(false),
            FieldKind::Moment | FieldKind::Flag => return None,
        })
    };
    let fields = record_type.all_fields().filter(|field| field.name != "ends_on");
    let ends = record_type.field("ends_on").map(|_| ("ends_on", Value::Date("2026-01-04".parse().expect("a day"))));
    fields.filter_map(|field| Some((field.name, value(field)?))).chain(ends).collect()
}

/// What everybody may see, plainly; then one record of every other type, all of one owner.
async fn plant(app: &TestApp, owner: RecordId) -> BTreeMap<&'static str, RecordId> {
    let text = |text: &str| Value::Text(text.to_owned());
    let company = vec![("name", text("Company")), ("currency", text("THB")), ("revenue_basis", text("bookings"))];
    app.create(&access::COMPANY, company).await;
    let mut known = BTreeMap::new();
    known.insert("pipeline", app.create(&crm::PIPELINE, vec![("name", text("New"))]).await);
    known.insert("product", app.create(&crm::PRODUCT, vec![("name", text("Lathe"))]).await);
    let stage = vec![
        ("name", text("Proposal")),
        ("pipeline", Value::Reference(known["pipeline"])),
        ("position", Value::Integer(1)),
        ("kind", text("open")),
    ];
    known.insert("stage", app.create(&crm::STAGE, stage).await);
    let types = || {
        let pay = pay::RECORD_TYPES.iter().chain(compensation::RECORD_TYPES);
        let talent = [&appraisal::DEVELOPMENT_GOAL, &appraisal::CAREER_GOAL, &appraisal::CAREER_TALK];
        let people = coaching::RECORD_TYPES.iter().chain(training::RECORD_TYPES).chain(recruiting::RECORD_TYPES);
        let land = territories::RECORD_TYPES;
        crm::RECORD_TYPES.iter().chain(pay).chain(people).chain(land).copied().chain(talent)
    };
    let open = types().filter(|one| ["pattern", "course"].contains(&one.name));
    for record_type in open.chain([&appraisal::APPRAISAL_CYCLE]) {
        let plain = filled(record_type, &known, owner).into_iter().map(|(name, value)| match value {
            Value::Text(_) if name == "period" => (name, text("2026")),
            Value::Text(_) if name == "roles" => (name, text("ae")),
            Value::Text(words) => (name, Value::Text(words.replace(MARKER, "all"))),
            other => (name, other),
        });
        known.insert(record_type.name, app.create(record_type, plain.collect()).await);
    }
    let types = types();
    for record_type in types.filter(|known| known.scope != Scope::Everyone) {
        known.insert(record_type.name, app.create(record_type, filled(record_type, &known, owner)).await);
    }
    known.insert("attachment", attach(app, known["pay_dispute"], owner).await);
    known
}

/// A file of the owner's.
async fn attach(app: &TestApp, dispute: RecordId, owner: RecordId) -> RecordId {
    let fields = vec![
        ("of_type", Value::Text("pay_dispute".to_owned())),
        ("of_record", Value::Integer(dispute.0)),
        ("name", Value::Text(format!("{MARKER}.txt"))),
        ("size", Value::Integer(9)),
        ("attached_by", Value::Reference(owner)),
        ("attached_at", Value::Moment("2026-01-02T08:00:00Z".parse().expect("a moment"))),
    ];
    let id = app.db.new_id().await.expect("an id");
    let mut tx = app.begin();
    tx.put(Change::create(&attachments::ATTACHMENT, id, fields)).expect("a sound record");
    tx.attach(&attachments::ATTACHMENT, id, MARKER.into());
    tx.commit().await.expect("attached");
    id
}

/// The whole product, served until the test ends; its address.
pub async fn served(app: &TestApp, access: &Access) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    let service = clinch::serve::app(access.clone(), app.folder().join("facts"), &clinch::registry());
    tokio::spawn(async move {
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).await.expect("it serves");
    });
    address
}

/// What a server answers to one request, head and body.
pub async fn answer(address: &str, request: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let length = body.len();
    let request = format!("{request} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {length}\r\n{head}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("answered");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Of pay and of compensation.
fn pay_addresses(planted: &BTreeMap<&'static str, RecordId>, owner: RecordId) -> Vec<String> {
    let mut found = Vec::new();
    let (plan, statement) = (planted["pay_plan"], planted["pay_statement"]);
    for path in
        ["/pay", "/pay/plans", "/pay/runs/2026-01", "/api/v1/pay/runs", "/api/v1/pay/plans", "/api/v1/pay/statements"]
    {
        found.push(path.to_owned());
    }
    found.extend([format!("/pay/plans/{plan}"), format!("/pay/runs/2026-01/of/{owner}")]);
    for path in ["/pay/statements", "/api/v1/pay/statements"] {
        found.extend([format!("{path}/{statement}"), format!("{path}/{statement}/file")]);
    }
    let (letter, review, outcome) = (planted["pay_letter"], planted["pay_review"], planted["pay_outcome"]);
    for path in ["/compensation", "/compensation/salaries"] {
        found.push(path.to_owned());
    }
    for path in ["salaries", "reviews", "outcomes"] {
        found.push(format!("/api/v1/compensation/{path}"));
    }
    for path in [format!("reviews/{review}"), format!("reviews/{review}/payroll")] {
        found.extend([format!("/api/v1/compensation/{path}")]);
    }
    found.extend([format!("/compensation/reviews/{review}"), format!("/compensation/reviews/{review}/payroll.csv")]);
    found.extend([format!("/compensation/outcomes/{outcome}"), format!("/compensation/outcomes/{outcome}/pdf/en")]);
    found.extend([format!("/pay/letters/{letter}"), format!("/api/v1/pay/letters/{letter}")]);
    found.extend(["/api/v1/pay/letters".to_owned(), format!("/pay/letters/{letter}/pdf/en")]);
    found.push(format!("/pay/statements/{statement}/pdf/en"));
    found.extend(["/pay/estimates".to_owned(), "/api/v1/pay/estimates".to_owned()]);
    for path in ["/pay/accruals", "/api/v1/pay/accruals"] {
        found.extend([path.to_owned(), format!("{path}/2026-01-31")]);
    }
    found.extend([format!("/pay/accruals/2026-01-31/of/{owner}"), "/pay/accruals/2026-01-31/accrual.csv".to_owned()]);
    found.push(format!("/pay/estimates/of/{}", planted["deal"]));
    for path in [format!("statements/{statement}"), format!("letters/{letter}")] {
        found.push(format!("/api/v1/pay/{path}/pdf/en"));
    }
    found
}

/// Every address of pages of records, with the ids of what was planted.
fn record_addresses(app: &TestApp, planted: &BTreeMap<&'static str, RecordId>, owner: RecordId) -> Vec<String> {
    let part = &MARKER[..6];
    let mut found: Vec<String> =
        ["/", "/profile", "/people/invite", "/sign-in", "/nowhere", clinch::serve::DESCRIPTION]
            .map(str::to_owned)
            .into();
    for record_type in app.db.registry().iter() {
        let Some(path) = records::path(record_type.name) else { continue };
        found.extend([format!("{path}?q={part}"), format!("{path}.csv"), path.clone()]);
        found.extend(record_type.all_fields().map(|field| format!("{path}?sort=-{}", field.name)));
        let named = record_type.fields.iter().filter_map(|field| match field.kind {
            FieldKind::Reference("person") => Some((field.name, owner)),
            FieldKind::Reference(target) => Some((field.name, *planted.get(target)?)),
            _ => None,
        });
        found.extend(named.map(|(field, id)| format!("{path}?{field}=%23{id}")));
        let ids =
            planted.get(record_type.name).copied().into_iter().chain((record_type.name == "person").then_some(owner));
        found.extend(ids.flat_map(|id| [format!("{path}/{id}"), format!("{path}/{id}/edit")]));
    }
    found.extend(pay_addresses(planted, owner));
    for (name, path) in
        [("one_on_one", "talks"), ("coached_task", "tasks"), ("coaching_review", "reviews"), ("pattern", "patterns")]
    {
        let id = planted[name];
        found.extend([
            format!("/coaching/{path}/{id}"),
            format!("/api/v1/coaching/{}/{id}", path.replace("talks", "one-on-ones")),
        ]);
    }
    for path in ["", "/feedback", "/patterns", "/effect"] {
        found.extend([format!("/coaching{path}"), format!("/api/v1/coaching{path}")]);
    }
    for path in ["/coaching/people", "/api/v1/coaching/people"] {
        found.push(format!("{path}/{owner}"));
    }
    let (course, assignment) = (planted["course"], planted["training"]);
    for path in ["", "/courses", "/sources"] {
        found.push(format!("/learning{path}"));
    }
    for path in ["/learning/courses", "/api/v1/courses"] {
        found.push(format!("{path}/{course}"));
    }
    found.extend([
        format!("/learning/people/{owner}"),
        format!("/learning/assignments/{assignment}"),
        format!("/learning/courses/{course}/edit"),
    ]);
    for path in ["/training", "/training/sources", "/courses"] {
        found.push(format!("/api/v1{path}"));
    }
    for path in ["/development", "/api/v1/development"] {
        found.push(format!("{path}/{owner}"));
    }
    for path in ["/hr", "/hr/lines", "/hr/lines.csv", "/api/v1/hr/board", "/api/v1/hr/lines"] {
        found.push(path.to_owned());
    }
    for path in ["/sales-plan", "/api/v1/sales-plans"] {
        found.extend([format!("{path}?year=2026"), format!("{path}/{owner}"), format!("{path}/{owner}?year=2026")]);
    }
    let change = planted["territory_change"];
    for path in ["", "/rules", "/plan?from=2027-01-01", "/proposal?from=2027-01-01", "/changes"] {
        found.extend([format!("/territories{path}"), format!("/api/v1/territories{path}")]);
    }
    for path in ["/accounts?state=homeless", "/rules.csv", "/plan.csv", "/proposal.csv"] {
        found.push(format!("/territories{path}"));
    }
    found.extend([format!("/territories/changes/{change}"), format!("/territories/changes/{change}/accounts.csv")]);
    for path in ["statements", "activities/state", "agents/profile", "activities?activityId=x", "about"] {
        found.push(format!("/xapi/{path}"));
    }
    found.extend(recruiting_addresses(planted));
    let (file, dispute, candidate) = (planted["attachment"], planted["pay_dispute"], planted["candidate"]);
    for path in [format!("{file}"), format!("pay_dispute/{dispute}"), format!("candidate/{candidate}")] {
        found.push(format!("/api/v1/attachments/{path}"));
    }
    found.push(format!("/attachments/{file}"));
    let deal = planted["deal"];
    found.extend([format!("/api/v1/deals?q={part}"), "/api/v1/deals".to_owned(), format!("/api/v1/deals/{deal}")]);
    found
}

fn recruiting_addresses(planted: &BTreeMap<&'static str, RecordId>) -> Vec<String> {
    let (opening, candidate, interview) = (planted["job_opening"], planted["candidate"], planted["interview"]);
    let mut found: Vec<String> =
        ["", "/plan", "/erasure", "/report.csv"].map(|path| format!("/recruiting{path}")).into();
    for path in ["lines", "openings", "interviews", "erasure", "retention", "report"] {
        found.push(format!("/api/v1/recruiting/{path}"));
    }
    for path in ["/recruiting", "/api/v1/recruiting"] {
        found.extend([
            format!("{path}/openings/{opening}"),
            format!("{path}/openings/{opening}/candidates"),
            format!("{path}/candidates/{candidate}"),
            format!("{path}/interviews/{interview}"),
        ]);
    }
    found.push(format!("/recruiting/openings/{opening}/candidates.csv"));
    found
}

/// Every address of numbers: each KPI by each breakdown, the planted entity or all, and the rows of one KPI of each kind.
async fn number_addresses(app: &TestApp, planted: &BTreeMap<&'static str, RecordId>, owner: RecordId) -> Vec<String> {
    let catalogue = kpi::Kpi::new(app.db.clone(), rules::access::Viewer::system()).await.expect("reads");
    let mut found = Vec::new();
    for by in kpi::ByWord::EVERY.map(kpi::ByWord::name) {
        let entity = match by {
            "segment" | "source" => format!("{MARKER}%20{}", by.replace("source", "lead_source")),
            _ => format!("%23{}", planted.get(by).copied().unwrap_or(owner)),
        };
        found.extend([format!("/scorecard?by={by}"), format!("/scorecard?by={by}&entity={entity}")]);
        for definition in catalogue.catalogue().iter() {
            found.push(format!("/api/v1/kpis/query?ids={}&grain=month&by={by}", definition.id));
        }
        for id in ["pipeline_value", "quota_attainment", "new_customers", "average_order_value"] {
            found.push(format!("/api/v1/kpis/rows?id={id}&by={by}&entity={entity}"));
            found.push(format!("/kpi/{id}?by={by}&entity={entity}"));
            found.push(format!("/kpi/{id}.csv?by={by}&entity={entity}"));
            found.push(format!("/api/v1/kpis/query?ids={id}&{by}={entity}"));
        }
    }
    found
}

/// The answer without what it repeats of the address.
fn tells(answer: &str, address: &str) -> bool {
    let whole = |text: &str| answer.contains(text) && !address.contains(text);
    whole(MARKER) || whole(&AMOUNT.to_string()) || whole("7,351,946")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_appears_nowhere() {
    on_both(async |app| {
        let access = Access::new(app.db.clone(), [7; 32], Arc::new(CountedRandom::default()));
        let head = person(&access, "head", "hos", None).await;
        let manager = person(&access, "manager", "aem", Some(head)).await;
        let owner = person(&access, "owner", "ae", Some(manager)).await;
        let mut askers = Vec::new();
        for role in ROLES {
            person(&access, role, role, Some(head)).await;
            let signed_in = access.sign_in(&format!("{role}@acme.example"), PASSWORD, "192.0.2.1", "test").await;
            let Ok(SignIn::Done(cookie)) = signed_in else { panic!("{role} signs in with a password alone") };
            askers.push((role, cookie));
        }
        let planted = plant(app, owner).await;
        let mut tx = app.begin();
        let moved = vec![("next_step", Value::Text(format!("{MARKER} again")))];
        tx.put(Change::set(&crm::DEAL, planted["deal"], moved)).expect("sound");
        tx.commit().await.expect("written");

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address").to_string();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (registry, folder) = (clinch::registry(), app.folder().join("facts"));
        let own = access.clone();
        let serving = tokio::spawn(async move {
            clinch::serve::serve(listener, own, folder, &registry, async { drop(stopped.await) }).await
        });

        let mut seen = 0;
        let records = record_addresses(app, &planted, owner);
        let numbers = number_addresses(app, &planted, owner).await;
        for (role, cookie) in &askers {
            let id = app.db.system().all(&access::PERSON).await.expect("read");
            let id = id.iter().find(|found| found.title() == *role).expect("present").id;
            let token = access.new_token(id, "test", 1).await.expect("a token");
            let cookie = format!("Cookie: __Host-clinch={cookie}");
            let bearer = format!("Authorization: Bearer {token}");
            // Rights to numbers follow from whom somebody reaches: a seller's, and those of another team's manager.
            let numbers = numbers.iter().filter(|_| ["ae", "aem"].contains(role));
            for path in records.iter().chain(numbers) {
                let head = if path.starts_with("/api") { &bearer } else { &cookie };
                let found = answer(&address, &format!("GET {path}"), head, "").await;
                assert!(found.starts_with("HTTP/1."), "{path}: {found}");
                assert!(!found.contains(" 500 "), "{path}: {found}");
                assert!(!tells(&found, path), "{role} reads {path}: {found}");
                // What is packed would hide the marker.
                assert!(!path.contains("/pdf/") || found.contains(" 404 "), "{role} is given {path}");
                seen += 1;
            }
            let deal = planted["deal"];
            let json = format!("{bearer}\r\nContent-Type: application/json");
            let patch =
                answer(&address, &format!("PATCH /api/v1/deals/{deal}"), &json, r#"{"fields":{"name":"x"}}"#).await;
            assert!(patch.contains(" 404 ") && !tells(&patch, ""), "{role}: {patch}");
            let form =
                format!("{cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nOrigin: http://{address}");
            let saved = answer(&address, &format!("POST /deals/{deal}/edit"), &form, "name=x&since=now").await;
            assert!(!saved.contains(" 303 ") && !tells(&saved, ""), "{role}: {saved}");
        }
        assert!(seen > 1_500, "only {seen}");
        // Running the product shows no candidate either.
        for role in ["ops", "finance"] {
            let id = person(&access, role, role, Some(head)).await;
            access.set_factor(id, &access.new_factor()).await.expect("a second factor");
            let bearer = format!("Authorization: Bearer {}", access.new_token(id, "test", 1).await.expect("a token"));
            for path in recruiting_addresses(&planted).iter().filter(|path| path.starts_with("/api")) {
                let found = answer(&address, &format!("GET {path}"), &bearer, "").await;
                assert!(!found.contains(" 500 ") && !tells(&found, path), "{role} reads {path}: {found}");
            }
        }

        // The addresses lead where they say: the owner's own token finds the marker behind them.
        let token = access.new_token(owner, "test", 1).await.expect("a token");
        let bearer = format!("Authorization: Bearer {token}");
        let found = answer(&address, &format!("GET /api/v1/deals/{}", planted["deal"]), &bearer, "").await;
        assert!(tells(&found, ""), "{found}");
        drop(stop);
        serving.await.expect("it ends").expect("well");
    })
    .await;
}
