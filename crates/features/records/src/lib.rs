//! Lists, detail pages and histories of every record type, written once over descriptors. See README.md.

mod all;
pub mod api;
mod brief;
mod detail;
pub mod edit;
mod file;
mod filter;
mod form;
mod list;
mod search;
mod show;

pub use brief::{Brief, brief};

use access::Access;
use axum::{
    Router,
    routing::{get, post},
};
use edit::Editable;
use file::File;
use rules::record::RecordType;

/// The pages of every record type that has one, and for those that people change the way to do it, by page and API.
pub fn routes(types: impl IntoIterator<Item = &'static RecordType>, editable: &'static [Editable]) -> Router<Access> {
    let pages = pages(types, editable);
    editable.iter().copied().filter_map(|one| Some((one, path(one.record_type.name)?))).fold(
        pages,
        |router, (one, path)| {
            let api = api::path(&one);
            router
                .route(
                    &format!("{path}/{{id}}/edit"),
                    get(move |access, asker, id| form::show(one, access, asker, id))
                        .post(move |access, asker, id, typed| form::save(one, access, asker, id, typed)),
                )
                .route(
                    &format!("{path}/{{id}}/undo/{{seqs}}"),
                    post(move |access, asker, place| form::undo(one, access, asker, place)),
                )
                .route(
                    &format!("{path}/new"),
                    get(move |access, asker, said| form::new(one, access, asker, said))
                        .post(move |access, asker, typed| form::create(one, access, asker, typed)),
                )
                .route(
                    &api,
                    get(move |access, caller, asked, held| api::list(one, access, caller, asked, held))
                        .post(move |access, caller, sent| api::create(one, access, caller, sent)),
                )
                .route(
                    &format!("{api}/{{id}}"),
                    get(move |access, caller, id| api::get(one, access, caller, id))
                        .patch(move |access, caller, id, sent| api::patch(one, access, caller, id, sent)),
                )
                .route(
                    &format!("{api}/{{id}}/undo"),
                    post(move |access, caller, id, sent| api::undo(one, access, caller, id, sent)),
                )
        },
    )
}

fn pages(types: impl IntoIterator<Item = &'static RecordType>, editable: &'static [Editable]) -> Router<Access> {
    types.into_iter().filter_map(|record_type| Some((record_type, path(record_type.name)?))).fold(
        Router::new().route(access::SEARCH, get(search::page)).route("/records", get(all::page)),
        |router, (record_type, path)| {
            let router = router
                .route(
                    &format!("{path}.csv"),
                    get(move |access, asker, query| file::page(File::Csv, record_type, access, asker, query)),
                )
                .route(
                    &format!("{path}.xlsx"),
                    get(move |access, asker, query| file::page(File::Xlsx, record_type, access, asker, query)),
                );
            if SHOWN_ELSEWHERE.contains(&record_type.name) {
                return router;
            }
            router
                .route(
                    &path,
                    get(move |access, asker, query| {
                        list::page(record_type, of(editable, record_type), access, asker, query)
                    }),
                )
                .route(
                    &format!("{path}/{{id}}"),
                    get(move |access, asker, id, told, looking| {
                        detail::page(record_type, of(editable, record_type), access, asker, id, told, looking)
                    }),
                )
        },
    )
}

/// Types whose list and record have pages of their own at these addresses.
const SHOWN_ELSEWHERE: [&str; 1] = ["territory"];

/// Where a type's list is; none for types that are shown within others.
pub fn path(record_type: &str) -> Option<String> {
    match record_type {
        "company"
        | "territory_assignment"
        | "order_line"
        | "deal_split"
        | "period_close"
        | "scorecard"
        | "kpi"
        | "score"
        // Pay has pages of its own, for those who see it.
        | "pay_plan"
        | "pay_run"
        | "pay_line"
        | "pay_statement"
        | "pay_waiver"
        | "pay_adjustment"
        | "pay_dispute"
        | "pay_accrual"
        | "pay_letter"
        | "pay_outcome"
        | "pay_review"
        | "salary"
        // So have roles and appraisals.
        | "role_profile"
        | "competency"
        | "job_description"
        | "appraisal_cycle"
        | "appraisal"
        | "appraisal_part"
        | "appraisal_move"
        | "development_goal"
        | "career_goal"
        | "career_talk"
        | "retention"
        // Files stand with what they belong to.
        | "attachment"
        // And coaching.
        | "one_on_one"
        | "coaching_note"
        | "coached_task"
        | "task_check"
        | "rubric"
        | "coaching_review"
        | "pattern"
        | "pattern_sighting"
        // And recruiting.
        | "headcount_line"
        | "job_opening"
        | "candidate"
        | "interview"
        | "candidate_retention"
        // And sales plans and territories, of which their own pages tell.
        | "sales_plan"
        | "quota_plan"
        | "territory_rules"
        | "territory_change"
        // And training.
        | "course"
        | "xapi_source"
        | "xapi_statement"
        | "xapi_attachment"
        | "xapi_document" => None,
        "person" => Some("/people".to_owned()),
        // Of these there is no plural.
        "feedback" | "training" => Some(format!("/{record_type}")),
        name => {
            let name = name.replace('_', "-");
            Some(name.strip_suffix('y').map_or_else(|| format!("/{name}s"), |stem| format!("/{stem}ies")))
        }
    }
}

fn of(editable: &[Editable], record_type: &RecordType) -> Option<Editable> {
    editable.iter().find(|one| one.record_type == record_type).copied()
}

/// The key of a type's place in the side bar.
fn active(record_type: &RecordType) -> String {
    format!("records-{}", record_type.name)
}
