//! What every store does, whichever keeps the data: each test runs against a GeoPackage file and,
//! when `OQIGA_TEST_POSTGRES` is the address of a database, against PostgreSQL with PostGIS, in a
//! schema of its own that goes away afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use jiff::civil::{Date, date};
use oqiga::geo::LonLat;
use oqiga::index::Index;
use oqiga::store::{
    Author, Change, Counts, Edit, GeoPackage, PostGis, PutOutcome, Role, SourceState, Store, StoreError, StoredIncident, Token,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusqlite::Connection;

use crate::harness::{Event, document, folder, oqiga, put, record};
use crate::store::another_program;

/// A place where stores can be opened, and edited by another program.
trait Place {
    fn open(&self) -> Result<Arc<dyn Store>, StoreError>;
    fn open_read_only(&self) -> Result<Arc<dyn Store>, StoreError>;
    /// Runs a statement as another program does; `{incidents}` is the layer, `{point}` a point at
    /// 51.2 east, 43.65 north.
    fn edit(&self, sql: &str);
    /// Writes that the tables are of version 99.
    fn make_newer(&self);
    /// A place where nothing is yet.
    fn empty() -> Option<Self>
    where
        Self: Sized;
}

/// Each of these runs against both stores.
macro_rules! every_store {
    ($($name:ident)*) => {
        mod geopackage {
            $(#[test] fn $name() { super::$name(&<super::File as super::Place>::empty().expect("a folder")); })*
        }
        mod postgis {
            $(#[test] fn $name() {
                match <super::Database as super::Place>::empty() {
                    Some(place) => super::$name(&place),
                    None => eprintln!("skipped: store_conformance::postgis::{} (OQIGA_TEST_POSTGRES is not set)", stringify!($name)),
                }
            })*
        }
    };
}

every_store! {
    the_same_document_twice_changes_nothing
    another_content_under_the_same_id_is_a_revision_that_keeps_what_was_before
    what_is_kept_is_there_after_closing_and_opening
    a_store_opened_for_reading_says_so_when_it_is_written_to
    a_missing_store_is_made_for_writing_and_an_error_for_reading
    a_store_of_a_newer_program_is_refused
    a_write_that_fails_half_way_leaves_nothing_behind
    many_documents_at_once_are_kept_as_one_by_one
    a_change_is_told_once_and_only_after_the_revision_that_was_seen
    every_text_and_id_is_kept_as_it_is
    incidents_of_every_time_and_of_none_are_kept_and_moved
    reading_goes_in_the_order_of_the_store_and_stops_when_told
    runs_read_by_several_threads_are_what_one_thread_reads
    runs_are_of_one_moment_while_others_write
    every_document_is_told_of_once_without_its_text
    edits_of_another_program_are_seen_recorded_and_never_overwritten
    numbers_of_revisions_grow_and_are_never_used_twice
    a_reader_that_follows_many_writers_misses_nothing
    a_write_is_told_to_who_waits_for_it
    an_index_that_follows_the_store_is_the_index_made_anew
}

fn the_same_document_twice_changes_nothing(place: &dyn Place) {
    let store = place.open().unwrap();
    let first = put(&*store, "d", &[Event::protest("one"), Event::protest("two")]);
    let again = put(&*store, "d", &[Event::protest("one"), Event::protest("two")]);
    assert_eq!((first.outcome, &*first.incidents), (PutOutcome::Created, &["d-0".to_owned(), "d-1".to_owned()][..]));
    assert_eq!(again.outcome, PutOutcome::Unchanged);
    assert_eq!((again.revision, &again.incidents), (first.revision, &first.incidents));
    assert_eq!(store.counts().unwrap(), Counts { documents: 1, incidents: 2 });
    let kept = record("d", &[Event::protest("one"), Event::protest("two")]);
    assert_eq!(store.unchanged("d", &kept.fingerprint).unwrap(), Some(first.incidents));
    assert_eq!(store.unchanged("d", "another").unwrap(), None);
    assert_eq!(store.unchanged("e", &kept.fingerprint).unwrap(), None);
}

fn another_content_under_the_same_id_is_a_revision_that_keeps_what_was_before(place: &dyn Place) {
    let store = place.open().unwrap();
    put(&*store, "d", &[Event::protest("one"), Event::protest("two")]);
    assert_eq!(put(&*store, "d", &[Event::protest("uno")]).outcome, PutOutcome::Updated);
    let revisions = store.revisions("d-0").unwrap();
    let steps: Vec<_> = revisions.iter().map(|r| (r.action.as_str(), r.who.as_str(), r.why.as_str())).collect();
    assert_eq!(steps, [("create", "test", "to see"), ("update", "test", "to see")]);
    let (before, after) = (revisions[1].before.as_ref().unwrap(), revisions[1].after.as_ref().unwrap());
    assert_eq!((&before["properties"]["title"], &after["properties"]["title"]), (&"one".into(), &"uno".into()));
    assert_eq!((&before["lon"], &before["lat"]), (&76.9115.into(), &43.25249.into()));
    let gone = store.revisions("d-1").unwrap();
    assert_eq!((gone[1].action.as_str(), &gone[1].before.as_ref().unwrap()["properties"]["title"]), ("delete", &"two".into()));
    assert_eq!(gone[1].after, None);
    assert!(store.revisions("d").unwrap()[1].before.as_ref().unwrap()["text"].as_str().unwrap().contains("two"));
    assert_eq!(store.counts().unwrap(), Counts { documents: 1, incidents: 1 });
    assert_eq!(titles(&*store), ["uno"]);
}

fn what_is_kept_is_there_after_closing_and_opening(place: &dyn Place) {
    let given = record("d", &[Event::protest("one")]);
    let (id, before) = {
        let store = place.open().unwrap();
        store.put(&given, &Author::new("test", "to see")).unwrap();
        (store.id().to_owned(), incidents(&*store))
    };
    let store = place.open_read_only().unwrap();
    assert_eq!(store.id(), id);
    let kept = store.document("d").unwrap().unwrap();
    assert_eq!((&kept.text, &kept.lang, &*kept.incidents), (&given.text, &given.lang, &["d-0".to_owned()][..]));
    assert_eq!(kept.diagnostics, given.diagnostics);
    assert!(store.document("e").unwrap().is_none());
    let after = incidents(&*store);
    assert_eq!(after, before);
    assert_eq!(after[0].properties, serde_json::to_string(&given.incidents[0].properties).unwrap());
    assert_eq!(after[0].position, Some(LonLat { lon: 76.9115, lat: 43.25249 }));
    assert_eq!((after[0].date_start, after[0].country.as_deref(), after[0].confidence), (Some(date(2022, 1, 5)), Some("KZ"), 0.75));
}

fn a_store_opened_for_reading_says_so_when_it_is_written_to(place: &dyn Place) {
    drop(place.open().unwrap());
    let error = place.open_read_only().unwrap().put(&record("d", &[]), &Author::new("test", "")).unwrap_err();
    assert!(error.to_string().contains("reading only"), "{error}");
}

fn a_missing_store_is_made_for_writing_and_an_error_for_reading(place: &dyn Place) {
    assert!(matches!(place.open_read_only(), Err(StoreError::Missing { .. })));
    assert_eq!(place.open().unwrap().counts().unwrap(), Counts::default());
    assert!(place.open_read_only().is_ok());
}

fn a_store_of_a_newer_program_is_refused(place: &dyn Place) {
    drop(place.open().unwrap());
    place.make_newer();
    for opened in [place.open(), place.open_read_only()] {
        let error = opened.err().expect("a refusal");
        assert!(error.to_string().contains("newer oqiga (schema 99"), "{error}");
    }
}

fn a_write_that_fails_half_way_leaves_nothing_behind(place: &dyn Place) {
    let store = place.open().unwrap();
    put(&*store, "d", &[Event::protest("one")]);
    // An incident id that belongs to another document breaks the second insert.
    let mut broken = record("e", &vec![Event::protest("two"); 1000]);
    broken.incidents[1].id = "d-0".to_owned();
    let before = (store.counts().unwrap(), store.changes_after(0).unwrap().revision);
    assert!(store.put(&broken, &Author::new("test", "")).is_err());
    assert_eq!((store.counts().unwrap(), store.changes_after(0).unwrap().revision), before);
    assert!(store.document("e").unwrap().is_none());
    assert_eq!(put(&*store, "e", &[Event::protest("two")]).outcome, PutOutcome::Created);
}

fn many_documents_at_once_are_kept_as_one_by_one(place: &dyn Place) {
    let store = place.open().unwrap();
    let author = Author::new("test", "to see");
    put(&*store, "d3", &[Event::protest("old"), Event::protest("gone")]);
    let mut records: Vec<_> = (0..40).map(|i| record(&format!("d{i}"), &vec![Event::protest(&format!("number {i}")); i % 4])).collect();
    // The same document a second time, once as it is and once changed.
    records.push(records[7].clone());
    records.push(record("d5", &[Event::protest("changed")]));
    let puts = store.put_all(&records, &author).unwrap();
    let one_by_one = GeoPackage::in_memory().unwrap();
    put(&one_by_one, "d3", &[Event::protest("old"), Event::protest("gone")]);
    let want: Vec<_> = records.iter().map(|record| one_by_one.put(record, &author).unwrap()).collect();
    let told = |puts: &[oqiga::store::Put]| puts.iter().map(|put| (put.outcome, put.incidents.clone())).collect::<Vec<_>>();
    assert_eq!(told(&puts), told(&want));
    assert_eq!(store.counts().unwrap(), one_by_one.counts().unwrap());
    assert_eq!(by_id(&*store), by_id(&one_by_one));
    assert!(store.put_all(&[], &author).unwrap().is_empty());
}

fn a_change_is_told_once_and_only_after_the_revision_that_was_seen(place: &dyn Place) {
    let store = place.open().unwrap();
    assert_eq!(store.changes_after(0).unwrap().revision, 0);
    let first = put(&*store, "d", &[Event::protest("one"), Event::protest("two")]).revision;
    let second = put(&*store, "d", &[Event::protest("uno")]).revision;
    let third = put(&*store, "e", &[Event::protest("three")]).revision;
    let told = |after: u64| {
        let changes = store.changes_after(after).unwrap();
        assert_eq!(changes.revision, third);
        let words = changes.incidents.into_iter().map(|change| match change {
            Change::Present(incident) => format!("+{}", incident.id),
            Change::Gone(id) => format!("-{id}"),
        });
        words.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(told(0), ["+d-0", "+e-0", "-d-1"]);
    assert_eq!(told(first), ["+d-0", "+e-0", "-d-1"]);
    assert_eq!(told(second), ["+e-0"]);
    assert!(told(third).is_empty());
}

fn every_text_and_id_is_kept_as_it_is(place: &dyn Place) {
    let store = place.open().unwrap();
    for (i, text) in
        ["'; DROP TABLE incidents; --", "\u{202e}اندلعت اشتباكات", "a\\b\\N\t\r\n", "😀\u{10FFFF}", "%s $1 ?1 {}", ""].iter().enumerate()
    {
        let id = format!("{text}{i}");
        put(&*store, &id, &[Event::protest(text)]);
        let kept = store.document(&id).unwrap().unwrap();
        assert_eq!(kept.text, document(&id, &[Event::protest(text)]).text);
        assert_eq!(kept.incidents, [format!("{id}-0")]);
        assert_eq!(store.revisions(&id).unwrap().len(), 1);
        assert_eq!(titles(&*store)[i], *text);
    }
    // A report may hold any character; what comes back has as many, so that spans still fit.
    let mut nul = record("nul", &[]);
    nul.text = "a\0b".to_owned();
    store.put(&nul, &Author::new("te\0st", "")).unwrap();
    let kept = store.document("nul").unwrap().unwrap().text;
    assert_eq!((kept.chars().count(), kept.starts_with('a'), kept.ends_with('b')), (3, true, true));
    assert_eq!(store.unchanged("nul", &nul.fingerprint).unwrap(), Some(Vec::new()));
}

fn incidents_of_every_time_and_of_none_are_kept_and_moved(place: &dyn Place) {
    let store = place.open().unwrap();
    let index = Index::open(store.clone()).unwrap();
    let on = |days: Option<Date>| Event { days: days.map(|day| (day, day)), ..Event::protest("moves") };
    let days = [
        None,
        Some(date(1, 1, 1)),
        Some(date(1899, 12, 31)),
        Some(date(1900, 1, 1)),
        Some(date(2022, 1, 31)),
        Some(date(2022, 2, 1)),
        Some(date(9999, 12, 31)),
    ];
    // All at once, then each moves to where the one before it was.
    for shift in 0..days.len() {
        let events: Vec<_> = (0..days.len()).map(|i| on(days[(i + shift) % days.len()])).collect();
        put(&*store, "d", &events);
        let kept: Vec<_> = incidents(&*store).into_iter().map(|incident| incident.date_start).collect();
        let want: Vec<_> = (0..days.len()).map(|i| days[(i + shift) % days.len()]).collect();
        assert_eq!(kept, want);
        index.refresh().unwrap();
        let anew = Index::open(store.clone()).unwrap();
        assert!(index.snapshot().rows().eq(anew.snapshot().rows()));
    }
    assert_eq!(store.revisions("d-3").unwrap().len(), days.len());
}

fn reading_goes_in_the_order_of_the_store_and_stops_when_told(place: &dyn Place) {
    let store = place.open().unwrap();
    let months = [2024, 1990, 2010, 2030, 1970].map(|year| date(year, 6, 15));
    for (i, day) in months.into_iter().enumerate() {
        put(&*store, &format!("d{i}"), &[Event { days: Some((day, day)), ..Event::protest(&i.to_string()) }]);
    }
    assert_eq!(titles(&*store), ["0", "1", "2", "3", "4"]);
    let numbers: Vec<_> = incidents(&*store).iter().map(|incident| incident.number).collect();
    assert!(numbers.is_sorted() && numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    let mut seen = 0;
    let last = store.each_incident(&mut |_| {
        seen += 1;
        seen < 3
    });
    assert_eq!((seen, last.unwrap()), (3, store.changes_after(0).unwrap().revision));
    // The connection is good for the next reader.
    assert_eq!(incidents(&*store).len(), 5);
}

/// What is handed over in runs, put together, and the revision.
fn runs(store: &dyn Store) -> (Vec<StoredIncident>, u64) {
    let runs = Mutex::new(BTreeMap::new());
    let revision = store.each_run(&|number, incidents| {
        let run: Vec<StoredIncident> = incidents.collect();
        assert!(runs.lock().unwrap().insert(number, run).is_none(), "run {number} came twice");
    });
    let runs = runs.into_inner().unwrap();
    assert!(runs.keys().copied().eq(0..runs.len()), "runs {:?}", runs.keys());
    (runs.into_values().flatten().collect(), revision.unwrap())
}

fn runs_read_by_several_threads_are_what_one_thread_reads(place: &dyn Place) {
    let store = place.open().unwrap();
    assert_eq!(runs(&*store), (Vec::new(), 0));
    for document in 0..30 {
        let events: Vec<_> = (0..100).map(|i| Event::protest(&format!("{document} {i}"))).collect();
        put(&*store, &format!("d{document}"), &events);
    }
    place.edit("DELETE FROM {incidents} WHERE title LIKE '7 %'");
    place.edit("UPDATE {incidents} SET title = 'corrected' WHERE title LIKE '9 %'");
    place.edit("INSERT INTO {incidents} (geom, title, event_type, status) VALUES ({point}, 'drawn by hand', 'fire', 'reported')");
    let (read, revision) = runs(&*store);
    assert_eq!(read.len(), 2901);
    assert_eq!(read, incidents(&*store));
    assert_eq!(revision, store.changes_after(0).unwrap().revision);
    assert_eq!(runs(&*place.open_read_only().unwrap()), (read, revision));
}

fn runs_are_of_one_moment_while_others_write(place: &dyn Place) {
    let (store, writer) = (place.open().unwrap(), place.open().unwrap());
    std::thread::scope(|scope| {
        let written =
            scope.spawn(|| (0..40).for_each(|i| drop(put(&*writer, &format!("d{i}"), &[Event::protest("one"), Event::protest("two")]))));
        while !written.is_finished() {
            let (read, _) = runs(&*store);
            let ids: Vec<&str> = read.iter().map(|incident| incident.id.as_str()).collect();
            let whole: Vec<String> = (0..read.len() / 2).flat_map(|i| [format!("d{i}-0"), format!("d{i}-1")]).collect();
            assert_eq!(ids, whole);
        }
    });
    assert_eq!(runs(&*store).0.len(), 80);
}

fn every_document_is_told_of_once_without_its_text(place: &dyn Place) {
    let store = place.open().unwrap();
    for id in ["b", "a", "c"] {
        put(&*store, id, &[Event::protest("one")]);
    }
    let mut told = Vec::new();
    let mut tell = |most: usize| {
        told.clear();
        let all = store.each_document(&mut |document| {
            told.push(document);
            told.len() < most
        });
        all.unwrap();
        told.clone()
    };
    assert_eq!(tell(2).len(), 2);
    let all = tell(9);
    assert_eq!(all, tell(9), "the order does not change");
    let mut ids: Vec<&str> = all.iter().map(|document| document.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["a", "b", "c"]);
    for document in &all {
        assert_eq!(store.document_head(&document.id).unwrap().as_ref(), Some(document));
        assert_eq!(document.lang, store.document(&document.id).unwrap().unwrap().lang);
    }
    assert_eq!(store.document_head("none").unwrap(), None);
}

fn edits_of_another_program_are_seen_recorded_and_never_overwritten(place: &dyn Place) {
    let store = place.open().unwrap();
    put(&*store, "d", &[Event::protest("one"), Event::protest("two"), Event::protest("three")]);
    let index = Index::open(store.clone()).unwrap();
    place.edit("UPDATE {incidents} SET title = 'corrected', flags = 'a, b', geom = {point} WHERE id = 'd-0'");
    place.edit("DELETE FROM {incidents} WHERE id = 'd-1'");
    place.edit("INSERT INTO {incidents} (geom, title, event_type, status) VALUES ({point}, 'drawn by hand', 'fire', 'reported')");
    place.edit("UPDATE {incidents} SET id = 'renamed' WHERE id = 'd-2'");

    assert!(index.refresh().unwrap());
    let snapshot = index.snapshot();
    let row = snapshot.get("d-0").unwrap();
    assert_eq!(row.position(), Some(LonLat { lon: 51.2, lat: 43.65 }));
    assert!(
        row.properties().contains("\"title\":\"corrected\"") && row.properties().contains("\"flags\":[\"a\",\"b\"]"),
        "{}",
        row.properties()
    );
    assert!(snapshot.get("d-1").is_none() && snapshot.get("d-2").is_none() && snapshot.get("renamed").is_some());
    assert!(snapshot.rows().any(|row| row.properties().contains("drawn by hand")));
    assert_eq!((snapshot.len(), store.counts().unwrap().incidents), (3, 3));

    let edit = store.revisions("d-0").unwrap().pop().unwrap();
    assert_eq!((edit.who.as_str(), edit.action.as_str()), ("another program", "update"));
    assert_eq!((&edit.before.as_ref().unwrap()["title"], &edit.before.as_ref().unwrap()["lon"]), (&"one".into(), &76.9115.into()));
    assert_eq!((&edit.after.as_ref().unwrap()["title"], &edit.after.as_ref().unwrap()["lon"]), (&"corrected".into(), &51.2.into()));
    assert_eq!(store.revisions("d-1").unwrap().pop().unwrap().before.unwrap()["title"], "two");

    // The report comes again with other words: what a person has corrected stays.
    put(&*store, "d", &[Event::protest("machine")]);
    index.refresh().unwrap();
    assert!(index.snapshot().get("d-0").unwrap().properties().contains("corrected"));
    assert!(index.snapshot().rows().eq(Index::open(store).unwrap().snapshot().rows()));
}

fn numbers_of_revisions_grow_and_are_never_used_twice(place: &dyn Place) {
    let store = place.open().unwrap();
    let mut numbers = Vec::new();
    for salt in 0..4 {
        put(&*store, "d", &[Event::protest(&salt.to_string()), Event::protest("same")]);
        place.edit("UPDATE {incidents} SET place_name = coalesce(place_name, '') || 'x' WHERE id = 'd-1'");
    }
    for id in ["d", "d-0", "d-1"] {
        let own: Vec<u64> = store.revisions(id).unwrap().iter().map(|revision| revision.number).collect();
        assert!(own.is_sorted(), "{own:?}");
        numbers.extend(own);
    }
    let all = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), all);
    assert_eq!(store.changes_after(0).unwrap().revision, *numbers.last().unwrap());
}

/// Writers that end in another order than they began must not hide anything from who follows.
fn a_reader_that_follows_many_writers_misses_nothing(place: &dyn Place) {
    const WRITERS: usize = 4;
    const DOCUMENTS: usize = 25;
    let (store, reader) = (place.open().unwrap(), place.open_read_only().unwrap());
    let mut seen = BTreeSet::new();
    let mut last = 0;
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let store = &store;
                scope.spawn(move || {
                    for i in 0..DOCUMENTS {
                        // Large and small ones, so that transactions overtake one another.
                        put(&**store, &format!("w{writer}-{i}"), &vec![Event::protest("x"); 1 + (i * 7 + writer * 13) % 40]);
                    }
                })
            })
            .collect();
        loop {
            let done = writers.iter().all(std::thread::ScopedJoinHandle::is_finished);
            let changes = reader.changes_after(last).unwrap();
            assert!(changes.revision >= last);
            last = changes.revision;
            for change in changes.incidents {
                let Change::Present(incident) = change else { panic!("nothing was deleted") };
                assert!(seen.insert(incident.id.clone()), "{} was told twice", incident.id);
            }
            if done {
                break;
            }
        }
    });
    let all: BTreeSet<String> = incidents(&*store).into_iter().map(|incident| incident.id).collect();
    assert_eq!(seen, all);
    assert_eq!(store.counts().unwrap(), Counts { documents: (WRITERS * DOCUMENTS) as u64, incidents: all.len() as u64 });
}

