//! Every export read back: the same incidents, the same positions, whatever the format.

use std::io::Cursor;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use rusqlite::Connection;
use serde_json::Value;

use crate::harness::{Event, Server};

/// Incidents in many places, one nowhere, with text that is hard on formats.
fn events() -> Vec<Event> {
    let titles = ["plain", "quote \" and, comma", "line\nbreak", "<b>&amp;</b>", "=formula()", "Алматы ألماتي Қазақ", "bell \u{7}"];
    (0..50)
        .map(|i| Event {
            at: (i != 7).then_some((f64::from(i) * 3.0 - 70.123_456, f64::from(i) - 20.5)),
            source: (i % 2 == 0).then(|| "Herald, \"Daily\"".to_owned()),
            ..Event::protest(titles[i as usize % titles.len()])
        })
        .collect()
}

/// The id and position of every incident that passes a filter, by id.
async fn wanted(server: &Server, filter: &str) -> Vec<(String, Option<(f64, f64)>)> {
    let body = server.get(&format!("/collections/incidents/items?limit=1000{filter}")).await.json();
    let position = |f: &Value| Some((f["geometry"]["coordinates"][0].as_f64()?, f["geometry"]["coordinates"][1].as_f64()?));
    let features = body["features"].as_array().expect("features");
    let mut all: Vec<_> = features.iter().map(|f| (f["id"].as_str().expect("an id").to_owned(), position(f))).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

async fn file(server: &Server, format: &str, filter: &str) -> Vec<u8> {
    let answer = server.get(&format!("/export?f={format}{filter}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{format}");
    assert!(answer.header("content-disposition").contains("oqiga-incidents"), "{format}");
    answer.body
}

fn sorted<P>(mut all: Vec<(String, P)>) -> Vec<(String, P)> {
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[tokio::test]
async fn flatgeobuf_holds_every_located_incident() {
    let server = Server::with(&events());
    for filter in ["", "&bbox=0,-90,180,90", "&q=nothing"] {
        let bytes = file(&server, "fgb", filter).await;
        let mut reader = FgbReader::open(Cursor::new(bytes)).expect("a file").select_all().expect("features");
        let mut found = Vec::new();
        while let Some(feature) = reader.next().expect("a feature") {
            let properties = feature.properties().expect("properties");
            let geometry = feature.geometry().expect("a geometry").xy().expect("a point");
            assert_eq!(properties["event_type"], "protest");
            found.push((properties["id"].clone(), Some((geometry.get(0), geometry.get(1)))));
        }
        let located: Vec<_> = wanted(&server, filter).await.into_iter().filter(|(_, at)| at.is_some()).collect();
        assert_eq!(sorted(found), located, "{filter}");
    }
}

#[tokio::test]
async fn a_geopackage_holds_every_incident_and_finds_it_by_its_place() {
    let server = Server::with(&events());
    let folder = crate::harness::folder();
    let path = folder.path().join("export.gpkg");
    std::fs::write(&path, file(&server, "gpkg", "").await).expect("a file");
    let connection = Connection::open(&path).expect("a database");
    let position = |blob: Option<Vec<u8>>| {
        let number = |blob: &[u8], at: usize| f64::from_le_bytes(blob[at..at + 8].try_into().expect("eight bytes"));
        blob.map(|blob| (number(&blob, 13), number(&blob, 21)))
    };
    let mut statement = connection.prepare("SELECT id, geom, title FROM incidents").expect("the layer");
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, position(row.get(1)?)))).expect("rows");
    assert_eq!(sorted(rows.map(|row| row.expect("a row")).collect()), wanted(&server, "").await);
    let inside = "SELECT count(*) FROM rtree_incidents_geom WHERE minx >= 0 AND maxx <= 30";
    let inside: i64 = connection.query_row(inside, [], |row| row.get(0)).expect("the index");
    assert_eq!(inside as usize, wanted(&server, "&bbox=0,-90,30,90").await.len());
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
    assert_eq!(check, "ok");
}

