//! The properties of schema `incident/1` as a table: what each means, in which unit, of which type.
//! Queryables, the schema, exports and pages all read it here.

use serde_json::{Map, Value, json};

use crate::incidents::TAXONOMY;
use crate::store::geopackage::{COLUMNS, Kind};

use super::filter;
use super::tiles::group_names;

/// What a property means, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// How it is kept.
    pub kind: Kind,
    /// What it is called on a page.
    pub title: &'static str,
    /// What it means.
    pub description: &'static str,
    /// Its unit, if it has one (UCUM).
    pub unit: Option<&'static str>,
    /// Tag of the Humanitarian Exchange Language.
    pub hxl: &'static str,
}

/// Title, description, unit and HXL tag of the columns.
const MEANINGS: &[(&str, &str, &str, Option<&str>, &str)] = &[
    ("doc_id", "Document", "Id of the report that the incident was found in", None, "#meta+doc+id"),
    ("event_type", "Type", "Type of incident, one of 29", None, "#event+type"),
    ("event_group", "Group", "Group of types, one of 7", None, "#event+group"),
    ("status", "Status", "How the report tells it: reported, claimed, denied, planned, hypothetical, negated, background", None, "#status"),
    ("title", "Title", "The incident in a few words of the report", None, "#event+name"),
    ("place_name", "Place", "Name of the place in the gazetteer", None, "#loc+name"),
    ("place_text", "Place as written", "Name of the place as the report writes it", None, "#loc+name+text"),
    ("country", "Country code", "ISO 3166-1 alpha-2 code of the country", None, "#country+code+v_iso2"),
    ("country_name", "Country", "Name of the country", None, "#country+name"),
    ("admin1", "Region", "First-level administrative division", None, "#adm1+name"),
    ("geonameid", "GeoNames id", "Number of the place in GeoNames", None, "#loc+code+v_geonames"),
    ("feature", "Feature code", "GeoNames feature code of the place", None, "#loc+type"),
    (
        "geo_precision",
        "Place precision",
        "1 the town is named, 2 near it or part of a region, 3 only the country or a large region",
        None,
        "#meta+geo+precision",
    ),
    ("place_source", "Place taken from", "Where the place was taken from: mention, nominal, document_country", None, "#meta+geo+source"),
    ("uncertainty_km", "Uncertainty", "Radius within which the incident lies", Some("km"), "#meta+geo+uncertainty+km"),
    ("date_start", "First day", "First day of the incident", None, "#date+start"),
    ("date_end", "Last day", "Last day of the incident", None, "#date+end"),
    ("date_text", "Date as written", "The words of the report that give the date", None, "#date+text"),
    ("date_precision", "Date precision", "day, approx, range, week, month, year or unknown", None, "#meta+date+precision"),
    ("time_precision", "Time precision", "1 the day is known, 2 the week, 3 only the month", None, "#meta+date+precision+num"),
    ("published", "Published", "Day of publication of the report", None, "#date+published"),
    ("killed", "Killed", "People killed, the lower bound of what the report says", Some("{person}"), "#affected+killed"),
    (
        "killed_qualifier",
        "Killed, how exactly",
        "exact, about, at_least, more_than, up_to, tens, dozens, hundreds, thousands",
        None,
        "#meta+killed+qualifier",
    ),
    ("killed_text", "Killed as written", "The words of the report", None, "#affected+killed+text"),
    ("injured", "Injured", "People injured, the lower bound of what the report says", Some("{person}"), "#affected+injured"),
    ("injured_qualifier", "Injured, how exactly", "As for killed", None, "#meta+injured+qualifier"),
    ("injured_text", "Injured as written", "The words of the report", None, "#affected+injured+text"),
    ("missing", "Missing", "People missing, the lower bound of what the report says", Some("{person}"), "#affected+missing"),
    ("missing_qualifier", "Missing, how exactly", "As for killed", None, "#meta+missing+qualifier"),
    ("missing_text", "Missing as written", "The words of the report", None, "#affected+missing+text"),
    ("arrested", "Arrested", "People arrested, the lower bound of what the report says", Some("{person}"), "#affected+arrested"),
    ("arrested_qualifier", "Arrested, how exactly", "As for killed", None, "#meta+arrested+qualifier"),
    ("arrested_text", "Arrested as written", "The words of the report", None, "#affected+arrested+text"),
    ("evacuated", "Evacuated", "People evacuated, the lower bound of what the report says", Some("{person}"), "#affected+evacuated"),
    ("evacuated_qualifier", "Evacuated, how exactly", "As for killed", None, "#meta+evacuated+qualifier"),
    ("evacuated_text", "Evacuated as written", "The words of the report", None, "#affected+evacuated+text"),
    (
        "participants",
        "Participants",
        "People taking part, the lower bound of what the report says",
        Some("{person}"),
        "#population+participants",
    ),
    ("participants_qualifier", "Participants, how exactly", "As for killed", None, "#meta+participants+qualifier"),
    ("participants_text", "Participants as written", "The words of the report", None, "#population+participants+text"),
    ("attribution", "According to", "Who says so in the report", None, "#meta+attribution"),
    ("source_name", "Outlet", "The outlet or agency of the report", None, "#meta+source+name"),
    ("source_url", "Address", "Where the report was published", None, "#meta+source+url"),
    ("source_lang", "Language", "Language of the report (BCP 47)", None, "#meta+lang"),
    ("evidence_text", "Evidence", "The sentence that tells of the incident", None, "#description+evidence"),
    ("confidence", "Confidence", "How sure the analysis is, 0 to 1", None, "#meta+confidence"),
    ("flags", "Flags", "What to be careful about", None, "#meta+flags"),
];

