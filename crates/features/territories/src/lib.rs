//! Territories: rules that assign accounts, balance, plans that move accounts from a day on. See README.md.

mod api;
mod changes;
mod design;
mod error;
mod handover;
mod land;
mod overview;
mod pages;
mod plan;
mod records;
mod ruleset;
mod tree;

pub use api::{description, overview_json, plan_json};
pub use changes::{Change, Due};
pub use design::Wish;
pub use error::TerritoriesError;
pub use handover::{HandedOver, OpenDeal, QuotaLine, handover_csv};
pub use land::{Account, Land, Load, Measure, Territory};
pub use overview::{Asked, Conflict, Line, Overview};
pub use plan::{Basis, Move, Plan, PlanLine};
pub use records::{RECORD_TYPES, TERRITORY_CHANGE, TERRITORY_RULES};
pub use ruleset::{RuleRow, RulesPlan, RulesVersion};

use access::{Access, PERSON};
use axum::{Extension, Router};
use base::Seq;
use db::Db;
use jiff::civil::Date;
use rules::access::{Viewer, designs_territories};
use std::path::PathBuf;

/// Pages and API. `folder` is where fact files are kept.
pub fn routes(folder: PathBuf) -> Router<Access> {
    pages::routes().merge(api::routes()).layer(Extension(Folder(folder)))
}

/// Where fact files are kept.
#[derive(Clone)]
pub(crate) struct Folder(PathBuf);

/// Territories on somebody's behalf.
#[derive(Clone)]
pub struct Territories {
    pub(crate) db: Db,
    pub(crate) viewer: Viewer,
    pub(crate) folder: PathBuf,
    /// The seq of the plan that somebody saw; none: what there is now.
    pub(crate) seen: Option<Seq>,
}

impl Territories {
    pub fn new(db: Db, viewer: Viewer, folder: PathBuf) -> Self {
        Self { db, viewer, folder, seen: None }
    }

    /// What somebody saw with this seq: KPIs as they were known then; what else it rests on is refused where it was written since.
    #[must_use]
    pub const fn seen_at(mut self, seq: Seq) -> Self {
        self.seen = Some(seq);
        self
    }

    /// In the company's time zone.
    pub async fn today(&self) -> Result<Date, TerritoriesError> {
        let zone = access::time_zone(&self.db).await?;
        Ok(self.db.now().to_zoned(zone).date())
    }

    /// True for whose role designs territories; the operator at the command line does.
    pub async fn designs(&self) -> Result<bool, TerritoriesError> {
        let Some(id) = self.viewer.person else { return Ok(true) };
        let person = self.db.system().get(&PERSON, id).await?;
        Ok(person.as_ref().is_some_and(|person| designs_territories(access::role(person))))
    }

    pub(crate) async fn designers_only(&self) -> Result<(), TerritoriesError> {
        if self.designs().await? { Ok(()) } else { Err(TerritoriesError::DesignsNone) }
    }

    /// Rules and changes name everybody's accounts.
    pub(crate) const fn only_who_sees_all(&self) -> Result<(), TerritoriesError> {
        if self.viewer.sees_all() { Ok(()) } else { Err(TerritoriesError::SeesNotAll) }
    }
}
