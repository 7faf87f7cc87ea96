//! `oqiga eval gazetteer`: how often a name in Arabic or Cyrillic letters finds its place when only the Latin
//! names are known, and how often a common word finds one.

use std::io::Write;
use std::time::{Duration, Instant};

use oqiga::gazetteer::evaluation::{self, HandMade, QuerySet, Recall};
use oqiga::gazetteer::{Gazetteer, LIKENESS_MIN, SoundModel};

use crate::args::EvalGazetteer;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: &EvalGazetteer) -> Result<Outcome, Failure> {
    let gazetteer = Gazetteer::bundled().map_err(|e| Failure::new(e.to_string()))?;
    let mut out = std::io::stdout().lock();
    let shipped = SoundModel::bundled();
    let started = Instant::now();
    let held_out: Vec<SoundModel> =
        (0..args.folds).map(|fold| SoundModel::learn(&gazetteer, |country| evaluation::fold_of(country, args.folds) != fold)).collect();
    if args.folds > 0 {
        eprintln!("learned {} times in {:.0} s", args.folds, started.elapsed().as_secs_f64());
    }
    writeln!(out, "Names with the aliases of their script hidden: towns found by their Latin names alone.")?;
    writeln!(out, "N: towns without a more populous namesake in their country, which a name alone can tell; ALL: with those too.\n")?;
    writeln!(
        out,
        "{:<28} {:<10} {:<8} {:>5} {:>5} {:>5}  {:>5} {:>5} {:>5}  {:>8} {:>9}  {:>9}",
        "QUERIES", "COSTS", "WHERE", "N", "@1", "@5", "ALL", "@1", "@5", "ANSWERED", "PRECISION", "TIME"
    )?;
    for set in QuerySet::ALL {
        let queries = set.queries(&gazetteer);
        let mut line = |costs: &str, place: &str, recall: &Recall, time: Duration| {
            let micros = time.as_secs_f64() * 1e6 / queries.len().max(1) as f64;
            writeln!(
                out,
                "{:<28} {costs:<10} {place:<8} {:>5} {:>5.3} {:>5.3}  {:>5} {:>5.3} {:>5.3}  {:>8.3} {:>9.3}  {micros:>6.0} µs",
                set.title(),
                recall.clear(),
                recall.clear_at_1(),
                recall.clear_at_5(),
                queries.len(),
                recall.at_1(),
                recall.at_5(),
                recall.answered(),
                recall.precision()
            )
        };
        for world in if args.world { vec![false, true] } else { vec![false] } {
            let place = if world { "world" } else { "country" };
            if args.folds > 0 {
                let model = |country| &held_out[evaluation::fold_of(country, args.folds)];
                // Once before, so that the indices are there.
                evaluation::recall(&gazetteer, &queries, world, model);
                let started = Instant::now();
                let recall = evaluation::recall(&gazetteer, &queries, world, model);
                line("held out", place, &recall, started.elapsed())?;
            }
            evaluation::recall(&gazetteer, &queries, world, |_| shipped);
            let started = Instant::now();
            let recall = evaluation::recall(&gazetteer, &queries, world, |_| shipped);
            line("shipped", place, &recall, started.elapsed())?;
        }
        let started = Instant::now();
        let recall = HandMade::default().recall(&gazetteer, &queries);
        line("by hand", "country", &recall, started.elapsed())?;
    }
    writeln!(out, "\nCommon words that find a place in a country with a likeness of {LIKENESS_MIN} or more")?;
    for (language, words) in evaluation::common_words(&gazetteer) {
        write!(out, "{language} ({} words):", words.len())?;
        for (country, share) in evaluation::false_answers(&gazetteer, shipped, &words) {
            write!(out, "  {country} {:.3}", share)?;
        }
        writeln!(out)?;
    }
    Ok(Outcome::Done)
}
