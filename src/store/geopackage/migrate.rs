//! Bringing files of older schemas up to date: one step a version, each all or nothing, so that a
//! kill half way leaves the file as it was or one version further.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::intake::Document;

use super::checksum;
use super::schema;

/// Takes a store from the version before to the next.
type Step = fn(&Transaction<'_>) -> rusqlite::Result<()>;

/// Brings a file up to [`schema::VERSION`].
///
/// # Errors
/// What SQLite says.
pub fn migrate(connection: &mut Connection, found: i64) -> rusqlite::Result<()> {
    let steps: &[(i64, Step)] = &[(2, to_2)];
    for (version, step) in steps.iter().filter(|(version, _)| *version > found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step(&transaction)?;
        transaction.execute("UPDATE oqiga_settings SET value = ?1 WHERE name = 'schema'", [version.to_string()])?;
        transaction.commit()?;
    }
    Ok(())
}

/// Version 2: checksums, the hash of what a report says, tokens, sources; and a whole number as the
/// key of the settings, which GeoPackage wants (requirement 119).
fn to_2(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "ALTER TABLE documents ADD COLUMN content TEXT;
         ALTER TABLE documents ADD COLUMN checksum INTEGER;
         CREATE INDEX documents_content ON documents (content);
         ALTER TABLE incidents ADD COLUMN checksum INTEGER;
         ALTER TABLE revisions ADD COLUMN checksum INTEGER;
         ALTER TABLE oqiga_settings RENAME TO settings_of_1;",
    )?;
    transaction.execute_batch(schema::SETTINGS)?;
    transaction
        .execute_batch("INSERT INTO oqiga_settings (name, value) SELECT name, value FROM settings_of_1; DROP TABLE settings_of_1;")?;
    transaction.execute_batch(schema::SERVICE)?;
    let contents = {
        let mut statement = transaction.prepare("SELECT fid, title, text, published FROM documents")?;
        let rows = statement.query_map([], |row| {
            let published: Option<String> = row.get(3)?;
            let document = Document {
                title: row.get(1)?,
                text: row.get(2)?,
                published: published.and_then(|day| day.parse().ok()),
                ..Document::default()
            };
            Ok((row.get::<_, i64>(0)?, document.content_hash()))
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    let mut update = transaction.prepare("UPDATE documents SET content = ?2 WHERE fid = ?1")?;
    for (fid, content) in contents {
        update.execute((fid, content))?;
    }
    let sum = |table: &str, values: &str| transaction.execute(&format!("UPDATE {table} SET checksum = oqiga_checksum({values})"), []);
    sum("documents", checksum::DOCUMENT)?;
    sum("incidents", checksum::INCIDENT)?;
    sum("revisions", checksum::REVISION)?;
    Ok(())
}

/// Shows an older file, opened for reading only, under the names of the newest schema: what it does
/// not have yet is null or empty.
///
/// # Errors
/// What SQLite says.
pub fn shim(connection: &Connection, found: i64) -> rusqlite::Result<()> {
    if found < 2 {
        connection.execute_batch(
            "CREATE TEMP VIEW documents AS SELECT *, NULL AS content, NULL AS checksum FROM main.documents;
             CREATE TEMP VIEW incidents AS SELECT *, NULL AS checksum FROM main.incidents;
             CREATE TEMP VIEW revisions AS SELECT *, NULL AS checksum FROM main.revisions;
             CREATE TEMP TABLE oqiga_tokens (name TEXT, hash TEXT, role TEXT, created TEXT, revoked TEXT);
             CREATE TEMP TABLE sources (name TEXT, url TEXT, etag TEXT, last_modified TEXT, checked TEXT, next TEXT, failures INTEGER, error TEXT);",
        )?;
    }
    Ok(())
}