fn a_write_is_told_to_who_waits_for_it(place: &dyn Place) {
    let store = place.open().unwrap();
    let news = store.subscribe();
    let written = put(&*store, "d", &[Event::protest("one")]).revision;
    assert_eq!((*news.borrow(), news.has_changed().unwrap()), (written, true));
}

/// However documents come and change, the index that followed is the index made anew.
fn an_index_that_follows_the_store_is_the_index_made_anew(place: &dyn Place) {
    let store = place.open().unwrap();
    let index = Index::open(store.clone()).unwrap();
    let steps = proptest::collection::vec((0..6u8, 0..4usize, 0..100u32), 1..20);
    let mut runner = TestRunner::new(Config::with_cases(12));
    let outcome = runner.run(&steps, |steps| {
        for (document, events, salt) in steps {
            let day = date(2020 + (salt % 5) as i16, 1 + (salt % 12) as i8, 1);
            let event = |i| Event {
                at: (salt % 3 > 0).then(|| (f64::from(salt), i as f64)),
                days: Some((day, day)),
                ..Event::protest(&salt.to_string())
            };
            put(&*store, &format!("d{document}"), &(0..events).map(event).collect::<Vec<_>>());
            index.refresh().unwrap();
        }
        let (followed, anew) = (index.snapshot(), Index::open(store.clone()).unwrap().snapshot());
        prop_assert!(followed.rows().eq(anew.rows()));
        prop_assert_eq!(followed.revision(), anew.revision());
        Ok(())
    });
    outcome.unwrap();
}

