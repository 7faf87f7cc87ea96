//! The form in which toponyms leave the program: JSON with code-point offsets.
//!
//! Command line and server print the same. An unresolved toponym has no `lon` and `lat`.

use serde::Serialize;
use serde_json::Value;

use super::{Candidate, Evidence, Toponym};
use crate::gazetteer::{Class, Gazetteer, PlaceId};
use crate::mentions::{FoundBy, Usage};
use crate::text::offsets::CodePoints;

/// A toponym on the wire.
#[derive(Debug, Clone, Serialize)]
pub struct ToponymJson {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The name as written.
    pub text: String,
    /// The main name of the chosen place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// Degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// GeoNames id of the chosen place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geonameid: Option<u64>,
    /// ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Name of the first-level area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin1: Option<String>,
    /// GeoNames feature code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// `country`, `admin1`, `admin2`, `city`, `poi`, `physical` or `region`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<&'static str>,
    /// What the text does with the name.
    #[serde(rename = "use")]
    pub usage: Usage,
    /// How the name was found.
    pub found_by: FoundBy,
    /// Chance that the answer is right, 0 to 1.
    pub confidence: f64,
    /// Radius in kilometres within which the place or the words around it put it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncertainty_km: Option<f64>,
    /// Distance told from the place: "12 km north of X".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<crate::mentions::Offset>,
    /// What was considered, best first.
    pub candidates: Vec<CandidateJson>,
}

/// A candidate on the wire.
#[derive(Debug, Clone, Serialize)]
pub struct CandidateJson {
    /// GeoNames id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geonameid: Option<u64>,
    /// Main name.
    pub name: String,
    /// ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Name of the first-level area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin1: Option<String>,
    /// GeoNames feature code.
    pub feature: String,
    /// Inhabitants; 0 when unknown.
    pub population: u64,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// The sum that ranks it.
    pub score: f64,
    /// The parts of the sum in words.
    pub why: String,
}

/// The name on the wire of a class of places.
pub fn level(class: Class) -> &'static str {
    match class {
        Class::Country => "country",
        Class::Admin1 => "admin1",
        Class::Admin2 => "admin2",
        Class::City => "city",
        Class::Region => "region",
        Class::Physical => "physical",
        Class::Facility => "poi",
    }
}

/// Toponyms for the wire. What is plainly no place reference is left out unless `all`.
pub fn toponyms(gazetteer: &Gazetteer, text: &str, toponyms: &[Toponym], all: bool) -> Vec<ToponymJson> {
    let points = CodePoints::new(text);
    toponyms.iter().filter(|t| all || t.is_place_reference()).map(|t| toponym(gazetteer, text, &points, t)).collect()
}

fn toponym(gazetteer: &Gazetteer, text: &str, points: &CodePoints<'_>, toponym: &Toponym) -> ToponymJson {
    let Toponym { mention, resolution } = toponym;
    let [start, end] = points.span(mention.span);
    let place = resolution.place.map(|id| gazetteer.place(id));
    let position = resolution.position.map(|p| (round(p.lon, 5), round(p.lat, 5)));
    ToponymJson {
        start,
        end,
        text: text[mention.span.range()].to_owned(),
        name: place.map(|p| p.name().to_owned()),
        lon: position.map(|p| p.0),
        lat: position.map(|p| p.1),
        geonameid: place.and_then(|p| p.geonameid()),
        country: place.and_then(|p| p.country()).map(|c| c.as_str().to_owned()),
        admin1: place.and_then(|p| p.admin1()).map(|id| gazetteer.place(id).name().to_owned()),
        feature: place.map(|p| p.feature().to_owned()),
        level: resolution.level.map(level),
        usage: mention.usage,
        found_by: mention.found_by,
        confidence: round(resolution.confidence, 3),
        uncertainty_km: resolution.position.map(|_| round(resolution.uncertainty_km, 1)),
        offset: mention.offset,
        candidates: resolution.candidates.iter().map(|c| candidate(gazetteer, c)).collect(),
    }
}

fn candidate(gazetteer: &Gazetteer, candidate: &Candidate) -> CandidateJson {
    let place = gazetteer.place(candidate.place);
    let position = place.position();
    CandidateJson {
        geonameid: place.geonameid(),
        name: place.name().to_owned(),
        country: place.country().map(|c| c.as_str().to_owned()),
        admin1: area_name(gazetteer, place.admin1()),
        feature: place.feature().to_owned(),
        population: place.population(),
        lon: round(position.lon, 5),
        lat: round(position.lat, 5),
        score: round(candidate.score, 2),
        why: why(&candidate.evidence),
    }
}

fn area_name(gazetteer: &Gazetteer, area: Option<PlaceId>) -> Option<String> {
    area.map(|id| gazetteer.place(id).name().to_owned())
}

/// The parts of a score in words, the weightiest first: "importance +3.1, country of the document +1.2".
pub fn why(evidence: &[Evidence]) -> String {
    let mut parts: Vec<&Evidence> = evidence.iter().collect();
    parts.sort_by(|a, b| b.score.abs().total_cmp(&a.score.abs()));
    let words: Vec<String> = parts.iter().map(|part| format!("{} {:+.1}", part.signal, part.score)).collect();
    words.join(", ")
}

/// The toponyms as a GeoJSON FeatureCollection; what is not resolved has no geometry.
pub fn feature_collection(toponyms: &[ToponymJson]) -> Value {
    let features: Vec<Value> = toponyms
        .iter()
        .map(|t| {
            let mut properties = serde_json::to_value(t).unwrap_or_default();
            let geometry = match (t.lon, t.lat) {
                (Some(lon), Some(lat)) => serde_json::json!({"type": "Point", "coordinates": [lon, lat]}),
                _ => Value::Null,
            };
            if let Some(object) = properties.as_object_mut() {
                object.remove("lon");
                object.remove("lat");
            }
            serde_json::json!({"type": "Feature", "geometry": geometry, "properties": properties})
        })
        .collect();
    serde_json::json!({"type": "FeatureCollection", "features": features})
}

fn round(value: f64, digits: i32) -> f64 {
    let factor = 10_f64.powi(digits);
    (value * factor).round() / factor
}
