//! `oqiga eval events`: public sets of event sentences and time expressions, one JSON object a line.
//!
//! A row with `timex` asks where time expressions stand, a row with a `label` of 0 or 1 whether the
//! text reports a contentious event: protest, strike, riot, attack; other rows are passed over.

use std::collections::BTreeMap;
use std::path::Path;

use oqiga::incidents::evaluation::Tally;
use oqiga::incidents::{EventGroup, Status, TAXONOMY, times, told};
use oqiga::text::offsets::CodePoints;
use oqiga::text::{Lang, Text};
use serde::Deserialize;

use crate::args::EvalEvents;
use crate::{Failure, Outcome};

/// A row of a set.
#[derive(Deserialize)]
struct Row {
    lang: Lang,
    text: String,
    timex: Option<Vec<Timex>>,
    label: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Timex {
    start: usize,
    end: usize,
}

/// Runs the command.
pub fn run(args: &EvalEvents) -> Result<Outcome, Failure> {
    let mut table = String::from("| set | asked for | P | R | F1 |\n|-|-|-|-|-|\n");
    for corpus in &args.corpora {
        let name = corpus.file_stem().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        for (asked, tally) in measure(corpus)? {
            table += &format!("| {name} | {asked} | {:.3} | {:.3} | {:.3} |\n", tally.precision(), tally.recall(), tally.f1());
        }
    }
    print!("{table}");
    if let Some(page) = &args.write {
        super::write_table(page, "events", &table)?;
    }
    Ok(Outcome::Done)
}

fn measure(corpus: &Path) -> Result<BTreeMap<&'static str, Tally>, Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::new(format!("cannot read {}: {error}", corpus.display()));
    let file = std::fs::read_to_string(corpus).map_err(|error| fail(&error))?;
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for (number, line) in file.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let row: Row = serde_json::from_str(line).map_err(|error| fail(&format!("line {}: {error}", number + 1)))?;
        let text = Text::new(&row.text, Some(row.lang));
        if let Some(wanted) = &row.timex {
            *tallies.entry("time expressions, any overlap").or_default() += spans(&text, wanted);
        } else if let Some(label @ 0..=1) = row.label.as_ref().and_then(serde_json::Value::as_i64) {
            let (found, wanted) = (reports_contention(&text), label == 1);
            *tallies.entry("sentences that report protest or attack").or_default() +=
                Tally { right: usize::from(found && wanted), wrong: usize::from(found && !wanted), missed: usize::from(!found && wanted) };
        }
    }
    Ok(tallies)
}

/// Gold spans that an expression found overlaps, each expression taken once.
fn spans(text: &Text<'_>, wanted: &[Timex]) -> Tally {
    let points = CodePoints::new(text.original);
    let mut found: Vec<[usize; 2]> = times(text, None).iter().map(|t| points.span(t.span)).collect();
    let mut tally = Tally { right: 0, wrong: found.len(), missed: wanted.len() };
    for gold in wanted {
        if let Some(at) = found.iter().position(|s| s[0] < gold.end && gold.start < s[1]) {
            found.swap_remove(at);
            tally.right += 1;
            tally.wrong -= 1;
            tally.missed -= 1;
        }
    }
    tally
}

/// Whether a text tells unrest or violence as having happened, lately or long ago.
fn reports_contention(text: &Text<'_>) -> bool {
    told(text).iter().any(|(event_type, status)| {
        let contentious = TAXONOMY.get(event_type).is_some_and(|t| matches!(t.group, EventGroup::Unrest | EventGroup::Violence));
        contentious && matches!(status, Status::Reported | Status::Claimed | Status::Background)
    })
}
