//! Fills a store with made-up incidents and reads them back, with the rates: what docs/SCALE.md and
//! docs/PERFORMANCE.md tell was measured so.
//!
//! ```sh
//! cargo run --release --example store_load -- postgres://localhost/load 1000000
//! cargo run --release --example store_load -- load.gpkg 1000000
//! ```

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use oqiga::geo::LonLat;
use oqiga::index::Index;
use oqiga::store::{Author, DocumentRecord, GeoPackage, IncidentRecord, PostGis, Store};
use serde_json::json;

/// Incidents of one document: a page of a list of ready-made ones.
const PER_DOCUMENT: usize = 100;

/// Documents that are handed over at once.
const BATCH: usize = 250;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(address), Some(count)) = (args.next(), args.next().and_then(|count| count.parse::<usize>().ok())) else {
        return Err("wanted a store and a number of incidents, such as load.gpkg 1000000".into());
    };
    let store: Arc<dyn Store> = if PostGis::is_address(&address) {
        Arc::new(PostGis::open(&address, None)?)
    } else {
        Arc::new(GeoPackage::open(Path::new(&address))?)
    };
    let there = store.counts()?.incidents as usize;
    let author = Author::new("store_load", "measurement");
    let (started, mut written) = (Instant::now(), 0);
    let mut documents = there / PER_DOCUMENT..there.max(count).div_ceil(PER_DOCUMENT);
    // The next batch is made while the one before is written, as an import does.
    let (give, take) = std::sync::mpsc::sync_channel::<Vec<DocumentRecord>>(1);
    let maker = std::thread::spawn(move || {
        loop {
            let batch: Vec<DocumentRecord> = documents.by_ref().take(BATCH).map(document).collect();
            if batch.is_empty() || give.send(batch).is_err() {
                return;
            }
        }
    });
    for batch in take {
        written += store.put_all(&batch, &author)?.iter().map(|put| put.incidents.len()).sum::<usize>();
    }
    maker.join().map_err(|_| "the maker of documents panicked")?;
    if written > 0 {
        report("written", written, started);
    }
    let started = Instant::now();
    let mut bytes = 0;
    store.each_incident(&mut |incident| {
        bytes += incident.properties.len();
        true
    })?;
    let held = store.counts()?.incidents as usize;
    report("read", held, started);
    println!("{} bytes of properties each", bytes / held.max(1));
    let started = Instant::now();
    let index = Index::open(store)?;
    report("indexed", index.snapshot().len(), started);
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")).for_each(|line| println!("{line}"));
    }
    Ok(())
}

fn report(what: &str, number: usize, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    println!("{what}: {number} incidents in {seconds:.1} s, {:.0} a second", number as f64 / seconds);
}

/// A document with incidents of about the size that reports give, spread over the world and ten years.
fn document(number: usize) -> DocumentRecord {
    let id = format!("load-{number}");
    DocumentRecord {
        fingerprint: format!("{number:064x}"),
        content: format!("{number:064x}"),
        title: Some(format!("List {number}")),
        text: String::new(),
        published: None,
        lang: "en".to_owned(),
        source: Some("Load".to_owned()),
        url: None,
        country: None,
        diagnostics: json!([]),
        incidents: (0..PER_DOCUMENT).map(|i| incident(&id, number * PER_DOCUMENT + i)).collect(),
        id,
    }
}

fn incident(document_id: &str, number: usize) -> IncidentRecord {
    let dice = |salt: u64, sides: u64| {
        let mut x = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        x = (x ^ (x >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (x ^ (x >> 29)) % sides
    };
    let types = ["armed_clash", "protest", "explosion", "fire", "arrest", "flood", "earthquake", "road_accident"];
    let countries = ["KZ", "UA", "SY", "IQ", "RU", "KG", "TR", "YE"];
    let day = jiff::civil::date(2015, 1, 1).saturating_add(jiff::SignedDuration::from_hours(24 * dice(3, 3650) as i64)).to_string();
    let id = format!("inc_{number:016x}");
    let position = LonLat { lon: dice(1, 360_000) as f64 / 1000.0 - 180.0, lat: dice(2, 150_000) as f64 / 1000.0 - 70.0 };
    let properties = json!({
        "id": id, "doc_id": document_id,
        "event_type": types[dice(4, 8) as usize], "event_group": "conflict", "status": "reported",
        "title": format!("Clashes near town {}", dice(5, 5000)),
        "place_name": format!("Town {}", dice(5, 5000)), "place_text": format!("town {}", dice(5, 5000)),
        "country": countries[dice(6, 8) as usize], "country_name": "Country", "admin1": format!("Province {}", dice(7, 40)),
        "geonameid": dice(5, 5000), "feature": "PPL", "geo_precision": 1, "place_source": "mention", "uncertainty_km": 5.0,
        "date_start": day, "date_end": day, "date_text": "on Monday", "date_precision": "day", "time_precision": 1, "published": day,
        "killed": dice(8, 20), "killed_qualifier": "exact", "killed_text": "were killed",
        "attribution": "police", "source_name": format!("Agency {}", dice(9, 200)), "source_lang": "en",
        "evidence": [{"start": 0, "end": 96}],
        "evidence_text": format!("Clashes broke out near town {} on Monday and left {} people dead, police said.", dice(5, 5000), dice(8, 20)),
        "confidence": 0.5 + dice(10, 50) as f64 / 100.0, "confidence_parts": {"place": 0.9, "event": 0.8, "time": 0.9},
        "flags": [], "candidates": [{"geonameid": dice(5, 5000), "name": "Town", "country": "KZ", "score": 0.91}],
        "actors": [{"text": "police", "role": "source"}],
    });
    IncidentRecord { id, position: Some(position), properties: properties.as_object().cloned().unwrap_or_default() }
}
