//! Models fitted to some parts of annotated texts, to read the other parts.
//!
//! `oqiga train` learns here what ships; `oqiga eval geoparse` learns again without the part that it
//! measures, so that no text is read by weights that have seen it.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use oqiga::gazetteer::{Class, Gazetteer, PlaceId};
use oqiga::geo::LonLat;
use oqiga::mentions::gaps::{self, Marked};
use oqiga::mentions::learn::Lessons;
use oqiga::mentions::tagger::{EntityKind, Example, Recipe, Tagger, train};
use oqiga::mentions::{self, Judge, Mention};
use oqiga::places::Weights;
use oqiga::places::learn::{Choices, TURNS};
use oqiga::text::{Lang, Span, Text};
use rayon::prelude::*;

use crate::Failure;
use crate::corpus::{self, Annotated, Gold};

/// A text to learn from, or to measure on when its part is left out.
pub struct Studied {
    /// The name of its corpus.
    pub corpus: String,
    /// Its part.
    pub part: usize,
    /// Its language.
    pub lang: Lang,
    /// The text with its names.
    pub document: Annotated,
}

/// Reads corpora, each written `PATH` or `PATH=3` for three times the weight, and deals their texts
/// out to parts: those of one event go together when `by_event`.
pub fn read(corpora: &[String], splits: Option<&str>, lang: Option<Lang>, parts: usize, by_event: bool) -> Result<Vec<Studied>, Failure> {
    let mut studied = Vec::new();
    let mut events: HashMap<String, usize> = HashMap::new();
    for corpus in corpora {
        let (path, weight) = with_weight(corpus)?;
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        for document in corpus::read(&path, splits)? {
            let of = document.lang.or(lang).unwrap_or(Lang::UND);
            if lang.is_some_and(|wanted| wanted != of) {
                continue;
            }
            let next = events.len();
            let part = match document.event.as_ref().filter(|event| by_event && !event.is_empty()) {
                Some(event) => *events.entry(event.clone()).or_insert(next) % parts,
                None => studied.len() % parts,
            };
            let weight = document.weight * weight;
            studied.push(Studied { corpus: name.clone(), part, lang: of, document: Annotated { weight, ..document } });
        }
    }
    Ok(studied)
}

/// The path of a corpus and how much its texts weigh.
fn with_weight(corpus: &str) -> Result<(PathBuf, f32), Failure> {
    let Some((path, weight)) = corpus.rsplit_once('=') else { return Ok((PathBuf::from(corpus), 1.0)) };
    let weight = weight.parse().ok().filter(|w: &f32| w.is_finite() && *w > 0.0);
    let weight = weight.ok_or_else(|| Failure::new(format!("wanted a positive weight after = in {corpus}")))?;
    Ok((PathBuf::from(path), weight))
}

/// The recognisers of one language, each fitted without one part.
pub struct Recognisers {
    taggers: BTreeMap<usize, Option<Tagger>>,
    lessons: BTreeMap<usize, Lessons>,
    judges: BTreeMap<usize, Judge>,
    lang: Lang,
}

/// The number under which models fitted to all parts are kept, for texts that belong to none.
pub const NO_PART: usize = usize::MAX;

impl Recognisers {
    /// Adds models fitted to all parts, under [`NO_PART`].
    pub fn fit_all(&mut self, gazetteer: &Gazetteer, studied: &[&Studied], recipe: Recipe) {
        let of_lang: Vec<&Studied> = studied.iter().copied().filter(|s| s.lang == self.lang).collect();
        self.taggers.insert(NO_PART, tagger_without(gazetteer, &of_lang, self.lang, recipe));
        self.judges.insert(NO_PART, self.judge_without(None));
    }

    /// Learns from all parts but one, for each part.
    pub fn fit(gazetteer: &Gazetteer, studied: &[&Studied], lang: Lang, recipe: Recipe) -> Self {
        let examples: Vec<(usize, Example)> =
            studied.par_iter().filter(|s| s.lang == lang).map(|s| (s.part, example(lang, gazetteer, &s.document))).collect();
        let mut parts: Vec<usize> = examples.iter().map(|(part, _)| *part).collect();
        parts.sort_unstable();
        parts.dedup();
        let taggers = parts.par_iter().map(|part| (*part, trained_without(lang, &examples, Some(*part), recipe))).collect();
        let mut all = Self { taggers, lessons: BTreeMap::new(), judges: BTreeMap::new(), lang };
        all.lessons = parts.par_iter().map(|part| (*part, lessons_of(lang, gazetteer, &examples, *part, all.tagger(*part)))).collect();
        all.judges = parts.par_iter().map(|part| (*part, all.judge_without(Some(*part)))).collect();
        all
    }

    /// The tagger that has not seen a part; the one that ships where none is trained here.
    pub fn tagger(&self, part: usize) -> Option<&Tagger> {
        let shipped = || Tagger::for_lang(self.lang).filter(|tagger| !tagger.is_trained_here());
        self.taggers.get(&part).and_then(Option::as_ref).or_else(shipped)
    }

    /// The judge that has not seen a part.
    pub fn judge(&self, part: usize) -> Option<&Judge> {
        self.judges.get(&part)
    }

