//! A document and what the analysis made of it, in the form in which the store keeps them.

use std::collections::BTreeSet;

use geojson::GeometryValue;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::geo::LonLat;
use crate::intake::Document;
use crate::pipeline::Report;
use crate::store::{DocumentRecord, IncidentRecord};
use crate::text::offsets::CodePoints;

use super::feature::feature;

/// SHA-256 of all that was sent, in hexadecimal: whether a document is the same as before.
pub fn fingerprint(document: &Document) -> String {
    // Two documents with the same fields have the same JSON: the order of the fields is that of the struct.
    let sent = json!(document).to_string();
    Sha256::digest(sent.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The record of a document with its incidents.
pub fn document_record(document: &Document, report: &Report) -> DocumentRecord {
    let points = CodePoints::new(&document.text);
    let mut seen = BTreeSet::new();
    let features = report.incidents.iter().map(|incident| feature(incident, &points));
    let incidents = features.map(incident_record).filter(|incident| seen.insert(incident.id.clone())).collect();
    DocumentRecord {
        id: document.id.clone(),
        fingerprint: fingerprint(document),
        content: document.content_hash(),
        title: document.title.clone(),
        text: document.text.clone(),
        published: document.published,
        lang: report.lang.to_string(),
        source: document.source.clone(),
        url: document.url.clone(),
        country: document.country.clone(),
        diagnostics: json!(report.diagnostics),
        incidents,
    }
}

/// The record of one feature of schema `incident/1`.
fn incident_record(feature: geojson::Feature) -> IncidentRecord {
    let position = feature.geometry.and_then(|geometry| match geometry.value {
        GeometryValue::Point { coordinates } => LonLat::new(*coordinates.as_slice().first()?, *coordinates.as_slice().get(1)?),
        _ => None,
    });
    let properties = feature.properties.unwrap_or_default();
    let id = properties.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    IncidentRecord { id, position, properties }
}
