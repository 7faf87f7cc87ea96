//! How fast the gazetteer answers, one thread: `cargo bench --bench gazetteer`.
//!
//! Queries are names of the gazetteer drawn by a fixed rule, so every run asks the same. `-- --write FOLDER` writes
//! the beginnings of names and the positions that are asked for, so that `benches/peers/gazetteer.sh` asks others
//! the same. Times are medians, means and 99th percentiles of the least of three goes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use oqiga::gazetteer::evaluation::QuerySet;
use oqiga::gazetteer::search::Query;
use oqiga::gazetteer::{Class, Gazetteer, Within};
use oqiga::geo::LonLat;
use oqiga::text::name_key;

fn main() {
    // Once before, so that it is unpacked.
    let gazetteer = Gazetteer::bundled().expect("the gazetteer opens");
    println!("| what | median | mean | 99th percentile |\n|-|-|-|-|");
    each("open, and the first look-up", &[(); 20], |()| {
        let fresh = Gazetteer::bundled().expect("the gazetteer opens");
        fresh.named("almaty").next().map(|hit| hit.place)
    });
    let names: Vec<&str> = gazetteer.places().step_by(97).filter_map(|place| place.names().last()).map(|name| name.text).collect();
    let keys: Vec<String> = names.iter().map(|name| name_key(name)).collect();
    let spots: Vec<LonLat> =
        gazetteer.places().filter(|place| place.class() == Class::City).step_by(53).map(|place| beside(place.position())).collect();
    let beginnings: Vec<String> = names.iter().flat_map(|name| (1..=6).map(|n| name.chars().take(n).collect())).step_by(7).collect();
    if let Some(folder) = std::env::args().skip_while(|arg| arg != "--write").nth(1) {
        write_queries(&folder, &beginnings, &spots);
    }
    each("look-up of a folded name", &keys, |key| gazetteer.named(key).next().map(|hit| hit.place));
    each("folding and look-up", &names, |name| gazetteer.named(&name_key(name)).next().map(|hit| hit.place));
    each("suggest, world", &beginnings, |name| {
        gazetteer.suggest(&Query { name, limit: 5, ..Query::default() }).map_or(0, |answers| answers.len())
    });
    let misspelled: Vec<String> = keys.iter().filter(|key| key.chars().count() >= 7).step_by(40).map(|key| swapped(key)).collect();
    each("one letter wrong, world", &misspelled, |key| gazetteer.fuzzy(key, 1, 5).len());
    each("two letters wrong, world", &misspelled[..misspelled.len().min(40)], |key| gazetteer.fuzzy(key, 2, 5).len());
    for set in QuerySet::ALL {
        let queries = set.queries(&gazetteer);
        let find = |query: &oqiga::gazetteer::evaluation::HiddenName<'_>| {
            gazetteer.sounding_like(query.name, Within::Country(query.country), 5).len()
        };
        // Once before, so that the indices of the countries are made.
        queries.iter().for_each(|query| _ = black_box(find(query)));
        each(&format!("by sound in its country: {}", set.title()), &queries, find);
    }
    let queries = QuerySet::ArabicWorld.queries(&gazetteer);
    black_box(gazetteer.sounding_like(queries[0].name, Within::World, 5));
    each("by sound in the world: Arabic, world", &queries[..60], |query| gazetteer.sounding_like(query.name, Within::World, 5).len());
    black_box((gazetteer.nearest(spots[0], 1), gazetteer.admin1_at(spots[0])));
    each("nearest town", &spots, |at| gazetteer.nearest(*at, 1).len());
    each("nearest town, first-level area and country", &spots, |at| {
        (gazetteer.nearest(*at, 1).len(), gazetteer.country_at(*at), gazetteer.admin1_at(*at))
    });
    each("first-level area and country around", &spots, |at| (gazetteer.country_at(*at), gazetteer.admin1_at(*at)));
}

/// Some kilometres away, where a report would be from.
fn beside(at: LonLat) -> LonLat {
    at.destination(at.lat * 7.0 + at.lon * 3.0, 4_000.0)
}

fn write_queries(folder: &str, beginnings: &[String], spots: &[LonLat]) {
    let spots: String = spots.iter().map(|at| format!("{}\t{}\n", at.lon, at.lat)).collect();
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(format!("{folder}/beginnings.txt"), beginnings.join("\n")).expect("a file");
    std::fs::write(format!("{folder}/spots.tsv"), spots).expect("a file");
}

/// Two neighbouring letters in the middle the other way round.
fn swapped(key: &str) -> String {
    let mut letters: Vec<char> = key.chars().collect();
    let middle = letters.len() / 2;
    letters.swap(middle, middle + 1);
    letters.into_iter().collect()
}

/// Times every query alone, three times over, and keeps the least of each, which other programs disturb least.
fn each<Q, A>(what: &str, queries: &[Q], answer: impl Fn(&Q) -> A) {
    let time = |query: &Q| {
        let once = || {
            let started = Instant::now();
            black_box(answer(query));
            started.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap_or_default()
    };
    row(what, &mut queries.iter().map(time).collect::<Vec<_>>());
}

fn row(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: f64| times.get(((times.len() - 1) as f64 * share) as usize).map_or(0.0, |time| time.as_secs_f64() * 1e6);
    let mean = times.iter().sum::<Duration>().as_secs_f64() * 1e6 / times.len().max(1) as f64;
    println!("| {what} | {:.2} µs | {mean:.2} µs | {:.2} µs |", at(0.5), at(0.99));
}
