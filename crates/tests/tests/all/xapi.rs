//! Learning tools over HTTP: statements and what they do to assignments, pages, voiding, documents, and who may report.

use crate::{
    appraisals::{COLLEAGUE, HR, REP},
    company::person,
    markers::{answer, served},
    scores::acme,
    training::{course, id, training},
};
use ::training::{Assignment, CourseWords, Which};
use access::Access;
use base::RecordId;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use rules::{log::Origin, training::Standing};
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::{TestApp, on_both};

const COURSE: &str = "https://learning.acme.example/price";
const PRETEST: &str = "https://learning.acme.example/price/before";
const VERBS: &str = "http://adlnet.gov/expapi/verbs/";

/// A learning tool that reports to a server of its own.
struct Tool {
    address: String,
    head: String,
    source: RecordId,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.head.lines().find_map(|line| line.split_once(": ").filter(|(one, _)| *one == name));
        found.map(|(_, value)| value)
    }
}

impl Tool {
    async fn new(app: &TestApp) -> Self {
        let access = Access::new(app.db.clone(), [7; 32], Arc::new(clinch::SystemRandom));
        let address = served(app, &access).await;
        let hr = training(app, HR).await;
        let (source, key, secret) = hr.add_source(&access, "Course player", Origin::Ui).await.expect("a source");
        Self { address, head: head(&key, &secret), source }
    }

