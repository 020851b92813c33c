use rules::record::{
    Field,
    FieldKind::{Choice, Date, Decimal, Flag, Integer, Reference, Text},
    RecordType, Scope,
};

/// A company's own description of a role from a day on, in place of the one that ships. `definition` is its file
/// (docs/role-format.md).
pub static ROLE_PROFILE: RecordType = RecordType {
    name: "role_profile",
    title: "role",
    scope: Scope::Everyone,
    fields: &[Field::new("role", Choice(access::ROLES)).required(), Field::new("definition", Text).required().long()],
    listed: &[],
    ordered: &[],
    indexes: &[&["role"]],
};

/// A company's own competency from a day on, in place of the one that ships under its id, or beside them.
pub static COMPETENCY: RecordType = RecordType {
    name: "competency",
    title: "competency",
    scope: Scope::Everyone,
    fields: &[Field::new("competency", Text).required(), Field::new("definition", Text).required().long()],
    listed: &[],
    ordered: &[],
    indexes: &[&["competency"]],
};

/// What somebody is appointed to do, as it was on the day of the order: issued, approved by a top executive, acknowledged by its
/// holder. `definition` is the role as it stood then; later changes of the role leave it alone.
pub static JOB_DESCRIPTION: RecordType = RecordType {
    name: "job_description",
    title: "order_number",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("role", Choice(access::ROLES)).required(),
        Field::new("starts_on", Date).required(),
        Field::new("order_number", Text).required(),
        Field::new("definition", Text).required().long(),
        Field::new("issued_by", Reference("person")),
        Field::new("approved_by", Reference("person")),
        Field::new("approved_on", Date),
        Field::new("acknowledged_on", Date),
        // Person and first day: two orders of one day would be two truths.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["person", "role", "starts_on", "approved_on", "acknowledged_on"],
    ordered: &[],
    indexes: &[&["person", "starts_on"]],
};

/// Where a cycle stands.
pub const CYCLE_STATES: &[&str] = &["open", "released", "closed"];

const GRADES: &[&str] = &["A", "B", "C", "D", "E"];

/// One round of appraisals: of a period, for people of some roles, with the days on which forms are due.
pub static APPRAISAL_CYCLE: RecordType = RecordType {
    name: "appraisal_cycle",
    title: "name",
    scope: Scope::Everyone,
    fields: &[
        Field::new("name", Text).required(),
        Field::new("period", Text).required(),
        Field::new("starts_on", Date).required(),
        Field::new("ends_on", Date).required(),
        Field::new("state", Choice(CYCLE_STATES)).required(),
        // Per cent of the whole; competencies have the rest.
        Field::new("kpi_weight", Integer).required(),
        // People rate their managers.
        Field::new("upward", Flag).required(),
        // What the guide to the distribution does; advice where nothing is said.
        Field::new("guide", Choice(&["advisory", "blocking", "forced"])),
        // Scores are held to everybody's measure (E5).
        Field::new("leniency", Flag),
        // Weights of the sides, the least raters of one, bounds of grades, as JSON; the reference's where nothing is said.
        Field::new("measure", Text).long(),
        Field::new("own_due", Date).required(),
        Field::new("others_due", Date).required(),
        Field::new("manager_due", Date).required(),
        Field::new("released_on", Date),
    ],
    listed: &["period", "starts_on", "ends_on", "state"],
    ordered: &[("starts_on", "ends_on"), ("own_due", "manager_due")],
    indexes: &[],
};

