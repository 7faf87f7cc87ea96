//! Changing single incidents: what a person puts right by hand.
//!
//! A row that was changed so is marked like one that another program has edited, so that its report
//! coming again leaves it alone; one that was removed stays away.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde_json::{Map, Value, json};

use super::super::{Author, Edit, StoredIncident};
use super::last_revision;
use super::rows;
use super::write::{Trail, insert, state_of, update, widen_contents};

/// What column `edited_elsewhere` holds of a row that was changed here: its JSON is right, and its
/// report must not overwrite it. Another program's edit makes it 1, and then its columns are right.
pub const EDITED_HERE: i64 = 2;

/// Asks `change` what to do with an incident as it is and does it, all or nothing; gives the number
/// of the revision, or `None` when nothing was to be done.
pub fn edit(
    connection: &mut Connection,
    id: &str,
    author: &Author,
    change: &mut dyn FnMut(Option<&StoredIncident>) -> Option<Edit>,
) -> rusqlite::Result<Option<u64>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let current = transaction.prepare_cached(&rows::select("id = ?1", "fid"))?.query_row([id], rows::incident).optional()?;
    let Some(edit) = change(current.as_ref()) else { return Ok(None) };
    transaction.prepare_cached("INSERT INTO oqiga_writing VALUES (?1)")?.execute([std::process::id()])?;
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let trail = Trail { transaction: &transaction, author, now: &now };
    let before = current.as_ref().map(state_now);
    match edit {
        Edit::Put(record) => {
            let document = record.properties.get("doc_id").and_then(Value::as_str).unwrap_or_default().to_owned();
            match before {
                None => {
                    insert(&transaction, &document, &record)?;
                    trail.revision("incident", id, "create", None, None)?;
                }
                Some(before) => {
                    update(&transaction, &document, &record)?;
                    trail.revision("incident", id, "update", Some(before), Some(state_of(&record)))?;
                }
            }
            transaction.execute("UPDATE incidents SET edited_elsewhere = ?2 WHERE id = ?1", params![id, EDITED_HERE])?;
            widen_contents(&trail, std::slice::from_ref(&record))?;
        }
        Edit::Delete => {
            transaction.prepare_cached("DELETE FROM incidents WHERE id = ?1")?.execute([id])?;
            // The mark tells this from an incident that its report no longer has.
            trail.revision("incident", id, "delete", before, Some(json!({"removed": true})))?;
        }
    }
    transaction.execute("DELETE FROM oqiga_writing", [])?;
    let revision = last_revision(&transaction)?;
    transaction.commit()?;
    Ok(Some(revision))
}

/// Whether a person has removed an incident, so that its report must not bring it back.
pub fn was_removed(transaction: &Transaction<'_>, id: &str) -> rusqlite::Result<bool> {
    let last = transaction
        .prepare_cached("SELECT action, who, after FROM revisions WHERE id = ?1 AND what = 'incident' ORDER BY number DESC LIMIT 1")?
        .query_row([id], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<String>>(2)?)))
        .optional()?;
    Ok(last.is_some_and(|(action, who, after)| action == "delete" && (after.is_some() || who == "another program")))
}

fn state_now(incident: &StoredIncident) -> Value {
    let properties: Map<String, Value> = serde_json::from_str(&incident.properties).unwrap_or_default();
    json!({"lon": incident.position.map(|at| at.lon), "lat": incident.position.map(|at| at.lat), "properties": properties})
}
