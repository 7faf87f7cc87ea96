//! `oqiga geoparse`: the place names of a text, as a table, JSON, GeoJSON or a marked page; with
//! `--ndjson` of many texts, one answer a line.

use std::io::{IsTerminal, Write};

use oqiga::diagnostic::Diagnostic;
use oqiga::gazetteer::Gazetteer;
use oqiga::intake::Document;
use oqiga::pipeline::{Analyst, Report};
use oqiga::places::wire::{self, ToponymJson};
use oqiga::text::{Lang, with_particles};
use serde::Serialize;

use crate::args::{Geoparse, GeoparseFormat};
use crate::input;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: Geoparse) -> Result<Outcome, Failure> {
    let gazetteer = Gazetteer::bundled().map_err(|error| Failure::new(error.to_string()))?;
    let analyst = Analyst::new(gazetteer);
    if args.input.ndjson {
        return input::each_line(&args.input, |document| {
            let report = geoparse(&analyst, document, args.whole_words);
            serde_json::to_string(&Answer::of(&analyst, document, &report, args.all)).unwrap_or_default()
        });
    }
    let (document, diagnostics) = input::read_document(&args.input)?;
    let mut report = geoparse(&analyst, &document, args.whole_words);
    report.diagnostics.splice(0..0, diagnostics);
    let answer = Answer::of(&analyst, &document, &report, args.all);
    let format = args.format.unwrap_or(if std::io::stdout().is_terminal() { GeoparseFormat::Table } else { GeoparseFormat::Json });
    let mut out = std::io::stdout().lock();
    match format {
        GeoparseFormat::Table => write_table(&mut out, &answer, args.explain)?,
        GeoparseFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(&answer).unwrap_or_default())?,
        GeoparseFormat::Geojson => writeln!(out, "{}", wire::feature_collection(&answer.toponyms))?,
        GeoparseFormat::Html => write_page(&mut out, &document, &answer)?,
    }
    if format == GeoparseFormat::Table || answer.toponyms.is_empty() {
        answer.diagnostics.iter().for_each(|d| eprintln!("oqiga: {}", d.message));
    }
    Ok(if answer.toponyms.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

/// The report on a document, with the names as they are or with the particles written on them.
fn geoparse(analyst: &Analyst, document: &Document, whole_words: bool) -> Report {
    let mut report = analyst.geoparse(document);
    for toponym in report.toponyms.iter_mut().filter(|_| whole_words) {
        toponym.mention.span = with_particles(&document.text, toponym.mention.span);
    }
    report
}

/// The answer about one document.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    lang: Lang,
    toponyms: Vec<ToponymJson>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    diagnostics: &'a [Diagnostic],
}

impl<'a> Answer<'a> {
    fn of(analyst: &Analyst, document: &'a Document, report: &'a Report, all: bool) -> Self {
        // Mentions that the caller gave are all answered, whatever they are.
        let all = all || document.mentions.is_some();
        let toponyms = wire::toponyms(analyst.gazetteer(), &document.text, &report.toponyms, all);
        Self { id: &document.id, lang: report.lang, toponyms, diagnostics: &report.diagnostics }
    }
}

fn write_table(out: &mut impl Write, answer: &Answer<'_>, explain: bool) -> std::io::Result<()> {
    for toponym in &answer.toponyms {
        let place = match (&toponym.name, toponym.lon, toponym.lat) {
            (Some(name), Some(lon), Some(lat)) => {
                let areas = [toponym.admin1.as_deref(), toponym.country.as_deref()];
                let areas: Vec<&str> = areas.into_iter().flatten().collect();
                format!("{name} ({}) {lon:.4} {lat:.4}", areas.join(", "))
            }
            (None, Some(lon), Some(lat)) => format!("{lon:.4} {lat:.4}"),
            _ => "unresolved".to_owned(),
        };
        let usage = serde_json::to_value(toponym.usage).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        let level = toponym.level.unwrap_or("-");
        writeln!(out, "{:>6}  {:<24} {:<8} {:<12} {:.2}  {place}", toponym.start, toponym.text, level, usage, toponym.confidence)?;
        if explain {
            for candidate in &toponym.candidates {
                let country = candidate.country.as_deref().unwrap_or("-");
                let admin1 = candidate.admin1.as_deref().unwrap_or("-");
                let (name, feature, population, score) = (&candidate.name, &candidate.feature, candidate.population, candidate.score);
                writeln!(out, "          {score:>6.2}  {name}, {admin1}, {country} {feature} {population}: {}", candidate.why)?;
            }
        }
    }
    Ok(())
}

/// The text with every name marked, to be read in a browser.
fn write_page(out: &mut impl Write, document: &Document, answer: &Answer<'_>) -> std::io::Result<()> {
    let direction = if answer.lang.is_rtl() { "rtl" } else { "ltr" };
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"{}\" dir=\"{direction}\">\n<meta charset=\"utf-8\">\n<title>{}</title>",
        answer.lang,
        escape(answer.id)
    )?;
    writeln!(
        out,
        "<style>body{{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1.1rem/1.6 system-ui,sans-serif;white-space:pre-wrap}}\
         mark{{background:#fde68a;border-radius:.2rem;padding:0 .1rem}}mark.unresolved{{background:#e5e7eb}}\
         @media(prefers-color-scheme:dark){{body{{background:#111;color:#eee}}mark{{background:#78350f;color:#fff}}mark.unresolved{{background:#444}}}}</style>"
    )?;
    write!(out, "<body>")?;
    let mut at = 0;
    let mut points = document.text.chars();
    for toponym in &answer.toponyms {
        let before: String = points.by_ref().take(toponym.start - at).collect();
        let name: String = points.by_ref().take(toponym.end - toponym.start).collect();
        at = toponym.end;
        let (class, title) = match (&toponym.name, toponym.lon, toponym.lat) {
            (Some(place), Some(lon), Some(lat)) => {
                let country = toponym.country.as_deref().unwrap_or("");
                ("resolved", format!("{place} {country} {lon:.4} {lat:.4} ({:.0} %)", toponym.confidence * 100.0))
            }
            _ => ("unresolved", "not resolved".to_owned()),
        };
        write!(out, "{}<mark class=\"{class}\" title=\"{}\">{}</mark>", escape(&before), escape(&title), escape(&name))?;
    }
    writeln!(out, "{}</body>\n</html>", escape(&points.collect::<String>()))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
