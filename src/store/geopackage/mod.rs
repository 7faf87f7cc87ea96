//! One GeoPackage file as the store: SQLite with a write-ahead log, and a file that QGIS opens by
//! double click.
//!
//! Layer `incidents` is what a GIS shows; `documents` and `revisions` are plain tables beside it.
//! One connection writes; reading has its own, so that an export does not hold up a write.

pub mod care;
mod checksum;
mod columns;
mod edit;
mod geometry;
mod import;
mod layer;
mod migrate;
mod open;
mod readers;
mod rows;
mod rtree;
mod schema;
mod service;
mod verify;
mod wal;
mod write;

pub use columns::{COLUMNS, Kind};
pub use geometry::encode as encode_position;
pub use layer::read_layer;
pub use rtree::build as build_spatial_index;
pub use schema::create_metadata;
pub use verify::{Check, verify};

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) use columns::{WORDS_SQL, overlay};
use rusqlite::{Connection, OptionalExtension};
use tokio::sync::watch;

use super::runs::{self, Take, threads};
use super::{
    Author, Change, Changes, Counts, DocumentHead, DocumentRecord, Edit, Imported, IncidentRecord, Put, Revision, SourceState, Store,
    StoreError, StoredDocument, StoredIncident, Token,
};

/// A store in one GeoPackage file, or in memory.
pub struct GeoPackage {
    path: PathBuf,
    id: String,
    /// `None` for a store in memory, which has only one connection. Closed before the writer: the
    /// last to close folds the log into the file, which a reader cannot do.
    reader: Option<Mutex<Connection>>,
    writer: Option<Mutex<Connection>>,
    revision: watch::Sender<u64>,
}

impl GeoPackage {
    /// Opens a store for reading and writing; a missing file is made.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] and [`StoreError::Newer`] leave the file as it is.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let writer = open::open(path, open::Access::Write)?;
        let reader = open::open(path, open::Access::Read)?;
        Self::new(path.to_owned(), Some(writer), Some(reader))
    }

    /// Opens a store that is there, for reading only.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there, and those of [`GeoPackage::open`].
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let reader = open::open(path, open::Access::Read)?;
        Self::new(path.to_owned(), None, Some(reader))
    }

    /// A store that is gone with the process.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn in_memory() -> Result<Self, StoreError> {
        let path = PathBuf::from(":memory:");
        let writer = open::in_memory().map_err(|source| StoreError::Database { path: path.clone(), source })?;
        Self::new(path, Some(writer), None)
    }

    fn new(path: PathBuf, writer: Option<Connection>, reader: Option<Connection>) -> Result<Self, StoreError> {
        let store =
            Self { path, id: String::new(), writer: writer.map(Mutex::new), reader: reader.map(Mutex::new), revision: watch::channel(0).0 };
        let id = store.read(|c| c.query_row("SELECT value FROM oqiga_settings WHERE name = 'id'", [], |row| row.get(0)))?;
        let last = store.read(last_revision)?;
        store.revision.send_replace(last);
        Ok(Self { id, ..store })
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let connection = self.reader.as_ref().or(self.writer.as_ref()).map(lock);
        let connection = connection.ok_or_else(|| self.failed(rusqlite::Error::InvalidQuery))?;
        work(&connection).map_err(|source| self.failed(source))
    }

    fn write<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let Some(writer) = &self.writer else {
            let source = std::io::Error::new(std::io::ErrorKind::PermissionDenied, "it was opened for reading only");
            return Err(StoreError::Io { path: self.path.clone(), source });
        };
        let mut connection = lock(writer);
        let outcome = work(&mut connection).map_err(|source| self.failed(source))?;
        let last = last_revision(&connection).map_err(|source| self.failed(source))?;
        drop(connection);
        self.revision.send_if_modified(|known| std::mem::replace(known, last.max(*known)) < last);
        Ok(outcome)
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        failed(&self.path, source)
    }

    /// Lets the file grow to this length and no further: then writing fails as on a full disk.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn limit_size(&self, bytes: u64) -> Result<(), StoreError> {
        self.write(|connection| {
            let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
            let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page;
            connection.query_row(&format!("PRAGMA max_page_count = {}", pages.clamp(1, 0xFFFF_FFFE)), [], |_| Ok(()))
        })
    }
}

