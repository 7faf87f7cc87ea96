//! How fast text becomes incidents, one thread, by language: `cargo bench --bench extract`.
//!
//! Reads the articles of `tests/corpus` again and again for a few seconds a language and prints
//! megabytes of text a second and the time of a 500-word article.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use oqiga::gazetteer::Gazetteer;
use oqiga::intake::Document;
use oqiga::pipeline::Analyst;
use oqiga::text::Lang;

/// How long each language is measured.
const TIME: Duration = Duration::from_secs(3);

fn main() {
    let analyst = Analyst::new(Gazetteer::bundled().expect("the gazetteer opens"));
    println!("| language | all, MB/s | 500 words, ms | incidents alone, MB/s |\n|-|-|-|-|");
    for lang in ["ar", "en", "kk", "ru"] {
        let documents = documents(lang);
        let bytes: usize = documents.iter().map(|d| d.text.len()).sum();
        let words: usize = documents.iter().map(|d| d.text.split_whitespace().count()).sum();
        documents.iter().for_each(|d| _ = black_box(analyst.extract(d)));
        let whole = measure(|| documents.iter().for_each(|d| _ = black_box(analyst.extract(d))));
        let places = measure(|| documents.iter().for_each(|d| _ = black_box(analyst.geoparse(d))));
        let speed = |seconds: f64| bytes as f64 / 1e6 / seconds;
        println!("| {lang} | {:.2} | {:.2} | {:.2} |", speed(whole), whole * 1e3 * 500.0 / words as f64, speed((whole - places).max(1e-9)));
    }
}

/// Seconds of one round.
fn measure(mut round: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut rounds = 0;
    while start.elapsed() < TIME {
        round();
        rounds += 1;
    }
    start.elapsed().as_secs_f64() / f64::from(rounds)
}

fn documents(lang: &str) -> Vec<Document> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(lang);
    let entries = std::fs::read_dir(folder).expect("a folder a language");
    let mut files: Vec<_> = entries.map(|e| e.expect("an entry").path()).collect();
    files.sort();
    let read = |file: &std::path::PathBuf| {
        let file = std::fs::read_to_string(file).expect("readable");
        let text = file.split("\n---\n").nth(1).expect("three parts").to_owned();
        let published = file.lines().find_map(|l| l.strip_prefix("published: ")).and_then(|d| d.parse().ok());
        Document { text, published, lang: Lang::parse(lang), ..Document::default() }
    };
    files.iter().map(read).collect()
}
