//! How fast reports become stored incidents, and ready-made incidents are taken in, by the built
//! program and its GeoPackage: `cargo bench --bench ingest`. `OQIGA_BENCH_ARTICLES` and
//! `OQIGA_BENCH_INCIDENTS` set how many.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use oqiga::incidents::TAXONOMY;
use oqiga::intake::sample;
use serde_json::json;

/// Words of an article, as news have them.
const WORDS: usize = 500;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let number = |name: &str, default: usize| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    ingest(folder.path(), number("OQIGA_BENCH_ARTICLES", 2000));
    import(folder.path(), number("OQIGA_BENCH_INCIDENTS", 1_000_000));
}

/// Articles of about 500 words from the sample reports, no two alike.
fn ingest(folder: &Path, articles: usize) {
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
    let seconds = run(folder, &["ingest", "news.ndjson", "--store", "news.gpkg"]);
    println!("ingest: {articles} articles of {WORDS} words in {seconds:.1} s, {:.0} a second", articles as f64 / seconds);
    let seconds = run(folder, &["ingest", "news.ndjson", "--store", "news.gpkg"]);
    println!("ingest again, all known: {seconds:.1} s, {:.0} a second", articles as f64 / seconds);
}

/// Incidents all over the world as one FeatureCollection.
fn import(folder: &Path, incidents: usize) {
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
    let seconds = run(folder, &["import", "world.geojson", "--store", "world.gpkg"]);
    println!("import: {incidents} incidents in {seconds:.1} s, {:.0} a second", incidents as f64 / seconds);
    let seconds = run(folder, &["verify", "--store", "world.gpkg"]);
    println!("verify: {seconds:.1} s");
    let seconds = run(folder, &["backup", "copy.gpkg", "--store", "world.gpkg"]);
    println!("backup: {seconds:.1} s");
    let begun = Instant::now();
    let mut server = Command::new(env!("CARGO_BIN_EXE_oqiga"))
        .args(["serve", "--store", "world.gpkg", "--listen", "127.0.0.1:0"])
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

/// Runs the program; how long it took in seconds.
fn run(folder: &Path, args: &[&str]) -> f64 {
    let begun = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_oqiga")).args(args).current_dir(folder).stdout(Stdio::null()).status();
    assert!(status.expect("the program runs").success(), "{args:?}");
    begun.elapsed().as_secs_f64()
}
