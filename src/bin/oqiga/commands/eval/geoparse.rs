//! `oqiga eval geoparse`: how well place names are found and resolved, by corpus and language.
//!
//! A text that weights were fitted to is read by weights fitted again without its part, so that every
//! figure is of texts not seen.

use std::collections::{BTreeMap, HashMap};

use oqiga::gazetteer::{Class, Gazetteer};
use oqiga::mentions::tagger::Recipe;
use oqiga::mentions::{self, Mention, Models};
use oqiga::places::{self, Prior, Toponym, Weights};
use oqiga::text::{Lang, Span, Text, with_particles};
use rayon::prelude::*;

use crate::args::EvalGeoparse;
use crate::corpus::{self, Annotated};
use crate::school::{self, NO_PART, Recognisers, Studied};
use crate::scoring::{Answer, Tally};
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: &EvalGeoparse) -> Result<Outcome, Failure> {
    let gazetteer = Gazetteer::bundled().map_err(|error| Failure::new(error.to_string()))?;
    let reader = Reader::learn(&gazetteer, args)?;
    let mut rows: BTreeMap<(usize, String, Lang), Row> = BTreeMap::new();
    for (number, path) in args.corpora.iter().enumerate() {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let documents = corpus::read(path, Some(&args.split))?;
        let scores: Vec<(Lang, Row)> = documents.par_iter().map(|document| reader.score(document)).collect();
        for (lang, score) in scores {
            rows.entry((number, name.clone(), lang)).or_default().add(&score);
        }
    }
    let rows: Vec<(String, Lang, Row)> = rows.into_iter().map(|((_, name, lang), row)| (name, lang, row)).collect();
    let table = table(&rows);
    print!("{table}");
    if let Some(page) = &args.write {
        super::write_table(page, "geoparse", &table)?;
    }
    Ok(if rows.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

/// The figures of one corpus in one language: names searched for, and names given.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    documents: usize,
    searched: Tally,
    given: Tally,
}

impl Row {
    fn add(&mut self, other: &Self) {
        self.documents += other.documents;
        self.searched.add(&other.searched);
        self.given.add(&other.given);
    }
}

/// Reads texts with models that have not seen them.
struct Reader<'g> {
    gazetteer: &'g Gazetteer,
    recognisers: HashMap<Lang, Recognisers>,
    weights: BTreeMap<usize, Weights>,
    /// The part of every text that names were learnt from, by text and by event.
    parts: [HashMap<String, usize>; 2],
    place_parts: [HashMap<String, usize>; 2],
    /// Whether texts of no part are read by models fitted now, not by those that ship.
    refit: bool,
    /// Whether particles written on Arabic names count to them.
    whole_words: bool,
}

impl<'g> Reader<'g> {
    fn learn(gazetteer: &'g Gazetteer, args: &EvalGeoparse) -> Result<Self, Failure> {
        let read = |corpora: &[String]| school::read(corpora, Some(&args.split), None, args.folds.max(2), true);
        let names = read(&args.names_from)?;
        let places = read(&args.places_from)?;
        let mut langs: Vec<Lang> = names.iter().map(|s| s.lang).collect();
        langs.sort_unstable();
        langs.dedup();
        let all: Vec<&Studied> = names.iter().collect();
        let mut recognisers: HashMap<Lang, Recognisers> =
            langs.iter().map(|lang| (*lang, Recognisers::fit(gazetteer, &all, *lang, Recipe::default()))).collect();
        let placed: Vec<&Studied> = places.iter().collect();
        let mut parts: Vec<usize> = placed.iter().map(|s| s.part).collect();
        parts.sort_unstable();
        parts.dedup();
        let mut weights: BTreeMap<usize, Weights> =
            parts.into_iter().map(|part| (part, school::weights_without(gazetteer, &placed, Some(part)))).collect();
        if args.refit {
            recognisers.values_mut().for_each(|r| r.fit_all(gazetteer, &all, Recipe::default()));
            weights.insert(NO_PART, school::weights_without(gazetteer, &placed, None));
        }
        Ok(Self {
            gazetteer,
            recognisers,
            weights,
            parts: parts_of(&names),
            place_parts: parts_of(&places),
            refit: args.refit,
            whole_words: args.whole_words,
        })
    }

