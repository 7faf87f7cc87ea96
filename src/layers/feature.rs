//! An incident as a GeoJSON feature of schema `incident/1`: the form in which it is shown and kept.
//!
//! Inside the program spans are bytes; from here on they are Unicode code points.

use geojson::{Feature, Geometry, GeometryValue, feature::Id};
use serde_json::{Map, Value, json};

use crate::incidents::{CountField, Incident, TAXONOMY, Where};
use crate::index::rounded;
use crate::text::Span;
use crate::text::offsets::CodePoints;

/// The feature of an incident; `text` is the text of its document.
pub fn feature(incident: &Incident, text: &CodePoints<'_>) -> Feature {
    let mut properties = Properties(Map::new());
    describe(incident, &mut properties);
    if let Some(place) = &incident.place {
        place_properties(place, text, &mut properties);
    }
    count_properties(incident, &mut properties);
    evidence_properties(incident, text, &mut properties);
    let position = incident.place.as_ref().map(|place| place.position);
    Feature {
        bbox: None,
        geometry: position.map(|at| Geometry::new(GeometryValue::Point { coordinates: [rounded(at.lon), rounded(at.lat)].into() })),
        id: Some(Id::String(incident.id.clone())),
        properties: Some(properties.0),
        foreign_members: None,
    }
}

/// Properties to which only what is known is added.
struct Properties(Map<String, Value>);

impl Properties {
    fn set(&mut self, name: &str, value: impl serde::Serialize) {
        match json!(value) {
            Value::Null => {}
            value => drop(self.0.insert(name.to_owned(), value)),
        }
    }
}

fn describe(incident: &Incident, to: &mut Properties) {
    to.set("id", &incident.id);
    to.set("doc_id", &incident.doc_id);
    to.set("event_type", &incident.event_type);
    to.set("event_group", TAXONOMY.get(&incident.event_type).map(|t| t.group));
    to.set("status", incident.status);
    to.set("title", &incident.title);
    if let Some(date) = &incident.date {
        to.set("date_start", date.start);
        to.set("date_end", date.end);
        to.set("date_text", &date.text);
        to.set("date_precision", date.precision);
        let days = (date.end.duration_since(date.start).as_hours() / 24) + 1;
        to.set("time_precision", date.precision.acled(days));
    }
    to.set("published", incident.published);
    to.set("actors", &incident.actors);
    to.set("attribution", &incident.attribution);
    to.set("source_name", &incident.source_name);
    to.set("source_url", &incident.source_url);
    to.set("source_lang", incident.source_lang);
    let [of_type, of_place, of_date] = incident.confidence_parts;
    to.set("confidence", incident.confidence);
    to.set("confidence_parts", json!({"type": of_type, "place": of_place, "date": of_date}));
    to.set("flags", &incident.flags);
    to.set("overlaps", &incident.overlaps);
}

fn place_properties(place: &Where, text: &CodePoints<'_>, to: &mut Properties) {
    to.set("place_name", &place.name);
    to.set("place_text", &place.text);
    to.set("place_mentions", code_points(&place.mentions, text));
    to.set("country", place.country);
    to.set("country_name", &place.country_name);
    to.set("admin1", &place.admin1);
    to.set("geonameid", place.geonameid);
    to.set("feature", &place.feature);
    to.set("geo_precision", place.geo_precision);
    to.set("place_source", place.source);
    to.set("uncertainty_km", place.uncertainty_km);
    to.set("place_candidates", &place.candidates);
}

fn count_properties(incident: &Incident, to: &mut Properties) {
    for field in CountField::ALL {
        let Some(count) = incident.counts.iter().find(|count| count.field == field) else { continue };
        let name = field.as_str();
        to.set(name, count.value);
        to.set(&format!("{name}_qualifier"), count.qualifier);
        to.set(&format!("{name}_text"), &count.text);
    }
}

fn evidence_properties(incident: &Incident, text: &CodePoints<'_>, to: &mut Properties) {
    to.set("evidence", code_points(&incident.evidence, text));
    to.set("evidence_text", &incident.evidence_text);
    let sentence = CodePoints::new(&incident.evidence_text);
    let marks = incident.marks.iter().map(|mark| {
        let [start, end] = sentence.span(mark.span);
        json!({"start": start, "end": end, "kind": mark.kind})
    });
    to.set("evidence_marks", marks.collect::<Vec<_>>());
}

fn code_points(spans: &[Span], text: &CodePoints<'_>) -> Vec<[usize; 2]> {
    spans.iter().map(|span| text.span(*span)).collect()
}