fn incidents(store: &dyn Store) -> Vec<StoredIncident> {
    let mut all = Vec::new();
    store
        .each_incident(&mut |incident| {
            all.push(incident);
            true
        })
        .unwrap();
    all
}

/// Everything but the number, which is a matter of the store.
fn by_id(store: &dyn Store) -> BTreeMap<String, StoredIncident> {
    incidents(store).into_iter().map(|incident| (incident.id.clone(), StoredIncident { number: 0, ..incident })).collect()
}

fn titles(store: &dyn Store) -> Vec<String> {
    let title = |incident: StoredIncident| {
        let properties: serde_json::Value = serde_json::from_str(&incident.properties).unwrap();
        properties["title"].as_str().unwrap_or_default().to_owned()
    };
    incidents(store).into_iter().map(title).collect()
}

/// A GeoPackage file in a folder of its own.
struct File(tempfile::TempDir);

impl File {
    fn path(&self) -> std::path::PathBuf {
        Path::join(self.0.path(), "a.gpkg")
    }
}

impl Place for File {
    fn open(&self) -> Result<Arc<dyn Store>, StoreError> {
        Ok(Arc::new(GeoPackage::open(&self.path())?))
    }

    fn open_read_only(&self) -> Result<Arc<dyn Store>, StoreError> {
        Ok(Arc::new(GeoPackage::open_read_only(&self.path())?))
    }

