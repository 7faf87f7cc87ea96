//! From rows of the database to plain values.

use serde_json::{Map, Value};
use tokio_postgres::Row;

use super::super::geopackage::{COLUMNS, Kind, WORDS_SQL, overlay};
use super::super::{Revision, StoredIncident};
use super::link::Trouble;
use super::wire::{Day, Json, Moment};
use crate::geo::LonLat;

/// What [`incident`] reads. All flat columns are read only of rows that another program has edited.
pub fn incident_columns() -> String {
    format!(
        "fid, id, ST_X(geom), ST_Y(geom), properties, CASE WHEN edited_elsewhere = 1 THEN row_to_json(incidents) END, {WORDS_SQL}, \
         event_type, status, country, confidence, date_start, date_end, geonameid::float8, geo_precision::float8, source_name"
    )
}

/// One incident. The properties are handed on as they are kept, except where another program has
/// edited the row: then its columns win.
pub fn incident(row: &Row) -> Result<StoredIncident, Trouble> {
    let id: String = row.try_get(1)?;
    let position = row.try_get::<_, Option<f64>>(2)?.zip(row.try_get::<_, Option<f64>>(3)?).and_then(|(lon, lat)| LonLat::new(lon, lat));
    let (kept, edited): (Option<Json<'_>>, Option<Json<'_>>) = (row.try_get(4)?, row.try_get(5)?);
    let properties = match (edited, kept) {
        (None, Some(kept)) => kept.0.to_owned(),
        (edited, kept) => edited_properties(edited.map(|json| json.0), &id, kept.map(|json| json.0)),
    };
    let day = |at: usize| -> Result<_, Trouble> { Ok(row.try_get::<_, Option<Day>>(at)?.map(|day| day.0)) };
    let (date_start, date_end) = (day(11)?, day(12)?);
    Ok(StoredIncident {
        number: row.try_get(0)?,
        position,
        properties,
        words: row.try_get(6)?,
        event_type: row.try_get::<_, Option<String>>(7)?.unwrap_or_default(),
        status: row.try_get::<_, Option<String>>(8)?.unwrap_or_default(),
        country: row.try_get(9)?,
        confidence: row.try_get::<_, Option<f64>>(10)?.unwrap_or_default(),
        geonameid: row.try_get::<_, Option<f64>>(13)?.map(|id| id as i64),
        geo_precision: row.try_get::<_, Option<f64>>(14)?.map(|precision| precision as i64),
        source_name: row.try_get(15)?,
        date_start: date_start.or(date_end),
        date_end: date_end.or(date_start),
        id,
    })
}

fn edited_properties(columns: Option<&str>, id: &str, kept: Option<&str>) -> String {
    let object = |json: Option<&str>| -> Map<String, Value> { json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default() };
    let (mut properties, columns) = (object(kept), object(columns));
    overlay(&mut properties, COLUMNS.iter().map(|(name, kind)| (*name, property(*kind, columns.get(*name)))));
    properties.insert("id".to_owned(), Value::from(id));
    Value::Object(properties).to_string()
}

/// A column, as PostgreSQL writes it in JSON, as a property.
fn property(kind: Kind, value: Option<&Value>) -> Option<Value> {
    match (kind, value?) {
        (_, Value::Null) => None,
        (Kind::Words, Value::String(text)) => Some(text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect()),
        (Kind::Real, Value::Number(number)) => number.as_f64().map(Value::from),
        (_, value) => Some(value.clone()),
    }
}

/// One step of the trail: number, at, who, why, action, before, after.
pub fn revision(row: &Row) -> Result<Revision, Trouble> {
    let json = |at: usize| -> Result<Option<Value>, Trouble> {
        let text = row.try_get::<_, Option<Json<'_>>>(at)?;
        Ok(text.map(|json| serde_json::from_str(json.0).unwrap_or_else(|_| Value::from(json.0))))
    };
    Ok(Revision {
        number: row.try_get::<_, i64>(0)?.unsigned_abs(),
        at: row.try_get::<_, Moment>(1)?.0,
        who: row.try_get(2)?,
        why: row.try_get(3)?,
        action: row.try_get(4)?,
        before: json(5)?,
        after: json(6)?,
    })
}
