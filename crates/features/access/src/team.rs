//! Teams: made, renamed and put below others from a day on, and given up when nothing is in them any more.

use crate::{
    Access, PERSON, PlaceError, TEAM,
    place::{Above, LONGEST_NAME, Place},
    role, time_zone,
};
use base::{RecordId, Seq};
use db::{Change, DbError, Record};
use jiff::{Timestamp, ToSpan, civil::Date};
use rules::{
    access::moves_people,
    log::{Event, Fields, Origin, Timeline},
    record::{RecordType, Value},
};
use std::collections::{BTreeMap, BTreeSet};

/// What is said of a team from a day on.
pub const TEAM_DATED: [&str; 2] = ["name", "parent"];
/// So many are told of those that are in a team.
const MOST_NAMES: usize = 5;
const PARENTS: Above = (&TEAM, "parent");

/// A team as it stood on a day.
#[derive(Debug, Clone)]
pub struct Node {
    pub team: RecordId,
    pub name: String,
    /// How many teams are above it.
    pub depth: usize,
    /// People who are in it, and in it or below it.
    pub people: usize,
    pub with_below: usize,
}

impl Access {
    /// A team's place on a day; today where none is said.
    pub async fn team_place(&self, id: RecordId, on: Option<Date>) -> Result<Place, PlaceError> {
        let found = self.stands(&TEAM, &TEAM_DATED, id, on).await?;
        found.filter(|place| !place.of.archived).ok_or(PlaceError::NoTeam(id))
    }

    /// Whether somebody says what teams there are.
    pub fn arranges(mover: &Record) -> Result<(), PlaceError> {
        if moves_people(role(mover)) { Ok(()) } else { Err(PlaceError::NotYours) }
    }

