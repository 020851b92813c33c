//! The tree itself: a new territory, another name, another place in it from a day on.

use crate::{Land, Territories, TerritoriesError, land::optional};
use access::TERRITORY;
use base::RecordId;
use db::Change;
use jiff::civil::Date;
use rules::{log::Origin, record::Value};

/// Longer names are no names.
const LONGEST_NAME: usize = 120;

impl Territories {
    /// A territory more, below another or at the top.
    pub async fn add_territory(&self, name: &str, parent: &str, origin: Origin) -> Result<RecordId, TerritoriesError> {
        self.designers_only().await?;
        let land = self.land(self.today().await?).await?;
        let fields = vec![("name", named(&land, name, None)?), ("parent", optional(parent_named(&land, parent)?))];
        let id = self.db.new_id().await?;
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(land.seq, &[&TERRITORY]);
        tx.put(Change::create(&TERRITORY, id, fields))?;
        self.written(tx).await?;
        Ok(id)
    }

    /// Another name, or another place in the tree, from a day on: today or later.
    pub async fn set_territory(
        &self,
        id: RecordId,
        name: &str,
        parent: &str,
        day: Date,
        origin: Origin,
    ) -> Result<(), TerritoriesError> {
        self.designers_only().await?;
        let land = self.land_ahead(day).await?;
        let own = land.territories.get(&id).ok_or_else(|| TerritoriesError::NoTerritory(format!("#{id}")))?;
        let above = parent_named(&land, parent)?;
        if above.is_some_and(|above| land.within(Some(id)).contains(&above)) {
            return Err(TerritoriesError::field("parent", parent.trim(), "name one that is not below it"));
        }
        let mut fields = Vec::new();
        if own.name != name.trim() {
            fields.push(("name", named(&land, name, Some(id))?));
        }
        if own.parent != above {
            fields.push(("parent", optional(above)));
        }
        if fields.is_empty() {
            return Err(TerritoriesError::Nothing);
        }
        let change = Change::set(&TERRITORY, id, fields);
        let change = match land.start_of(day) {
            Some(moment) => change.effective_at(moment),
            None => change,
        };
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(land.seq, &[&TERRITORY]);
        tx.put(change)?;
        self.written(tx).await
    }
}

/// A name that no other has: rules and files name territories by it.
fn named(land: &Land, name: &str, own: Option<RecordId>) -> Result<Value, TerritoriesError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(TerritoriesError::field("name", name, "write a name of at most 120 letters"));
    }
    let is_taken = |one: &crate::Territory| Some(one.id) != own && one.name.to_lowercase() == name.to_lowercase();
    if land.territories.values().any(is_taken) {
        return Err(TerritoriesError::field("name", name, "another territory is called so; choose another name"));
    }
    Ok(Value::Text(name.to_owned()))
}

fn parent_named(land: &Land, text: &str) -> Result<Option<RecordId>, TerritoriesError> {
    if text.trim().is_empty() { Ok(None) } else { land.named(text).map(Some) }
}
