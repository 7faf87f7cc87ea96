//! The store: nothing lost, nothing doubled, nothing of others touched, readable by any GIS.

use std::path::Path;
use std::sync::Arc;

use oqiga::geo::LonLat;
use oqiga::index::{Index, RowRef};
use oqiga::layers::{Filter, query};
use oqiga::store::{Author, GeoPackage, PutOutcome, Store, StoreError};
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::harness::{Event, folder, put, record};

#[test]
fn the_same_document_twice_changes_nothing() {
    let folder = folder();
    let store = GeoPackage::open(&folder.path().join("a.gpkg")).unwrap();
    let first = put(&store, "d", &[Event::protest("one"), Event::protest("two")]);
    let again = put(&store, "d", &[Event::protest("one"), Event::protest("two")]);
    assert_eq!(first.outcome, PutOutcome::Created);
    assert_eq!(again.outcome, PutOutcome::Unchanged);
    assert_eq!((again.revision, &again.incidents), (first.revision, &first.incidents));
    assert_eq!(store.counts().unwrap().documents, 1);
    assert_eq!(store.counts().unwrap().incidents, 2);
}

#[test]
fn another_content_under_the_same_id_is_a_revision_that_keeps_what_was_before() {
    let store = GeoPackage::in_memory().unwrap();
    put(&store, "d", &[Event::protest("one"), Event::protest("two")]);
    let outcome = put(&store, "d", &[Event::protest("uno")]).outcome;
    assert_eq!(outcome, PutOutcome::Updated);
    let revisions = store.revisions("d-0").unwrap();
    let steps: Vec<_> = revisions.iter().map(|r| (r.action.as_str(), r.who.as_str(), r.why.as_str())).collect();
    assert_eq!(steps, [("create", "test", "to see"), ("update", "test", "to see")]);
    assert_eq!(revisions[1].before.as_ref().unwrap()["properties"]["title"], "one");
    assert_eq!(revisions[1].after.as_ref().unwrap()["properties"]["title"], "uno");
    let gone = store.revisions("d-1").unwrap();
    assert_eq!((gone[1].action.as_str(), &gone[1].before.as_ref().unwrap()["properties"]["title"]), ("delete", &"two".into()));
    assert!(store.revisions("d").unwrap()[1].before.as_ref().unwrap()["text"].as_str().unwrap().contains("two"));
}

#[test]
fn what_is_kept_is_there_after_closing_and_opening() {
    let folder = folder();
    let path = folder.path().join("a.gpkg");
    let id = {
        let store = GeoPackage::open(&path).unwrap();
        put(&store, "d", &[Event::protest("one")]);
        store.id().to_owned()
    };
    let store = GeoPackage::open_read_only(&path).unwrap();
    assert_eq!(store.id(), id);
    let document = store.document("d").unwrap().unwrap();
    assert_eq!(document.incidents, ["d-0"]);
    let mut titles = Vec::new();
    store
        .each_incident(&mut |incident| {
            titles.push(incident.properties.contains("\"title\":\"one\""));
            assert_eq!(incident.position, Some(LonLat { lon: 76.9115, lat: 43.25249 }));
            true
        })
        .unwrap();
    assert_eq!(titles, [true]);
}

#[test]
fn a_store_opened_for_reading_says_so_when_it_is_written_to() {
    let folder = folder();
    let path = folder.path().join("a.gpkg");
    drop(GeoPackage::open(&path).unwrap());
    let store = GeoPackage::open_read_only(&path).unwrap();
    let error = store.put(&record("d", &[]), &Author::new("test", "")).unwrap_err();
    assert!(error.to_string().contains("reading only"), "{error}");
}

