//! From rows of the file to plain values.

use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

use super::super::{Revision, StoredIncident};
use super::checksum::{Checksum, Damaged};
use super::columns::{COLUMNS, WORDS_SQL, from_sql, overlay};
use super::geometry;

/// How many columns stand before the flat ones in [`select`].
const FIXED: usize = 7;

/// The statement that reads incidents for [`incident`].
pub fn select(condition: &str, order: &str) -> String {
    let flat: String = COLUMNS.iter().map(|(name, _)| format!(", {name}")).collect();
    format!(
        "SELECT fid, id, geom, properties, edited_elsewhere, {WORDS_SQL}, checksum{flat} FROM incidents WHERE {condition} ORDER BY {order}"
    )
}

/// One incident. The properties are handed on as they are kept, except where another program has
/// edited the row: then its columns win.
pub fn incident(row: &Row<'_>) -> rusqlite::Result<StoredIncident> {
    let text = |name: &str| -> rusqlite::Result<Option<String>> {
        let at = FIXED + COLUMNS.iter().position(|(column, _)| *column == name).unwrap_or_default();
        Ok(match row.get_ref(at)? {
            ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            _ => None,
        })
    };
    let confidence = match row.get_ref(FIXED + COLUMNS.iter().position(|(column, _)| *column == "confidence").unwrap_or_default())? {
        ValueRef::Real(number) => number,
        ValueRef::Integer(number) => number as f64,
        _ => 0.0,
    };
    let id: String = row.get(1)?;
    let position = match row.get_ref(2)? {
        ValueRef::Blob(blob) => geometry::decode(blob),
        _ => None,
    };
    let kept: Option<String> = row.get(3)?;
    let edited = row.get::<_, i64>(4)? != 0;
    // Another program that edits a row cannot know its checksum.
    if let (false, Some(want)) = (edited, row.get::<_, Option<i64>>(6)?) {
        let geom = row.get_ref(2)?.as_blob_or_null().unwrap_or_default();
        let sum = Checksum::default().text(Some(&id)).text(text("doc_id")?.as_deref()).blob(geom).text(kept.as_deref());
        if sum.finish() != want {
            return Err(Damaged { what: "incident", id }.into());
        }
    }
    let properties = match kept {
        Some(kept) if !edited => kept,
        kept => edited_properties(row, &id, kept.as_deref())?,
    };
    let day = |text: Option<String>| text.and_then(|text| text.get(..10)?.parse().ok());
    let (date_start, date_end) = (day(text("date_start")?), day(text("date_end")?));
    Ok(StoredIncident {
        number: row.get(0)?,
        position,
        properties,
        event_type: text("event_type")?.unwrap_or_default(),
        status: text("status")?.unwrap_or_default(),
        country: text("country")?,
        confidence,
        date_start: date_start.or(date_end),
        date_end: date_end.or(date_start),
        words: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
        id,
    })
}

fn edited_properties(row: &Row<'_>, id: &str, kept: Option<&str>) -> rusqlite::Result<String> {
    let mut properties: Map<String, Value> = kept.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
    let mut columns = Vec::with_capacity(COLUMNS.len());
    for (i, (name, kind)) in COLUMNS.iter().enumerate() {
        columns.push((*name, from_sql(*kind, row.get_ref(FIXED + i)?)));
    }
    overlay(&mut properties, columns.into_iter());
    properties.insert("id".to_owned(), Value::from(id));
    Ok(Value::Object(properties).to_string())
}

/// One step of the trail.
pub fn revision(row: &Row<'_>) -> rusqlite::Result<Revision> {
    let json = |at: usize| -> rusqlite::Result<Option<Value>> {
        Ok(row.get::<_, Option<String>>(at)?.map(|json| serde_json::from_str(&json).unwrap_or(Value::String(json))))
    };
    Ok(Revision {
        number: row.get::<_, i64>(0)? as u64,
        at: row.get::<_, String>(1)?.parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        who: row.get(2)?,
        why: row.get(3)?,
        action: row.get(4)?,
        before: json(5)?,
        after: json(6)?,
    })
}
