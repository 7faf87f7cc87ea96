//! An incident as a person writes it: a GeoJSON feature that is checked before it is kept.

use geojson::{Feature, GeometryValue};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::gazetteer::Country;
use crate::geo::LonLat;
use crate::incidents::TAXONOMY;
use crate::store::geopackage::{COLUMNS, Kind};
use crate::store::{IncidentRecord, StoredIncident};

use super::filter::{STATUSES, word_of};

/// What is wrong with a feature, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: wanted {wanted}, got {came}")]
pub struct EditError {
    /// The member or property.
    pub field: String,
    wanted: String,
    came: String,
}

/// Longest text of a property.
const TEXT_BYTES_MAX: usize = 8192;

/// Most bytes of all properties.
const PROPERTIES_BYTES_MAX: usize = 256 * 1024;

fn wrong(field: &str, wanted: impl Into<String>, came: &Value) -> EditError {
    EditError { field: field.to_owned(), wanted: wanted.into(), came: came.to_string().chars().take(80).collect() }
}

/// Checks a feature and fills in what follows from the rest.
///
/// # Errors
/// [`EditError`] for the first member that is wrong.
pub fn record(id: &str, feature: Value) -> Result<IncidentRecord, EditError> {
    let kind = feature.get("type").cloned().unwrap_or_default();
    if kind != "Feature" {
        return Err(wrong("type", "\"Feature\"", &kind));
    }
    let shape = feature.get("geometry").cloned().unwrap_or_default();
    let feature = serde_json::from_value::<Feature>(feature).map_err(|error| EditError {
        field: "feature".to_owned(),
        wanted: "a GeoJSON Feature".to_owned(),
        came: error.to_string().chars().take(160).collect(),
    })?;
    let position = match feature.geometry.map(|geometry| geometry.value) {
        None => None,
        Some(GeometryValue::Point { coordinates }) => {
            let numbers = coordinates.as_slice();
            let at = numbers.first().zip(numbers.get(1)).and_then(|(lon, lat)| LonLat::new(*lon, *lat));
            Some(at.ok_or_else(|| wrong("geometry", "longitude and latitude in degrees", &shape))?)
        }
        Some(_) => return Err(wrong("geometry", "a Point or null", &shape)),
    };
    let mut properties = feature.properties.unwrap_or_default();
    properties.retain(|_, value| !value.is_null());
    complete(id, &mut properties)?;
    for (name, kind) in COLUMNS {
        if let Some(value) = properties.get(*name) {
            check(name, *kind, value)?;
        }
    }
    let size = Value::Object(properties.clone()).to_string().len();
    if size > PROPERTIES_BYTES_MAX {
        return Err(wrong("properties", format!("at most {PROPERTIES_BYTES_MAX} bytes"), &json!(size)));
    }
    Ok(IncidentRecord { id: id.to_owned(), position, properties })
}

fn complete(id: &str, properties: &mut Map<String, Value>) -> Result<(), EditError> {
    properties.insert("id".to_owned(), json!(id));
    let known: Vec<&str> = TAXONOMY.types.iter().map(|kind| kind.id.as_str()).collect();
    let event_type = properties.get("event_type").cloned().unwrap_or_default();
    let kind = event_type.as_str().and_then(|name| TAXONOMY.types.iter().find(|kind| kind.id == name));
    let kind = kind.ok_or_else(|| wrong("event_type", format!("one of {}", known.join(", ")), &event_type))?;
    properties.insert("event_group".to_owned(), json!(word_of(&kind.group)));
    properties.entry("status").or_insert_with(|| json!("reported"));
    // A person who writes an incident is sure of it, until told otherwise.
    properties.entry("confidence").or_insert_with(|| json!(1.0));
    match (properties.get("date_start").cloned(), properties.get("date_end").cloned()) {
        (Some(day), None) => drop(properties.insert("date_end".to_owned(), day)),
        (None, Some(day)) => drop(properties.insert("date_start".to_owned(), day)),
        _ => {}
    }
    let day = |name: &str| properties.get(name).and_then(Value::as_str).and_then(|day| day.parse::<Date>().ok());
    if let Some((start, end)) = day("date_start").zip(day("date_end"))
        && start > end
    {
        return Err(wrong("date_end", "a day that is not before date_start", &json!(end)));
    }
    Ok(())
}

