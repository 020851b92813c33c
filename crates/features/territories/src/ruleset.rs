//! The rules that assign accounts, in versions from a day on: read row by row, then written whole or not at all.

use crate::{Land, TERRITORY_RULES, Territories, TerritoriesError};
use base::{RecordId, Seq, TerritoryId};
use db::{Change, DbError, Record};
use jiff::civil::Date;
use rules::{
    goal::{Attribute, Rule, RuleError, check_rule},
    log::Origin,
    record::Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// Between several words of a cell.
pub(crate) const BETWEEN: char = ';';

/// A row as file and form have it: texts, for what is wrong is told with the value. A cell may hold several words, with a semicolon
/// between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleRow {
    pub rank: String,
    /// External id, name, or # and a number.
    pub territory: String,
    pub country: String,
    pub region: String,
    pub city: String,
    pub industry: String,
    pub segment: String,
    pub tier: String,
    pub kind: String,
    /// The same of accounts.
    pub accounts: String,
}

impl RuleRow {
    pub const COLUMNS: [&'static str; 10] =
        ["rank", "territory", "country", "region", "city", "industry", "segment", "tier", "kind", "accounts"];

    pub fn cell(&self, column: &str) -> &str {
        match column {
            "rank" => &self.rank,
            "territory" => &self.territory,
            "country" => &self.country,
            "region" => &self.region,
            "city" => &self.city,
            "industry" => &self.industry,
            "segment" => &self.segment,
            "tier" => &self.tier,
            "kind" => &self.kind,
            _ => &self.accounts,
        }
    }

    pub(crate) fn cell_mut(&mut self, column: &str) -> &mut String {
        match column {
            "rank" => &mut self.rank,
            "territory" => &mut self.territory,
            "country" => &mut self.country,
            "region" => &mut self.region,
            "city" => &mut self.city,
            "industry" => &mut self.industry,
            "segment" => &mut self.segment,
            "tier" => &mut self.tier,
            "kind" => &mut self.kind,
            _ => &mut self.accounts,
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        Self::COLUMNS.iter().all(|column| self.cell(column).trim().is_empty())
    }

    /// The rows of a CSV text with heads, with their lines.
    pub fn read(text: &str) -> Result<Vec<(u64, Self)>, TerritoriesError> {
        // With carriage returns the reader counts a line too few.
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let heads = reader.headers()?.clone();
        if let Some(unknown) = heads.iter().find(|head| !Self::COLUMNS.contains(head)) {
            let hint =
                "write rank,territory and of country,region,city,industry,segment,tier,kind,accounts what you need";
            return Err(TerritoriesError::field("column", unknown, hint));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record?;
            let line = record.position().map_or(0, csv::Position::line);
            let mut row = Self::default();
            for (head, cell) in heads.iter().zip(&record) {
                unguarded(cell).clone_into(row.cell_mut(head));
            }
            rows.push((line, row));
        }
        Ok(rows)
    }

    /// What a file holds.
    pub fn csv(rows: &[Self]) -> Result<String, TerritoriesError> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(Self::COLUMNS)?;
        for row in rows {
            writer.write_record(Self::COLUMNS.map(|column| rules::export::made_safe(row.cell(column))))?;
        }
        let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn of(rule: &Rule, land: &Land) -> Self {
        let called =
            |external_id: Option<&String>, id: RecordId| external_id.cloned().unwrap_or_else(|| format!("#{id}"));
        let territory = land.territories.get(&rule.territory.0).and_then(|one| one.external_id.as_ref());
        let accounts =
            rule.accounts.iter().map(|id| called(land.accounts.get(id).and_then(|one| one.external_id.as_ref()), *id));
        let mut row = Self {
            rank: rule.rank.to_string(),
            territory: called(territory, rule.territory.0),
            accounts: joined(accounts),
            ..Self::default()
        };
        for (attribute, words) in &rule.words {
            *row.cell_mut(attribute.name()) = joined(words.iter().cloned());
        }
        row
    }
}

fn joined(words: impl IntoIterator<Item = String>) -> String {
    words.into_iter().collect::<Vec<_>>().join("; ")
}

fn parted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(BETWEEN).map(str::trim).filter(|word| !word.is_empty())
}

/// What an export guarded against a spreadsheet.
fn unguarded(cell: &str) -> &str {
    let guarded = cell.strip_prefix('\'').filter(|text| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']));
    guarded.unwrap_or(cell)
}

/// The rules of a version.
#[derive(Debug, Clone)]
pub struct RulesVersion {
    pub id: RecordId,
    pub starts_on: Date,
    pub reason: String,
    pub set_by: Option<RecordId>,
    pub rules: Vec<Rule>,
}

impl RulesVersion {
    fn of(record: &Record) -> Option<Self> {
        Some(Self {
            id: record.id,
            starts_on: record.value("starts_on").as_date()?,
            reason: record.title(),
            set_by: record.value("set_by").as_reference(),
            rules: serde_json::from_str(record.value("definition").as_text()?).ok()?,
        })
    }

    pub fn rows(&self, land: &Land) -> Vec<RuleRow> {
        self.rules.iter().map(|rule| RuleRow::of(rule, land)).collect()
    }
}

/// What a list of rules would be.
#[derive(Debug)]
pub struct RulesPlan {
    pub starts_on: Date,
    pub rules: Vec<Rule>,
    /// Rows that cannot be, by line: with any of them nothing is written.
    pub problems: Vec<(u64, TerritoriesError)>,
    seq: Seq,
}

impl Territories {
    /// Every version, the last first: of those from one day the last that was set counts.
    pub async fn rules(&self) -> Result<Vec<RulesVersion>, TerritoriesError> {
        self.only_who_sees_all()?;
        self.versions().await
    }

    pub(crate) async fn versions(&self) -> Result<Vec<RulesVersion>, TerritoriesError> {
        let records = self.db.system().all(&TERRITORY_RULES).await?;
        let mut found: Vec<RulesVersion> =
            records.iter().filter(|one| !one.archived).filter_map(RulesVersion::of).collect();
        found.sort_by_key(|one| (one.starts_on, one.id));
        found.reverse();
        Ok(found)
    }

    /// What holds on a day.
    pub(crate) async fn rules_on(&self, day: Date) -> Result<Option<RulesVersion>, TerritoriesError> {
        Ok(self.versions().await?.into_iter().find(|one| one.starts_on <= day))
    }

    /// The rules that hold on a day as rows of a file.
    pub async fn rule_rows(&self, day: Date) -> Result<Vec<RuleRow>, TerritoriesError> {
        self.only_who_sees_all()?;
        let land = self.land(day).await?;
        Ok(self.rules_on(day).await?.map_or_else(Vec::new, |version| version.rows(&land)))
    }

    pub async fn plan_rules(&self, rows: &[(u64, RuleRow)], starts_on: Date) -> Result<RulesPlan, TerritoriesError> {
        self.designers_only().await?;
        let land = self.land(starts_on).await?;
        let tree = land.tree();
        let mut called: BTreeMap<String, Vec<RecordId>> = BTreeMap::new();
        for account in land.accounts.values() {
            let names = [account.external_id.clone(), Some(account.name.clone()), Some(format!("#{}", account.id))];
            let names: BTreeSet<String> = names.into_iter().flatten().map(|name| name.to_lowercase()).collect();
            for name in names {
                called.entry(name).or_default().push(account.id);
            }
        }
        let mut plan = RulesPlan { starts_on, rules: Vec::new(), problems: Vec::new(), seq: land.seq };
        for (line, row) in rows {
            let read = read(row, &land, &called).and_then(|rule| match check_rule(&rule, &tree) {
                Ok(()) => Ok(rule),
                Err(error) => Err(unsound(error, row)),
            });
            match read {
                Ok(rule) => plan.rules.push(rule),
                Err(problem) => plan.problems.push((*line, problem)),
            }
        }
        Ok(plan)
    }

    /// Writes a version, unless a row cannot be or something it rests on was written since.
    pub async fn commit_rules(
        &self,
        plan: RulesPlan,
        reason: &str,
        origin: Origin,
    ) -> Result<RecordId, TerritoriesError> {
        self.designers_only().await?;
        if let Some((_, problem)) = plan.problems.into_iter().next() {
            return Err(problem);
        }
        if reason.trim().is_empty() {
            return Err(TerritoriesError::NoReason);
        }
        // A version would end what it does not know of.
        if let Some(later) =
            self.rules().await?.iter().map(|one| one.starts_on).filter(|day| plan.starts_on < *day).max()
        {
            return Err(TerritoriesError::LaterRules(later));
        }
        let fields = vec![
            ("starts_on", Value::Date(plan.starts_on)),
            ("definition", Value::Text(serde_json::to_string(&plan.rules)?)),
            ("reason", Value::Text(reason.trim().to_owned())),
            ("set_by", crate::land::optional(self.viewer.person)),
        ];
        let id = self.db.new_id().await?;
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(plan.seq, crate::land::RESTS_ON);
        tx.put(Change::create(&TERRITORY_RULES, id, fields))?;
        self.written(tx).await?;
        Ok(id)
    }

    pub(crate) async fn written(&self, tx: db::Tx) -> Result<(), TerritoriesError> {
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(DbError::Moved | DbError::Conflict { .. }) => Err(TerritoriesError::Moved),
            Err(error) => Err(error.into()),
        }
    }
}

fn read(row: &RuleRow, land: &Land, called: &BTreeMap<String, Vec<RecordId>>) -> Result<Rule, TerritoriesError> {
    let rank = row.rank.trim();
    let rank = rank
        .parse()
        .map_err(|_| TerritoriesError::field("rank", rank, "write a whole number, like 10; the lowest comes first"))?;
    let wanted = row.territory.trim();
    let territory = land
        .named(wanted)
        .map_err(|_| TerritoriesError::field("territory", wanted, "write the external id or name of one territory"))?;
    let mut accounts = BTreeSet::new();
    for name in parted(&row.accounts) {
        match called.get(&name.to_lowercase()).map(Vec::as_slice) {
            Some([only]) => accounts.insert(*only),
            _ => return Err(TerritoriesError::field("accounts", name, "write the external id or name of one account")),
        };
    }
    let words = |attribute: Attribute| {
        let words: BTreeSet<String> = parted(row.cell(attribute.name())).map(str::to_owned).collect();
        (!words.is_empty()).then_some((attribute, words))
    };
    let words = Attribute::ALL.into_iter().filter_map(words).collect();
    Ok(Rule { rank, territory: TerritoryId(territory), accounts, words })
}

fn unsound(error: RuleError, row: &RuleRow) -> TerritoriesError {
    match error {
        RuleError::Empty => TerritoriesError::field("accounts", "", "name accounts, or a condition"),
        RuleError::Both => {
            TerritoriesError::field("accounts", &row.accounts, "make a rule of its own for the accounts")
        }
        RuleError::NotALeaf(_) | RuleError::NoTerritory(_) => {
            TerritoriesError::field("territory", row.territory.trim(), "name a territory that has none below it")
        }
    }
}