/// Opening `path` in any way must fail so, and leave the file and the folder as they are.
fn check_refused(path: &Path, want: &str) {
    let before = std::fs::read(path).ok();
    for open in [GeoPackage::open, GeoPackage::open_read_only] {
        let error = open(path).err().unwrap_or_else(|| panic!("{} was opened", path.display()));
        assert!(error.to_string().contains(want), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
    assert_eq!(std::fs::read(path).ok(), before);
    let left: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert_eq!(left, [path.file_name().unwrap()], "nothing was left beside it");
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_as_it_is() {
    let refused = |make: &dyn Fn(&Path), want: &str| {
        let folder = folder();
        let path = folder.path().join("a.gpkg");
        make(&path);
        check_refused(&path, want);
    };
    refused(&|path| std::fs::write(path, "Fire in Aktau").unwrap(), "no SQLite database");
    refused(&|path| std::fs::write(path, b"SQLite format 3\0").unwrap(), "no SQLite database");
    refused(&|path| std::fs::create_dir(path).unwrap(), "a folder");
    refused(&|path| Connection::open(path).unwrap().execute_batch("CREATE TABLE t (a)").unwrap(), "no GeoPackage");
    refused(
        &|path| {
            let foreign = Connection::open(path).unwrap();
            foreign.pragma_update(None, "application_id", 0x4750_4B47).unwrap();
            foreign.execute_batch("CREATE TABLE roads (a)").unwrap();
        },
        "another program",
    );
}

#[test]
fn a_store_of_a_newer_program_is_refused_and_left_as_it_is() {
    let folder = folder();
    let path = folder.path().join("a.gpkg");
    drop(GeoPackage::open(&path).unwrap());
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "journal_mode", "DELETE").unwrap();
    newer.execute("UPDATE oqiga_settings SET value = '99' WHERE name = 'schema'", []).unwrap();
    drop(newer);
    check_refused(&path, "newer oqiga (schema 99");
}

#[test]
fn a_missing_store_is_made_for_writing_and_an_error_for_reading() {
    let folder = folder();
    let path = folder.path().join("a.gpkg");
    assert!(matches!(GeoPackage::open_read_only(&path), Err(StoreError::Missing { .. })));
    assert!(!path.exists());
    assert!(GeoPackage::open(&path).is_ok());
    assert!(matches!(GeoPackage::open(&folder.path().join("no/such/a.gpkg")), Err(StoreError::Database { .. })));
}

#[test]
fn a_damaged_store_is_refused_with_what_to_do() {
    let folder = folder();
    let path = folder.path().join("a.gpkg");
    drop(GeoPackage::open(&path).unwrap());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..4096].fill(0xA5);
    std::fs::write(&path, &bytes).unwrap();
    let error = GeoPackage::open(&path).err().expect("a refusal");
    assert!(error.to_string().contains("damaged"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

/// A connection as another program has it: with the functions that every GeoPackage needs.
pub fn another_program(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    let number = |at: usize| {
        move |context: &mut rusqlite::functions::Context<'_>| {
            let blob: Option<Vec<u8>> = context.get(0)?;
            Ok(blob.map(|blob| f64::from_le_bytes(blob[at..at + 8].try_into().unwrap())))
        }
    };
    let flags = FunctionFlags::SQLITE_UTF8;
    for (name, at) in [("ST_MinX", 13), ("ST_MaxX", 13), ("ST_MinY", 21), ("ST_MaxY", 21)] {
        connection.create_scalar_function(name, 1, flags, number(at)).unwrap();
    }
    connection.create_scalar_function("ST_IsEmpty", 1, flags, |context| Ok(context.get::<Option<Vec<u8>>>(0)?.is_none())).unwrap();
    connection
}

fn point(lon: f64, lat: f64) -> Vec<u8> {
    [b"GP\0\x01\xe6\x10\0\0\x01\x01\0\0\0".as_slice(), &lon.to_le_bytes(), &lat.to_le_bytes()].concat()
}

#[test]
fn edits_of_another_program_are_seen_recorded_and_never_overwritten() {
    let folder = folder();
    let path = folder.path().join("a.gpkg");
    let store = Arc::new(GeoPackage::open(&path).unwrap());
    put(&*store, "d", &[Event::protest("one"), Event::protest("two"), Event::protest("three")]);
    let index = Index::open(store.clone()).unwrap();

    let qgis = another_program(&path);
    qgis.execute("UPDATE incidents SET title = 'corrected', geom = ?1 WHERE id = 'd-0'", [point(51.2, 43.65)]).unwrap();
    qgis.execute("DELETE FROM incidents WHERE id = 'd-1'", []).unwrap();
    qgis.execute(
        "INSERT INTO incidents (geom, title, event_type, status) VALUES (?1, 'drawn by hand', 'fire', 'reported')",
        [point(10.0, 20.0)],
    )
    .unwrap();
    qgis.execute("UPDATE incidents SET id = 'renamed' WHERE id = 'd-2'", []).unwrap();

    assert!(index.refresh().unwrap());
    let snapshot = index.snapshot();
    let row = snapshot.get("d-0").unwrap();
    assert_eq!(row.position(), Some(LonLat { lon: 51.2, lat: 43.65 }));
    assert!(row.properties().contains("\"title\":\"corrected\""), "{}", row.properties());
    assert!(snapshot.get("d-1").is_none() && snapshot.get("d-2").is_none() && snapshot.get("renamed").is_some());
    let found = query::find(&snapshot, &Filter::default());
    let drawn = found.rows(&snapshot).find(|row| row.properties().contains("drawn by hand")).expect("what was drawn");
    assert_eq!(drawn.facts().class.group(), Some(oqiga::incidents::EventGroup::Disaster));
    assert_eq!(snapshot.len(), 3);

    let edit = store.revisions("d-0").unwrap().pop().unwrap();
    assert_eq!((edit.who.as_str(), edit.action.as_str()), ("another program", "update"));
    assert_eq!(edit.before.as_ref().unwrap()["title"], "one");
    assert_eq!(edit.before.as_ref().unwrap()["lon"], 76.9115);
    assert_eq!(edit.after.as_ref().unwrap()["title"], "corrected");
    assert_eq!(store.revisions("d-1").unwrap().pop().unwrap().before.unwrap()["title"], "two");

    // The report comes again with other words: what a person has corrected stays.
    put(&*store, "d", &[Event::protest("machine")]);
    index.refresh().unwrap();
    assert!(index.snapshot().get("d-0").unwrap().properties().contains("corrected"));
    check_tree(&qgis);
}

/// The R-tree holds just the rows that have a position.
fn check_tree(connection: &Connection) {
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(one("SELECT rtreecheck('rtree_incidents_geom')"), "ok");
    assert_eq!(one("PRAGMA integrity_check"), "ok");
    let wrong = "SELECT cast(count(*) AS TEXT) FROM incidents i LEFT JOIN rtree_incidents_geom t ON t.id = i.fid
        WHERE (i.geom IS NULL) != (t.id IS NULL) OR abs(ST_MinX(i.geom) - t.minx) > 0.001 OR abs(ST_MinY(i.geom) - t.miny) > 0.001";
    assert_eq!(one(wrong), "0");
    assert_eq!(one("SELECT cast(count(*) AS TEXT) FROM rtree_incidents_geom"), one("SELECT cast(count(geom) AS TEXT) FROM incidents"));
}

#[test]
fn the_file_is_a_geopackage_with_a_spatial_index() {
    let folder = folder();
    let path = folder.path().join("a.gpkg");
    let store = GeoPackage::open(&path).unwrap();
    let nowhere = Event { at: None, ..Event::protest("nowhere") };
    put(&store, "d", &[Event::protest("one"), nowhere, Event::protest("three")]);
    put(&store, "d", &[Event::protest("one")]);
    drop(store);
    assert_eq!(&std::fs::read(&path).unwrap()[68..72], b"GPKG");
    let connection = another_program(&path);
    check_tree(&connection);
    let broken: i64 = connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0)).unwrap();
    assert_eq!(broken, 0);
    let extent: (f64, f64) = connection
        .query_row("SELECT min_x, max_y FROM gpkg_contents WHERE table_name = 'incidents'", [], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap();
    assert_eq!(extent, (76.9115, 43.25249));
    let writing: i64 = connection.query_row("SELECT count(*) FROM oqiga_writing", [], |row| row.get(0)).unwrap();
    assert_eq!(writing, 0);
}

#[test]
fn a_write_that_fails_half_way_leaves_nothing_behind() {
    let folder = folder();
    let path = folder.path().join("a.gpkg");
    let store = GeoPackage::open(&path).unwrap();
    put(&store, "d", &[Event::protest("one")]);
    // An incident id that belongs to another document breaks the second insert.
    let mut broken = record("e", &[Event::protest("two"), Event::protest("three")]);
    broken.incidents[1].id = "d-0".to_owned();
    let before = store.counts().unwrap();
    assert!(store.put(&broken, &Author::new("test", "")).is_err());
    assert_eq!(store.counts().unwrap(), before);
    assert!(store.document("e").unwrap().is_none());
    assert_eq!(put(&store, "e", &[Event::protest("two")]).outcome, PutOutcome::Created);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However documents come and change, the index that followed is the index made anew.
    #[test]
    fn an_index_that_follows_the_store_is_the_index_made_anew(steps in proptest::collection::vec((0..6u8, 0..4usize, 0..100u32), 1..40)) {
        let store = Arc::new(GeoPackage::in_memory().unwrap());
        let index = Index::open(store.clone()).unwrap();
        for (document, events, salt) in steps {
            let events: Vec<_> = (0..events).map(|i| Event { at: (salt % 3 > 0).then(|| (f64::from(salt), i as f64)), ..Event::protest(&salt.to_string()) }).collect();
            put(&*store, &format!("d{document}"), &events);
            index.refresh().unwrap();
        }
        let (followed, anew) = (index.snapshot(), Index::open(store).unwrap().snapshot());
        let everything = Filter::parse([("status", "all")]).unwrap();
        let (of_followed, of_anew) = (query::find(&followed, &everything), query::find(&anew, &everything));
        let facts = |row: RowRef<'_>| format!("{:?}", row.facts());
        prop_assert_eq!(of_followed.rows(&followed).map(facts).collect::<Vec<_>>(), of_anew.rows(&anew).map(facts).collect::<Vec<_>>());
        prop_assert_eq!(followed.len(), anew.len());
        prop_assert_eq!(followed.revision(), anew.revision());
        for row in of_anew.rows(&anew) {
            prop_assert_eq!(followed.get(row.id()).map(facts), Some(facts(row)));
        }
    }
}