    /// `mover` is none for the operator. Nobody is in it yet.
    pub async fn new_team(
        &self,
        mover: Option<&Record>,
        name: &str,
        parent: Option<RecordId>,
        origin: Origin,
    ) -> Result<RecordId, PlaceError> {
        mover.map_or(Ok(()), Self::arranges)?;
        let seq = self.db().system().last_seq().await?;
        let name = name.trim();
        self.check_name(name, None, self.db().now()).await?;
        if let Some(parent) = parent {
            self.is_there(&TEAM, "parent", parent, Date::MAX).await?;
        }
        let id = self.db().new_id().await?;
        let parent = parent.map_or(Value::Null, Value::Reference);
        let mut tx = self.db().begin(mover.map(|mover| mover.id), origin).resting_on(seq, &[&TEAM]);
        tx.put(Change::create(&TEAM, id, vec![("name", Value::Text(name.to_owned())), ("parent", parent)]))?;
        match tx.commit().await {
            Ok(_) => Ok(id),
            Err(DbError::Moved) => Err(PlaceError::Moved(name.to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// Says what holds of a team from the place's day on.
    pub async fn move_team(
        &self,
        mover: Option<&Record>,
        place: &Place,
        mut wanted: Fields,
        origin: Origin,
    ) -> Result<(), PlaceError> {
        mover.map_or(Ok(()), Self::arranges)?;
        let (id, seq) = (place.of.id, self.db().system().last_seq().await?);
        for (_, value) in &mut wanted {
            if let Value::Text(text) = value {
                *text = text.trim().to_owned();
            }
        }
        wanted.retain(|(field, value)| place.value(field) != value);
        if wanted.is_empty() {
            return Err(PlaceError::Unchanged(place.on));
        }
        for (field, value) in &wanted {
            place.is_known(field)?;
            match (*field, value) {
                ("name", Value::Text(name)) => self.check_name(name, Some(id), place.moment).await?,
                ("parent", Value::Reference(parent)) => {
                    self.is_there(&TEAM, field, *parent, place.on).await?;
                    if self.above(PARENTS, *parent, place).await?.contains(&id) {
                        return Err(PlaceError::BelowItself(place.of.title()));
                    }
                }
                ("parent", Value::Null) => {}
                ("name", _) => return Err(PlaceError::NoName),
                (_, value) => return Err(PlaceError::Unknown { field, value: value.to_json().to_string() }),
            }
        }
        let puts_below = wanted.iter().any(|(field, _)| *field == "parent");
        let mut changes = vec![Change::set(&TEAM, id, wanted).effective_at(place.moment).based_on(place.version)];
        // What nobody said holds as it is until then: the first that is said would hold since ever.
        let known = self.known(&TEAM, id).await?.filter(|known| puts_below && known.steps("parent").is_empty());
        if let Some((_, created)) = known.map(|known| known.created) {
            let day = created.to_zoned(time_zone(self.db()).await?).date();
            if place.on < day {
                return Err(PlaceError::BeforeKnown(day));
            }
            if place.moment > created {
                changes.push(Change::set(&TEAM, id, vec![("parent", Value::Null)]).effective_at(created));
            }
        }
        self.put(mover, &place.of, changes, (seq, origin)).await
    }

    /// It is chosen no more; what it did stays. Refused while anybody or another team is in it, today or from a day to come.
    pub async fn give_up_team(&self, mover: Option<&Record>, place: &Place, origin: Origin) -> Result<(), PlaceError> {
        mover.map_or(Ok(()), Self::arranges)?;
        let (id, seq) = (place.of.id, self.db().system().last_seq().await?);
        let today = self.today().await?;
        let is_here = |one: &Record| one.value("left_on").as_date().is_none_or(|left| left > today);
        let mut names = Vec::new();
        for (record_type, field) in [PARENTS, (&PERSON, "team")] {
            for (one, known) in self.all_known(record_type, self.db().now()).await? {
                let mut held = known.held_from(field, self.db().now());
                if is_here(&one) && held.any(|value| value.as_reference() == Some(id)) {
                    names.push(one.title());
                }
            }
        }
        if !names.is_empty() {
            let more = names.len().saturating_sub(MOST_NAMES);
            names.truncate(MOST_NAMES);
            let more = if more > 0 { format!(" … +{more}") } else { String::new() };
            return Err(PlaceError::NotEmpty { team: place.of.title(), names: names.join(", ") + &more });
        }
        self.put(mover, &place.of, vec![Change::of(&TEAM, id, Event::Archive)], (seq, origin)).await
    }

    /// Teams as they stood at the end of a day, each below the one that it belongs to.
    pub async fn teams_on(&self, day: Date) -> Result<Vec<Node>, PlaceError> {
        let zone = time_zone(self.db()).await?;
        let after = day.checked_add(1.day()).ok().and_then(|next| next.to_zoned(zone).ok());
        let end = after.ok_or(PlaceError::NoDay(day))?.timestamp() - jiff::SignedDuration::from_nanos(1);
        let teams = self.all_known(&TEAM, end).await?;
        let here = |one: &Record| {
            let on = |field: &str| one.value(field).as_date();
            on("hired_on").is_none_or(|hired| hired <= day) && on("left_on").is_none_or(|left| left > day)
        };
        let mut people: BTreeMap<RecordId, usize> = BTreeMap::new();
        for (_, known) in self.all_known(&PERSON, end).await?.iter().filter(|(one, _)| here(one)) {
            if let Some(team) = known.held_at("team", end).as_reference() {
                *people.entry(team).or_default() += 1;
            }
        }
        let mut tree = Tree { people, below: BTreeMap::new(), nodes: Vec::new() };
        let known: BTreeSet<RecordId> = teams.iter().map(|(team, _)| team.id).collect();
        for (team, known_team) in &teams {
            let parent = known_team.held_at("parent", end).as_reference().filter(|parent| known.contains(parent));
            let name = known_team.held_at("name", end).as_text().map_or_else(|| team.title(), str::to_owned);
            tree.below.entry(parent).or_default().push((name, team.id));
        }
        tree.add(None, 0);
        // What is below itself, from an import, is below nothing.
        while let Some(parent) = tree.below.keys().next().copied() {
            tree.add(parent, 0);
        }
        Ok(tree.nodes)
    }

    /// All that were not given up by a moment.
    async fn all_known(
        &self,
        record_type: &'static RecordType,
        as_of: Timestamp,
    ) -> Result<Vec<(Record, Timeline)>, PlaceError> {
        let (db, imports) = (self.db(), self.db().system().imports().await?);
        let found = db.system().all(record_type).await?;
        let ids = found.iter().map(|one| one.id).collect();
        let histories = db.system().histories(record_type, &ids).await?;
        let known = |one: Record| {
            let rows = histories.get(&one.id)?;
            let archived = rows.iter().rfind(|row| row.event == Event::Archive).map(|row| row.effective_at);
            let timeline = Timeline::known(rows, &imports, Seq(i64::MAX))?;
            let is_there = !timeline.archived || archived.is_some_and(|archived| archived > as_of);
            is_there.then_some((one, timeline))
        };
        Ok(found.into_iter().filter_map(known).collect())
    }

    /// A name that no other team has from a moment on.
    async fn check_name(&self, name: &str, own: Option<RecordId>, from: Timestamp) -> Result<(), PlaceError> {
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(PlaceError::NoName);
        }
        let others = self.all_known(&TEAM, self.db().now()).await?;
        let has_it = |known: &Timeline| known.held_from("name", from).any(|held| held.as_text() == Some(name));
        let is_taken = others.iter().any(|(other, known)| Some(other.id) != own && has_it(known));
        if is_taken { Err(PlaceError::NameTaken(name.to_owned())) } else { Ok(()) }
    }
}

/// A tree as it is put together.
struct Tree {
    people: BTreeMap<RecordId, usize>,
    below: BTreeMap<Option<RecordId>, Vec<(String, RecordId)>>,
    nodes: Vec<Node>,
}

impl Tree {
    /// What is below a team, by name, each with what is below it; how many people are in all of it.
    fn add(&mut self, parent: Option<RecordId>, depth: usize) -> usize {
        let mut teams = self.below.remove(&parent).unwrap_or_default();
        teams.sort();
        let mut all = 0;
        for (name, team) in teams {
            let (people, place) = (self.people.get(&team).copied().unwrap_or_default(), self.nodes.len());
            self.nodes.push(Node { team, name, depth, people, with_below: people });
            let below = self.add(Some(team), depth + 1);
            if let Some(node) = self.nodes.get_mut(place) {
                node.with_below += below;
            }
            all += people + below;
        }
        all
    }
}
