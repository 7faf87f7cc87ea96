//! Stands in for the analysis until it lands: it finds nothing in a text, and shows one incident
//! for each sample report so that the map can be worked on. Goes away with the next commits.

use std::sync::Arc;

use jiff::civil::date;
use oqiga::gazetteer::Country;
use oqiga::geo::LonLat;
use oqiga::http::{Analysis, PlaceQuery};
use oqiga::incidents::{DatePrecision, DateSpan, Incident, Mark, MarkKind, PlaceSource, Status, Where};
use oqiga::intake::Document;
use oqiga::pipeline::Report;
use oqiga::text::{Lang, Span};
use serde_json::Value;

/// The stand-in.
pub fn analysis() -> Arc<dyn Analysis> {
    Arc::new(Interim)
}

struct Interim;

const PLACES: &[(&str, &str, &str, f64, f64, u8, &str)] = &[
    ("protest", "Zhanaozen", "KZ", 52.8619, 43.3412, 1, "PPL"),
    ("protest", "Aktau", "KZ", 51.1801, 43.6481, 1, "PPLA"),
    ("riot", "Almaty", "KZ", 76.9115, 43.2525, 1, "PPLA"),
    ("arrest", "Kazakhstan", "KZ", 68.0, 48.0, 3, "PCLI"),
    ("clash", "Kyzylorda", "KZ", 65.5092, 44.8528, 1, "PPLA"),
    ("flood", "Derna", "LY", 22.6394, 32.767, 1, "PPLA"),
    ("earthquake", "Aleppo", "SY", 37.1612, 36.2012, 2, "PPLA"),
    ("fire", "Yakutsk", "RU", 129.73, 62.03, 2, "ADM1"),
];

impl Analysis for Interim {
    fn geoparse(&self, document: &Document) -> Report {
        let lang = document.lang.unwrap_or_else(|| oqiga::text::language::detect(&document.text));
        Report { id: document.id.clone(), lang, toponyms: Vec::new(), incidents: Vec::new(), rejected: Vec::new(), diagnostics: Vec::new() }
    }

    fn extract(&self, document: &Document) -> Report {
        let mut report = self.geoparse(document);
        let number = document.id.bytes().map(usize::from).sum::<usize>();
        if document.id.starts_with("sample-") {
            report.incidents.push(incident(document, report.lang, number % PLACES.len()));
        }
        report
    }

    fn toponyms(&self, _: &Document, _: &Report) -> Vec<Value> {
        Vec::new()
    }

    fn geocode(&self, _: &PlaceQuery) -> Vec<Value> {
        Vec::new()
    }

    fn suggest(&self, _: &PlaceQuery) -> Vec<Value> {
        Vec::new()
    }

    fn reverse(&self, _: LonLat, _: usize) -> Vec<Value> {
        Vec::new()
    }

    fn gazetteer(&self) -> String {
        "interim".to_owned()
    }
}

fn incident(document: &Document, lang: Lang, number: usize) -> Incident {
    let (event_type, name, country, lon, lat, geo_precision, feature) = PLACES[number];
    let sentence = document.text.lines().next().unwrap_or_default().to_owned();
    let day = document.published.unwrap_or(date(2022, 1, 5));
    Incident {
        id: format!("{}-1", document.id),
        doc_id: document.id.clone(),
        event_type: event_type.to_owned(),
        status: Status::Reported,
        title: format!("{event_type} in {name}"),
        place: Some(Where {
            name: name.to_owned(),
            text: name.to_owned(),
            mentions: Vec::new(),
            position: LonLat { lon, lat },
            country: Country::parse(country),
            country_name: None,
            admin1: None,
            geonameid: None,
            feature: feature.to_owned(),
            geo_precision,
            source: PlaceSource::Mention,
            uncertainty_km: 5.0,
            candidates: Vec::new(),
        }),
        date: Some(DateSpan { start: day, end: day, text: None, precision: DatePrecision::Day }),
        published: document.published,
        counts: Vec::new(),
        actors: Vec::new(),
        attribution: None,
        source_name: document.source.clone(),
        source_url: document.url.clone(),
        source_lang: lang,
        evidence: vec![Span::new(0, sentence.len())],
        marks: vec![Mark { span: Span::new(0, sentence.chars().next().map_or(0, char::len_utf8)), kind: MarkKind::Trigger }],
        evidence_text: sentence,
        confidence: 0.5,
        confidence_parts: [0.5, 0.5, 0.5],
        flags: Vec::new(),
        overlaps: Vec::new(),
        explain: Vec::new(),
    }
}