    fn edit(&self, sql: &str) {
        let point = [b"GP\0\x01\xe6\x10\0\0\x01\x01\0\0\0".as_slice(), &51.2f64.to_le_bytes(), &43.65f64.to_le_bytes()].concat();
        let hex: String = point.iter().map(|byte| format!("{byte:02x}")).collect();
        let sql = sql.replace("{incidents}", "incidents").replace("{point}", &format!("x'{hex}'"));
        another_program(&self.path()).execute(&sql, []).unwrap();
    }

    fn make_newer(&self) {
        Connection::open(self.path()).unwrap().execute("UPDATE oqiga_settings SET value = '99' WHERE name = 'schema'", []).unwrap();
    }

    fn empty() -> Option<Self> {
        Some(Self(folder()))
    }
}

/// A schema of its own in the database of `OQIGA_TEST_POSTGRES`.
struct Database {
    schema: String,
    server: String,
    runtime: tokio::runtime::Runtime,
}

impl Database {
    fn address(&self) -> String {
        let sign = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{sign}schema={}", self.server, self.schema)
    }

    /// Runs statements as another program, and hands back the first column of the last.
    fn run(&self, sql: &str) -> Result<Vec<String>, tokio_postgres::Error> {
        self.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.server, tokio_postgres::NoTls).await?;
            tokio::spawn(connection);
            let rows = client.simple_query(sql).await?;
            Ok(rows
                .into_iter()
                .filter_map(|message| match message {
                    tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
                    _ => None,
                })
                .collect())
        })
    }

    fn sql(&self, sql: &str) -> String {
        sql.replace("{schema}", &self.schema)
            .replace("{incidents}", &format!("{}.incidents", self.schema))
            .replace("{point}", "ST_SetSRID(ST_MakePoint(51.2, 43.65), 4326)")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = self.run(&format!("DROP SCHEMA IF EXISTS {} CASCADE", self.schema));
    }
}

