//! What the API of recruiting offers, in OpenAPI.

use super::{
    APPROVAL, ASKED, CANDIDATE, CANDIDATES, CONSENT, ERASURE, HIRE, INTERVIEW, INTERVIEWS, LINE, LINES, OFFER, OPENING,
    OPENINGS, REPORT, RETENTION, STAGE, STATE,
};
use crate::{CLOSE_REASONS, SOURCES, interviews::RECOMMENDATIONS};
use rules::recruiting::{REASONS, STAGES};
use serde_json::{Value, json};
use web_kit::openapi::{Description, in_path, object, operation, parameter};

fn text(says: &str) -> Value {
    json!({ "type": "string", "description": says })
}

fn number(says: &str) -> Value {
    json!({ "type": "integer", "description": says })
}

fn words(says: &str, list: &[&str]) -> Value {
    json!({ "type": "string", "description": says, "enum": list })
}

struct Describing {
    described: Description,
    id: [Value; 1],
}

impl Describing {
    fn list(&mut self, path: &str, summary: &str) {
        self.add(path, "get", summary, &[], None);
    }

    fn one(&mut self, path: &str, method: &str, summary: &str, body: Option<&Value>) {
        let id = self.id.clone();
        self.add(path, method, summary, &id, body);
    }

    fn add(&mut self, path: &str, method: &str, summary: &str, parameters: &[Value], body: Option<&Value>) {
        let any = json!({ "type": "object" });
        self.described.operation(path, method, operation(summary, parameters, body, &any, true));
    }
}

pub fn description() -> Description {
    let mut to = Describing { described: Description::default(), id: [in_path("id", "Its number.")] };
    openings(&mut to);
    candidates(&mut to);
    interviews(&mut to);
    to.add(ERASURE, "get", "Who falls due for erasure by a day", &[parameter("on", "A day; today.", false)], None);
    to.add(ERASURE, "post", "Erases whose day has come, whole or not at all", &[], None);
    to.list(RETENTION, "After how many months candidates who were not hired are erased");
    let body = object(&[("months", number("1 to 36.")), ("reason", text("Why so many."))]);
    to.add(RETENTION, "put", "Sets the months, with the reason", &[], Some(&body));
    to.list(REPORT, "Openings stage by stage as CSV: whole counts and days");
    to.described
}

fn openings(to: &mut Describing) {
    let version = number("Of what was looked at.");
    to.list(LINES, "The headcount plan");
    let body = object(&[
        ("role", text("A role that has a profile.")),
        ("team", number("The team's number.")),
        ("manager", number("The number of whom they report to.")),
        ("seats", number("How many.")),
        ("starts_on", text("From which day.")),
    ]);
    to.add(LINES, "post", "Plans seats of a role", &[], Some(&body));
    let body = object(&[("seats", number("How many.")), ("reason", text("Why.")), ("version", version.clone())]);
    to.one(LINE, "put", "Plans more or fewer seats, never fewer than openings take", Some(&body));
    to.list(OPENINGS, "Openings with their seats and how many candidates are in each stage");
    let body = object(&[
        ("line", number("The number of the plan's line.")),
        ("hiring_manager", number("Left out: the line's manager.")),
        ("seats", number("No more than the line has free.")),
        ("target_start", text("When they are to begin.")),
    ]);
    to.add(OPENINGS, "post", "Drafts an opening", &[], Some(&body));
    to.one(OPENING, "get", "An opening with what its role asks for", None);
    let body = object(&[
        ("state", words("Where it goes.", &["approved", "open", "closed"])),
        ("reason", words("Of one that is closed.", CLOSE_REASONS)),
        ("version", version),
    ]);
    to.one(STATE, "put", "Approves (a second person), opens or closes an opening", Some(&body));
}

fn candidates(to: &mut Describing) {
    let version = number("Of what was looked at.");
    to.one(CANDIDATES, "get", "The candidates of an opening, for HR and its hiring manager", None);
    let body = object(&[
        ("name", text("The name.")),
        ("email", text("Not that of another candidate of the opening.")),
        ("phone", text("The number.")),
        ("source", words("Where from.", SOURCES)),
        ("note", text("What else is known.")),
        ("consent_until", text("Until which day the data may be kept.")),
        ("applied_on", text("Left out: today.")),
    ]);
    to.one(CANDIDATES, "post", "Adds a candidate", Some(&body));
    to.one(CANDIDATE, "get", "A candidate with moves, scorecards that may be read, and their summary", None);
    let body = object(&[
        ("stage", words("Where they go; an offer and hiring have ways of their own.", STAGES)),
        ("reason", words("Of rejected and withdrawn.", REASONS)),
        ("on", text("On which day; today.")),
        ("version", version.clone()),
    ]);
    to.one(STAGE, "put", "Moves a candidate", Some(&body));
    let body = object(&[("until", text("The last day.")), ("version", version.clone())]);
    to.one(CONSENT, "put", "Until when the candidate agreed that data is kept", Some(&body));
    let body = object(&[("starts_on", text("Their first day.")), ("version", version.clone())]);
    to.one(OFFER, "put", "The hiring manager decides an offer", Some(&body));
    let body = object(&[("version", version)]);
    to.one(APPROVAL, "post", "Somebody else of HR approves it", Some(&body));
    to.one(HIRE, "post", "Makes the candidate a person, in one append with the seat", Some(&body));
}

fn interviews(to: &mut Describing) {
    let body = object(&[("interviewer", number("Who is asked.")), ("due", text("Until when."))]);
    to.one(ASKED, "post", "Asks somebody for a scorecard", Some(&body));
    to.list(INTERVIEWS, "What one is asked to interview");
    to.one(INTERVIEW, "get", "An own interview with the competencies to score", None);
    let scores = json!({
        "type": "object",
        "description": "By competency: a score from 1 to 5 and its evidence.",
        "additionalProperties": object(&[("score", number("1 to 5.")), ("evidence", text("What was seen or heard."))]),
    });
    let body = object(&[("scores", scores), ("recommendation", words("At last.", RECOMMENDATIONS))]);
    to.one(INTERVIEW, "put", "Hands a scorecard in; it stays as it is", Some(&body));
    to.one(INTERVIEW, "delete", "Asks no more, while nothing is handed in", None);
}