/// All properties that are columns, in the order of the schema.
pub fn fields() -> impl Iterator<Item = Field> {
    COLUMNS.iter().map(|(name, kind)| {
        let known = MEANINGS.iter().find(|(known, ..)| known == name);
        let (_, title, description, unit, hxl) = known.copied().unwrap_or((*name, *name, "", None, "#meta"));
        Field { name, kind: *kind, title, description, unit, hxl }
    })
}

/// The properties as JSON Schema, the geometry first; for queryables without what cannot be asked.
pub fn json_schema() -> Map<String, Value> {
    let mut properties = Map::new();
    properties.insert(
        "geometry".to_owned(),
        json!({"title": "Position", "format": "geometry-point", "x-ogc-role": "primary-geometry", "description": "Where the incident is drawn"}),
    );
    properties.insert(
        "id".to_owned(),
        json!({"title": "Id", "type": "string", "x-ogc-role": "id", "readOnly": true, "description": "Identifier of the incident"}),
    );
    for field in fields() {
        let mut schema = match field.kind {
            Kind::Text => json!({"type": "string"}),
            Kind::Integer => json!({"type": "integer"}),
            Kind::Real => json!({"type": "number"}),
            Kind::Date => json!({"type": "string", "format": "date"}),
            Kind::Words => json!({"type": "array", "items": {"type": "string"}}),
        };
        let values: Option<Vec<String>> = match field.name {
            "event_type" => Some(TAXONOMY.types.iter().map(|kind| kind.id.clone()).collect()),
            "event_group" => Some(group_names().into_iter().filter(|name| name != "untyped").collect()),
            "status" => Some(filter::STATUSES.iter().map(|name| (*name).to_owned()).collect()),
            _ => None,
        };
        schema["title"] = json!(field.title);
        schema["description"] = json!(field.description);
        if let Some(values) = values {
            schema["enum"] = json!(values);
        }
        if let Some(unit) = field.unit {
            schema["x-ogc-unit"] = json!(unit);
        }
        match field.name {
            "event_type" => schema["x-ogc-role"] = json!("type"),
            "date_start" => schema["x-ogc-role"] = json!("primary-interval-start"),
            "date_end" => schema["x-ogc-role"] = json!("primary-interval-end"),
            "geo_precision" | "time_precision" => {
                schema["minimum"] = json!(1);
                schema["maximum"] = json!(3);
            }
            "confidence" => {
                schema["minimum"] = json!(0);
                schema["maximum"] = json!(1);
            }
            _ => {}
        }
        properties.insert(field.name.to_owned(), schema);
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_meaning_and_no_other_has_one() {
        let columns: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        let meanings: Vec<&str> = MEANINGS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(columns, meanings);
    }
}