#[tokio::test]
async fn geoparquet_holds_every_incident_with_its_box_and_says_what_it_is() {
    let server = Server::with(&events());
    let bytes = bytes::Bytes::from(file(&server, "geoparquet", "&country=KZ").await);
    let reader = SerializedFileReader::new(bytes).expect("a file");
    let metadata = reader.metadata().file_metadata().key_value_metadata().expect("metadata").clone();
    let of = |key: &str| metadata.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone()).expect("a value");
    let geo: Value = serde_json::from_str(&of("geo")).expect("JSON");
    assert_eq!((&geo["version"], &geo["columns"]["geometry"]["encoding"]), (&Value::from("1.1.0"), &Value::from("WKB")));
    assert!(of("description").contains("\"country\":\"KZ\""), "{}", of("description"));
    let mut found = Vec::new();
    for row in reader.get_row_iter(None).expect("rows") {
        let row = row.expect("a row");
        let at = row.get_bytes(1).ok().map(|wkb| {
            let number = |at: usize| f64::from_le_bytes(wkb.data()[at..at + 8].try_into().expect("eight bytes"));
            (number(5), number(13))
        });
        if let (Some(at), Ok(bbox)) = (at, row.get_group(2)) {
            assert!(
                (bbox.get_double(0).expect("an edge") - at.0).abs() < 1e-6 && (bbox.get_double(3).expect("an edge") - at.1).abs() < 1e-6
            );
        }
        found.push((row.get_string(0).expect("an id").clone(), at));
    }
    assert_eq!(sorted(found), wanted(&server, "&country=KZ").await);
}

#[tokio::test]
async fn kml_is_xml_with_every_incident() {
    let server = Server::with(&events());
    let bytes = file(&server, "kml", "").await;
    let mut reader = quick_xml::Reader::from_reader(&bytes[..]);
    let (mut marks, mut points) = (0, 0);
    loop {
        match reader.read_event().expect("XML") {
            quick_xml::events::Event::Start(tag) if tag.name().0 == "Placemark" => marks += 1,
            quick_xml::events::Event::Start(tag) if tag.name().0 == "Point" => points += 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    let wanted = wanted(&server, "").await;
    assert_eq!((marks, points), (wanted.len(), wanted.iter().filter(|(_, at)| at.is_some()).count()));
}

#[tokio::test]
async fn tables_have_the_columns_that_their_readers_expect() {
    let server = Server::with(&events());
    let table = |bytes: Vec<u8>| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(Cursor::new(bytes));
        reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let count = wanted(&server, "").await.len();
    let hxl = table(file(&server, "hxl-csv", "").await);
    assert_eq!(hxl.len(), count + 2);
    assert!(hxl[1].iter().all(|tag| tag.starts_with('#')), "{:?}", hxl[1]);
    assert_eq!((hxl[0][1].as_str(), hxl[1][1].as_str()), ("lon", "#geo+lon"));
    let acled = table(file(&server, "acled-csv", "").await);
    assert_eq!((acled.len(), acled[0].len(), acled[0][0].as_str()), (count + 1, 31, "event_id_cnty"));
    assert_eq!((acled[1][1].as_str(), acled[1][2].as_str(), acled[1][5].as_str()), ("2022-01-05", "2022", "Protests"));
}

#[tokio::test]
async fn a_sequence_has_its_separators_and_an_archive_its_tiles() {
    let server = Server::with(&events());
    let sequence = file(&server, "geojsonseq", "").await;
    let texts: Vec<&[u8]> = sequence.split(|byte| *byte == 0x1e).skip(1).collect();
    assert_eq!(texts.len(), wanted(&server, "").await.len());
    assert!(texts.iter().all(|text| serde_json::from_slice::<Value>(text).is_ok() && text.ends_with(b"\n")));
    let archive = file(&server, "pmtiles", "").await;
    assert!(archive.starts_with(b"PMTiles\x03"));
}

#[tokio::test]
async fn accept_chooses_the_format_and_what_is_not_there_is_406() {
    let server = Server::with(&events());
    let get = |accept: &'static str| {
        let server = &server;
        async move { server.send(Method::GET, "/export", &[("accept", accept)], Body::empty()).await }
    };
    assert!(get("text/csv").await.header("content-type").starts_with("text/csv"));
    assert_eq!(get("application/vnd.google-earth.kml+xml, */*;q=0.1").await.header("content-type"), "application/vnd.google-earth.kml+xml");
    assert_eq!(get("*/*").await.header("content-type"), "application/geo+json");
    assert_eq!(get("image/png").await.status, StatusCode::NOT_ACCEPTABLE);
    let page = server.send(Method::GET, "/collections/incidents/items", &[("accept", "text/html")], Body::empty()).await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(!String::from_utf8_lossy(&page.body).contains("<b>&amp;</b>"), "text of reports is only text");
}
