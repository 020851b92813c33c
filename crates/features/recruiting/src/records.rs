use rules::{
    record::{
        Field,
        FieldKind::{Choice, Date, Integer, Reference, Text},
        RecordType, Scope,
    },
    recruiting::{REASONS, STAGES},
};

/// Where candidates come from.
pub const SOURCES: &[&str] =
    &["referral", "career_site", "job_board", "social", "agency", "direct_search", "university", "elsewhere"];
/// Why an opening is closed before its seats are filled.
pub const CLOSE_REASONS: &[&str] = &["not_needed", "no_budget", "nobody_found", "planned_anew"];

/// So many people of a role from a day on, for a team and its manager. Who planned it reads it here; the product tells it to others.
pub static HEADCOUNT_LINE: RecordType = RecordType {
    name: "headcount_line",
    title: "role",
    scope: Scope::Own("planned_by"),
    fields: &[
        Field::new("planned_by", Reference("person")).required(),
        Field::new("role", Choice(access::ROLES)).required(),
        Field::new("team", Reference("team")),
        Field::new("manager", Reference("person")).required(),
        Field::new("seats", Integer).required(),
        Field::new("starts_on", Date).required(),
        // Why there are more or fewer seats than before.
        Field::new("reason", Text),
    ],
    listed: &["team", "manager", "seats", "starts_on"],
    ordered: &[],
    indexes: &[],
};

/// Seats of a line for which candidates are looked for.
pub static JOB_OPENING: RecordType = RecordType {
    name: "job_opening",
    title: "role",
    scope: Scope::Own("hiring_manager"),
    fields: &[
        Field::new("line", Reference("headcount_line")).required(),
        Field::new("role", Choice(access::ROLES)).required(),
        Field::new("hiring_manager", Reference("person")).required(),
        Field::new("seats", Integer).required(),
        // How many of them people were hired into.
        Field::new("seats_filled", Integer).required(),
        Field::new("target_start", Date).required(),
        Field::new("state", Choice(&["draft", "approved", "open", "filled", "closed"])).required(),
        Field::new("drafted_by", Reference("person")).required(),
        Field::new("approved_by", Reference("person")),
        Field::new("approved_on", Date),
        Field::new("opened_on", Date),
        Field::new("ended_on", Date),
        Field::new("close_reason", Choice(CLOSE_REASONS)),
    ],
    listed: &["hiring_manager", "seats", "state", "target_start"],
    ordered: &[("opened_on", "ended_on")],
    indexes: &[&["line"]],
};

/// Somebody who may be hired. Every move is a row of the log; `stage_on` is its day.
pub static CANDIDATE: RecordType = RecordType {
    name: "candidate",
    title: "name",
    scope: Scope::Own("added_by"),
    fields: &[
        Field::new("added_by", Reference("person")).required(),
        Field::new("opening", Reference("job_opening")).required(),
        Field::new("name", Text).required().personal(),
        Field::new("email", Text).required().personal(),
        Field::new("phone", Text).personal(),
        Field::new("note", Text).long().personal(),
        Field::new("source", Choice(SOURCES)).required(),
        // The last day on which the candidate agreed that the data is kept.
        Field::new("consent_until", Date).required(),
        Field::new("stage", Choice(STAGES)).required(),
        Field::new("stage_on", Date).required(),
        Field::new("end_reason", Choice(REASONS)),
        Field::new("decided_on", Date),
        // An offer: when they would begin, who decided it, and who approved it.
        Field::new("offer_starts_on", Date),
        Field::new("offered_by", Reference("person")),
        Field::new("offered_on", Date),
        Field::new("offer_approved_by", Reference("person")),
        // Whom the candidate became.
        Field::new("person", Reference("person")),
        Field::new("erased_on", Date),
    ],
    listed: &["opening", "stage", "stage_on"],
    ordered: &[],
    indexes: &[&["opening"]],
};

/// What one interviewer says of a candidate. `scorecard` holds scores and evidence by competency.
pub static INTERVIEW: RecordType = RecordType {
    name: "interview",
    title: "state",
    scope: Scope::Own("interviewer"),
    fields: &[
        Field::new("candidate", Reference("candidate")).required(),
        Field::new("interviewer", Reference("person")).required(),
        Field::new("asked_by", Reference("person")).required(),
        Field::new("asked_on", Date).required(),
        Field::new("due", Date).required(),
        Field::new("state", Choice(&["asked", "handed_in", "withdrawn"])).required(),
        Field::new("scorecard", Text).long().personal(),
        Field::new("recommendation", Choice(&["strong_yes", "yes", "no", "strong_no"])),
        Field::new("handed_in_on", Date),
    ],
    listed: &["candidate", "state", "due"],
    ordered: &[],
    indexes: &[&["candidate"], &["interviewer"]],
};

/// After how many months candidates who were not hired are erased, and why so many. There is one; its history is the log's.
pub static RETENTION: RecordType = RecordType {
    name: "candidate_retention",
    title: "reason",
    scope: Scope::Own("set_by"),
    fields: &[
        Field::new("set_by", Reference("person")).required(),
        Field::new("months", Integer).required(),
        Field::new("reason", Text).required(),
    ],
    listed: &["months"],
    ordered: &[],
    indexes: &[],
};

pub static RECORD_TYPES: &[&RecordType] = &[&HEADCOUNT_LINE, &JOB_OPENING, &CANDIDATE, &INTERVIEW, &RETENTION];

/// Seats, people and what a role asks for: whatever is decided of an opening or a candidate rests on these.
pub(crate) const RESTS_ON: &[&RecordType] = &[
    &HEADCOUNT_LINE,
    &JOB_OPENING,
    &CANDIDATE,
    &INTERVIEW,
    &RETENTION,
    &access::PERSON,
    &access::TEAM,
    &appraisal::ROLE_PROFILE,
    &appraisal::COMPETENCY,
];
