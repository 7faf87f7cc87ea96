//! The attribute columns of layer `incidents`: schema `incident/1` laid out flat, so that a GIS
//! shows, filters and styles it without unpacking JSON.

use rusqlite::types::Value as Sql;
use serde_json::{Map, Value};

/// How a property is kept in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A list of words, joined by commas.
    Words,
}

impl Kind {
    /// The column type in GeoPackage's words.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Text | Self::Words => "TEXT",
            Self::Integer => "INTEGER",
            Self::Real => "DOUBLE",
            Self::Date => "DATE",
        }
    }
}

/// The columns in the order of the schema, after `fid`, `geom` and `id`.
pub const COLUMNS: &[(&str, Kind)] = &[
    ("doc_id", Kind::Text),
    ("event_type", Kind::Text),
    ("event_group", Kind::Text),
    ("status", Kind::Text),
    ("title", Kind::Text),
    ("place_name", Kind::Text),
    ("place_text", Kind::Text),
    ("country", Kind::Text),
    ("country_name", Kind::Text),
    ("admin1", Kind::Text),
    ("geonameid", Kind::Integer),
    ("feature", Kind::Text),
    ("geo_precision", Kind::Integer),
    ("place_source", Kind::Text),
    ("uncertainty_km", Kind::Real),
    ("date_start", Kind::Date),
    ("date_end", Kind::Date),
    ("date_text", Kind::Text),
    ("date_precision", Kind::Text),
    ("time_precision", Kind::Integer),
    ("published", Kind::Date),
    ("killed", Kind::Integer),
    ("killed_qualifier", Kind::Text),
    ("killed_text", Kind::Text),
    ("injured", Kind::Integer),
    ("injured_qualifier", Kind::Text),
    ("injured_text", Kind::Text),
    ("missing", Kind::Integer),
    ("missing_qualifier", Kind::Text),
    ("missing_text", Kind::Text),
    ("arrested", Kind::Integer),
    ("arrested_qualifier", Kind::Text),
    ("arrested_text", Kind::Text),
    ("evacuated", Kind::Integer),
    ("evacuated_qualifier", Kind::Text),
    ("evacuated_text", Kind::Text),
    ("participants", Kind::Integer),
    ("participants_qualifier", Kind::Text),
    ("participants_text", Kind::Text),
    ("attribution", Kind::Text),
    ("source_name", Kind::Text),
    ("source_url", Kind::Text),
    ("source_lang", Kind::Text),
    ("evidence_text", Kind::Text),
    ("confidence", Kind::Real),
    ("flags", Kind::Words),
];

/// The columns that free-text search looks at, as one SQL expression.
pub const WORDS_SQL: &str = "concat_ws(' ', title, place_name, place_text, admin1, country_name, attribution, source_name, evidence_text)";

/// A property as its column keeps it; a value of the wrong kind is kept as null, its JSON still has it.
pub fn to_sql(kind: Kind, value: Option<&Value>) -> Sql {
    let Some(value) = value else { return Sql::Null };
    let kept = match kind {
        Kind::Text | Kind::Date => value.as_str().map(|text| Sql::Text(text.to_owned())),
        Kind::Integer => value.as_i64().map(Sql::Integer),
        Kind::Real => value.as_f64().map(Sql::Real),
        Kind::Words => value.as_array().filter(|list| !list.is_empty()).map(|list| {
            let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            Sql::Text(words.join(","))
        }),
    };
    kept.unwrap_or(Sql::Null)
}

/// A column, as SQLite writes it in JSON, as a property: the way back, for rows that another
/// program has edited.
pub fn from_sql(kind: Kind, value: Option<&Value>) -> Option<Value> {
    match (kind, value?) {
        (_, Value::Null) => None,
        (Kind::Words, Value::String(text)) => Some(text.split(',').map(str::trim).filter(|w| !w.is_empty()).collect()),
        (Kind::Real, Value::Number(number)) => number.as_f64().map(Value::from),
        (_, value) => Some(value.clone()),
    }
}

/// Puts what another program wrote into the columns over the properties as they were.
pub fn overlay(properties: &mut Map<String, Value>, columns: impl Iterator<Item = (&'static str, Option<Value>)>) {
    for (name, value) in columns {
        match value {
            Some(value) => properties.insert(name.to_owned(), value),
            None => properties.remove(name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_property_goes_into_its_column_and_back() {
        let check = |kind: Kind, value: Value| {
            let kept = match to_sql(kind, Some(&value)) {
                Sql::Text(text) => json!(text),
                Sql::Integer(number) => json!(number),
                Sql::Real(number) => json!(number),
                other => panic!("{other:?}"),
            };
            assert_eq!(from_sql(kind, Some(&kept)), Some(value));
        };
        check(Kind::Text, json!("Жанаозен"));
        check(Kind::Integer, json!(7939));
        check(Kind::Real, json!(0.75));
        check(Kind::Date, json!("2022-01-05"));
        check(Kind::Words, json!(["claimed", "count_vague"]));
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_no_column_value() {
        assert_eq!(to_sql(Kind::Integer, Some(&json!("many"))), Sql::Null);
        assert_eq!(to_sql(Kind::Words, Some(&json!([]))), Sql::Null);
        assert_eq!(to_sql(Kind::Text, None), Sql::Null);
    }

    #[test]
    fn what_was_cleared_in_the_table_is_cleared_in_the_properties() {
        let mut properties = json!({"title": "old", "killed": 3, "actors": []}).as_object().unwrap().clone();
        overlay(&mut properties, [("title", Some(json!("new"))), ("killed", None)].into_iter());
        assert_eq!(Value::Object(properties), json!({"title": "new", "actors": []}));
    }
}
