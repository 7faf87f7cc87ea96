//! The served side: all incidents in memory, made from the store at start and kept fresh by its
//! change feed.
//!
//! Readers take a [`Snapshot`], which never changes under them; a write makes a new one beside it
//! and swaps the pointer, so nobody waits for anybody. A snapshot is a few immutable segments, each
//! several times larger than those after it, so that a fresh write only makes a small one.

pub mod bits;
pub mod columns;
mod row;
mod segment;
mod snapshot;
pub mod square;
mod texts;

pub use row::{Class, Facts, Row, STATUSES, day_number, day_of, fold};
pub use segment::{Builder, RowRef, Segment, rounded};
pub use snapshot::{Part, Snapshot};

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use tokio::sync::watch;

use crate::store::{Store, StoreError, StoredIncident};

/// The incidents of a store, ready to be read.
pub struct Index {
    store: Arc<dyn Store>,
    current: RwLock<Arc<Snapshot>>,
    /// The revision of the current snapshot.
    revision: watch::Sender<u64>,
    /// Held while a new snapshot is made, so that two refreshes do not lose each other's work.
    refreshing: Mutex<()>,
}

impl Index {
    /// Reads the whole store.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let snapshot = read(&*store)?;
        let revision = watch::channel(snapshot.revision()).0;
        Ok(Self { store, current: RwLock::new(Arc::new(snapshot)), revision, refreshing: Mutex::new(()) })
    }

    /// The incidents as they are now, to be read at leisure.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes over what has changed in the store since the last snapshot, whoever wrote it; says
    /// whether there was anything.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading; the snapshot stays as it was.
    pub fn refresh(&self) -> Result<bool, StoreError> {
        let _one_at_a_time = self.refreshing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.snapshot();
        let after = match self.store.changes_after(before.revision()) {
            Ok(changes) if changes.revision <= before.revision() => return Ok(false),
            Ok(changes) => Arc::new(before.with(changes)),
            // What we hold may be no more: only the whole store tells.
            Err(StoreError::PutBack { .. }) => Arc::new(read(&*self.store)?),
            Err(error) => return Err(error),
        };
        let revision = after.revision();
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = after;
        self.revision.send_replace(revision);
        Ok(true)
    }

    /// Tells the revision of the snapshot, whenever there is a new one.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }
}

/// Incidents that are handed on together while a store is read.
const BATCH: usize = 4096;

/// All incidents of a store. One thread reads while others make the rows, which takes as long.
fn read(store: &dyn Store) -> Result<Snapshot, StoreError> {
    let mut rows = Builder::default();
    let (send, receive) = std::sync::mpsc::sync_channel::<Vec<StoredIncident>>(4);
    let revision = std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut batch = Vec::with_capacity(BATCH);
            let revision = store.each_incident(&mut |incident| {
                batch.push(incident);
                // Nobody listens only when the other side has panicked.
                batch.len() < BATCH || send.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))).is_ok()
            })?;
            let _ = send.send(batch);
            Ok(revision)
        });
        for batch in receive {
            let made: Vec<Row> = batch.into_par_iter().map(Row::new).collect();
            made.iter().for_each(|row| rows.push(&row.facts()));
        }
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    Ok(Snapshot::new(revision, rows))
}
