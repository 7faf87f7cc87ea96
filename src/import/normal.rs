//! What every incident must be, wherever it comes from: a known type and status, days in order, an
//! address that is one, lists that are lists; and what follows from the rest filled in.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Defaults, ImportError};
use crate::gazetteer::Country;
use crate::geo::LonLat;
use crate::incidents::{Status, TAXONOMY};
use crate::store::IncidentRecord;
use crate::store::geopackage::{columns, is_number};

/// Longest text of one property.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Properties of schema `incident/1` that are lists.
const LISTS: &[&str] = &["actors", "evidence", "evidence_marks", "flags", "overlaps", "place_candidates", "place_mentions"];

/// Properties of the schema that are neither columns nor lists.
const OTHERS: &[&str] = &["id", "confidence_parts", "cluster_id"];

/// Makes the record of an incident, or says which value is wrong.
pub fn complete(
    position: Option<LonLat>,
    mut properties: Map<String, Value>,
    defaults: &Defaults<'_>,
) -> Result<IncidentRecord, ImportError> {
    properties.retain(|name, value| !value.is_null() && is_known(name));
    for (name, value) in &properties {
        check(name, value)?;
    }
    let text = |name: &str| properties.get(name).and_then(Value::as_str);
    let kind = text("event_type").or(defaults.event_type);
    let kind = kind.and_then(|kind| TAXONOMY.get(kind)).ok_or_else(|| {
        let types: Vec<&str> = TAXONOMY.types.iter().map(|t| t.id.as_str()).collect();
        ImportError::value("event_type", format!("one of {}", types.join(", ")), kind.unwrap_or_default())
    })?;
    let days = (text("date_start").map(str::to_owned), text("date_end").map(str::to_owned));
    if let (Some(start), Some(end)) = &days
        && end < start
    {
        return Err(ImportError::value("date_end", format!("{start} or later"), end));
    }
    let title = match text("place_name").or_else(|| text("country_name")) {
        Some(place) => format!("{}: {place}", kind.label.get("en").map_or(kind.id.as_str(), String::as_str)),
        None => kind.label.get("en").unwrap_or(&kind.id).clone(),
    };
    let mut fill = |name: &str, value: Option<Value>| {
        if let (Some(value), false) = (value, properties.contains_key(name)) {
            properties.insert(name.to_owned(), value);
        }
    };
    fill("event_type", Some(Value::from(kind.id.as_str())));
    fill("status", Some(Value::from("reported")));
    fill("title", Some(Value::from(title)));
    fill("source_name", defaults.source_name.map(Value::from));
    fill("date_start", days.1.map(Value::from));
    fill("date_end", days.0.map(Value::from));
    // Whoever coded it stands for it; the source says who that is.
    fill("confidence", Some(Value::from(1.0)));
    fill("geo_precision", position.map(|_| Value::from(1)));
    properties.insert("event_group".to_owned(), serde_json::to_value(kind.group).unwrap_or_default());
    properties.remove("doc_id");
    let id = match properties.get("id") {
        Some(Value::String(id)) if !id.is_empty() => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => content_id(position, &properties),
    };
    properties.insert("id".to_owned(), Value::from(id.as_str()));
    Ok(IncidentRecord { id, position, properties })
}

fn is_known(name: &str) -> bool {
    OTHERS.contains(&name) || LISTS.contains(&name) || columns().any(|column| column == name)
}