/// Somebody's appraisal in a cycle. `definition` is their role as it stood, `frozen` the KPI part with what was known at
/// `known_seq`: what is learnt later never changes it.
pub static APPRAISAL: RecordType = RecordType {
    name: "appraisal",
    title: "role",
    scope: Scope::Appraisal("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("cycle", Reference("appraisal_cycle")).required(),
        Field::new("role", Choice(access::ROLES)).required(),
        Field::new("definition", Text).required().long(),
        Field::new("frozen", Text).required().long(),
        Field::new("score", Decimal),
        Field::new("as_of", Date).required(),
        Field::new("known_seq", Integer).required(),
        // Where calibration put it; fixed for everybody by the release.
        Field::new("grade", Choice(GRADES)),
        // What leniency made of the overall score, and what all sides may be told to have said: both as they were released.
        Field::new("adjusted", Decimal),
        Field::new("feedback", Text).long().personal(),
        Field::new("potential", Choice(&["low", "medium", "high"])),
        Field::new("acknowledged_on", Date),
        Field::new("appeal", Text).long().personal(),
        Field::new("appealed_on", Date),
        Field::new("decision", Text).long().personal(),
        Field::new("decided_by", Reference("person")),
        Field::new("decided_on", Date),
        // The day on which its words went, and those of its parts.
        Field::new("erased_on", Date),
        // Cycle and person.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["person", "cycle", "role", "score"],
    ordered: &[],
    indexes: &[&["cycle", "person"], &["person"]],
};

/// What one person writes in somebody's appraisal: nobody else reads it but through what the product may tell of it.
pub static APPRAISAL_PART: RecordType = RecordType {
    name: "appraisal_part",
    title: "kind",
    scope: Scope::Own("writer"),
    fields: &[
        // Nobody of the company where a customer writes: then nobody of it reads either.
        Field::new("writer", Reference("person")),
        Field::new("customer_name", Text).personal(),
        Field::new("customer_email", Text).personal(),
        // A customer is asked no more; whether they had answered is not told.
        Field::new("withdrawn_on", Date),
        Field::new("appraisal", Reference("appraisal")).required(),
        Field::new("cycle", Reference("appraisal_cycle")).required(),
        Field::new("kind", Choice(&["own", "manager", "matrix", "peer", "report", "customer"])).required(),
        Field::new("state", Choice(&["nominated", "open", "done", "declined"])).required(),
        // Of the period on which the writer was the manager.
        Field::new("days", Integer),
        Field::new("due", Date).required(),
        Field::new("answers", Text).long().personal(),
        // The same without words, once these were kept for long enough.
        Field::new("numbers", Text).long(),
        Field::new("done_on", Date),
        // Appraisal, kind and first writer.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["kind", "state", "due", "done_on"],
    ordered: &[],
    indexes: &[&["writer"], &["appraisal"], &["cycle"]],
};

/// A grade that calibration or an appeal moved, with who did it and why.
pub static APPRAISAL_MOVE: RecordType = RecordType {
    name: "appraisal_move",
    title: "reason",
    scope: Scope::Appraisal("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("appraisal", Reference("appraisal")).required(),
        Field::new("cycle", Reference("appraisal_cycle")).required(),
        Field::new("before", Choice(GRADES)),
        Field::new("after", Choice(GRADES)).required(),
        Field::new("reason", Text).required().long(),
        Field::new("moved_by", Reference("person")),
        Field::new("moved_on", Date),
    ],
    listed: &["person", "before", "after", "moved_on"],
    ordered: &[],
    indexes: &[&["cycle", "person"]],
};

/// What somebody is to learn, how, with whom and until when; done, it is assessed again.
pub static DEVELOPMENT_GOAL: RecordType = RecordType {
    name: "development_goal",
    title: "competency",
    scope: Scope::Appraisal("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("competency", Text).required(),
        Field::new("from_level", Integer),
        Field::new("to_level", Integer).required(),
        Field::new("kind", Choice(crate::ACTIONS)).required(),
        Field::new("action", Text).required().long().personal(),
        Field::new("mentor", Reference("person")),
        Field::new("due", Date).required(),
        Field::new("state", Choice(&["open", "done", "dropped"])).required(),
        Field::new("evidence", Text).long().personal(),
        Field::new("reached", Integer),
        Field::new("closed_on", Date),
    ],
    listed: &["person", "to_level", "due", "state"],
    ordered: &[],
    indexes: &[&["person", "due"]],
};

/// What somebody wants to become, in their own words; the one that is not closed holds.
pub static CAREER_GOAL: RecordType = RecordType {
    name: "career_goal",
    title: "role",
    scope: Scope::Appraisal("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("wish", Text).required().long().personal(),
        Field::new("role", Choice(access::ROLES)),
        Field::new("due", Date),
        Field::new("stated_on", Date).required(),
        Field::new("closed_on", Date),
    ],
    listed: &["person", "role", "due", "stated_on"],
    ordered: &[],
    indexes: &[&["person"]],
};

/// A talk about somebody's career, as whoever held it kept it.
pub static CAREER_TALK: RecordType = RecordType {
    name: "career_talk",
    title: "agreed",
    scope: Scope::Appraisal("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("talked_with", Reference("person")).required(),
        Field::new("day", Date).required(),
        Field::new("agreed", Text).required().long().personal(),
        Field::new("follow_up", Date),
    ],
    listed: &["person", "talked_with", "day", "follow_up"],
    ordered: &[("day", "follow_up")],
    indexes: &[&["person", "day"]],
};

pub static RECORD_TYPES: &[&RecordType] = &[
    &ROLE_PROFILE,
    &COMPETENCY,
    &JOB_DESCRIPTION,
    &APPRAISAL_CYCLE,
    &APPRAISAL,
    &APPRAISAL_PART,
    &APPRAISAL_MOVE,
    &DEVELOPMENT_GOAL,
    &CAREER_GOAL,
    &CAREER_TALK,
];
