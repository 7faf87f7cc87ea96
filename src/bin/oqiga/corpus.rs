//! Annotated texts for training and measuring: one JSON document a line, or a folder of gold
//! articles, one JSON file each.
//!
//! Offsets are Unicode code points, end exclusive. Both forms come out alike, so that nothing after
//! this file knows which it was.

use std::path::Path;

use oqiga::text::offsets::CodePoints;
use oqiga::text::{Lang, Span};
use serde::Deserialize;

use crate::Failure;

/// An annotated text.
#[derive(Debug, Clone)]
pub struct Annotated {
    /// Its language, when the corpus says so.
    pub lang: Option<Lang>,
    /// The text.
    pub text: String,
    /// The place names in it.
    pub toponyms: Vec<Gold>,
    /// Other names, where the corpus marks them: `person` or `organization`.
    pub others: Vec<(Span, String)>,
    /// Part of the corpus.
    pub split: Option<String>,
    /// The event that the text is about, where the corpus has several.
    pub event: Option<String>,
    /// How much it weighs in training.
    pub weight: f32,
}

/// A place name as annotated.
#[derive(Debug, Clone, PartialEq)]
pub struct Gold {
    /// Where it stands, in bytes.
    pub span: Span,
    /// Neither demanded nor punished: an adjective, a demonym, a name inside another.
    pub ignore: bool,
    /// Degrees east and north.
    pub position: Option<(f64, f64)>,
    /// GeoNames id.
    pub geonameid: Option<u64>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// Whether it is a country.
    pub is_country: bool,
    /// Whether it is so large that any point of its country may stand for it.
    pub is_large: bool,
}

/// Reads a corpus: a `.jsonl` file or a folder of `.json` articles. With `splits`, only documents of
/// those parts, and those that belong to none.
pub fn read(path: &Path, splits: Option<&str>) -> Result<Vec<Annotated>, Failure> {
    let mut documents = Vec::new();
    if path.is_dir() {
        let mut files: Vec<_> = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?.flatten().map(|e| e.path()).collect();
        files.sort();
        for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "json")) {
            let content = std::fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
            documents.push(parse(&content).map_err(|problem| Failure::new(format!("{}: {problem}", file.display())))?);
        }
    } else {
        let content = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        for (number, line) in content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            documents.push(parse(line).map_err(|problem| Failure::new(format!("{} line {}: {problem}", path.display(), number + 1)))?);
        }
    }
    if let Some(splits) = splits {
        documents.retain(|d| d.split.as_ref().is_none_or(|split| splits.split(',').any(|wanted| wanted == split)));
    }
    Ok(documents)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot read {}: {error}", path.display()))
}

#[derive(Deserialize)]
struct Document {
    id: String,
    lang: Option<String>,
    text: String,
    #[serde(default)]
    toponyms: Vec<Name>,
    #[serde(default)]
    entities: Vec<Name>,
    split: Option<String>,
    event: Option<String>,
    weight: Option<f32>,
}

#[derive(Deserialize)]
struct Name {
    start: usize,
    end: usize,
    #[serde(default)]
    ignore: bool,
    /// `adj` in gold articles: a name inside another or an adjective.
    form: Option<String>,
    kind: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
    geonameid: Option<u64>,
    country: Option<String>,
    level: Option<String>,
    resolved: Option<Resolved>,
}

/// The place of a name in a gold article.
#[derive(Deserialize)]
struct Resolved {
    lat: Option<f64>,
    lon: Option<f64>,
    geonameid: Option<u64>,
    country: Option<String>,
    feature: Option<String>,
}

fn parse(json: &str) -> Result<Annotated, String> {
    let document: Document = serde_json::from_str(json).map_err(|error| format!("not a document of a corpus: {error}"))?;
    let points = CodePoints::new(&document.text);
    let length = points.at(document.text.len());
    let span = |name: &Name| {
        if name.start < name.end && name.end <= length {
            Ok(Span::new(points.byte(name.start), points.byte(name.end)))
        } else {
            Err(format!("the name {} to {} does not lie in the text of {length} code points", name.start, name.end))
        }
    };
    let mut toponyms = Vec::new();
    let mut others = Vec::new();
    for name in document.toponyms.iter().chain(&document.entities) {
        match (span(name), &name.kind) {
            (Ok(span), Some(kind)) => others.push((span, kind.clone())),
            (Ok(span), None) => toponyms.push(gold(name, span)),
            (Err(problem), _) => eprintln!("oqiga: {}: {problem}; it is left out", document.id),
        }
    }
    drop(points);
    Ok(Annotated {
        lang: document.lang.as_deref().and_then(Lang::parse),
        text: document.text,
        toponyms,
        others,
        split: document.split,
        event: document.event,
        weight: document.weight.unwrap_or(1.0),
    })
}

fn gold(name: &Name, span: Span) -> Gold {
    let place = name.resolved.as_ref();
    let lon = name.lon.or(place.and_then(|p| p.lon));
    let lat = name.lat.or(place.and_then(|p| p.lat));
    let is_large = |p: &Resolved| p.feature.as_deref().is_some_and(|f| matches!(f, "PCLI" | "ADM1" | "STM"));
    let is_state = |p: &Resolved| p.feature.as_deref().is_some_and(|f| f.starts_with("PCL"));
    Gold {
        span,
        ignore: name.ignore || name.form.as_deref() == Some("adj"),
        position: lon.zip(lat),
        geonameid: name.geonameid.or(place.and_then(|p| p.geonameid)),
        country: name.country.clone().or(place.and_then(|p| p.country.clone())),
        is_large: place.is_some_and(is_large),
        is_country: name.level.as_deref() == Some("country") || place.is_some_and(is_state),
    }
}