fn check(name: &str, value: &Value) -> Result<(), ImportError> {
    let wrong = |wanted: &str| Err(ImportError::value(name, wanted, value.as_str().unwrap_or(&value.to_string())));
    match (name, value) {
        ("id", Value::Number(_)) | ("confidence_parts", Value::Object(_)) => Ok(()),
        ("confidence", value) if !value.as_f64().is_some_and(|number| (0.0..=1.0).contains(&number)) => wrong("a number from 0 to 1"),
        ("geo_precision" | "time_precision", value) if !value.as_i64().is_some_and(|number| (1..=3).contains(&number)) => {
            wrong("1, 2 or 3")
        }
        (name, value) if LISTS.contains(&name) => {
            if value.is_array() {
                Ok(())
            } else {
                wrong("a list")
            }
        }
        (name, value) if is_number(name) => {
            if value.as_f64().is_some_and(|number| number >= 0.0) {
                Ok(())
            } else {
                wrong("a number of 0 or more")
            }
        }
        ("confidence_parts", _) => wrong("an object"),
        (_, Value::String(text)) if text.len() > TEXT_BYTES_MAX => wrong(&format!("at most {TEXT_BYTES_MAX} bytes")),
        ("date_start" | "date_end" | "published", Value::String(text)) if text.parse::<Date>().is_err() => wrong("a day as 2022-01-05"),
        ("status", Value::String(text)) if Status::deserialize(StrDeserializer::<Error>::new(text)).is_err() => {
            wrong("reported, claimed, denied, planned, hypothetical, negated or background")
        }
        ("country", Value::String(text)) if Country::parse(text).is_none() => wrong("an ISO 3166-1 alpha-2 code such as KZ"),
        // The map makes a link of it: no scheme that runs something.
        ("source_url", Value::String(url)) if !url.starts_with("http://") && !url.starts_with("https://") => {
            wrong("an http or https address")
        }
        (_, Value::String(_)) => Ok(()),
        _ => wrong("text"),
    }
}

/// An identifier made from what an incident says, so that the same one taken in twice is one.
fn content_id(position: Option<LonLat>, properties: &Map<String, Value>) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{position:?}"));
    hash.update(serde_json::to_vec(properties).unwrap_or_default());
    let hex: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("imp_{hex}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DEFAULTS: Defaults<'static> = Defaults { event_type: None, source_name: Some("Desk"), country_named: &|_| None };

    fn of(properties: Value) -> Result<IncidentRecord, String> {
        complete(LonLat::new(51.2, 43.65), properties.as_object().unwrap().clone(), &DEFAULTS).map_err(|error| error.to_string())
    }

    #[test]
    fn what_follows_is_filled_in_and_what_is_unknown_is_left_out() {
        let made = of(json!({"event_type": "fire", "place_name": "Aktau", "date_start": "2022-01-05", "colour": "red"})).unwrap();
        let text = |name: &str| made.properties[name].as_str().unwrap().to_owned();
        assert_eq!(
            (text("title"), text("event_group"), text("status")),
            ("Fire: Aktau".to_owned(), "disaster".to_owned(), "reported".to_owned())
        );
        assert_eq!((text("date_end"), text("source_name")), ("2022-01-05".to_owned(), "Desk".to_owned()));
        assert!(!made.properties.contains_key("colour"));
        assert_eq!(made.id, of(json!({"event_type": "fire", "place_name": "Aktau", "date_start": "2022-01-05"})).unwrap().id);
    }

    #[test]
    fn every_wrong_value_is_named() {
        let check = |name: &str, value: Value| {
            let mut properties = json!({"event_type": "fire"});
            properties[name] = value;
            let said = of(properties).unwrap_err();
            assert!(said.starts_with(&format!("{name}: wanted ")), "{said}");
        };
        check("event_type", json!("celebration"));
        check("status", json!("rumoured"));
        check("date_start", json!("yesterday"));
        check("country", json!("Kazakhstan"));
        check("source_url", json!("javascript:alert(1)"));
        check("confidence", json!(2));
        check("killed", json!("many"));
        check("killed", json!(-3));
        check("actors", json!("police"));
        check("geo_precision", json!(9));
        check("title", json!(["a"]));
        check("evidence_text", json!("x".repeat(TEXT_BYTES_MAX + 1)));
        assert!(
            of(json!({"event_type": "fire", "date_start": "2022-01-05", "date_end": "2022-01-04"}))
                .unwrap_err()
                .contains("2022-01-05 or later")
        );
    }
}
