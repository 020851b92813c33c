//! What all questions rest on at one state of the log: the company, its organisation, its facts, and answers given.

use crate::{
    Answer, ByWord, KnownAt, KpiError, Opened,
    catalogues::Catalogues,
    closing::closings,
    company::Company,
    facts::{self, View},
    organisation,
    targets::Targets,
};
use base::{Amount, Seq};
use db::Db;
use jiff::civil::Date;
use kpi_engine::{Closing, Rate, Span};
use rules::{
    facts::FactType,
    kpi::{Catalogue, TIER},
    log::Imports,
};
use std::{
    collections::BTreeMap,
    future::Future,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::OnceCell;

/// Kept of each kind; when there are more, all are forgotten.
const MOST: usize = 512;
/// A longer answer is a file's, not a page's: it is not kept.
const MOST_ROWS: usize = 5_000;

/// Records that neither the organisation nor targets, rates, closings or definitions rest on.
const WORK: [&str; 7] = ["activity", "contact", "deal", "deal_split", "lead", "order", "order_line"];

/// Questions of this process, and those that were not answered from memory.
static ASKED: AtomicU64 = AtomicU64::new(0);
static ANEW: AtomicU64 = AtomicU64::new(0);

/// So many questions were asked of this process, so many of them answered anew.
pub(crate) fn asked() -> (u64, u64) {
    (ASKED.load(Ordering::Relaxed), ANEW.load(Ordering::Relaxed))
}

pub(crate) fn count_asked() {
    ASKED.fetch_add(1, Ordering::Relaxed);
}

pub(crate) fn count_anew() {
    ANEW.fetch_add(1, Ordering::Relaxed);
}

/// Things made once for each key: who asks while one is made waits for it.
pub(crate) struct Memo<K, T> {
    kept: Mutex<BTreeMap<K, Arc<OnceCell<Arc<T>>>>>,
    /// Whether it is small enough to be kept.
    fits: fn(&T) -> bool,
}

impl<K: Ord + Clone, T> Memo<K, T> {
    const fn new(fits: fn(&T) -> bool) -> Self {
        Self { kept: Mutex::new(BTreeMap::new()), fits }
    }

    /// What was kept before, under the keys it has now.
    fn keep(self, before: &Self, now: impl Fn(&K) -> K) -> Self {
        let kept = before.kept().iter().map(|(key, made)| (now(key), made.clone())).collect();
        Self { kept: Mutex::new(kept), ..self }
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<K, Arc<OnceCell<Arc<T>>>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub async fn get(&self, key: K, make: impl Future<Output = Result<T, KpiError>>) -> Result<Arc<T>, KpiError> {
        let cell = {
            let mut kept = self.kept();
            if kept.len() >= MOST && !kept.contains_key(&key) {
                kept.clear();
            }
            kept.entry(key.clone()).or_default().clone()
        };
        let made = cell.get_or_try_init(|| async { make.await.map(Arc::new) }).await?.clone();
        if !(self.fits)(&made) {
            self.kept().remove(&key);
        }
        Ok(made)
    }
}

/// The last seq, and the quarter of an hour: with it a day of some zone may begin, or what was dated ahead come true.
type State = (Seq, i64);

/// What is known at the last state, shared by the requests of a process.
#[derive(Default)]
pub(crate) struct Latest {
    held: Mutex<Option<(State, Arc<Known>)>>,
    /// The catalogue of today.
    catalogue: Mutex<Option<(State, Arc<Catalogue>)>>,
    loading: tokio::sync::Mutex<()>,
}

impl Latest {
    pub async fn get(&self, db: &Db, folder: &Path, quarter: i64) -> Result<Arc<Known>, KpiError> {
        if let Some(known) = self.held((db.system().last_seq().await?, quarter)) {
            return Ok(known);
        }
        // One reads for all who wait.
        let _loading = self.loading.lock().await;
        let state = (db.system().last_seq().await?, quarter);
        if let Some(known) = self.held(state) {
            return Ok(known);
        }
        db.catch_up().await?;
        let before = self.held.lock().unwrap_or_else(PoisonError::into_inner).clone().map(|(_, known)| known);
        let known = Arc::new(Known::load(db, folder, before.as_deref()).await?);
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, known.clone()));
        Ok(known)
    }

    /// What holds today, upon what ships.
    pub async fn catalogue(&self, db: &Db, shipped: &Arc<Catalogue>, quarter: i64) -> Result<Arc<Catalogue>, KpiError> {
        let state = (db.system().last_seq().await?, quarter);
        let held = self.catalogue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, catalogue)) = held.filter(|(of, _)| *of == state) {
            return Ok(catalogue);
        }
        let catalogue = Catalogues::today(db, shipped).await?;
        *self.catalogue.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, catalogue.clone()));
        Ok(catalogue)
    }

    fn held(&self, state: State) -> Option<Arc<Known>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).clone();
        held.filter(|(of, known)| *of == state && known.stands()).map(|(_, known)| known)
    }
}

