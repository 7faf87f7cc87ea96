//! Breaking it: a server that is killed at random points while it takes in and changes documents
//! has every acknowledged one once, in the store and in what it serves.
//!
//! The long form: `OQIGA_KILLS=100 cargo test --release --test it killed -- --nocapture`. With
//! `OQIGA_KILLS_INCIDENTS=1000000` there are so many incidents in the store before, and the longest
//! start tells how long it takes to recover with them.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use oqiga::geo::LonLat;
use oqiga::store::geopackage::verify;
use oqiga::store::{Author, GeoPackage, IncidentRecord, Store};
use serde_json::{Value, json};

use crate::cli::Running;
use crate::harness::folder;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Clients that write at once.
const CLIENTS: usize = 3;

/// Documents of each client; it goes round them, so that most writes are changes.
const DOCUMENTS: usize = 8;

fn kills() -> u64 {
    std::env::var("OQIGA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(4)
}

fn held_before() -> u64 {
    std::env::var("OQIGA_KILLS_INCIDENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Fills a new store with ready-made incidents.
fn fill(path: &Path, count: u64) {
    let incident = |number: u64| IncidentRecord {
        id: format!("b{number}"),
        position: LonLat::new((number * 7919 % 3600) as f64 / 10.0 - 180.0, (number * 104_729 % 1700) as f64 / 10.0 - 85.0),
        properties: json!({"id": format!("b{number}"), "event_type": "fire", "status": "reported", "title": format!("Fire {number}"),
            "date_start": "2022-01-05", "date_end": "2022-01-05", "country": "KZ", "geo_precision": 1, "confidence": 0.8})
        .as_object()
        .cloned()
        .unwrap(),
    };
    let mut batches = (0..count).step_by(8192).map(|first| (first..count.min(first + 8192)).map(incident).collect());
    GeoPackage::open(path).unwrap().import(&mut batches, &Author::new("test", "fill"), &mut |_| {}).unwrap();
}

/// Posts a document; the status when there was a whole answer.
fn post(host: &str, id: &str, version: u64) -> Option<u16> {
    let text = format!("Version {version} of {id}. Fire in Aktau: two people died on Monday.");
    let body = json!({"id": id, "text": text, "published": "2024-05-07"}).to_string();
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    write!(
        stream,
        "POST /documents HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    // An answer that was cut off acknowledges nothing.
    serde_json::from_str::<Value>(body).ok()?;
    head.split(' ').nth(1)?.parse().ok()
}

/// The version that a text says it is.
fn version(text: &str) -> u64 {
    text.strip_prefix("Version ").and_then(|rest| rest.split(' ').next()).and_then(|n| n.parse().ok()).expect("a version")
}

#[test]
fn a_server_killed_at_random_points_has_every_acknowledged_write_once() {
    let folder = folder();
    let path = folder.path().join("a.gpkg");
    std::fs::write(folder.path().join("token"), TOKEN).unwrap();
    fill(&path, held_before());
    // The last version that was acknowledged of each document, and the last that was sent.
    let written: Arc<Mutex<BTreeMap<String, (u64, u64)>>> = Arc::default();
    let (mut longest, mut acknowledged) = (Duration::ZERO, 0);
    for round in 0..kills() {
        let started = Instant::now();
        let server = Running::start(folder.path(), &["--store", "a.gpkg", "--token-file", "token"]);
        longest = longest.max(started.elapsed());
        let (host, stop) = (server.host().to_owned(), Arc::new(AtomicBool::new(false)));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (host, stop, written) = (host.clone(), stop.clone(), written.clone());
                std::thread::spawn(move || {
                    let mut taken = 0;
                    for step in 0.. {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let id = format!("c{client}-{}", step % DOCUMENTS);
                        let next = {
                            let mut written = written.lock().unwrap();
                            let (_, sent) = written.entry(id.clone()).or_default();
                            *sent += 1;
                            *sent
                        };
                        match post(&host, &id, next) {
                            Some(status) => {
                                assert!(matches!(status, 200 | 201), "{status}");
                                written.lock().unwrap().get_mut(&id).unwrap().0 = next;
                                taken += 1;
                            }
                            None => break,
                        }
                    }
                    taken
                })
            })
            .collect();
        // Never at the same point: from before the first answer to some way into the work.
        std::thread::sleep(Duration::from_millis(round * 7919 % 400));
        drop(server); // SIGKILL.
        stop.store(true, Ordering::Relaxed);
        acknowledged += clients.into_iter().map(|client| client.join().unwrap()).sum::<u64>();

        let kept = GeoPackage::open_read_only(&path).unwrap();
        for (id, (acknowledged, sent)) in written.lock().unwrap().iter() {
            let found = kept.document(id).unwrap().map_or(0, |document| version(&document.text));
            assert!(found >= *acknowledged, "{id}: version {acknowledged} was acknowledged, {found} is there");
            assert!(found <= *sent);
        }
    }
    for check in verify(&path).unwrap() {
        assert_eq!(check.wrong, 0, "{}: {:?}", check.name, check.named);
    }
    let kept = GeoPackage::open_read_only(&path).unwrap();
    let (mut revisions, mut incidents) = (0, held_before() as usize);
    for id in written.lock().unwrap().keys() {
        let steps = kept.revisions(id).unwrap();
        let mut versions: Vec<u64> = steps.iter().filter_map(|step| Some(version(step.after.as_ref()?["text"].as_str()?))).collect();
        assert!(steps.iter().filter(|step| step.action == "create").count() <= 1, "{id} was made twice");
        let count = versions.len();
        versions.dedup();
        assert_eq!(versions.len(), count, "{id}: a version was written twice");
        assert!(versions.is_sorted());
        revisions += steps.len();
        incidents += kept.document(id).unwrap().map_or(0, |document| document.incidents.len());
    }
    assert!(revisions as u64 >= acknowledged, "every acknowledged write has its revision");
    // What a new server serves is what is kept.
    let server = Running::start(folder.path(), &["--store", "a.gpkg"]);
    let (_, page) = server.request("GET /collections/incidents/items?resultType=hits&status=all", "", "");
    let served = serde_json::from_str::<Value>(&page).ok().and_then(|page| page["numberMatched"].as_u64());
    assert_eq!(served, Some(incidents as u64), "{page}");
    println!("{} kills, {acknowledged} acknowledged writes, 0 lost, 0 doubled; longest start {} ms", kills(), longest.as_millis());
}
