//! How fast reports become stored incidents, and ready-made incidents are taken in, by the built
//! program. `OQIGA_BENCH_ARTICLES` and `OQIGA_BENCH_INCIDENTS` set how many.
//!
//! ```sh
//! cargo bench --bench ingest                                              # into a GeoPackage
//! python3 tests/clients/postgis/cluster.py cargo bench --bench ingest     # into a PostGIS of its own
//! ```
//!
//! Beside the seconds by the clock stand those of the processors, which other work on the machine
//! hardly changes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use oqiga::incidents::TAXONOMY;
use oqiga::intake::sample;
use serde_json::json;

/// Words of an article, as news have them.
const WORDS: usize = 500;

/// The stores of the two parts.
struct Stores {
    news: String,
    world: String,
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let stores = match std::env::var("OQIGA_TEST_POSTGRES") {
        Ok(address) => Stores { news: format!("{address}?schema=news"), world: format!("{address}?schema=world") },
        Err(_) => Stores { news: "news.gpkg".to_owned(), world: "world.gpkg".to_owned() },
    };
    let number = |name: &str, default: usize| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    ingest(folder.path(), &stores.news, number("OQIGA_BENCH_ARTICLES", 2000));
    import(folder.path(), &stores.world, number("OQIGA_BENCH_INCIDENTS", 1_000_000));
}

/// Articles of about 500 words from the sample reports, no two alike.
fn ingest(folder: &Path, store: &str, articles: usize) {
    let samples = sample::documents();
    let mut stream = String::new();
    for i in 0..articles {
        let first = &samples[i % samples.len()];
        let alike: Vec<_> = samples.iter().filter(|sample| sample.lang == first.lang).collect();
        let mut text = format!("Report {i}.\n\n");
        for part in 0.. {
            if text.split_whitespace().count() >= WORDS {
                break;
            }
            let _ = writeln!(text, "{}\n", alike[(i + part) % alike.len()].text);
        }
        let document = json!({"id": format!("n{i}"), "text": text, "published": first.published, "lang": first.lang});
        let _ = writeln!(stream, "{document}");
    }
    fs::write(folder.join("news.ndjson"), stream).expect("a file");
    let what = format!("ingest of {articles} articles of {WORDS} words");
    run(folder, &what, articles, &["ingest", "news.ndjson", "--store", store]);
    run(folder, "ingest again, all known", articles, &["ingest", "news.ndjson", "--store", store]);
}

/// Incidents all over the world as one FeatureCollection.
fn import(folder: &Path, store: &str, incidents: usize) {
    let mut collection = String::from("{\"type\":\"FeatureCollection\",\"features\":[\n");
    for i in 0..incidents {
        let kind = &TAXONOMY.types[i % TAXONOMY.types.len()];
        let (lon, lat) = ((i * 7919 % 3_600_000) as f64 / 1e4 - 180.0, (i * 104_729 % 1_700_000) as f64 / 1e4 - 85.0);
        let day = format!("2022-{:02}-{:02}", 1 + i % 12, 1 + i / 12 % 28);
        let feature = json!({"type": "Feature", "id": format!("b{i}"), "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": {
            "event_type": kind.id, "status": "reported", "title": format!("{} number {i}", kind.label["en"]), "place_name": format!("Place {}", i % 5000),
            "country": "KZ", "admin1": "Mangystau", "geo_precision": 1, "date_start": day, "date_end": day, "date_precision": "day", "killed": i % 7,
            "source_name": "Bench", "source_url": format!("https://news.example/{i}"), "source_lang": "en", "confidence": 0.8,
            "evidence_text": "Two people were killed and more were injured on Monday, the ministry said." }});
        let _ = write!(collection, "{}{feature}", if i > 0 { ",\n" } else { "" });
    }
    collection.push_str("\n]}\n");
    fs::write(folder.join("world.geojson"), collection).expect("a file");
    run(folder, &format!("import of {incidents} incidents"), incidents, &["import", "world.geojson", "--store", store]);
    if !store.starts_with("postgres") {
        run(folder, "verify", incidents, &["verify", "--store", store]);
        run(folder, "backup", incidents, &["backup", "copy.gpkg", "--store", store]);
    }
    let begun = Instant::now();
    let mut server = Command::new(env!("CARGO_BIN_EXE_oqiga"))
        .args(["serve", "--store", store, "--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(server.stdout.take().expect("its output")), &mut line).expect("the address");
    println!("start until ready: {:.1} s with {incidents} incidents", begun.elapsed().as_secs_f64());
    let _ = server.kill();
    let _ = server.wait();
}

/// Runs the program and prints how long it took, by the clock and by the processors.
fn run(folder: &Path, what: &str, things: usize, args: &[&str]) {
    let database = std::env::var("OQIGA_TEST_POSTGRES_PID").ok();
    let spent = |pid: Option<&str>| pid.map_or(0.0, processor_seconds);
    let (begun, before) = (Instant::now(), (spent(Some("self")), spent(database.as_deref())));
    let status = Command::new(env!("CARGO_BIN_EXE_oqiga")).args(args).current_dir(folder).stdout(Stdio::null()).status();
    assert!(status.expect("the program runs").success(), "{args:?}");
    let seconds = begun.elapsed().as_secs_f64();
    // The time of a connection counts once its process has ended.
    thread::sleep(Duration::from_millis(if database.is_some() { 500 } else { 0 }));
    let (program, database) = (spent(Some("self")) - before.0, spent(database.as_deref()) - before.1);
    let rate = things as f64 / seconds;
    println!("{what}: {seconds:.1} s, {rate:.0} a second; processors {program:.1} s in the program, {database:.1} s in the database");
}

/// The seconds that a process and those that it has waited for have spent on the processors.
fn processor_seconds(pid: &str) -> f64 {
    /// Of Linux, on every machine.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in brackets may hold blanks; `utime` is the 12th field after it.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(4);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS_A_SECOND
}
