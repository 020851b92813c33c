use rules::record::{
    Field,
    FieldKind::{Choice, Date, Decimal, Money, Reference, Text},
    RecordType, Scope,
};

const PERSON: &str = "person";
/// Read by whose it is and by those who see everybody's pay.
const OWN: Scope = Scope::Pay(PERSON);
const NOBODYS: Field = Field::new(PERSON, Reference("person"));
const SOMEBODYS: Field = NOBODYS.required();

const GRADES: &[&str] = &["A", "B", "C", "D", "E"];

/// What somebody is paid a month from a day on, and the range that the job has.
pub static SALARY: RecordType = RecordType {
    name: "salary",
    title: "pay_range",
    scope: OWN,
    fields: &[
        SOMEBODYS,
        Field::new("starts_on", Date).required(),
        Field::new("pay_range", Text).required(),
        Field::new("monthly", Money).required(),
        // Of the range.
        Field::new("midpoint", Money).required(),
        // Of salary, for a bonus on target.
        Field::new("target_months", Decimal),
        // That gave it; else somebody wrote it.
        Field::new("review", Reference("pay_review")),
        // Person and first day.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["person", "starts_on", "monthly"],
    ordered: &[],
    indexes: &[&["person", "starts_on"]],
};

/// What follows in pay from a cycle's grades. Proposals are nobody's own until they are approved.
pub static PAY_REVIEW: RecordType = RecordType {
    name: "pay_review",
    title: "name",
    scope: OWN,
    fields: &[
        NOBODYS,
        Field::new("name", Text).required(),
        Field::new("cycle", Reference("appraisal_cycle")).required().unique(),
        Field::new("state", Choice(&["open", "approved"])).required(),
        Field::new("starts_on", Date).required(),
        // Per cent of the salaries of everybody in it.
        Field::new("budget", Decimal).required(),
        Field::new("company_factor", Decimal).required(),
        Field::new("definition", Text).required().long(),
        Field::new("proposals", Text).required().long(),
        Field::new("begun_by", Reference("person")).required(),
        Field::new("approved_by", Reference("person")),
        Field::new("approved_on", Date),
    ],
    listed: &["cycle", "starts_on", "budget", "state"],
    ordered: &[],
    indexes: &[],
};

/// What an approved review gives somebody. `terms` says how it was made.
pub static PAY_OUTCOME: RecordType = RecordType {
    name: "pay_outcome",
    title: "name",
    scope: OWN,
    fields: &[
        SOMEBODYS,
        Field::new("review", Reference("pay_review")).required(),
        Field::new("name", Text).required(),
        Field::new("grade", Choice(GRADES)).required(),
        Field::new("starts_on", Date).required(),
        Field::new("monthly", Money).required(),
        Field::new("raise", Money).required(),
        Field::new("lump_sum", Money).required(),
        Field::new("bonus", Money).required(),
        Field::new("terms", Text).required().long(),
        // Review and person.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["person", "grade", "starts_on", "raise", "bonus"],
    ordered: &[],
    indexes: &[&["person"], &["review"]],
};

pub static RECORD_TYPES: &[&RecordType] = &[&SALARY, &PAY_REVIEW, &PAY_OUTCOME];

/// Raises and bonuses rest on these.
pub(crate) const RESTS_ON: &[&RecordType] = &[
    &SALARY,
    &PAY_REVIEW,
    &PAY_OUTCOME,
    &access::PERSON,
    &access::COMPANY,
    &appraisal::APPRAISAL_CYCLE,
    &appraisal::APPRAISAL,
    &appraisal::APPRAISAL_MOVE,
];
