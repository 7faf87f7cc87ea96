//! From rows of the file to plain values.

use std::borrow::Cow;

use jiff::civil::Date;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

use super::super::{DocumentHead, Revision, StoredIncident};
use super::checksum::{Checksum, Damaged};
use super::columns::{COLUMNS, WORDS_SQL, from_sql, overlay};
use super::geometry;

/// The columns that the index looks at, in the order of [`select`].
const LOOKED_AT: [&str; 10] =
    ["event_type", "status", "country", "confidence", "geonameid", "geo_precision", "source_name", "date_start", "date_end", "doc_id"];

/// How many columns stand before those in [`select`].
const FIXED: usize = 8;

/// Where the columns of [`LOOKED_AT`] stand in [`select`], in the same order.
const LOOKED_AT_COLUMNS: [usize; LOOKED_AT.len()] = {
    let mut columns = [FIXED; LOOKED_AT.len()];
    let mut at = 0;
    while at < columns.len() {
        columns[at] = FIXED + at;
        at += 1;
    }
    columns
};

/// The statement that reads incidents for [`incident`]. All flat columns are read only of rows that
/// another program has edited: they are many, and the properties say the same.
pub fn select(condition: &str, order: &str) -> String {
    // Another program may have written bytes where text belongs; JSON has no place for them.
    let flat = COLUMNS.iter().map(|(name, _)| format!("'{name}', CASE typeof({name}) WHEN 'blob' THEN NULL ELSE {name} END"));
    let flat: Vec<String> = flat.collect();
    format!(
        "SELECT fid, id, geom, properties, {WORDS_SQL}, CASE WHEN edited_elsewhere = 1 THEN json_object({}) END, \
         edited_elsewhere, checksum, {} FROM incidents WHERE {condition} ORDER BY {order}",
        flat.join(", "),
        LOOKED_AT.join(", ")
    )
}

/// One incident. The properties are handed on as they are kept, except where another program has
/// edited the row: then its columns win.
pub fn incident(row: &Row<'_>) -> rusqlite::Result<StoredIncident> {
    let [event_type, status, country, confidence, geonameid, geo_precision, source_name, date_start, date_end, doc_id] = LOOKED_AT_COLUMNS;
    let text = |column: usize| -> rusqlite::Result<Option<Cow<'_, str>>> {
        Ok(match row.get_ref(column)? {
            ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes)),
            _ => None,
        })
    };
    let owned = |column: usize| -> rusqlite::Result<Option<String>> { Ok(text(column)?.map(Cow::into_owned)) };
    let number = |column: usize| -> rusqlite::Result<Option<f64>> {
        Ok(match row.get_ref(column)? {
            ValueRef::Real(number) => Some(number),
            ValueRef::Integer(number) => Some(number as f64),
            _ => None,
        })
    };
    let id: String = row.get(1)?;
    let position = match row.get_ref(2)? {
        ValueRef::Blob(blob) => geometry::decode(blob),
        _ => None,
    };
    let kept: Option<String> = row.get(3)?;
    // Another program that edits a row cannot know its checksum.
    if let (0, Some(want)) = (row.get::<_, i64>(6)?, row.get::<_, Option<i64>>(7)?) {
        let geom = row.get_ref(2)?.as_blob_or_null().unwrap_or_default();
        let doc_id = row.get_ref(doc_id)?.as_str_or_null().unwrap_or_default();
        let sum = Checksum::default().text(Some(&id)).text(doc_id).blob(geom).text(kept.as_deref());
        if sum.finish() != want {
            return Err(Damaged { what: "incident", id }.into());
        }
    }
    let properties = match (row.get::<_, Option<String>>(5)?, kept) {
        (None, Some(kept)) => kept,
        (edited, kept) => edited_properties(edited.as_deref(), &id, kept.as_deref()),
    };
    let day = |column: usize| -> rusqlite::Result<Option<Date>> { Ok(text(column)?.and_then(|text| text.get(..10)?.parse().ok())) };
    let (date_start, date_end) = (day(date_start)?, day(date_end)?);
    Ok(StoredIncident {
        number: row.get(0)?,
        position,
        properties,
        event_type: owned(event_type)?.unwrap_or_default(),
        status: owned(status)?.unwrap_or_default(),
        country: owned(country)?,
        confidence: number(confidence)?.unwrap_or(0.0),
        geonameid: number(geonameid)?.map(|id| id as i64),
        geo_precision: number(geo_precision)?.map(|precision| precision as i64),
        source_name: owned(source_name)?,
        date_start: date_start.or(date_end),
        date_end: date_end.or(date_start),
        words: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        id,
    })
}

fn edited_properties(columns: Option<&str>, id: &str, kept: Option<&str>) -> String {
    let object = |json: Option<&str>| -> Map<String, Value> { json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default() };
    let (mut properties, columns) = (object(kept), object(columns));
    overlay(&mut properties, COLUMNS.iter().map(|(name, kind)| (*name, from_sql(*kind, columns.get(*name)))));
    properties.insert("id".to_owned(), Value::from(id));
    Value::Object(properties).to_string()
}

/// The statement that reads documents for [`document_head`].
pub fn select_documents(condition: &str) -> String {
    format!("SELECT id, title, published, lang, source, url, country FROM documents WHERE {condition} ORDER BY fid")
}

/// What is known of a document but its text.
pub fn document_head(row: &Row<'_>) -> rusqlite::Result<DocumentHead> {
    Ok(DocumentHead {
        id: row.get(0)?,
        title: row.get(1)?,
        published: row.get::<_, Option<String>>(2)?.and_then(|day| day.get(..10)?.parse().ok()),
        lang: row.get(3)?,
        source: row.get(4)?,
        url: row.get(5)?,
        country: row.get(6)?,
    })
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
