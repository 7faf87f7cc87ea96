//! Incidents in the making: what the sentences tell is gathered into one draft for each incident.
//!
//! A report comes back to an incident again and again, mostly without naming its place a second
//! time. A sentence that names a place of its own starts a draft or joins the one that is there
//! already; one that names none goes on with the draft in focus when their types agree. Counts fill
//! what is missing and are never summed.
//!
//! Here stand the nouns. [`gather`] reads the sentences, [`place`] says where one without a place is
//! set, [`share`] hands out the counts, [`headline`] and [`date`] come last.

mod cluster;
mod date;
mod gather;
mod headline;
mod join;
mod place;
mod share;
mod votes;

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use crate::text::{Role, Span};

use super::counts::{Bound, More};
use super::link::Group;
use super::rules::Marks;
use super::scene::Scene;
use super::site::Site;
use super::time::Interval;
use super::triggers::{dominance, group as group_of};
use super::{CountField, EventGroup, PlaceSource, Status};

pub use votes::{Vote, Votes};

/// Paragraphs over which a sentence without a place still goes on with the draft in focus.
const FOCUS_PARAGRAPHS: usize = 1;

/// An incident in the making.
#[derive(Debug, Clone)]
pub struct Draft {
    /// How it is told.
    pub status: Status,
    /// Types told for it, with the weight, the sentence and the trigger's tokens.
    pub votes: Votes,
    /// Where.
    pub place: Option<Link>,
    /// When, with the expression that says so; the sentence of the expression.
    pub time: Option<(Interval, Option<Span>)>,
    /// The time was taken from another draft, or from publication.
    pub time_inherited: bool,
    /// Counts by field.
    pub counts: BTreeMap<CountField, Bound>,
    /// Sentences that tell of it.
    pub sentences: Vec<usize>,
    /// The cue of a status other than reported.
    pub cue: Option<Range<usize>>,
    /// The paragraph of its last sentence.
    pub paragraph: usize,
    /// Told in the headline too.
    pub headlined: bool,
    /// No part of an incident of another group, see [`super::triggers::Trigger::own`].
    pub own: bool,
}

/// How a draft is bound to its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The site, by number.
    pub site: usize,
    /// Other mentions of the same place.
    pub mentions: Vec<usize>,
    /// "near".
    pub near: bool,
    /// How it was linked.
    pub source: PlaceSource,
    /// Said in the clause or sentence of the trigger.
    pub direct: bool,
}

impl Link {
    /// To a site of a group that the sentence names.
    fn of(site: usize, group: &Group) -> Self {
        Self { site, mentions: group.all.clone(), near: group.near, source: PlaceSource::Mention, direct: true }
    }
}

/// A draft that a sentence tells of.
#[derive(Debug, Clone)]
struct Touched {
    draft: usize,
    /// Token of the place, or of the trigger when the sentence names none.
    anchor: usize,
    /// Tokens of the triggers.
    triggers: Vec<usize>,
}

impl Draft {
    fn new(status: Status) -> Self {
        Self {
            status,
            votes: Votes::default(),
            place: None,
            time: None,
            time_inherited: false,
            counts: BTreeMap::new(),
            sentences: Vec::new(),
            cue: None,
            paragraph: 0,
            headlined: false,
            own: false,
        }
    }

