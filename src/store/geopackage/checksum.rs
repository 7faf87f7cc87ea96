//! Checksums of rows: a bit that flips on the disk inside a value breaks no structure that SQLite
//! checks, so every row of ours carries the first eight bytes of a SHA-256 over its values.

use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};

/// The values of a document that its checksum covers, in order.
pub const DOCUMENT: &str = "id, fingerprint, title, text, published, lang, source, url, country, diagnostics, content";

/// The values of an incident that its checksum covers, in order; the flat columns follow from
/// `properties`.
pub const INCIDENT: &str = "id, doc_id, geom, properties";

/// The values of a revision that its checksum covers, in order.
pub const REVISION: &str = "at, who, why, what, id, action, before, after";

/// A checksum being made.
#[derive(Default)]
pub struct Checksum(Sha256);

impl Checksum {
    /// Adds a value; null, text and bytes are told apart, and so is where one value ends.
    pub fn add(&mut self, value: ValueRef<'_>) {
        let (kind, bytes): (u8, &[u8]) = match value {
            ValueRef::Null => (0, &[]),
            ValueRef::Text(text) => (1, text),
            ValueRef::Blob(blob) => (2, blob),
            // None of our columns under a checksum holds a number.
            ValueRef::Integer(_) | ValueRef::Real(_) => (3, &[]),
        };
        self.0.update([kind]);
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Adds a text, or null.
    pub fn text(mut self, text: Option<&str>) -> Self {
        self.add(text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes())));
        self
    }

    /// Adds bytes, or null.
    pub fn blob(mut self, blob: Option<&[u8]>) -> Self {
        self.add(blob.map_or(ValueRef::Null, ValueRef::Blob));
        self
    }

    /// The number that is kept.
    pub fn finish(self) -> i64 {
        let hash = self.0.finalize();
        let mut first = [0u8; 8];
        first.copy_from_slice(&hash[..8]);
        i64::from_le_bytes(first)
    }
}

/// The checksum over columns of a row, from one on.
pub fn of_columns(row: &Row<'_>, columns: std::ops::Range<usize>) -> rusqlite::Result<i64> {
    let mut sum = Checksum::default();
    for column in columns {
        sum.add(row.get_ref(column)?);
    }
    Ok(sum.finish())
}

/// What a row that does not agree with its checksum is called.
#[derive(Debug, thiserror::Error)]
#[error("{what} {id:?} is not what was written: its checksum does not agree")]
pub struct Damaged {
    /// `document`, `incident` or `revision`.
    pub what: &'static str,
    /// Its identifier.
    pub id: String,
}

impl From<Damaged> for rusqlite::Error {
    fn from(damaged: Damaged) -> Self {
        Self::UserFunctionError(Box::new(damaged))
    }
}

/// The same as an SQL function, by which an older file gets its checksums.
pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("oqiga_checksum", -1, flags, |context| {
        let mut sum = Checksum::default();
        for at in 0..context.len() {
            sum.add(context.get_raw(at));
        }
        Ok(sum.finish())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_value_ends_and_what_it_is_counts() {
        let of = |parts: &[Option<&str>]| parts.iter().fold(Checksum::default(), |sum, part| sum.text(*part)).finish();
        assert_eq!(of(&[Some("ab"), Some("c")]), of(&[Some("ab"), Some("c")]));
        assert_ne!(of(&[Some("ab"), Some("c")]), of(&[Some("a"), Some("bc")]));
        assert_ne!(of(&[Some("")]), of(&[None]));
        assert_ne!(Checksum::default().text(Some("a")).finish(), Checksum::default().blob(Some(b"a")).finish());
    }

    #[test]
    fn the_sql_function_gives_the_same_number() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let sql: i64 = connection.query_row("SELECT oqiga_checksum('Актау', NULL, x'00ff')", [], |row| row.get(0)).unwrap();
        assert_eq!(sql, Checksum::default().text(Some("Актау")).text(None).blob(Some(&[0, 255])).finish());
    }
}
