//! Writes the expressions of time of a set of texts, for scorers in the manner of TempEval:
//!
//! ```text
//! cargo run --release --example times -- ../shared/corpora/events/ar_timex.jsonl > pred.jsonl
//! python3 ../shared/score/events_public.py timex ../shared/corpora/events/ar_timex.jsonl pred.jsonl
//! ```
//!
//! Each line of the input is a JSON object with `id`, `text`, `lang` (Arabic when missing) and `dct`,
//! the day of publication or null. Offsets are code points.

use std::io::BufRead;

use oqiga::incidents::time::{When, read};
use oqiga::text::offsets::CodePoints;
use oqiga::text::{Lang, Text};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: times TEXTS.jsonl")?;
    for line in std::io::BufReader::new(std::fs::File::open(path)?).lines() {
        let row: Value = serde_json::from_str(&line?)?;
        let original = row["text"].as_str().ok_or("a row has no text")?;
        let text = Text::new(original, Lang::parse(row["lang"].as_str().unwrap_or("ar")));
        let points = CodePoints::new(original);
        let published = row["dct"].as_str().and_then(|day| day.parse().ok());
        let found = read(&text, published).into_iter().map(|time| {
            let [start, end] = points.span(time.span);
            json!({ "start": start, "end": end, "value": value(time.when) })
        });
        println!("{}", json!({ "id": row["id"], "timex": found.collect::<Vec<_>>() }));
    }
    Ok(())
}

/// The day or days, when the words name some.
fn value(when: When) -> Option<String> {
    let When::On(interval) = when else { return None };
    let (start, end) = (interval.start, interval.end);
    Some(if start == end { start.to_string() } else { format!("{start}/{end}") })
}