    /// The judge of all parts but one, or of all. What the tagger says in its lessons is said of texts
    /// that the tagger had not seen.
    pub fn judge_without(&self, part: Option<usize>) -> Judge {
        let mut all = Lessons::default();
        self.lessons.iter().filter(|(other, _)| Some(**other) != part).for_each(|(_, lessons)| all.extend(lessons));
        all.fit()
    }
}

/// The tagger of all texts but those of one part, or of all texts; `None` for a language whose tagger
/// is not trained here.
pub fn tagger_without(gazetteer: &Gazetteer, studied: &[&Studied], lang: Lang, recipe: Recipe) -> Option<Tagger> {
    let examples: Vec<(usize, Example)> = studied.par_iter().map(|s| (s.part, example(lang, gazetteer, &s.document))).collect();
    trained_without(lang, &examples, None, recipe)
}

fn trained_without(lang: Lang, examples: &[(usize, Example)], part: Option<usize>, recipe: Recipe) -> Option<Tagger> {
    if Tagger::for_lang(lang).is_some_and(|tagger| !tagger.is_trained_here()) {
        return None;
    }
    let seen: Vec<Example> = examples.iter().filter(|(other, _)| Some(*other) != part).map(|(_, example)| example.clone()).collect();
    Some(train(lang, &seen, recipe))
}

fn lessons_of(lang: Lang, gazetteer: &Gazetteer, examples: &[(usize, Example)], part: usize, tagger: Option<&Tagger>) -> Lessons {
    let mut lessons = Lessons::default();
    for (_, example) in examples.iter().filter(|(of, _)| *of == part) {
        let text = Text::new(&example.text, Some(lang));
        let places: Vec<Span> = example.names.iter().filter(|(_, kind)| *kind == EntityKind::Place).map(|(span, _)| *span).collect();
        let open: Vec<Span> = example.ignored.iter().chain(&example.unsure).copied().collect();
        lessons.add(&text, gazetteer, tagger, &places, &open, example.weight);
    }
    lessons
}

fn example(lang: Lang, gazetteer: &Gazetteer, document: &Annotated) -> Example {
    let text = Text::new(&document.text, Some(lang));
    let hints = mentions::hints(&text, gazetteer);
    let (ignored, places): (Vec<&Gold>, Vec<&Gold>) = document.toponyms.iter().partition(|name| name.ignore);
    let mut names: Vec<(Span, EntityKind)> = places.iter().map(|name| (name.span, EntityKind::Place)).collect();
    for (span, kind) in &document.others {
        match kind.as_str() {
            "organization" => names.push((*span, EntityKind::Organization)),
            "person" => names.push((*span, EntityKind::Person)),
            _ => {}
        }
    }
    let ignored: Vec<Span> = ignored.iter().map(|name| name.span).collect();
    let Marked { names, unsure } = match lang {
        Lang::AR => gaps::fill(&text, gazetteer, names, &ignored),
        _ => Marked { names, unsure: Vec::new() },
    };
    Example { text: document.text.clone(), names, ignored, unsure, hints, weight: document.weight }
}

/// The resolver's weights, fitted to all texts but those of one part, or to all.
pub fn weights_without(gazetteer: &Gazetteer, studied: &[&Studied], part: Option<usize>) -> Weights {
    let mut weights = Weights::shipped().clone();
    for _ in 0..TURNS {
        let choices: Vec<Choices> = studied
            .par_iter()
            .filter(|s| Some(s.part) != part && s.document.toponyms.iter().any(|name| name.position.is_some()))
            .map(|s| choices_of(gazetteer, s, &weights))
            .collect();
        let mut all = Choices::default();
        choices.iter().for_each(|some| all.extend(some));
        weights = all.fit(&weights);
    }
    weights
}

fn choices_of(gazetteer: &Gazetteer, studied: &Studied, weights: &Weights) -> Choices {
    let text = Text::new(&studied.document.text, Some(studied.lang));
    let names: Vec<&Gold> = studied.document.toponyms.iter().filter(|name| !name.ignore).collect();
    let spans: Vec<Span> = names.iter().map(|name| name.span).collect();
    let mentions: Vec<Mention> = mentions::at(&text, gazetteer, &spans);
    let mut choices = Choices::default();
    choices.add(&text, gazetteer, &mentions, weights, studied.document.weight, |at, place| error_km(gazetteer, names[at], place));
    choices
}

/// How far a place lies from what a name means; 0 for the very place and for the country of a
/// country, whose point is a convention. `None` when the gold does not tell.
fn error_km(gazetteer: &Gazetteer, gold: &Gold, id: PlaceId) -> Option<f64> {
    let (lon, lat) = gold.position?;
    let place = gazetteer.place(id);
    let is_same = gold.geonameid.is_some() && gold.geonameid == place.geonameid();
    let is_country = gold.is_country && place.class() == Class::Country && place.country().map(|c| c.as_str().to_owned()) == gold.country;
    if is_same || is_country {
        return Some(0.0);
    }
    Some(place.position().distance_km(LonLat { lon, lat }))
}