pub(crate) struct Known {
    pub company: Company,
    pub imports: Imports,
    pub view: View,
    spans: Memo<(ByWord, Seq), Option<Vec<Span>>>,
    tiers: Memo<Seq, Vec<Span>>,
    targets: Memo<Seq, Targets>,
    rates: Memo<Seq, Vec<Rate>>,
    closings: Memo<Seq, Vec<Closing>>,
    catalogues: Memo<Seq, Catalogues>,
    places: Memo<Seq, u64>,
    /// After how many days a cohort can be judged: as of a day, known at a seq, as reported or restated.
    pub ripe: Memo<(Date, Seq, bool), Option<Amount>>,
    /// The first and last day that a question finds anything on.
    pub extents: Memo<String, Option<(Date, Date)>>,
    pub opened: Memo<String, Opened>,
    pub answers: Memo<String, Answer>,
    sources: Memo<(&'static str, Seq), bool>,
}

impl Known {
    /// `folder` is where fact files are kept. What only others than who works deals change is not read again after their work.
    async fn load(db: &Db, folder: &Path, before: Option<&Self>) -> Result<Self, KpiError> {
        let company = Company::load(db).await?;
        let view = facts::view(db, folder, &company.zone).await?;
        let imports = db.system().imports().await?;
        let before = before.filter(|before| before.company == company);
        let touched = match before {
            Some(before) => db.system().touched_after(before.view.seq).await?,
            None => BTreeMap::new(),
        };
        let before = before.filter(|_| touched.keys().all(|entity| WORK.contains(&entity.as_str())));
        let seq = view.seq;
        let known = Self {
            company,
            imports,
            view,
            spans: Memo::new(|_| true),
            tiers: Memo::new(|_| true),
            targets: Memo::new(|_| true),
            rates: Memo::new(|_| true),
            closings: Memo::new(|_| true),
            catalogues: Memo::new(|_| true),
            places: Memo::new(|_| true),
            ripe: Memo::new(|_| true),
            extents: Memo::new(|_| true),
            opened: Memo::new(|opened| opened.rows.len() <= MOST_ROWS),
            answers: Memo::new(|answer| answer.rows.len() <= MOST_ROWS),
            sources: Memo::new(|_| true),
        };
        let Some(before) = before else { return Ok(known) };
        let now = |known_at: &Seq| if *known_at == before.view.seq { seq } else { *known_at };
        Ok(Self {
            spans: known.spans.keep(&before.spans, |(by, known_at)| (*by, now(known_at))),
            tiers: known.tiers.keep(&before.tiers, now),
            targets: known.targets.keep(&before.targets, now),
            rates: known.rates.keep(&before.rates, now),
            closings: known.closings.keep(&before.closings, now),
            catalogues: known.catalogues.keep(&before.catalogues, now),
            places: known.places.keep(&before.places, now),
            ..known
        })
    }

    /// What is known at a moment; now when none is said.
    pub async fn seq(&self, db: &Db, known_at: Option<KnownAt>) -> Result<Seq, KpiError> {
        if let Some(KnownAt::At(seq)) = known_at {
            return Ok(seq.min(self.view.seq));
        }
        Ok(match known_at.and_then(|known_at| known_at.moment(&self.company.zone)) {
            Some(moment) => db.system().seq_at(moment).await?.min(self.view.seq),
            None => self.view.seq,
        })
    }

    /// Somebody deleted fact files: what names them has to be made anew.
    pub fn stands(&self) -> bool {
        self.view.facts.values().flat_map(|facts| &facts.files).all(|file| file.is_file())
    }

    /// The dated belonging that a breakdown rests on; none where facts carry its ids themselves.
    pub async fn spans(&self, db: &Db, by: ByWord, known_at: Seq) -> Result<Arc<Option<Vec<Span>>>, KpiError> {
        let (imports, zone) = (&self.imports, &self.company.zone);
        self.spans
            .get((by, known_at), async {
                Ok(Some(match by {
                    ByWord::Manager => organisation::managers(db, imports, known_at, zone).await?,
                    ByWord::Team => organisation::teams(db, imports, known_at, zone).await?,
                    ByWord::Territory => organisation::territories(db, imports, known_at, zone).await?,
                    ByWord::Segment => organisation::words_of_accounts(db, "segment", imports, known_at, zone).await?,
                    _ => return Ok(None),
                }))
            })
            .await
    }

    /// The tiers of accounts.
    pub async fn tiers(&self, db: &Db, known_at: Seq) -> Result<Arc<Vec<Span>>, KpiError> {
        let tiers = organisation::words_of_accounts(db, TIER, &self.imports, known_at, &self.company.zone);
        self.tiers.get(known_at, tiers).await
    }

    pub async fn targets(&self, db: &Db, known_at: Seq) -> Result<Arc<Targets>, KpiError> {
        self.targets.get(known_at, Targets::known(db, &self.imports, known_at)).await
    }

    pub async fn rates(&self, db: &Db, known_at: Seq) -> Result<Arc<Vec<Rate>>, KpiError> {
        self.rates.get(known_at, self.company.rates(db, &self.imports, known_at)).await
    }

    pub async fn closings(&self, db: &Db, known_at: Seq) -> Result<Arc<Vec<Closing>>, KpiError> {
        self.closings.get(known_at, closings(db, &self.imports, known_at)).await
    }

    /// The catalogue over time, upon what ships.
    pub async fn catalogues(
        &self,
        db: &Db,
        shipped: &Arc<Catalogue>,
        known_at: Seq,
    ) -> Result<Arc<Catalogues>, KpiError> {
        let known = Catalogues::known(db, shipped, &self.imports, known_at, &self.company.zone);
        self.catalogues.get(known_at, known).await
    }

    /// True when a record that a fact type is made of was known at a seq.
    pub async fn had_source(&self, db: &Db, fact_type: &FactType, known_at: Seq) -> Result<bool, KpiError> {
        let had = facts::had_source(db, fact_type, &self.imports, known_at);
        Ok(*self.sources.get((fact_type.name, known_at), had).await?)
    }

    /// How many words accounts' regions have.
    pub async fn places(&self, db: &Db, known_at: Seq) -> Result<u64, KpiError> {
        let words = organisation::words(db, &crm::ACCOUNT, "region", &self.imports, known_at, &self.company.zone);
        Ok(*self.places.get(known_at, words).await?)
    }
}