impl Place for Database {
    fn open(&self) -> Result<Arc<dyn Store>, StoreError> {
        Ok(Arc::new(PostGis::open(&self.address(), None)?))
    }

    fn open_read_only(&self) -> Result<Arc<dyn Store>, StoreError> {
        Ok(Arc::new(PostGis::open_read_only(&self.address())?))
    }

    fn edit(&self, sql: &str) {
        self.run(&self.sql(sql)).unwrap();
    }

    fn make_newer(&self) {
        self.edit("UPDATE {schema}.settings SET value = '99' WHERE name = 'schema'");
    }

    fn empty() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("OQIGA_TEST_POSTGRES").ok()?;
        let schema = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Some(Self { schema, server, runtime })
    }
}

/// A database for a test that is only about PostgreSQL, or the name of the test that is skipped.
fn database(test: &str) -> Option<Database> {
    let database = Database::empty();
    if database.is_none() {
        eprintln!("skipped: store_conformance::{test} (OQIGA_TEST_POSTGRES is not set)");
    }
    database
}

#[test]
fn a_reader_hears_of_what_another_program_writes_to_the_database() {
    let Some(place) = database("a_reader_hears_of_what_another_program_writes_to_the_database") else { return };
    let writer = place.open().unwrap();
    let reader = PostGis::open(&format!("{}&application_name={}", place.address(), place.schema), None).unwrap();
    let mut news = reader.subscribe();
    let mut heard = |wanted: u64| {
        let told = place.runtime.block_on(async {
            let wait = std::time::Duration::from_secs(30);
            tokio::time::timeout(wait, news.wait_for(|last| *last >= wanted)).await.is_ok()
        });
        assert!(told, "news within 30 s");
    };
    heard(put(&*writer, "d", &[Event::protest("one")]).revision);
    // Its connections are cut, something is written meanwhile, and it hears of that all the same.
    place.edit("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{schema}'");
    heard(put(&*writer, "e", &[Event::protest("two")]).revision);
    assert_eq!(reader.counts().unwrap().incidents, 2);
}