fn check(name: &str, kind: Kind, value: &Value) -> Result<(), EditError> {
    let is_right = match kind {
        Kind::Text => value.as_str().is_some_and(|text| text.len() <= TEXT_BYTES_MAX),
        Kind::Integer => value.as_i64().is_some_and(|number| number >= 0),
        Kind::Real => value.as_f64().is_some_and(|number| number >= 0.0),
        Kind::Date => value.as_str().is_some_and(|day| day.len() == 10 && day.parse::<Date>().is_ok()),
        Kind::Words => {
            value.as_array().is_some_and(|list| list.iter().all(|word| word.as_str().is_some_and(|word| word.len() <= TEXT_BYTES_MAX)))
        }
    };
    let wanted = match kind {
        Kind::Text => "text of at most 8192 bytes",
        Kind::Integer => "a whole number from 0",
        Kind::Real => "a number from 0",
        Kind::Date => "a day such as 2022-01-05",
        Kind::Words => "a list of words",
    };
    if !is_right {
        return Err(wrong(name, wanted, value));
    }
    let text = value.as_str().unwrap_or_default();
    match name {
        "status" if !STATUSES.contains(&text) => Err(wrong(name, format!("one of {}", STATUSES.join(", ")), value)),
        "country" if Country::parse(text).is_none() => Err(wrong(name, "an ISO 3166-1 alpha-2 code such as KZ", value)),
        "geo_precision" | "time_precision" if !(1..=3).contains(&value.as_i64().unwrap_or(0)) => Err(wrong(name, "1, 2 or 3", value)),
        "confidence" if value.as_f64().is_none_or(|number| number > 1.0) => Err(wrong(name, "a number from 0 to 1", value)),
        // The map makes a link of it: no scheme that runs something.
        "source_url" if !text.starts_with("http://") && !text.starts_with("https://") => {
            Err(wrong(name, "an http or https address", value))
        }
        _ => Ok(()),
    }
}

/// An incident as the feature that a person would have written.
pub fn feature(incident: &StoredIncident) -> Value {
    let properties: Map<String, Value> = serde_json::from_str(&incident.properties).unwrap_or_default();
    let geometry = incident.position.map(|at| json!({"type": "Point", "coordinates": [at.lon, at.lat]}));
    json!({"type": "Feature", "id": incident.id, "geometry": geometry, "properties": properties})
}

/// A JSON merge patch (RFC 7396) applied.
pub fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Value::Object(members) = target else { return };
    for (name, value) in patch {
        if value.is_null() {
            members.remove(&name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// An incident as an earlier revision tells it: whole, or, when another program made the revision,
/// as columns over what is known now.
pub fn restored(id: &str, state: &Value, now: Option<&StoredIncident>) -> IncidentRecord {
    let number = |name: &str| state.get(name).and_then(Value::as_f64);
    let position = number("lon").zip(number("lat")).and_then(|(lon, lat)| LonLat::new(lon, lat));
    let properties = match state.get("properties") {
        Some(Value::Object(properties)) => properties.clone(),
        _ => {
            let mut properties: Map<String, Value> = now.and_then(|now| serde_json::from_str(&now.properties).ok()).unwrap_or_default();
            for (name, kind) in COLUMNS {
                match (state.get(*name), kind) {
                    (None | Some(Value::Null), _) => drop(properties.remove(*name)),
                    (Some(Value::String(words)), Kind::Words) => {
                        let words: Vec<&str> = words.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
                        properties.insert((*name).to_owned(), json!(words));
                    }
                    (Some(value), _) => drop(properties.insert((*name).to_owned(), value.clone())),
                }
            }
            properties.insert("id".to_owned(), json!(id));
            properties
        }
    };
    IncidentRecord { id: id.to_owned(), position, properties }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_patch_does_what_the_rfc_says() {
        let check = |target: Value, patch: Value, want: Value| {
            let mut merged = target;
            merge(&mut merged, patch);
            assert_eq!(merged, want);
        };
        check(json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"}));
        check(json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"}));
        check(json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"}));
        check(json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}}));
        check(json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1}));
        check(json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"}));
        check(json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}}));
    }

    #[test]
    fn every_wrong_member_is_named() {
        let good =
            json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [76.9, 43.2]}, "properties": {"event_type": "protest"}});
        let check = |patch: Value, field: &str| {
            let mut feature = good.clone();
            merge(&mut feature, patch);
            assert_eq!(record("x", feature).unwrap_err().field, field);
        };
        check(json!({"type": "Point"}), "type");
        check(json!({"geometry": {"coordinates": [43.2, 976.9]}}), "geometry");
        check(json!({"geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}), "geometry");
        check(json!({"properties": {"event_type": "party"}}), "event_type");
        check(json!({"properties": {"event_type": null}}), "event_type");
        check(json!({"properties": {"status": "maybe"}}), "status");
        check(json!({"properties": {"country": "KAZ"}}), "country");
        check(json!({"properties": {"killed": -1}}), "killed");
        check(json!({"properties": {"killed": "many"}}), "killed");
        check(json!({"properties": {"date_start": "yesterday"}}), "date_start");
        check(json!({"properties": {"date_start": "2022-01-05", "date_end": "2022-01-04"}}), "date_end");
        check(json!({"properties": {"confidence": 2}}), "confidence");
        check(json!({"properties": {"geo_precision": 9}}), "geo_precision");
        check(json!({"properties": {"source_url": "javascript:alert(1)"}}), "source_url");
        check(json!({"properties": {"title": "x".repeat(9000)}}), "title");
        let record = record("x", good).unwrap();
        assert_eq!((&record.properties["status"], &record.properties["event_group"]), (&json!("reported"), &json!("unrest")));
    }
}
