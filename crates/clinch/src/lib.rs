//! Wiring: which features make up the product. The binary and the tests start from here.

pub mod serve;

use attachments::Holders;
use db::Db;
use records::edit::{Editable, Narrowed};
use rules::record::Registry;
use std::path::Path;

/// The record types whose records people write and change. What is said of somebody's work by others is not among them.
pub static EDITABLE: &[Editable] = &[
    Editable {
        record_type: &crm::DEAL,
        complete: crm::deals::moved,
        narrowed: &[Narrowed {
            field: "stage",
            shared: "pipeline",
            order: "position",
            leads: crm::deals::leads,
            needs: crm::deals::needs,
        }],
        suggested: &["deal_type", "lead_source", "lost_reason"],
    },
    Editable { suggested: &["industry", "segment", "region", "country"], ..Editable::plain(&crm::ACCOUNT) },
    Editable { suggested: &["source", "disqualified_reason"], ..Editable::plain(&crm::LEAD) },
    Editable { suggested: &["source"], ..Editable::plain(&crm::COST) },
    Editable::plain(&crm::CONTACT),
    Editable::plain(&crm::ACTIVITY),
    Editable::plain(&crm::CASE),
    Editable::plain(&crm::VISIT_PLAN),
    Editable::plain(&crm::TENDER),
    Editable::plain(&crm::RELATIONSHIP),
];

/// Every record type of every feature.
pub fn registry() -> Registry {
    Registry::new(&[
        access::RECORD_TYPES,
        crm::RECORD_TYPES,
        import::RECORD_TYPES,
        kpi::RECORD_TYPES,
        pay::RECORD_TYPES,
        appraisal::RECORD_TYPES,
        attachments::RECORD_TYPES,
        compensation::RECORD_TYPES,
        coaching::RECORD_TYPES,
        training::RECORD_TYPES,
        recruiting::RECORD_TYPES,
        territories::RECORD_TYPES,
        goals::RECORD_TYPES,
        hr::RECORD_TYPES,
    ])
}

/// The record types that take files, with who may.
pub fn takes_files(db: &Db, folder: &Path) -> Holders {
    [appraisal::holder, pay::holder, recruiting::holder].map(|holder| holder(db.clone(), folder.to_owned())).into()
}

/// What a backup takes along beside the records.
pub fn kept_in_backups() -> Vec<&'static str> {
    [&access::KEPT_IN_BACKUPS[..], &inbox::KEPT_IN_BACKUPS, &appraisal::KEPT_IN_BACKUPS].concat()
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl base::Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "the one source of randomness")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives randomness");
    }
}
