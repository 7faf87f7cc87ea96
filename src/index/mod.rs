//! The served side: all incidents in memory, made from the store at start and kept fresh by its
//! change feed.
//!
//! Readers take a [`Snapshot`], which never changes under them; a write makes a new one beside it
//! and swaps the pointer, so nobody waits for anybody. A snapshot is a large base segment that is
//! shared from one snapshot to the next, and a small live segment with what changed since; when the
//! live one has grown, both are made into a new base.

mod row;
mod segment;
mod snapshot;

pub use row::{Row, day_number, fold};
pub use snapshot::Snapshot;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::store::{Store, StoreError};

/// The incidents of a store, ready to be read.
pub struct Index {
    store: Arc<dyn Store>,
    current: RwLock<Arc<Snapshot>>,
    /// Held while a new snapshot is made, so that two refreshes do not lose each other's work.
    refreshing: Mutex<()>,
}

impl Index {
    /// Reads the whole store.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let current = RwLock::new(Arc::new(read(&*store)?));
        Ok(Self { store, current, refreshing: Mutex::new(()) })
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
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = after;
        Ok(true)
    }
}

/// All incidents of a store.
fn read(store: &dyn Store) -> Result<Snapshot, StoreError> {
    let mut rows = Vec::new();
    let revision = store.each_incident(&mut |incident| {
        rows.push(Arc::new(Row::new(incident)));
        true
    })?;
    Ok(Snapshot::new(revision, rows))
}