    async fn send(&self, request: &str, more: &str, body: &str) -> Answer {
        let kind = if more.to_lowercase().contains("content-type") { "" } else { "Content-Type: application/json\r\n" };
        let head = format!("{}\r\n{kind}{more}", self.head);
        let told = answer(&self.address, request, head.trim_end(), body).await;
        let (head, body) = told.split_once("\r\n\r\n").expect("head and body");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    async fn say(&self, statement: &Value) -> Answer {
        self.send("POST /xapi/statements", "", &statement.to_string()).await
    }
}

fn head(key: &str, secret: &str) -> String {
    let told = BASE64.encode(format!("{key}:{secret}"));
    format!("Authorization: Basic {told}\r\nX-Experience-API-Version: 1.0.3")
}

async fn statement(app: &TestApp, verb: &str, activity: &str) -> Value {
    let mail = person(app, REP).await.value("email").as_text().expect("one").to_owned();
    let verb = if verb.contains(':') { verb.to_owned() } else { format!("{VERBS}{verb}") };
    json!({
        "actor": { "mbox": format!("mailto:{mail}") },
        "verb": { "id": verb },
        "object": { "id": activity },
        "timestamp": "2026-11-24T08:30:00Z",
    })
}

/// A course that the tool reports, assigned to the rep.
async fn reported(app: &TestApp) -> RecordId {
    let hr = training(app, HR).await;
    let words = CourseWords {
        delivery: "own".to_owned(),
        activity: COURSE.to_owned(),
        pretest: PRETEST.to_owned(),
        ..course("Price talks")
    };
    let of = hr.set_course(None, &words, Origin::Ui).await.expect("set");
    hr.assign(of, &[id(app, REP).await].into(), None, Origin::Ui).await.expect("assigned");
    of
}

async fn assignment(app: &TestApp, of: RecordId) -> Assignment {
    training(app, HR).await.assignments(Which::Course(of)).await.expect("a course").remove(0)
}

async fn told(app: &TestApp) -> Vec<&'static str> {
    training(app, HR).await.heard().await.expect("runs it").iter().map(|one| one.told.name()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tool_reports_is_an_assignment_done() {
    on_both(async |app| {
        acme(app).await;
        let (tool, of) = (Tool::new(app).await, reported(app).await);
        let mut before = statement(app, "scored", PRETEST).await;
        before["result"] = json!({ "score": { "raw": 11, "min": 0, "max": 20 } });
        assert_eq!(tool.say(&before).await.status, 200);
        assert_eq!(assignment(app, of).await.before, Some(55.into()));
        // Failed is not done; what is passed is, and its score is of a hundred.
        let mut failed = statement(app, "completed", COURSE).await;
        failed["result"] = json!({ "success": false, "completion": true });
        tool.say(&failed).await;
        assert_eq!(assignment(app, of).await.standing, Standing::Open);
        let mut passed = statement(app, "passed", COURSE).await;
        passed["id"] = json!("11111111-1111-4111-8111-111111111111");
        passed["result"] = json!({ "score": { "scaled": 0.825 }, "success": true });
        // A course first says that it is completed, then that it was passed.
        let completed = statement(app, "completed", COURSE).await;
        assert_eq!(tool.say(&json!([completed, passed])).await.json().as_array().map(Vec::len), Some(2));
        let done = assignment(app, of).await;
        assert_eq!((done.standing, done.after), (Standing::Done, Some("82.5".parse().expect("a number"))));
        let mut rated = statement(app, "http://id.tincanapi.com/verb/rated", COURSE).await;
        rated["result"] = json!({ "score": { "raw": 4 } });
        tool.say(&rated).await;
        assert_eq!(assignment(app, of).await.rating, Some(4));
        // The newest first.
        assert_eq!(told(app).await, ["rated", "tested", "completed", "nothing", "tested"]);
        // What names nobody, no course, or nobody who is to take it, is kept and says so.
        let mut stranger = statement(app, "completed", COURSE).await;
        stranger["actor"] = json!({ "mbox": "mailto:stranger@example.org" });
        let mut colleague = statement(app, "completed", COURSE).await;
        let mail = person(app, COLLEAGUE).await.value("email").as_text().expect("one").to_owned();
        colleague["actor"] = json!({ "account": { "homePage": "https://acme.example", "name": mail } });
        // A tool's own number of somebody is not one of ours.
        let mut number = statement(app, "completed", COURSE).await;
        number["actor"] = json!({ "account": { "homePage": "https://player.example.org", "name": "P09" } });
        tool.say(&number).await;
        assert_eq!(told(app).await[0], "no_person");
        let elsewhere = statement(app, "completed", "https://example.org/other").await;
        tool.say(&json!([stranger, colleague, elsewhere])).await;
        assert_eq!(told(app).await[..3], ["no_course", "no_assignment", "no_person"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_void_statement_takes_back_what_it_did() {
    on_both(async |app| {
        acme(app).await;
        let (tool, of) = (Tool::new(app).await, reported(app).await);
        let own = "22222222-2222-4222-8222-222222222222";
        let mut done = statement(app, "completed", COURSE).await;
        done["id"] = json!(own);
        tool.say(&done).await;
        assert_eq!(assignment(app, of).await.standing, Standing::Done);
        let mut voids = statement(app, "voided", COURSE).await;
        voids["object"] = json!({ "objectType": "StatementRef", "id": own });
        assert_eq!(tool.say(&voids).await.status, 200);
        let open = assignment(app, of).await;
        assert_eq!((open.standing, open.days.expires), (Standing::Open, None));
        let ask = async |parameter: &str| tool.send(&format!("GET /xapi/statements?{parameter}={own}"), "", "").await;
        assert_eq!(ask("statementId").await.status, 404);
        assert_eq!(ask("voidedStatementId").await.json()["id"], json!(own));
        // A statement that was void before it came does nothing either.
        let late = "33333333-3333-4333-8333-333333333333";
        voids["object"]["id"] = json!(late);
        tool.say(&voids).await;
        done["id"] = json!(late);
        assert_eq!(tool.say(&done).await.status, 200);
        assert_eq!(assignment(app, of).await.standing, Standing::Open);
        let list = tool.send("GET /xapi/statements?activity=https://learning.acme.example/price", "", "").await.json();
        // The two that void it are found by what they are about.
        let verbs: Vec<&str> =
            list["statements"].as_array().expect("some").iter().filter_map(|one| one["verb"]["id"].as_str()).collect();
        assert!(verbs.len() == 2 && verbs.iter().all(|verb| verb.ends_with("voided")), "{verbs:?}");
    })
    .await;
}

/// What a tool says anew is what counts, and what a person said stays.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_void_statement_the_others_count_as_if_it_had_never_been() {
    on_both(async |app| {
        acme(app).await;
        let (tool, of) = (Tool::new(app).await, reported(app).await);
        let said = async |id: u8, verb: &str, activity: &str, score: Option<u8>| {
            let mut one = statement(app, verb, activity).await;
            one["id"] = json!(format!("{id:08}-0000-4000-8000-000000000000"));
            if let Some(score) = score {
                one["result"] = json!({ "score": { "raw": score, "min": 0, "max": 100 } });
            }
            one
        };
        let voids = async |id: u8, target: u8| {
            let mut one = said(id, "voided", COURSE, None).await;
            one["object"] =
                json!({ "objectType": "StatementRef", "id": format!("{target:08}-0000-4000-8000-000000000000") });
            one
        };
        let tests = [said(1, "scored", PRETEST, Some(55)).await, said(2, "scored", PRETEST, Some(80)).await];
        tool.say(&json!(tests)).await;
        let through = [said(3, "completed", COURSE, None).await, said(4, "passed", COURSE, Some(80)).await];
        tool.say(&json!(through)).await;
        training(app, REP).await.rate(assignment(app, of).await.id, 2, Origin::Ui).await.expect("rated");
        let now = async || {
            let one = assignment(app, of).await;
            let text = |score: Option<base::Amount>| score.map(base::Amount::to_text).unwrap_or_default();
            (one.standing, text(one.before), text(one.after), one.rating)
        };
        assert_eq!(now().await, (Standing::Done, "80".to_owned(), "80".to_owned(), Some(2)));
        // The second test goes, the first counts; the same score elsewhere stays.
        tool.say(&voids(5, 2).await).await;
        assert_eq!(now().await, (Standing::Done, "55".to_owned(), "80".to_owned(), Some(2)));
        // Without "completed" the course is still passed; without that it is open, and what she thought of it is hers.
        tool.say(&voids(6, 3).await).await;
        assert_eq!(now().await, (Standing::Done, "55".to_owned(), "80".to_owned(), Some(2)));
        // Taken back and said anew in one request, and taken back twice in it.
        let anew = [voids(7, 4).await, voids(8, 4).await, said(9, "passed", COURSE, Some(70)).await];
        assert_eq!(tool.say(&json!(anew)).await.status, 200);
        assert_eq!(now().await, (Standing::Done, "55".to_owned(), "70".to_owned(), Some(2)));
        tool.say(&voids(10, 9).await).await;
        assert_eq!(now().await, (Standing::Open, "55".to_owned(), String::new(), Some(2)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_reads_and_takes_back_what_it_said_itself() {
    on_both(async |app| {
        acme(app).await;
        let (tool, other, of) = (Tool::new(app).await, Tool::new(app).await, reported(app).await);
        let own = "55555555-5555-4555-8555-555555555555";
        let mut done = statement(app, "completed", COURSE).await;
        done["id"] = json!(own);
        tool.say(&done).await;
        let one = format!("GET /xapi/statements?statementId={own}");
        assert_eq!(tool.send(&one, "", "").await.status, 200);
        assert_eq!(other.send(&one, "", "").await.status, 404);
        let all = other.send("GET /xapi/statements", "", "").await.json();
        assert_eq!(all["statements"], json!([]));
        let mut voids = statement(app, "voided", COURSE).await;
        voids["object"] = json!({ "objectType": "StatementRef", "id": own });
        other.say(&voids).await;
        assert_eq!(assignment(app, of).await.standing, Standing::Done);
        // What a tool keeps is no page of Clinch, whatever it says it is.
        let at = format!("/xapi/activities/profile?activityId={COURSE}&profileId=page");
        let page = "<form action=/sign-out method=post><button>Go on</button></form>";
        let kept = tool.send(&format!("PUT {at}"), "Content-Type: text/html\r\nIf-None-Match: *", page).await;
        assert_eq!(kept.status, 204, "{}", kept.body);
        let answer = tool.send(&format!("GET {at}"), "", "").await;
        assert_eq!(answer.header("content-security-policy"), Some("default-src 'none'; sandbox"));
        assert_eq!(answer.header("content-disposition"), Some("attachment"));
        assert_eq!(other.send(&format!("GET {at}"), "", "").await.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_kept_once_whole_or_not_at_all() {
    on_both(async |app| {
        acme(app).await;
        let tool = Tool::new(app).await;
        let own = "44444444-4444-4444-8444-444444444444";
        let path = format!("PUT /xapi/statements?statementId={own}");
        let said = statement(app, "attended", COURSE).await;
        for _ in 0..2 {
            assert_eq!(tool.send(&path, "", &said.to_string()).await.status, 204);
        }
        let other = statement(app, "failed", COURSE).await;
        let conflict = tool.send(&path, "", &other.to_string()).await;
        assert_eq!(conflict.status, 409);
        assert!(conflict.body.contains(own), "{}", conflict.body);
        // One that is wrong, and none is kept; the answer names the place.
        let mut wrong = said.clone();
        wrong["result"] = json!({ "score": { "scaled": 2 } });
        let refused = tool.say(&json!([said, wrong])).await;
        assert_eq!(refused.status, 400);
        assert!(refused.body.contains("result.score.scaled"), "{}", refused.body);
        assert_eq!(told(app).await.len(), 1);
        // Two at a time lead on to all of them, each once, in either direction.
        let many: Vec<Value> = (0..4).map(|_| said.clone()).collect();
        tool.say(&json!(many)).await;
        for direction in ["", "&ascending=true"] {
            let (mut next, mut seen) = (format!("/xapi/statements?limit=2{direction}"), Vec::new());
            while !next.is_empty() {
                let page = tool.send(&format!("GET {next}"), "", "").await.json();
                let ids = page["statements"]
                    .as_array()
                    .expect("some")
                    .iter()
                    .filter_map(|one| one["id"].as_str().map(str::to_owned));
                seen.extend(ids);
                next = page["more"].as_str().expect("a text").to_owned();
            }
            let whole = tool.send(&format!("GET /xapi/statements?limit=0{direction}"), "", "").await.json();
            let whole: Vec<&str> =
                whole["statements"].as_array().expect("some").iter().filter_map(|one| one["id"].as_str()).collect();
            assert_eq!((seen.len(), &seen.iter().map(String::as_str).collect::<Vec<_>>()), (5, &whole));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_keeps_how_far_somebody_is() {
    on_both(async |app| {
        acme(app).await;
        let tool = Tool::new(app).await;
        let agent = "%7B%22mbox%22%3A%22mailto%3Aa%40example.org%22%7D";
        let at = format!("/xapi/activities/state?activityId={COURSE}&agent={agent}");
        let one = format!("{at}&stateId=bookmark");
        assert_eq!(tool.send(&format!("GET {one}"), "", "").await.status, 404);
        assert_eq!(tool.send(&format!("PUT {one}"), "", r#"{"page":3}"#).await.status, 204);
        let there = tool.send(&format!("GET {one}"), "", "").await;
        assert_eq!(there.json(), json!({ "page": 3 }));
        // SHA-1 of {"page":3}, by sha1sum.
        assert_eq!(there.header("etag"), Some("\"025053693d40cee617c43cdc7718f2b1da59b94a\""));
        let stale = tool.send(&format!("PUT {one}"), "If-Match: \"00\"", "{}").await;
        assert_eq!(stale.status, 412);
        assert_eq!(tool.send(&format!("POST {one}"), "", r#"{"sound":true}"#).await.status, 204);
        assert_eq!(tool.send(&format!("GET {one}"), "", "").await.json(), json!({ "page": 3, "sound": true }));
        assert_eq!(tool.send(&format!("GET {at}"), "", "").await.json(), json!(["bookmark"]));
        assert_eq!(tool.send(&format!("DELETE {at}"), "", "").await.status, 204);
        assert_eq!(tool.send(&format!("GET {one}"), "", "").await.status, 404);
        assert_eq!(tool.send(&format!("PUT {one}"), "", "{}").await.status, 204, "it may begin again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_source_with_its_secret_reports() {
    on_both(async |app| {
        acme(app).await;
        let mut tool = Tool::new(app).await;
        let ask = async |tool: &Tool| tool.send("GET /xapi/statements", "", "").await;
        let well = ask(&tool).await;
        assert_eq!((well.status, well.header("x-experience-api-version")), (200, Some("1.0.3")));
        let good = std::mem::replace(&mut tool.head, head("nobody", "secret"));
        let refused = ask(&tool).await;
        assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("Basic realm=\"xAPI\"")));
        tool.head = good;
        assert!(training(app, REP).await.end_source(tool.source, Origin::Ui).await.is_err());
        training(app, HR).await.end_source(tool.source, Origin::Ui).await.expect("ended");
        assert_eq!(ask(&tool).await.status, 401, "its key is good no more");
        let without = answer(&tool.address, "GET /xapi/about", "", "").await;
        assert!(without.starts_with("HTTP/1.0 200") && without.contains("2.0.0"), "{without}");
    })
    .await;
}
