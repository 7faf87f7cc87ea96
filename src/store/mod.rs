//! The durable side: what must never be lost.
//!
//! Documents, the incidents found in them, and every revision of both (who, when, why, before and
//! after) stand behind one trait, [`Store`]. What is read fast is read from [`crate::index`], which
//! is made from the store and follows its change feed; nothing served can damage what is kept.
//! Incidents are kept in the form in which they are shown, the properties of schema `incident/1`,
//! so that other programs that open the store see the same words as users of the API.

pub mod geopackage;
pub mod postgis;
mod record;
pub mod runs;
mod token;

pub use geopackage::GeoPackage;
pub use postgis::PostGis;
pub use record::{
    Author, Change, Changes, Counts, DocumentHead, DocumentRecord, Edit, Imported, IncidentRecord, Put, PutOutcome, Revision,
    StoredDocument, StoredIncident,
};
pub use token::{Role, SourceState, Token};

use std::path::PathBuf;

use tokio::sync::watch;

/// A place that keeps documents and incidents.
///
/// All calls may block on the disk: call them outside the async runtime. A call that returned `Ok`
/// has been written to the disk.
pub trait Store: Send + Sync {
    /// Puts a document with its incidents in, all or nothing. The same document twice changes
    /// nothing; another content under the same id becomes a revision.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn put(&self, record: &DocumentRecord, author: &Author) -> Result<Put, StoreError>;

    /// Puts many documents in, in their order and each as [`Store::put`] does. A store for which a
    /// transaction is dear writes many in one; when it fails, those of earlier transactions stay.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn put_all(&self, records: &[DocumentRecord], author: &Author) -> Result<Vec<Put>, StoreError> {
        records.iter().map(|record| self.put(record, author)).collect()
    }

    /// Takes in ready-made incidents that belong to no document, batch by batch; `done` hears the
    /// total once a batch is on the disk. What is known and the same changes nothing, so an import
    /// that was cut off can be run again.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing; the batches before it stay.
    fn import(
        &self,
        batches: &mut dyn Iterator<Item = Vec<IncidentRecord>>,
        author: &Author,
        done: &mut dyn FnMut(Imported),
    ) -> Result<Imported, StoreError> {
        let _ = (batches, author, done);
        Err(StoreError::Unsupported { what: "import" })
    }

    /// The identifier of a document that says the same ([`DocumentRecord::content`]), whatever its own.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn same_content(&self, content: &str) -> Result<Option<String>, StoreError> {
        let _ = content;
        Ok(None)
    }

    /// All tokens, also those taken back.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        Ok(Vec::new())
    }

    /// Adds a token and records that; `false` when there is one of its name.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn add_token(&self, token: &Token, author: &Author) -> Result<bool, StoreError> {
        let _ = (token, author);
        Err(StoreError::Unsupported { what: "tokens" })
    }

    /// Takes a token back and records that; `false` when there is none of the name that counts.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn revoke_token(&self, name: &str, author: &Author) -> Result<bool, StoreError> {
        let _ = (name, author);
        Err(StoreError::Unsupported { what: "tokens" })
    }

    /// How far a source was read.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn source(&self, name: &str) -> Result<Option<SourceState>, StoreError> {
        let _ = name;
        Ok(None)
    }

    /// Keeps how far a source was read.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn put_source(&self, state: &SourceState) -> Result<(), StoreError> {
        let _ = state;
        Err(StoreError::Unsupported { what: "feeds" })
    }

    /// Changes one incident: `change` sees it as it is, if it is there, and says what to do; both
    /// happen as one step. Gives the number of the revision, or `None` when nothing was to be done.
    /// What was changed so stays as it is when its report comes again.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn edit(
        &self,
        id: &str,
        author: &Author,
        change: &mut dyn FnMut(Option<&StoredIncident>) -> Option<Edit>,
    ) -> Result<Option<u64>, StoreError>;

    /// The incidents of a document that is kept with exactly this content, or `None` when it is
    /// not: then the caller need not analyse it again.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn unchanged(&self, document_id: &str, fingerprint: &str) -> Result<Option<Vec<String>>, StoreError>;

    /// A document by its id.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn document(&self, id: &str) -> Result<Option<StoredDocument>, StoreError>;

    /// What is known of a document but its text.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn document_head(&self, id: &str) -> Result<Option<DocumentHead>, StoreError>;

    /// Hands over what is known of every document, in an order that does not change. Stops when
    /// `each` returns `false`.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn each_document(&self, each: &mut dyn FnMut(DocumentHead) -> bool) -> Result<(), StoreError>;

    /// Hands over every incident in the order in which they came in, as one consistent view, and
    /// returns the number of the last revision that it includes. Stops when `each` returns `false`.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn each_incident(&self, each: &mut dyn FnMut(StoredIncident) -> bool) -> Result<u64, StoreError>;

    /// Hands over every incident as [`Store::each_incident`] does, but in runs of neighbours of which
    /// several threads take one each: a server starts so. `take` gets the number of a run in the order
    /// of the store, and its incidents, all of which it must take; runs come in any order, each once.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading; then some runs were not handed over.
    fn each_run(&self, take: runs::Take<'_>) -> Result<u64, StoreError> {
        runs::in_batches(&mut |each| self.each_incident(each), take)
    }

    /// The incidents that changed after revision `after`, as they are now.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn changes_after(&self, after: u64) -> Result<Changes, StoreError>;

    /// What was done to a document or incident, oldest first.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn revisions(&self, id: &str) -> Result<Vec<Revision>, StoreError>;

    /// How much is kept.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn counts(&self) -> Result<Counts, StoreError>;

    /// Tells the number of the last revision written through this store, whenever there is one.
    fn subscribe(&self) -> watch::Receiver<u64>;

    /// A random name of the store itself, the same for its whole life.
    fn id(&self) -> &str;
}