/// A failure of SQLite, or a row that is not what was written.
fn failed(path: &Path, source: rusqlite::Error) -> StoreError {
    if let rusqlite::Error::UserFunctionError(cause) = &source
        && let Some(damaged) = cause.downcast_ref::<checksum::Damaged>()
    {
        return StoreError::Damaged { path: path.to_owned(), what: damaged.to_string() };
    }
    StoreError::Database { path: path.to_owned(), source }
}

impl Store for GeoPackage {
    fn put(&self, record: &DocumentRecord, author: &Author) -> Result<Put, StoreError> {
        let mut puts = self.put_all(std::slice::from_ref(record), author)?;
        puts.pop().ok_or_else(|| self.failed(rusqlite::Error::QueryReturnedNoRows))
    }

    fn put_all(&self, records: &[DocumentRecord], author: &Author) -> Result<Vec<Put>, StoreError> {
        self.write(|connection| write::put_all(connection, records, author))
    }

    fn import(
        &self,
        batches: &mut dyn Iterator<Item = Vec<IncidentRecord>>,
        author: &Author,
        done: &mut dyn FnMut(Imported),
    ) -> Result<Imported, StoreError> {
        self.write(|connection| import::import(connection, batches, author, done))
    }

    fn same_content(&self, content: &str) -> Result<Option<String>, StoreError> {
        self.read(|c| {
            c.prepare_cached("SELECT id FROM documents WHERE content = ?1 ORDER BY fid LIMIT 1")?
                .query_row([content], |row| row.get(0))
                .optional()
        })
    }

    fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.read(service::tokens)
    }

    fn add_token(&self, token: &Token, author: &Author) -> Result<bool, StoreError> {
        self.write(|connection| service::add_token(connection, token, author))
    }

    fn revoke_token(&self, name: &str, author: &Author) -> Result<bool, StoreError> {
        self.write(|connection| service::revoke_token(connection, name, author))
    }

    fn source(&self, name: &str) -> Result<Option<SourceState>, StoreError> {
        self.read(|c| service::source(c, name))
    }

    fn put_source(&self, state: &SourceState) -> Result<(), StoreError> {
        self.write(|connection| service::put_source(connection, state))
    }

    fn edit(
        &self,
        id: &str,
        author: &Author,
        change: &mut dyn FnMut(Option<&StoredIncident>) -> Option<Edit>,
    ) -> Result<Option<u64>, StoreError> {
        self.write(|connection| edit::edit(connection, id, author, change))
    }

    fn unchanged(&self, document_id: &str, fingerprint: &str) -> Result<Option<Vec<String>>, StoreError> {
        self.read(|c| {
            let mut known = c.prepare_cached("SELECT 1 FROM documents WHERE id = ?1 AND fingerprint = ?2")?;
            if known.exists([document_id, fingerprint])? { write::incident_ids(c, document_id).map(Some) } else { Ok(None) }
        })
    }

    fn document(&self, id: &str) -> Result<Option<StoredDocument>, StoreError> {
        self.read(|c| {
            let row = c
                .prepare_cached(&format!(
                    "SELECT title, text, lang, diagnostics, checksum, {} FROM documents WHERE id = ?1",
                    checksum::DOCUMENT
                ))?
                .query_row([id], |row| {
                    let sum = checksum::of_columns(row, 5..row.as_ref().column_count())?;
                    if row.get::<_, Option<i64>>(4)?.is_some_and(|want| want != sum) {
                        return Err(checksum::Damaged { what: "document", id: id.to_owned() }.into());
                    }
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Option<String>>(3)?))
                })
                .optional()?;
            let Some((title, text, lang, diagnostics)) = row else { return Ok(None) };
            let diagnostics = diagnostics.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
            Ok(Some(StoredDocument { id: id.to_owned(), title, text, lang, diagnostics, incidents: write::incident_ids(c, id)? }))
        })
    }

    fn document_head(&self, id: &str) -> Result<Option<DocumentHead>, StoreError> {
        self.read(|c| c.prepare_cached(&rows::select_documents("id = ?1"))?.query_row([id], rows::document_head).optional())
    }

    fn each_document(&self, each: &mut dyn FnMut(DocumentHead) -> bool) -> Result<(), StoreError> {
        self.read(|c| {
            let mut statement = c.prepare_cached(&rows::select_documents("1"))?;
            let mut found = statement.query([])?;
            while let Some(row) = found.next()? {
                if !each(rows::document_head(row)?) {
                    break;
                }
            }
            Ok(())
        })
    }

    fn each_incident(&self, each: &mut dyn FnMut(StoredIncident) -> bool) -> Result<u64, StoreError> {
        self.read(|c| {
            // One transaction: rows and revision are of the same moment.
            let view = c.unchecked_transaction()?;
            let last = last_revision(&view)?;
            let mut statement = view.prepare(&rows::select("id NOT NULL", "fid"))?;
            let mut found = statement.query([])?;
            while let Some(row) = found.next()? {
                if !each(rows::incident(row)?) {
                    break;
                }
            }
            Ok(last)
        })
    }

    fn each_run(&self, take: Take<'_>) -> Result<u64, StoreError> {
        // What lives in memory has one connection.
        if self.reader.is_some()
            && threads() > 1
            && let Some(revision) = readers::each_run(&self.path, take)?
        {
            return Ok(revision);
        }
        runs::in_batches(&mut |each| self.each_incident(each), take)
    }

    fn changes_after(&self, after: u64) -> Result<Changes, StoreError> {
        self.read(|c| {
            let view = c.unchecked_transaction()?;
            let revision = last_revision(&view)?;
            if revision <= after {
                return Ok(Changes { revision: after, incidents: Vec::new() });
            }
            let mut changed = view.prepare_cached("SELECT DISTINCT id FROM revisions WHERE number > ?1 AND what = 'incident'")?;
            let ids = changed.query_map([after as i64], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
            let mut current = view.prepare_cached(&rows::select("id = ?1", "fid"))?;
            let mut incidents = Vec::with_capacity(ids.len());
            for id in ids {
                let found = current.query_row([&id], rows::incident).optional()?;
                incidents.push(found.map_or(Change::Gone(id), |incident| Change::Present(Box::new(incident))));
            }
            Ok(Changes { revision, incidents })
        })
    }

    fn revisions(&self, id: &str) -> Result<Vec<Revision>, StoreError> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT number, at, who, why, action, before, after FROM revisions WHERE id = ?1 ORDER BY number")?;
            statement.query_map([id], rows::revision)?.collect()
        })
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        self.read(|c| {
            c.query_row("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM incidents WHERE id NOT NULL)", [], |row| {
                Ok(Counts { documents: row.get::<_, i64>(0)? as u64, incidents: row.get::<_, i64>(1)? as u64 })
            })
        })
    }

    fn subscribe(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    fn id(&self) -> &str {
        &self.id
    }
}

/// The names of the flat columns of schema `incident/1`, in order: the table of the file and every
/// other table made from it.
pub fn columns() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(name, _)| *name)
}

/// Whether a flat column holds numbers.
pub fn is_number(column: &str) -> bool {
    use columns::Kind;
    COLUMNS.iter().any(|(name, kind)| *name == column && matches!(kind, Kind::Integer | Kind::Real))
}

/// A lock that outlives a panic of another thread: every change is a transaction that SQLite undoes.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn last_revision(connection: &Connection) -> rusqlite::Result<u64> {
    connection.query_row("SELECT coalesce(max(number), 0) FROM revisions", [], |row| row.get::<_, i64>(0)).map(|last| last as u64)
}

/// What SQLite says, on one line: it quotes SQL as it was written.
fn one_line(error: &rusqlite::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What SQLite said, with what to do about it when we know.
pub(super) fn advice(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode as Code;
    let hint = match error.sqlite_error_code() {
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => "another program is writing to it; try again when that is done",
        Some(Code::DiskFull) => "the disk is full; make room and try again, nothing that was acknowledged is lost",
        Some(Code::ReadOnly) => "the file or its folder cannot be written; check the permissions",
        Some(Code::CannotOpen) => "the file or its folder cannot be opened; check the path and the permissions",
        Some(Code::DatabaseCorrupt | Code::NotADatabase) => "the file is damaged; restore it from a backup",
        _ => return one_line(error),
    };
    format!("{} ({hint})", one_line(error))
}