    /// The type that the votes decide for.
    pub fn event_type(&self) -> &'static str {
        self.votes.event_type()
    }

    fn see(&mut self, scene: &Scene) {
        // They come in the order of the text, so a known one stands before all later ones.
        let last = self.sentences.iter().rev().find(|&&sentence| sentence <= scene.sentence);
        if last != Some(&scene.sentence) {
            self.sentences.push(scene.sentence);
        }
        if scene.role != Role::Headline {
            self.paragraph = scene.paragraph;
        }
    }

    /// Counts what a sentence tells. What is told first stands, until a new toll replaces it or the
    /// same sentence or the next adds to it.
    fn count(&mut self, bound: &Bound, marks: &Marks<'_>) {
        if !admits(self.event_type(), bound.field) {
            return;
        }
        let Some(known) = self.counts.get_mut(&bound.field) else {
            self.counts.insert(bound.field, bound.clone());
            return;
        };
        let text = marks.text;
        let (before, sentence) = (text.sentence_of(known.at), text.sentence_of(bound.at));
        let exact = !known.qualifier.is_vague() && !known.update;
        let beside = exact && before <= sentence && sentence - before <= 1 && text.sentences[before].role == Role::Body;
        match bound.more {
            _ if bound.update => *known = bound.clone(),
            More::Added if beside => {
                known.value = known.value.saturating_add(bound.value);
                known.at = bound.at;
            }
            More::Nth(nth) if beside && nth == known.value + 1 => known.value = nth,
            // "Six officers were hurt; doctors treated 27 protesters".
            More::No if exact && before == sentence && are_others(marks, known.at, bound.at) => {
                known.value = known.value.saturating_add(bound.value);
                known.span = known.span.cover(bound.span);
            }
            // "Dozens were hurt … Thirty-four people were treated".
            More::No if known.qualifier.is_vague() && !bound.qualifier.is_vague() && known.value <= bound.value => *known = bound.clone(),
            // "Two more bodies were found. Fourteen have died."
            More::No if known.more == More::Added && known.value < bound.value => *known = bound.clone(),
            _ => {}
        }
    }
}

/// Whether two numbers stand before words for different people, and not for people of any kind.
fn are_others(marks: &Marks<'_>, a: usize, b: usize) -> bool {
    let text = marks.text;
    let noun = |at: usize| {
        let noun = (at..(at + 4).min(text.tokens.len())).find(|&t| marks.is(t, "person"))?;
        (!marks.is(noun, "anybody")).then(|| text.folded(&text.tokens[noun]).chars().take(4).collect::<String>())
    };
    matches!((noun(a), noun(b)), (Some(a), Some(b)) if a != b)
}

/// The type that several triggers of one incident add up to.
fn decide(types: impl Iterator<Item = (bool, &'static str)>) -> &'static str {
    types.max_by_key(|&(weak, event_type)| rank(weak, event_type)).map_or("other", |(_, event_type)| event_type)
}

/// What a trigger weighs beside others; see [`dominance`].
fn rank(weak: bool, event_type: &str) -> (bool, u8) {
    (!weak, dominance(event_type))
}

/// Whether incidents of a type have such a count.
fn admits(event_type: &str, field: CountField) -> bool {
    let group = group_of(event_type);
    match field {
        CountField::Participants => group == EventGroup::Unrest || event_type == "deployment",
        CountField::Arrested => {
            matches!(group, EventGroup::Unrest | EventGroup::Violence | EventGroup::Security) && event_type != "deployment"
        }
        CountField::Killed | CountField::Injured => {
            !matches!(event_type, "deployment" | "emergency_measure" | "agreement" | "government_change")
        }
        CountField::Missing => {
            !matches!(event_type, "abduction" | "deployment" | "emergency_measure" | "agreement" | "government_change" | "arrest")
        }
        CountField::Evacuated => !matches!(group, EventGroup::Politics | EventGroup::Security),
    }
}

/// Gathers the drafts of a document.
pub struct Gatherer<'a, 't> {
    marks: &'a Marks<'t>,
    sites: &'a [Site],
    scenes: &'a [Scene],
    published: Option<Date>,
    /// Drafts told as having happened.
    pub drafts: Vec<Draft>,
    /// Drafts told otherwise: denied, planned, history.
    pub others: Vec<Draft>,
    /// What was left out, and why.
    pub rejected: Vec<String>,
    focus: Option<usize>,
    /// All drafts that the sentence which set the focus tells of.
    beside: Vec<usize>,
    /// The place at the head of each paragraph that has one, by paragraph; of a bulletin only.
    heads: BTreeMap<usize, usize>,
    /// The country that the report is about, as the site that names it.
    country: Option<usize>,
}