    fn score(&self, document: &Annotated) -> (Lang, Row) {
        let text = Text::new(&document.text, document.lang);
        let part = part_of(&self.parts, document).or(self.refit.then_some(NO_PART));
        let models = match (part, self.recognisers.get(&text.lang)) {
            (Some(part), Some(recognisers)) => Models { tagger: recognisers.tagger(part), judge: recognisers.judge(part) },
            _ => Models::shipped(text.lang),
        };
        let weights = part_of(&self.place_parts, document)
            .or(self.refit.then_some(NO_PART))
            .and_then(|part| self.weights.get(&part))
            .unwrap_or(Weights::shipped());
        let resolve = |mentions: Vec<Mention>| places::resolve_with(&text, self.gazetteer, mentions, Prior::default(), weights);
        let searched = resolve(mentions::find_with(&text, self.gazetteer, models));
        let searched: Vec<Answer> = searched.iter().filter(|t| t.is_place_reference()).map(|t| self.answer(&text, t)).collect();
        let spans: Vec<Span> = document.toponyms.iter().filter(|name| !name.ignore).map(|name| name.span).collect();
        let given: Vec<Answer> = resolve(mentions::at(&text, self.gazetteer, &spans)).iter().map(|t| self.answer(&text, t)).collect();
        let row = Row { documents: 1, searched: Tally::of(&document.toponyms, &searched), given: Tally::of(&document.toponyms, &given) };
        (text.lang, row)
    }

    fn answer(&self, text: &Text<'_>, toponym: &Toponym) -> Answer {
        let place = toponym.resolution.place.map(|id| self.gazetteer.place(id));
        Answer {
            span: if self.whole_words { with_particles(text.original, toponym.mention.span) } else { toponym.mention.span },
            position: toponym.resolution.position,
            geonameid: place.and_then(|p| p.geonameid()),
            country: place.and_then(|p| p.country()).map(|c| c.as_str().to_owned()),
            is_country: toponym.resolution.level == Some(Class::Country),
            confidence: toponym.resolution.confidence,
        }
    }
}

fn parts_of(studied: &[Studied]) -> [HashMap<String, usize>; 2] {
    let by_text = studied.iter().map(|s| (s.document.text.clone(), s.part)).collect();
    let by_event = studied.iter().filter_map(|s| Some((s.document.event.clone().filter(|e| !e.is_empty())?, s.part))).collect();
    [by_text, by_event]
}

fn part_of([by_text, by_event]: &[HashMap<String, usize>; 2], document: &Annotated) -> Option<usize> {
    let event = document.event.as_ref().and_then(|event| by_event.get(event));
    event.or_else(|| by_text.get(&document.text)).copied()
}

fn table(rows: &[(String, Lang, Row)]) -> String {
    let mut table = String::from(
        "| corpus | language | texts | names | exact F1 | overlap P | R | F1 | given: within 161 km | or same place | text to map F1@161 | or same place | resolved within 25 km | calibration error |\n|-|-|-|-|-|-|-|-|-|-|-|-|-|-|\n",
    );
    let figure = |value: f64| format!("{value:.3}").trim_start_matches('0').to_owned();
    for (name, lang, row) in rows {
        let (s, g) = (&row.searched, &row.given);
        let [_, _, exact] = s.spans(s.exact);
        let [p, r, f] = s.spans(s.overlapping);
        let mut cells = vec![name.clone(), lang.to_string(), row.documents.to_string(), s.gold.to_string()];
        cells.extend([exact, p, r, f].map(figure));
        if s.gold_placed > 0 {
            cells.extend([g.accuracy(g.near), g.accuracy(g.same)].map(figure));
            cells.extend([s.places(s.near)[2], s.places(s.same)[2], s.closeness(), s.calibration_error()].map(figure));
        } else {
            cells.extend(std::iter::repeat_n("–".to_owned(), 6));
        }
        table.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    let placed: Vec<&Row> = rows.iter().map(|(_, _, row)| row).filter(|row| row.searched.gold_placed > 0).collect();
    if !placed.is_empty() {
        let mut all = Tally::default();
        placed.iter().for_each(|row| all.add(&row.searched));
        table.push_str("\n| confidence | answers | said | right |\n|-|-|-|-|\n");
        for (at, bin) in all.bins.iter().enumerate().filter(|(_, bin)| bin.answers > 0) {
            let n = bin.answers as f64;
            let (said, right) = (figure(bin.confidence / n), figure(bin.right as f64 / n));
            table.push_str(&format!("| .{at} to .{at}9 | {} | {said} | {right} |\n", bin.answers));
        }
        table.push_str(&format!("\nExpected calibration error over all: {}.\n", figure(all.calibration_error())));
    }
    table
}
