//! `oqiga extract`: the incidents of a text as a GeoJSON FeatureCollection of schema `incident/1`; with
//! `--ndjson` of many texts, one answer a line.

use std::io::Write;

use jiff::civil::Date;
use oqiga::diagnostic::Diagnostic;
use oqiga::gazetteer::Gazetteer;
use oqiga::intake::Document;
use oqiga::layers::feature::feature;
use oqiga::pipeline::{Analyst, Report};
use oqiga::places::wire::{self, ToponymJson};
use oqiga::text::Lang;
use oqiga::text::offsets::CodePoints;
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::Extract;
use crate::input;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: Extract) -> Result<Outcome, Failure> {
    let gazetteer = Gazetteer::bundled().map_err(|error| Failure::new(error.to_string()))?;
    let analyst = Analyst::new(gazetteer);
    if args.input.ndjson {
        return input::each_line(&args.input, |document| {
            let document = &published(document.clone(), args.published);
            let report = analyst.extract(document);
            serde_json::to_string(&Answer::of(&analyst, document, &report, args.explain)).unwrap_or_default()
        });
    }
    let (document, diagnostics) = input::read_document(&args.input)?;
    let document = published(document, args.published);
    let mut report = analyst.extract(&document);
    report.diagnostics.splice(0..0, diagnostics);
    let answer = Answer::of(&analyst, &document, &report, args.explain);
    writeln!(std::io::stdout().lock(), "{}", serde_json::to_string_pretty(&answer).unwrap_or_default())?;
    report.diagnostics.iter().for_each(|d| eprintln!("oqiga: {}", d.message));
    Ok(if answer.features.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

/// The document with the day of publication of the command line, unless it tells its own.
fn published(mut document: Document, day: Option<Date>) -> Document {
    document.published = document.published.or(day);
    document
}

/// The answer about one document: a FeatureCollection with foreign members.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    lang: Lang,
    toponyms: Vec<ToponymJson>,
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<&'a [String]>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    diagnostics: &'a [Diagnostic],
}

impl<'a> Answer<'a> {
    fn of(analyst: &Analyst, document: &'a Document, report: &'a Report, explain: bool) -> Self {
        let points = CodePoints::new(&document.text);
        let features = report.incidents.iter().map(|incident| {
            let mut feature = json!(feature(incident, &points));
            if explain {
                feature["properties"]["explain"] = json!(incident.explain);
            }
            feature
        });
        Self {
            id: &document.id,
            lang: report.lang,
            toponyms: wire::toponyms(analyst.gazetteer(), &document.text, &report.toponyms, document.mentions.is_some()),
            kind: "FeatureCollection",
            features: features.collect(),
            rejected: explain.then_some(&report.rejected),
            diagnostics: &report.diagnostics,
        }
    }
}
