use rules::record::{
    Field,
    FieldKind::{Choice, Date, Integer, Moment, Money, Reference, Text},
    RecordType, Scope,
};

/// Whose it is. What names nobody is for those alone who see everybody's pay.
const PAYEE: &str = "payee";
const OWN: Scope = Scope::Pay(PAYEE);
const NOBODYS: Field = Field::new(PAYEE, Reference("person"));
const SOMEBODYS: Field = NOBODYS.required();

/// Why a run was departed from (C25).
pub const REASONS: &[&str] = &["correction", "dispute", "goodwill", "retention", "other"];

/// One version of a plan; `definition` is its file (docs/pay-format.md).
pub static PAY_PLAN: RecordType = RecordType {
    name: "pay_plan",
    title: "name",
    scope: OWN,
    fields: &[
        NOBODYS,
        Field::new("plan", Text).required(),
        Field::new("version", Text).required(),
        Field::new("name", Text).required(),
        Field::new("starts_on", Date),
        Field::new("definition", Text).required().long(),
        // What its replay showed, where it was published from one.
        Field::new("replay", Text).long(),
        // The plan with its version.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["plan", "version", "starts_on"],
    ordered: &[],
    indexes: &[],
};

/// The pay of a period. `file` holds plans and inputs, `result` what follows from them; once approved neither changes.
pub static PAY_RUN: RecordType = RecordType {
    name: "pay_run",
    title: "period",
    scope: OWN,
    fields: &[
        NOBODYS,
        Field::new("period", Text).required().unique(),
        Field::new("starts_on", Date).required(),
        Field::new("ends_on", Date).required(),
        Field::new("state", Choice(&["calculated", "reviewed", "approved", "paid"])).required(),
        Field::new("known_seq", Integer).required(),
        Field::new("sha256", Text).required(),
        Field::new("file", Text).required().long(),
        Field::new("result", Text).required().long(),
    ],
    listed: &["starts_on", "ends_on", "state"],
    ordered: &[("starts_on", "ends_on")],
    indexes: &[],
};

/// What a component paid for a fact in a period; later periods read it as what was paid. No fact is paid twice by a component
/// in one period, and what it comes to later is a line of a later period (C25).
pub static PAY_LINE: RecordType = RecordType {
    name: "pay_line",
    title: "component",
    scope: OWN,
    fields: &[
        SOMEBODYS,
        Field::new("run", Reference("pay_run")).required(),
        Field::new("period", Text).required(),
        Field::new("starts_on", Date).required(),
        Field::new("component", Text).required(),
        Field::new("fact", Text),
        Field::new("amount", Money).required(),
        // Period, payee, component and fact.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["period", "component", "fact", "amount"],
    ordered: &[],
    indexes: &[&["starts_on"]],
};

/// What a payee is paid in an approved run. `file` recomputes it anywhere; none where it would take others' pay to do so.
pub static PAY_STATEMENT: RecordType = RecordType {
    name: "pay_statement",
    title: "period",
    scope: OWN,
    fields: &[
        SOMEBODYS,
        Field::new("run", Reference("pay_run")).required(),
        Field::new("period", Text).required(),
        Field::new("starts_on", Date).required(),
        Field::new("ends_on", Date).required(),
        Field::new("total", Money).required(),
        Field::new("sha256", Text).required(),
        Field::new("file", Text).long(),
        Field::new("result", Text).required().long(),
        // Period and payee.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["period", "total"],
    ordered: &[("starts_on", "ends_on")],
    indexes: &[&["payee", "starts_on"], &["run"]],
};

/// An exception of a run that somebody let pass, with their reason.
pub static PAY_WAIVER: RecordType = RecordType {
    name: "pay_waiver",
    title: "exception",
    scope: OWN,
    fields: &[
        NOBODYS,
        Field::new("period", Text).required(),
        Field::new("exception", Text).required(),
        Field::new("reason", Text).required(),
        // Period and exception.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["period", "reason"],
    ordered: &[],
    indexes: &[&["period"]],
};

/// An amount beside the plans, entered by one and approved by another (C25).
pub static PAY_ADJUSTMENT: RecordType = RecordType {
    name: "pay_adjustment",
    title: "evidence",
    scope: OWN,
    fields: &[
        SOMEBODYS,
        Field::new("period", Text).required(),
        Field::new("amount", Money).required(),
        Field::new("reason_code", Choice(REASONS)).required(),
        Field::new("evidence", Text).required(),
        Field::new("approved_by", Reference("person")),
    ],
    listed: &["period", "amount", "reason_code"],
    ordered: &[],
    indexes: &[&["period"]],
};

/// A payee questions a statement, a component of it or a line; what is granted is an adjustment (C25).
pub static PAY_DISPUTE: RecordType = RecordType {
    name: "pay_dispute",
    title: "period",
    scope: OWN,
    fields: &[
        SOMEBODYS,
        Field::new("statement", Reference("pay_statement")).required(),
        Field::new("period", Text).required(),
        Field::new("component", Text),
        Field::new("fact", Text),
        Field::new("claim", Text).required().long().personal(),
        Field::new("evidence", Text).long().personal(),
        Field::new("opened_on", Date).required(),
        Field::new("state", Choice(&crate::DisputeState::WORDS)).required(),
        Field::new("answer", Text).long().personal(),
        Field::new("decided_by", Reference("person")),
        Field::new("decided_on", Date),
        Field::new("adjustment", Reference("pay_adjustment")),
    ],
    listed: &["period", "component", "opened_on", "state"],
    ordered: &[],
    indexes: &[&["payee"]],
};

/// A version of a plan as a payee has it in writing: `terms` never changes, and is what they sign.
pub static PAY_LETTER: RecordType = RecordType {
    name: "pay_letter",
    title: "name",
    scope: OWN,
    fields: &[
        SOMEBODYS,
        Field::new("plan", Reference("pay_plan")).required(),
        Field::new("name", Text).required(),
        Field::new("starts_on", Date).required(),
        Field::new("terms", Text).required().long().personal(),
        Field::new("sha256", Text).required(),
        Field::new("issued_by", Reference("person")),
        Field::new("issued_on", Date).required(),
        Field::new("signed_at", Moment),
        // The language in which it was read.
        Field::new("signed_in", Text),
        // Plan's version and payee.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["payee", "starts_on", "issued_on", "signed_at"],
    ordered: &[],
    indexes: &[&["payee"], &["plan"]],
};

/// What was owed at the end of a day, as it was booked; it never changes.
pub static PAY_ACCRUAL: RecordType = RecordType {
    name: "pay_accrual",
    title: "name",
    scope: OWN,
    fields: &[
        NOBODYS,
        // The day, once.
        Field::new("name", Text).required().unique(),
        Field::new("day", Date).required(),
        Field::new("result", Text).required().long(),
    ],
    listed: &["day"],
    ordered: &[],
    indexes: &[],
};

pub static RECORD_TYPES: &[&RecordType] = &[
    &PAY_PLAN,
    &PAY_RUN,
    &PAY_LINE,
    &PAY_STATEMENT,
    &PAY_WAIVER,
    &PAY_ADJUSTMENT,
    &PAY_DISPUTE,
    &PAY_LETTER,
    &PAY_ACCRUAL,
];

/// What is decided by hand, of a letter, an adjustment or a dispute, rests on these.
pub(crate) const RESTS_ON: &[&RecordType] = &[
    &PAY_PLAN,
    &PAY_RUN,
    &PAY_LINE,
    &PAY_STATEMENT,
    &PAY_WAIVER,
    &PAY_ADJUSTMENT,
    &PAY_DISPUTE,
    &PAY_LETTER,
    &access::PERSON,
    &access::COMPANY,
    &crm::QUOTA,
    &kpi::KPI,
];
