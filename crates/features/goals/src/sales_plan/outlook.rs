//! What has come of a plan, what is expected above it, and what the year comes to.

use super::{BASE, Quarter, Standing};
use crate::{Goals, GoalsError};
use access::TEAM;
use base::{Amount, Fraction, Grain, RecordId};
use jiff::{ToSpan, civil::Date};
use kpi::{Ask, ByWord, CascadeAsk, Kpi, Row};
use rules::{goal::Outlook, kpi::months};

const OPEN: &str = "pipeline_coverage.open";
const PACE: &str = "quota_pace";
/// Teams above each other.
const DEEPEST: usize = 20;
/// Months of somebody's own past that what-if begins with.
const MONTHS: i64 = 12;
const TYPICAL: [&str; 4] = ["win_rate_closed", "avg_deal_size", "sales_cycle_length", "win_rate_created"];

#[derive(Debug, Clone)]
pub struct SalesPlan {
    pub standing: Standing,
    /// By quarter.
    pub came: Vec<Option<Amount>>,
    /// Open deals that are due in each quarter; none once it is over.
    pub open: Vec<Option<Amount>>,
    pub base: Vec<BaseGoal>,
    /// Targets of revenue from the company down to this person.
    pub above: Vec<Above>,
    /// Revenue beside the quota of the days that have come.
    pub pace: Option<Fraction>,
    /// What the outlook rests on; what nobody knows is to be said.
    pub inputs: WhatIf,
    pub outlook: Option<Outlook>,
}

#[derive(Debug, Clone)]
pub struct BaseGoal {
    pub kpi: &'static str,
    pub goal: Option<Amount>,
    pub value: Option<Amount>,
}

/// The company, a team or the person themself, and what is expected of them.
#[derive(Debug, Clone)]
pub struct Above {
    pub name: String,
    pub target: Option<Amount>,
    /// The sum of the targets below.
    pub of_parts: Option<Amount>,
}

/// Of the what-if: what is to be otherwise than it was.
#[derive(Debug, Clone, Copy, Default)]
pub struct WhatIf {
    /// Deals a month.
    pub opened: Option<Amount>,
    /// Per cent.
    pub win_rate: Option<Amount>,
    pub deal: Option<Amount>,
    /// Days.
    pub cycle: Option<Amount>,
}

fn number(row: Option<&Row>) -> Option<Amount> {
    row?.value.as_deref()?.parse().ok()
}

impl Goals {
    /// With what has come of it and what the year comes to.
    pub async fn sales_plan(&self, person: RecordId, year: &str, wish: WhatIf) -> Result<SalesPlan, GoalsError> {
        let standing = self.standing(person, year).await?;
        let (year, today) = (&standing.year, standing.as_of);
        let kpi = Kpi::new(self.db.clone(), self.viewer.clone()).await?;
        let ask = |kpis: &[&str], grain, from, to| Ask {
            kpis: kpis.iter().map(|id| (*id).to_owned()).collect(),
            by: ByWord::Rep,
            grain,
            from: Some(from),
            to: Some(to),
            entity: Some(format!("#{}", person.0)),
            ..kpi.whole(year, self.folder.clone())
        };
        let rows = kpi.ask(&ask(&["revenue", OPEN], Grain::Quarter, year.start, year.end)).await?.rows;
        // Where there is no row nothing came; a row without a value is not known.
        let of = |id: &str, quarter: &Quarter| {
            let row = rows.iter().find(|row| row.kpi == id && row.period.start == quarter.period.start);
            if row.is_some() { number(row) } else { Some(Amount::ZERO) }
        };
        let came: Vec<Option<Amount>> = standing.quarters.iter().map(|quarter| of("revenue", quarter)).collect();
        let open: Vec<Option<Amount>> =
            standing.quarters.iter().map(|quarter| of(OPEN, quarter).filter(|_| !quarter.is_over(today))).collect();
        let rows = kpi.ask(&ask(&[BASE[0], BASE[1], PACE], Grain::Year, year.start, year.end)).await?.rows;
        let row = |id: &str| rows.iter().find(|row| row.kpi == id);
        let base =
            BASE.map(|id| BaseGoal { kpi: id, goal: row(id).and_then(|row| row.target), value: number(row(id)) });
        let pace = row(PACE).and_then(|row| Some(Fraction::new(row.numerator?, row.denominator?)));
        let until = today.first_of_month();
        let year_ago = until.saturating_sub(MONTHS.months());
        let since = standing.hired_on.map_or(year_ago, |hired| hired.first_of_month().clamp(year_ago, until));
        let inputs = if since < until {
            usual(&kpi.ask(&ask(&TYPICAL, Grain::All, since, until)).await?.rows, since, until)?
        } else {
            WhatIf::default()
        };
        let inputs = WhatIf {
            opened: wish.opened.or(inputs.opened),
            win_rate: wish.win_rate.or(inputs.win_rate),
            deal: wish.deal.or(inputs.deal),
            cycle: wish.cycle.or(inputs.cycle),
        };
        let above = self.above(&kpi, &standing).await?;
        let outlook = outlook(&standing, &came, &open, inputs)?;
        Ok(SalesPlan { standing, came, open, base: base.into(), above, pace, inputs, outlook })
    }

