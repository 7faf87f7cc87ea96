// One function for each reader of strange bytes: it may refuse them, and must not panic, hang or
// grow. Shared by the smoke run on stable Rust (tests/it/fuzz.rs) and by cargo-fuzz (fuzz_targets/).

use std::io::BufReader;
use std::sync::LazyLock;

use oqiga::gazetteer::search::Query;
use oqiga::gazetteer::{Country, Gazetteer, Within};
use oqiga::import::{Defaults, Format, Reader};
use oqiga::intake::{self, Limits, feed, html, ndjson};
use oqiga::layers::Filter;
use oqiga::pipeline::Analyst;
use oqiga::store::geopackage::{read_layer, verify};
use oqiga::store::{GeoPackage, Store};
use oqiga::text::{Lang, name_key};
use sha2::{Digest, Sha256};

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
    ("name", name),
    ("geopackage", geopackage),
];

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| Gazetteer::bundled().expect("the bundled gazetteer"));

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

/// A compiled gazetteer: as it is, and with its length and checksum made right, so that the readers of its sections
/// see the damage too.
pub fn gazetteer(bytes: &[u8]) {
    const LENGTH: std::ops::Range<usize> = 16..24;
    const CHECKSUM: std::ops::Range<usize> = 24..56;
    with_file(bytes, ask_gazetteer);
    if bytes.len() < CHECKSUM.end {
        return;
    }
    let mut mended = bytes.to_vec();
    mended[LENGTH].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
    let checksum = Sha256::digest(&bytes[CHECKSUM.end..]);
    mended[CHECKSUM].copy_from_slice(&checksum);
    with_file(&mended, ask_gazetteer);
}

fn ask_gazetteer(path: &std::path::Path) {
    let Ok(gazetteer) = Gazetteer::open(path) else { return };
    let ids: Vec<_> = gazetteer.places().take(100).map(|place| place.id()).collect();
    for place in ids.iter().map(|id| gazetteer.place(*id)) {
        let _ = (place.country_place(), place.feature(), place.timezone(), place.population(), place.importance());
        for name in place.names().take(100) {
            let _ = gazetteer.named(&name_key(name.text)).take(100).count();
        }
        for lang in [Lang::EN, Lang::AR, Lang::RU, Lang::KK] {
            let _ = place.display_name(lang);
        }
        let _ = (gazetteer.country_at(place.position()), gazetteer.admin1_at(place.position()), gazetteer.around(place.position(), 3));
        let _ = place.geonameid().map(|id| gazetteer.by_geonameid(id));
        let _ = ids.iter().filter(|other| gazetteer.is_within(place.id(), **other)).count();
    }
    for (country, _) in gazetteer.countries().take(10) {
        let _ = gazetteer.places_in(country).take(100).count();
        let _ = gazetteer.sounding_like("Актау", Within::Country(country), 3);
    }
    for name in ["Актау", "akt", "Aktua", "a"] {
        let query = Query { name, limit: 5, ..Query::default() };
        let _ = (gazetteer.search(&query).map(|answers| answers.len()), gazetteer.suggest(&query).map(|answers| answers.len()));
    }
}

/// Any text as a name: folding it twice is folding it once, and it may be asked for.
pub fn name(bytes: &[u8]) {
    let name = String::from_utf8_lossy(bytes);
    let key = name_key(&name);
    assert_eq!(name_key(&key), key, "folding twice is folding once");
    let gazetteer = &*GAZETTEER;
    let country = Country::parse("KZ");
    let query = Query { name: &name, country, limit: 3, ..Query::default() };
    let _ = (gazetteer.search(&query).map(|answers| answers.len()), gazetteer.suggest(&query).map(|answers| answers.len()));
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