#[test]
fn a_month_has_a_partition_of_its_own_and_the_layer_its_indexes() {
    let Some(place) = database("a_month_has_a_partition_of_its_own_and_the_layer_its_indexes") else { return };
    let store = place.open().unwrap();
    put(&*store, "d", &[Event::protest("one"), Event { days: None, ..Event::protest("when?") }]);
    let count = |table: &str| place.run(&place.sql(&format!("SELECT count(*) FROM {{schema}}.{table}"))).unwrap();
    assert_eq!((count("incidents_2022_01"), count("incidents_undated")), (vec!["1".to_owned()], vec!["1".to_owned()]));
    let kinds = "SELECT DISTINCT am.amname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
        WHERE i.indrelid = '{schema}.incidents_2022_01'::regclass ORDER BY 1";
    assert_eq!(place.run(&place.sql(kinds)).unwrap(), ["brin", "btree", "gist"]);
}

#[test]
fn the_trail_in_the_database_is_only_ever_added_to() {
    let Some(place) = database("the_trail_in_the_database_is_only_ever_added_to") else { return };
    put(&*place.open().unwrap(), "d", &[Event::protest("one")]);
    for sql in ["UPDATE {schema}.revisions SET who = 'nobody'", "DELETE FROM {schema}.revisions", "TRUNCATE {schema}.revisions"] {
        let error = place.run(&place.sql(sql)).unwrap_err();
        assert!(error.as_db_error().unwrap().message().contains("only ever added to"), "{error}");
    }
}

