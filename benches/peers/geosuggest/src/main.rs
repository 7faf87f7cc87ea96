//! How fast the crate geosuggest answers the queries that `cargo bench --bench gazetteer -- --write FOLDER` wrote.
//!
//! Its index is made from the same GeoNames file of towns that our feature codes come from; the file has no names in
//! other languages, so it searches about a fifth of the names.

use std::hint::black_box;
use std::time::{Duration, Instant};

use geosuggest_core::EngineData;
use geosuggest_core::index::{IndexData, SourceFileOptions};

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(cities), Some(folder)) = (args.next(), args.next()) else {
        eprintln!("peer-geosuggest CITIES.txt FOLDER");
        std::process::exit(2);
    };
    let options = SourceFileOptions {
        cities: cities.as_str(),
        names: None,
        countries: None,
        admin1_codes: None,
        admin2_codes: None,
        filter_languages: Vec::new(),
        excluded_feature_codes: Vec::new(),
    };
    let index = IndexData::new_from_files(options).expect("the file of towns");
    let data = EngineData::try_from(index).expect("an index");
    let engine = data.as_engine().expect("an engine");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).expect("queries");
    let (beginnings, spots) = (read("beginnings.txt"), read("spots.tsv"));
    // One in ten: each takes long.
    let beginnings: Vec<&str> = beginnings.lines().step_by(10).collect();
    row("suggest", &beginnings, |name| engine.suggest::<&str>(name, 5, None, None).len());
    let spots: Vec<(f32, f32)> = spots
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(lon, lat)| Some((lat.parse().ok()?, lon.parse().ok()?)))
        .collect();
    row("nearest town", &spots, |at| engine.reverse::<&str>(*at, 1, None, None).map_or(0, |found| found.len()));
}

fn row<Q, A>(what: &str, queries: &[Q], answer: impl Fn(&Q) -> A) {
    let time = |query: &Q| {
        let once = || {
            let started = Instant::now();
            black_box(answer(query));
            started.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap_or_default()
    };
    let mut times: Vec<Duration> = queries.iter().map(time).collect();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    println!("| geosuggest: {what} | {:.2} µs | | {:.2} µs |", at(0.5), at(0.99));
}
