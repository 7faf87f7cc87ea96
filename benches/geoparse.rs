//! How fast place names are found and resolved, one thread, by language: `cargo bench --bench
//! geoparse`, and on a corpus of one JSON document a line: `cargo bench --bench geoparse -- FILE…`.
//!
//! Prints megabytes of text a second and the time of a 500-word article, reading the same texts again
//! and again for a few seconds. The gazetteer and the weights are open before the clock starts.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use oqiga::gazetteer::Gazetteer;
use oqiga::intake::{Document, ndjson};
use oqiga::pipeline::Analyst;
use oqiga::text::Lang;

/// How long each text is measured.
const TIME: Duration = Duration::from_secs(3);

fn main() {
    let analyst = Analyst::new(Gazetteer::bundled().expect("the gazetteer opens"));
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    println!("| texts | MB | MB/s | 500 words, ms |\n|-|-|-|-|");
    for lang in ["ar", "en", "kk", "ru"] {
        report(&analyst, lang, &samples(lang));
    }
    for file in files {
        let name = Path::new(&file).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let lines = std::fs::read_to_string(&file).expect("a readable file");
        let documents: Vec<Document> = lines.lines().map(|line| ndjson::parse(line).expect("a document a line")).collect();
        report(&analyst, &name, &documents);
    }
}

fn report(analyst: &Analyst, name: &str, documents: &[Document]) {
    let bytes: usize = documents.iter().map(|d| d.text.len()).sum();
    let words: usize = documents.iter().map(|d| d.text.split_whitespace().count()).sum();
    let round = || documents.iter().for_each(|d| _ = black_box(analyst.geoparse(d)));
    round();
    let start = Instant::now();
    let mut rounds = 0;
    while start.elapsed() < TIME {
        round();
        rounds += 1;
    }
    let seconds = start.elapsed().as_secs_f64() / f64::from(rounds);
    let mb = bytes as f64 / 1e6;
    println!("| {name} | {mb:.2} | {:.2} | {:.2} |", mb / seconds, seconds * 1e3 * 500.0 / words.max(1) as f64);
}

/// The sample reports that ship with the program, in one language.
fn samples(lang: &str) -> Vec<Document> {
    let samples = oqiga::intake::sample::documents().into_iter();
    samples.filter(|d| d.lang == Lang::parse(lang)).collect()
}