#[test]
fn an_index_notices_that_a_database_was_put_back_to_an_older_state() {
    let Some(place) = database("an_index_notices_that_a_database_was_put_back_to_an_older_state") else { return };
    let store = place.open().unwrap();
    put(&*store, "d", &[Event::protest("one")]);
    let index = Index::open(store.clone()).unwrap();
    put(&*store, "e", &[Event::protest("lost")]);
    assert!(index.refresh().unwrap() && index.snapshot().get("e-0").is_some());
    // As if a replica had taken over that had not come as far as the index, and others had written
    // to it since: the same numbers, and more, with another content.
    place.edit(
        "SET oqiga.writing = on; ALTER TABLE {schema}.revisions DISABLE TRIGGER revisions_stay;
         DELETE FROM {schema}.revisions WHERE number > 2; DELETE FROM {schema}.incident_keys WHERE id = 'e-0';
         DELETE FROM {incidents} WHERE id = 'e-0'; DELETE FROM {schema}.documents WHERE id = 'e';
         UPDATE {schema}.feed SET last = 2, documents = 1, incidents = 1",
    );
    let another = place.open().unwrap();
    put(&*another, "f", &[Event::protest("two"), Event::protest("three")]);
    put(&*another, "g", &[Event::protest("four")]);
    assert!(matches!(store.changes_after(4), Err(StoreError::PutBack { .. })));
    assert!(index.refresh().unwrap());
    let ids: Vec<String> = index.snapshot().rows().map(|row| row.id().to_owned()).collect();
    assert_eq!(ids, ["d-0", "f-0", "f-1", "g-0"]);
}

#[test]
fn a_wrong_address_is_told_without_its_password() {
    let Some(place) = database("a_wrong_address_is_told_without_its_password") else { return };
    let wrong = place.address().replacen("postgres://", "postgres://nobody_here:s3cret@", 1);
    let wrong = match wrong.rsplit_once('@') {
        Some((_, rest)) => format!("postgres://nobody_here:s3cret@{rest}"),
        None => wrong,
    };
    let error = PostGis::open(&wrong, None).err().expect("a refusal").to_string();
    assert!(error.contains("nobody_here") && !error.contains("s3cret") && !error.contains('\n'), "{error}");
}

#[test]
fn an_encrypted_connection_is_verified() {
    let Some(place) = database("an_encrypted_connection_is_verified") else { return };
    let Ok(certificate) = std::env::var("OQIGA_TEST_POSTGRES_CA") else {
        eprintln!("skipped: store_conformance::an_encrypted_connection_is_verified (OQIGA_TEST_POSTGRES_CA is not set)");
        return;
    };
    // The certificate is for localhost and for no other name.
    let encrypted = |host: &str, rest: &str| place.address().replacen("127.0.0.1", host, 1) + "&sslmode=verify-full" + rest;
    let trusted = format!("&sslrootcert={certificate}");
    let store = PostGis::open(&encrypted("localhost", &trusted), None).unwrap();
    put(&store, "d", &[Event::protest("one")]);
    assert_eq!(
        place
            .run("SELECT count(*) > 0 FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE s.ssl AND a.application_name = 'oqiga'")
            .unwrap(),
        ["t"]
    );
    for refused in [encrypted("127.0.0.1", &trusted), encrypted("localhost", "")] {
        let error = PostGis::open(&refused, None).err().expect("a refusal").to_string();
        assert!(error.contains("certificate") || error.contains("sslrootcert"), "{error}");
    }
}

