//! Changing single incidents: what a person puts right by hand.
//!
//! A row that was changed so is marked like one that another program has edited, so that its report
//! coming again leaves it alone; one that was removed stays away.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::{Map, Value, json};

use super::super::{Author, Edit, IncidentRecord, StoredIncident};
use super::last_revision;
use super::rows;
use super::write::{Trail, insert, state_of, touch_contents, update, writing};

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
    writing(connection, author, |trail| {
        let current = trail.transaction.prepare_cached(&rows::select("id = ?1", "fid"))?.query_row([id], rows::incident).optional()?;
        let Some(edit) = change(current.as_ref()) else { return Ok(None) };
        let before = current.as_ref().map(state_now);
        match edit {
            Edit::Put(record) => put(trail, id, before.as_ref(), &record)?,
            Edit::Delete if before.is_none() => return Ok(None),
            Edit::Delete => {
                trail.transaction.prepare_cached("DELETE FROM incidents WHERE id = ?1")?.execute([id])?;
                // The mark tells this from an incident that its report no longer has.
                trail.revision("incident", id, "delete", before.as_ref(), Some(&json!({"removed": true})))?;
                touch_contents(trail, &[])?;
            }
        }
        last_revision(trail.transaction).map(Some)
    })
}

fn put(trail: &Trail<'_>, id: &str, before: Option<&Value>, record: &IncidentRecord) -> rusqlite::Result<()> {
    let document_id = record.properties.get("doc_id").and_then(Value::as_str);
    match before {
        None => {
            insert(trail, document_id, record)?;
            trail.revision("incident", id, "create", None, None)?;
        }
        Some(before) => {
            update(trail, document_id, record)?;
            trail.revision("incident", id, "update", Some(before), Some(&state_of(record)))?;
        }
    }
    trail.transaction.prepare_cached("UPDATE incidents SET edited_elsewhere = ?2 WHERE id = ?1")?.execute(params![id, EDITED_HERE])?;
    touch_contents(trail, std::slice::from_ref(record))
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
