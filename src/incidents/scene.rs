//! One sentence read in full: its clauses, times, places, triggers with their status, counts.

use std::ops::Range;

use jiff::civil::Date;

use crate::text::{Role, Text};

use super::counts::{self, Bound};
use super::link::{self, Places};
use super::numbers::{self, Number};
use super::rules::{Lexicon, Marks, Table};
use super::site::Site;
use super::status::{self, Cues};
use super::time::{self, TimeExpr, When};
use super::triggers::{self, Trigger};
use super::{CountField, Status, clauses};

/// A document read with the tables of its language.
pub struct Reading<'t> {
    /// What the tables see.
    pub marks: Marks<'t>,
    /// The sentences, in order.
    pub scenes: Vec<Scene>,
}

/// A sentence with everything that later steps ask about it.
#[derive(Debug)]
pub struct Scene {
    /// Its number in the text.
    pub sentence: usize,
    /// What part of the page it is.
    pub role: Role,
    /// The paragraph it stands in.
    pub paragraph: usize,
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Its expressions of time.
    pub times: Vec<TimeExpr>,
    /// Its places.
    pub places: Places,
    /// Its triggers.
    pub told: Vec<Told>,
    /// Its counts of people, those that are told as true.
    pub counts: Vec<Bound>,
    /// "the country", "nationwide".
    pub whole_country: bool,
}

/// A trigger with how it is told.
#[derive(Debug, Clone)]
pub struct Told {
    /// The words.
    pub trigger: Trigger,
    /// Whether it happened.
    pub status: Status,
    /// The words that say that it did not, or not now.
    pub cue: Option<Range<usize>>,
    /// The expression of time that belongs to it, by number in the scene.
    pub time: Option<usize>,
}

impl Told {
    /// Whether it is told as having happened, and is news.
    pub fn is_live(&self) -> bool {
        matches!(self.status, Status::Reported | Status::Claimed)
    }
}

impl<'t> Reading<'t> {
    /// Reads a document; `None` when its language has no tables.
    pub fn new(text: &'t Text<'t>, sites: &[Site], published: Option<Date>) -> Option<Self> {
        let mut marks = Marks::new(text, Lexicon::of(text.lang)?);
        for site in sites {
            marks.add_slot("{place}", site.tokens.clone());
        }
        let numbers = numbers::find(&marks);
        let times = time::find(&mut marks, &numbers, published);
        let scenes = (0..text.sentences.len()).map(|i| scene(&marks, i, sites, &numbers, &times, published)).collect();
        Some(Self { marks, scenes })
    }
}

fn scene(marks: &Marks<'_>, number: usize, sites: &[Site], numbers: &[Number], times: &[TimeExpr], published: Option<Date>) -> Scene {
    let sentence = &marks.text.sentences[number];
    let tokens = sentence.tokens.clone();
    let times: Vec<TimeExpr> = times.iter().filter(|t| tokens.contains(&t.tokens.start)).cloned().collect();
    let cuts = clauses::split(marks, &tokens);
    let cues = Cues::find(marks, &tokens, &cuts);
    let told = triggers::find(marks, tokens.clone())
        .into_iter()
        .filter(|trigger| !times.iter().any(|t| t.tokens.contains(&trigger.at())))
        .map(|trigger| {
            let time = status::time_of(&times, &cuts, trigger.at());
            let (status, cue) = cues.status(marks, trigger.at(), time, published);
            let time = time.filter(|t| matches!(t.when, When::On(_))).and_then(|t| times.iter().position(|o| o == t));
            Told { trigger, status, cue, time }
        })
        .collect();
    let counts = counts::find(marks, numbers, &tokens, &cuts, &times)
        .into_iter()
        .filter(|bound| {
            let told = |at: usize| cues.status(marks, at, status::time_of(&times, &cuts, at), published).0;
            let live = |status: Status| match status {
                Status::Reported | Status::Claimed => true,
                // People under rubble are told as "may be", "not found yet".
                Status::Hypothetical | Status::Negated => bound.field == CountField::Missing,
                _ => false,
            };
            live(told(bound.cue)) && live(told(bound.at))
        })
        .collect();
    let whole_country = marks.matches(Table::Links, tokens.clone()).iter().any(|m| marks.lexicon.label(m.label) == "country");
    let places = link::places(marks, sites, &tokens);
    Scene { sentence: number, role: sentence.role, paragraph: sentence.paragraph, tokens, times, places, told, counts, whole_country }
}