#[test]
fn the_command_line_tells_a_wrong_store_without_its_password() {
    let folder = folder();
    let said = |args: &[&str]| {
        let output = oqiga(folder.path()).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let wrong = "postgres://maria:s3cret@db.example/news?sslmode=prefer";
    for args in [&["export", "--store", wrong][..], &["serve", "--store", wrong, "--listen", "127.0.0.1:0"]] {
        let said = said(args);
        assert!(said.contains("postgres://maria@db.example/news") && said.contains("sslmode=prefer") && !said.contains("s3cret"), "{said}");
    }
    let said = said(&["serve", "--store", "a.gpkg", "--read-store", "postgres://db.example/news", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("--read-store") && said.contains("a.gpkg"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file was made");
}

#[test]
fn a_correction_stays_and_what_was_removed_stays_away() {
    let Some(place) = database("a_correction_stays_and_what_was_removed_stays_away") else { return };
    let store = place.open().unwrap();
    let author = Author::new("maria", "the street was wrong");
    put(&*store, "d", &[Event::protest("one"), Event::protest("two"), Event::protest("three")]);
    let index = Index::open(store.clone()).unwrap();
    let corrected =
        record("d", &[Event { days: Some((date(2031, 7, 1), date(2031, 7, 1))), ..Event::protest("corrected") }]).incidents.remove(0);
    let mut seen = Vec::new();
    let revision = store
        .edit("d-0", &author, &mut |current| {
            seen.extend(current.map(|incident| incident.properties.contains("\"title\":\"one\"")));
            Some(Edit::Put(corrected.clone()))
        })
        .unwrap();
    assert_eq!((seen, revision), (vec![true], Some(5)));
    assert_eq!(store.edit("d-1", &author, &mut |_| Some(Edit::Delete)).unwrap(), Some(6));
    assert_eq!(store.edit("d-1", &author, &mut |_| Some(Edit::Delete)).unwrap(), None);
    assert_eq!(store.edit("d-2", &author, &mut |_| None).unwrap(), None);
    // The report comes again, changed: the correction stays, what was removed stays away.
    put(&*store, "d", &[Event::protest("uno"), Event::protest("due"), Event::protest("tre")]);
    assert_eq!(titles(&*store), ["corrected", "tre"]);
    assert_eq!(store.counts().unwrap().incidents, 2);
    let trail: Vec<_> = store.revisions("d-0").unwrap().into_iter().map(|step| (step.action, step.who)).collect();
    assert_eq!(trail, [("create".to_owned(), "test".to_owned()), ("update".to_owned(), "maria".to_owned())]);
    index.refresh().unwrap();
    assert!(index.snapshot().rows().eq(Index::open(store).unwrap().snapshot().rows()));
}

#[test]
fn ready_made_incidents_are_taken_in_once_however_often_they_come() {
    let Some(place) = database("ready_made_incidents_are_taken_in_once_however_often_they_come") else { return };
    let store = place.open().unwrap();
    let author = Author::new("maria", "import");
    let mut all = record("list", &(0..300).map(|i| Event::protest(&i.to_string())).collect::<Vec<_>>()).incidents;
    let import = |incidents: &[oqiga::store::IncidentRecord]| {
        let mut told = Vec::new();
        let mut batches = incidents.chunks(128).map(<[_]>::to_vec);
        let imported = store.import(&mut batches, &author, &mut |so_far| told.push(so_far.total())).unwrap();
        assert_eq!(told.last(), Some(&imported.total()));
        (imported.created, imported.updated, imported.unchanged)
    };
    assert_eq!(import(&all), (300, 0, 0));
    place.edit("UPDATE {incidents} SET title = 'by hand' WHERE id = 'list-7'");
    place.edit("DELETE FROM {incidents} WHERE id = 'list-8'");
    for i in [6, 7, 8, 9] {
        all[i].properties.insert("title".to_owned(), "changed".into());
    }
    // One twice in a batch is known the second time.
    all.insert(1, all[0].clone());
    assert_eq!(import(&all), (0, 2, 299));
    let kept = by_id(&*store);
    assert_eq!((kept.len(), store.counts().unwrap().incidents), (299, 299));
    assert!(kept["list-7"].properties.contains("by hand") && kept["list-6"].properties.contains("changed"));
}

#[test]
fn tokens_and_sources_are_kept_and_a_token_stands_in_the_trail_without_its_secret() {
    let Some(place) = database("tokens_and_sources_are_kept_and_a_token_stands_in_the_trail_without_its_secret") else { return };
    let store = place.open().unwrap();
    let author = Author::new("admin", "a new colleague");
    let created = "2022-01-05T10:00:00.5Z".parse().unwrap();
    let token = Token { name: "maria".to_owned(), hash: Token::hash("secret"), role: Role::Edit, created, revoked: None };
    assert!(store.add_token(&token, &author).unwrap());
    assert!(!store.add_token(&token, &author).unwrap());
    assert_eq!(store.tokens().unwrap(), std::slice::from_ref(&token));
    assert!(store.revoke_token("maria", &author).unwrap());
    assert!(!store.revoke_token("maria", &author).unwrap() && !store.revoke_token("nobody", &author).unwrap());
    assert!(store.tokens().unwrap()[0].revoked.is_some());
    let trail: Vec<_> = store.revisions("maria").unwrap().into_iter().map(|step| step.action).collect();
    assert_eq!(trail, ["create", "delete"]);

    let mut source = SourceState {
        name: "agency".to_owned(),
        url: "https://agency.example/rss".to_owned(),
        checked: Some(created),
        failures: 2,
        ..SourceState::default()
    };
    assert_eq!(store.source("agency").unwrap(), None);
    store.put_source(&source).unwrap();
    source.etag = Some("\"x\"".to_owned());
    store.put_source(&source).unwrap();
    assert_eq!(store.source("agency").unwrap(), Some(source));
}
