//! One test binary, a module per subject. Store tests run on `SQLite` and on `PostgreSQL`.

#[path = "all/access.rs"]
mod access_rights;
#[path = "all/accruals.rs"]
mod accruals;
#[path = "all/acme.rs"]
mod acme;
#[path = "all/appraisal_career.rs"]
mod appraisal_career;
#[path = "all/appraisal_customers.rs"]
mod appraisal_customers;
#[path = "all/appraisal_guide.rs"]
mod appraisal_guide;
#[path = "all/appraisal_measure.rs"]
mod appraisal_measure;
#[path = "all/appraisal_results.rs"]
mod appraisal_results;
#[path = "all/appraisals.rs"]
mod appraisals;
#[path = "all/attachments.rs"]
mod attached;
#[path = "all/backups.rs"]
mod backups;
#[path = "all/cascade.rs"]
mod cascade;
#[path = "all/closings.rs"]
mod closings;
#[path = "all/coaching.rs"]
mod coaching;
#[path = "all/company.rs"]
mod company;
#[path = "all/compensation.rs"]
mod compensation;
#[path = "all/creates.rs"]
mod creates;
#[path = "all/definitions.rs"]
mod definitions;
#[path = "all/disputes.rs"]
mod disputes;
#[path = "all/edits.rs"]
mod edits;
#[path = "all/effective_quotas.rs"]
mod effective_quotas;
#[path = "all/estimates.rs"]
mod estimates;
#[path = "all/examples.rs"]
mod examples;
#[path = "all/explains.rs"]
mod explains;
#[path = "all/exports.rs"]
mod exports;
#[path = "all/filters.rs"]
mod filters;
#[path = "all/goals.rs"]
mod goals;
#[path = "all/hr.rs"]
mod hr;
#[path = "all/import.rs"]
mod import_files;
#[path = "all/invariants.rs"]
mod invariants;
#[path = "all/kill.rs"]
mod kill;
#[path = "all/leads.rs"]
mod leads;
#[path = "all/letters.rs"]
mod letters;
#[path = "all/lists.rs"]
mod lists;
#[path = "all/log.rs"]
mod log;
#[path = "all/mail.rs"]
mod mail;
#[path = "all/markers.rs"]
mod markers;
#[path = "all/northwind.rs"]
mod northwind;
#[path = "all/open.rs"]
mod open;
#[path = "all/pay.rs"]
mod pay_runs;
#[path = "all/places.rs"]
mod places;
#[path = "all/recruiting.rs"]
mod recruiting;
#[path = "all/replays.rs"]
mod replays;
#[path = "all/retention.rs"]
mod retention;
#[path = "all/roles.rs"]
mod roles;
#[path = "all/sales_plans.rs"]
mod sales_plans;
#[path = "all/scans.rs"]
mod scans;
#[path = "all/scores.rs"]
mod scores;
#[path = "all/teams.rs"]
mod teams;
#[path = "all/territories.rs"]
mod territories;
#[path = "all/training.rs"]
mod training;
#[path = "all/upkeep.rs"]
mod upkeep;
#[path = "all/xapi.rs"]
mod xapi;