    /// Whose teams they are in today, up to the company; with a target or without one.
    async fn above(&self, kpi: &Kpi, standing: &Standing) -> Result<Vec<Above>, GoalsError> {
        let ask = CascadeAsk {
            kpi: "revenue".to_owned(),
            period: standing.year.label.clone(),
            folder: self.folder.clone(),
            ..CascadeAsk::default()
        };
        let nodes = kpi.cascade(&ask).await?.nodes;
        let told = |by: ByWord, id: Option<RecordId>, name: String| {
            let node = nodes.iter().find(|node| node.by == by && (by == ByWord::Company || node.entity.id == id));
            Above { name, target: node.and_then(|node| node.target), of_parts: node.and_then(|node| node.of_parts) }
        };
        let mut found = vec![told(ByWord::Rep, Some(standing.person), standing.name.clone())];
        let mut team = standing.team;
        while let Some(id) = team.filter(|_| found.len() <= DEEPEST) {
            let Some(record) = self.db.system().get(&TEAM, id).await? else { break };
            found.push(told(ByWord::Team, Some(id), record.title()));
            team = record.value("parent").as_reference();
        }
        if let Some(company) = nodes.iter().find(|node| node.by == ByWord::Company) {
            found.push(told(ByWord::Company, None, company.entity.name.clone()));
        }
        found.reverse();
        Ok(if found.iter().any(|one| one.target.is_some()) { found } else { Vec::new() })
    }
}

/// How somebody worked in some whole months.
fn usual(rows: &[Row], since: Date, until: Date) -> Result<WhatIf, GoalsError> {
    let row = |id: &str| rows.iter().find(|row| row.kpi == id);
    let hundredfold = |share: Amount| share.mul_fraction(Fraction::new(Amount::from(100), Amount::ONE));
    let opened = row("win_rate_created").and_then(|row| row.denominator);
    let opened = opened.map(|opened| opened.mul_fraction(Fraction::new(Amount::ONE, months(since, until))));
    Ok(WhatIf {
        opened: opened.transpose()?,
        win_rate: number(row("win_rate_closed")).map(hundredfold).transpose()?,
        deal: number(row("avg_deal_size")),
        cycle: number(row("sales_cycle_length")),
    })
}

/// None where something is not known.
fn outlook(
    standing: &Standing,
    came: &[Option<Amount>],
    open: &[Option<Amount>],
    inputs: WhatIf,
) -> Result<Option<Outlook>, GoalsError> {
    let came: Option<Vec<Amount>> = came.iter().copied().collect();
    let WhatIf { opened: Some(opened), win_rate: Some(win_rate), deal: Some(deal), cycle: Some(cycle) } = inputs else {
        return Ok(None);
    };
    let Some(came) = came else { return Ok(None) };
    let until = |day: Date| standing.as_of.until(day).map_or(0, |span| span.get_days()).max(0);
    Ok(Some(Outlook {
        came: Amount::sum(came)?,
        open: Amount::sum(open.iter().flatten().copied())?,
        opened,
        win_rate,
        deal,
        cycle,
        days: until(standing.year.end),
        before: until(standing.year.start),
    }))
}
