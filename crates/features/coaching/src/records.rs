use rules::record::{
    Field,
    FieldKind::{Choice, Date, Decimal, Integer, Money, Reference, Text},
    RecordType, Scope,
};

/// A talk of a leader and somebody below. What is said in it are notes, each with readers of its own.
pub static ONE_ON_ONE: RecordType = RecordType {
    name: "one_on_one",
    title: "topic",
    scope: Scope::Own("leader"),
    fields: &[
        Field::new("leader", Reference("person")).required(),
        Field::new("person", Reference("person")).required(),
        Field::new("day", Date).required(),
        Field::new("topic", Text).personal(),
        Field::new("state", Choice(&["planned", "held", "cancelled"])).required(),
    ],
    listed: &["day", "leader", "person", "state"],
    ordered: &[],
    indexes: &[&["person", "day"], &["leader", "day"]],
};

/// A text of coaching. Its writer alone reads it here; the product tells it to those whom `readers` names.
pub static COACHING_NOTE: RecordType = RecordType {
    name: "coaching_note",
    title: "kind",
    scope: Scope::Own("writer"),
    fields: &[
        Field::new("writer", Reference("person")).required(),
        // Whom it is about, and the other of the two.
        Field::new("person", Reference("person")).required(),
        Field::new("leader", Reference("person")).required(),
        Field::new("kind", Choice(&["agenda", "note", "action", "feedback", "request"])).required(),
        Field::new("readers", Choice(&["own", "both", "line"])).required(),
        Field::new("text", Text).required().long().personal(),
        Field::new("one_on_one", Reference("one_on_one")),
        Field::new("feedback", Reference("feedback")),
        // Of an action: who does it, and until when.
        Field::new("doer", Reference("person")),
        Field::new("due", Date),
        Field::new("written_on", Date).required(),
        Field::new("done_on", Date),
    ],
    listed: &["kind", "readers", "due", "done_on"],
    ordered: &[],
    indexes: &[&["person"], &["leader"], &["doer"], &["feedback"]],
};

/// Something a person is led in: their development level is of this, never of the person.
pub static COACHED_TASK: RecordType = RecordType {
    name: "coached_task",
    title: "name",
    scope: Scope::Appraisal("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("name", Text).required(),
        Field::new("account", Reference("account")),
        Field::new("goal", Text).long().personal(),
        Field::new("plan", Text).long().personal(),
        Field::new("budget", Money),
        Field::new("began_on", Date).required(),
        Field::new("ended_on", Date),
    ],
    listed: &["person", "account", "began_on", "ended_on"],
    ordered: &[("began_on", "ended_on")],
    indexes: &[&["person"], &["account"]],
};

/// How somebody did in a task on a day, and how they were led in it.
pub static TASK_CHECK: RecordType = RecordType {
    name: "task_check",
    title: "style",
    scope: Scope::Appraisal("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("task", Reference("coached_task")).required(),
        Field::new("checked_on", Date).required(),
        Field::new("checked_by", Reference("person")).required(),
        // 1 to 4 each (E7).
        Field::new("competence", Integer).required(),
        Field::new("commitment", Integer).required(),
        Field::new("style", Choice(&["directing", "coaching", "supporting", "delegating"])).required(),
        Field::new("note", Text).long().personal(),
    ],
    listed: &["person", "checked_on", "competence", "commitment", "style"],
    ordered: &[],
    indexes: &[&["task", "checked_on"], &["person"]],
};

/// A company's own rubric from a day on, in place of the one that ships under its id, or beside them.
pub static RUBRIC: RecordType = RecordType {
    name: "rubric",
    title: "rubric",
    scope: Scope::Everyone,
    fields: &[Field::new("rubric", Text).required(), Field::new("definition", Text).required().long()],
    listed: &[],
    ordered: &[],
    indexes: &[&["rubric"]],
};

/// A call, meeting or skill of somebody, looked at by a rubric. `definition` is the rubric as it was then.
pub static COACHING_REVIEW: RecordType = RecordType {
    name: "coaching_review",
    title: "rubric",
    scope: Scope::Appraisal("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("reviewer", Reference("person")).required(),
        Field::new("reviewed_on", Date).required(),
        Field::new("activity", Reference("activity")),
        Field::new("rubric", Text).required(),
        Field::new("definition", Text).required().long(),
        Field::new("answers", Text).required().long(),
        Field::new("comment", Text).long().personal(),
        Field::new("score", Decimal),
    ],
    listed: &["person", "reviewed_on", "reviewer", "score"],
    ordered: &[],
    indexes: &[&["person", "reviewed_on"], &["activity"]],
};

/// Departments that a pattern is put to.
pub const DEPARTMENTS: &[&str] = &["management", "marketing", "product", "logistics", "finance", "service"];

/// Something that customers say again and again, and what the department answers: everybody reads it.
pub static PATTERN: RecordType = RecordType {
    name: "pattern",
    title: "name",
    scope: Scope::Everyone,
    fields: &[
        Field::new("name", Text).required(),
        Field::new("kind", Choice(&["rejection", "complaint"])).required(),
        Field::new("department", Choice(DEPARTMENTS)).required(),
        Field::new("detail", Text).long(),
        Field::new("product", Reference("product")),
        Field::new("reported_by", Reference("person")).required(),
        Field::new("reported_on", Date).required(),
        Field::new("answer", Text).long(),
        Field::new("answered_by", Reference("person")),
        Field::new("answered_on", Date),
        Field::new("closed_on", Date),
    ],
    listed: &["kind", "department", "reported_on", "answered_on", "closed_on"],
    ordered: &[],
    indexes: &[],
};

/// Somebody met a pattern on a day, with an account that those who may open it see.
pub static PATTERN_SIGHTING: RecordType = RecordType {
    name: "pattern_sighting",
    title: "note",
    scope: Scope::Everyone,
    fields: &[
        Field::new("pattern", Reference("pattern")).required(),
        Field::new("seen_by", Reference("person")).required(),
        Field::new("seen_on", Date).required(),
        Field::new("account", Reference("account")),
        Field::new("note", Text).long(),
    ],
    listed: &["seen_on", "seen_by"],
    ordered: &[],
    indexes: &[&["pattern"]],
};

pub static RECORD_TYPES: &[&RecordType] =
    &[&ONE_ON_ONE, &COACHING_NOTE, &COACHED_TASK, &TASK_CHECK, &RUBRIC, &COACHING_REVIEW, &PATTERN, &PATTERN_SIGHTING];