/// Why the store could not do what was asked; names the file and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file does not exist.
    #[error("there is no store at {}; `oqiga ingest --store {}` makes one", path.display(), path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not a store of oqiga: wanted a GeoPackage made by oqiga, found {found}; it was left as it is", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        found: String,
    },
    /// The file was written by a later version of the program.
    #[error("{} was written by a newer oqiga (schema {found}, this program knows up to {known}); update oqiga, the file was left as it is", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The file cannot be read or written at all.
    #[error("cannot open {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The address of a database means nothing, or cannot be used.
    #[error("{store} is no address of a database: {why}")]
    Address {
        /// The address without its password.
        store: String,
        /// What is wrong with it.
        why: String,
    },
    /// The database is away: it restarts, is being replaced, or the network is down.
    #[error("the database {store} is away: {why}; try again in a moment, nothing that was acknowledged is lost")]
    Away {
        /// The address without its password.
        store: String,
        /// What was tried last.
        why: String,
    },
    /// The database no longer has a revision that it had: a backup was restored, or a replica took
    /// over that had not come as far. What was read from it is to be read anew.
    #[error("the database {store} was put back from revision {seen} to an older state, now at {found}")]
    PutBack {
        /// The address without its password.
        store: String,
        /// The revision that was seen.
        seen: u64,
        /// Its last revision now.
        found: u64,
    },
    /// The database refused.
    #[error("the database {store} failed: {why}")]
    Postgres {
        /// The address without its password.
        store: String,
        /// What it said.
        why: String,
    },
    /// A row is not what was written.
    #[error("the store {} is damaged: {what}; `oqiga verify` tells all that is wrong, restore it from a backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// This kind of store cannot do it.
    #[error("this store does not support {what} yet; use a GeoPackage file")]
    Unsupported {
        /// What was asked.
        what: &'static str,
    },
    /// The database failed.
    #[error("the store {} failed: {}", path.display(), geopackage::advice(source))]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// Whether there is no room left to write; nothing that was acknowledged is lost.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Database { source, .. } if source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull))
    }

    /// Whether the store can be read and not written.
    pub fn is_read_only(&self) -> bool {
        match self {
            Self::Database { source, .. } => source.sqlite_error_code() == Some(rusqlite::ErrorCode::ReadOnly),
            Self::Io { source, .. } => source.kind() == std::io::ErrorKind::PermissionDenied,
            _ => false,
        }
    }

    /// Whether another program holds the store for the moment.
    pub fn is_busy(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        matches!(self, Self::Database { source, .. } if matches!(source.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked)))
    }
}
