// One function for each reader of strange bytes: it may refuse them, and must not panic, hang or
// grow. Shared by the smoke run on stable Rust (tests/it/fuzz.rs) and by cargo-fuzz (fuzz_targets/).

use std::io::BufReader;
use std::sync::LazyLock;

use oqiga::gazetteer::Gazetteer;
use oqiga::import::{Defaults, Format, Reader};
use oqiga::intake::{self, Limits, feed, html, ndjson};
use oqiga::layers::Filter;
use oqiga::pipeline::Analyst;
use oqiga::store::geopackage::{read_layer, verify};
use oqiga::store::{GeoPackage, Store};

/// Name and function of a target.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("text", text),
    ("html", html_page),
    ("ndjson", lines),
    ("feed", feed_of),
    ("csv", csv),
    ("acled", acled),
    ("geojson", geojson),
    ("filter", filter),
    ("gazetteer", gazetteer),
    ("geopackage", geopackage),
];

static ANALYST: LazyLock<Analyst> = LazyLock::new(|| Analyst::new(Gazetteer::bundled().expect("the bundled gazetteer")));

/// Any bytes through the whole analysis.
pub fn text(bytes: &[u8]) {
    if let Ok((document, _)) = intake::read(bytes, Limits { text_bytes: 20_000 }) {
        let report = ANALYST.extract(&document);
        for toponym in &report.toponyms {
            assert!(document.text.get(toponym.mention.span.range()).is_some(), "a span lies in the text");
        }
    }
}

/// A page reduced to its article.
pub fn html_page(bytes: &[u8]) {
    let _ = html::read(&String::from_utf8_lossy(bytes));
}

/// A stream of documents.
pub fn lines(bytes: &[u8]) {
    let _ = ndjson::Lines::new(bytes).count();
}

/// A feed.
pub fn feed_of(bytes: &[u8]) {
    for document in feed::read(bytes).unwrap_or_default() {
        assert!(!document.text.is_empty());
    }
}

/// A table.
pub fn csv(bytes: &[u8]) {
    import(Format::Csv, bytes);
}

/// An ACLED table.
pub fn acled(bytes: &[u8]) {
    import(Format::AcledCsv, bytes);
}

/// Features.
pub fn geojson(bytes: &[u8]) {
    import(Format::Geojson, bytes);
}

fn import(format: Format, bytes: &[u8]) {
    let defaults = Defaults { event_type: Some("fire"), source_name: None, country_named: &|_| None };
    let Ok((reader, items)) = Reader::open(format, BufReader::new(bytes)) else { return };
    // A broken item ends some formats and not others; none may go on for ever.
    for (_, raw) in items.take(10_000).flatten() {
        if let Ok(incident) = reader.incident(&raw, &defaults) {
            assert!(!incident.id.is_empty() && incident.properties.contains_key("event_group"));
        }
    }
}

/// bbox, datetime and every other word of a filter.
pub fn filter(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let pairs: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let _ = Filter::parse(pairs);
}

/// A compiled gazetteer.
pub fn gazetteer(bytes: &[u8]) {
    with_file(bytes, |path| {
        if let Ok(gazetteer) = Gazetteer::open(path) {
            for place in gazetteer.places().take(100) {
                let _ = (place.name(), place.country());
            }
        }
    });
}

/// A store, and a layer of another program.
pub fn geopackage(bytes: &[u8]) {
    with_file(bytes, |path| {
        let _ = verify(path);
        let _ = read_layer(path, &mut |_| true);
        if let Ok(store) = GeoPackage::open_read_only(path) {
            let _ = store.each_incident(&mut |_| true);
            let _ = store.tokens();
        }
    });
}

fn with_file(bytes: &[u8], work: impl FnOnce(&std::path::Path)) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a");
    std::fs::write(&path, bytes).expect("a file");
    work(&path);
}
