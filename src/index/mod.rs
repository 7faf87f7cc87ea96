//! The served side: all incidents in memory, made from the store at start and kept fresh by its
//! change feed.
//!
//! Readers take a [`Snapshot`], which never changes under them; a write makes a new one beside it
//! and swaps the pointer, so nobody waits for anybody. A snapshot is a few immutable segments, each
//! several times larger than those after it, so that a fresh write only makes a small one.

mod assembly;
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

use assembly::Assembly;
use tokio::sync::watch;

use crate::store::{Store, StoreError};

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

/// All incidents of a store. Several threads read and make rows of runs, which are put together in
/// the order of the store.
fn read(store: &dyn Store) -> Result<Snapshot, StoreError> {
    let rows = Mutex::new(Assembly::default());
    let revision = store.each_run(&|number, incidents| {
        let mut run = Builder::default();
        incidents.for_each(|incident| run.push(&Row::new(incident).facts()));
        rows.lock().unwrap_or_else(PoisonError::into_inner).put(number, run);
    })?;
    let rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Snapshot::new(revision, rows.into_rows()))
}
