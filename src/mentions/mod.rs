//! Toponyms found in a text: where they stand and what use is made of them, not yet which place
//! they are.
//!
//! Third stage. It reads [`crate::text`] and asks the gazetteer whether a name exists; choosing
//! among the places of a name is [`crate::places`].
//!
//! [`find`] goes from many to few: `matcher` finds every name of the gazetteer, `judge` keeps
//! those that are meant as places, `usage` says what the text does with them, and `unlisted` and
//! `coordinates` add what the gazetteer does not know.

mod coordinates;
mod judge;
mod matcher;
mod offset;
mod surroundings;
pub mod tagger;
mod unlisted;
mod usage;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::gazetteer::{Class, Gazetteer, NameKind, PlaceId};
use crate::geo::LonLat;
use crate::lang::FormKind;
use crate::text::{Case, Lang, Script, Span, Text, Token, TokenKind};
use judge::Whole;
use matcher::Match;
use surroundings::{Lines, Surroundings};
use tagger::{EntityKind, GazetteerHint, TaggedSpan, Tagger};

pub use offset::Offset;

/// A place name at a span of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The name as written, clitics and prepositions left out.
    pub span: Span,
    /// Tokens that the span lies in.
    pub tokens: Range<usize>,
    /// What the text does with the name.
    pub usage: Usage,
    /// How it was found.
    pub found_by: FoundBy,
    /// The kind of place that the words around it demand: "the city of", "область".
    pub class_cue: Option<Class>,
    /// The places that bear the name, with how well the name fits. Empty when the gazetteer lacks it.
    pub bearers: Vec<Bearer>,
    /// The chance that it is meant as a place at all, 0 to 1.
    pub chance: f32,
    /// What was done to the written words to come to the name.
    pub form: FormKind,
    /// Distance and direction told from the place: "12 km north of X".
    pub offset: Option<Offset>,
    /// The position, when the text writes coordinates.
    pub position: Option<LonLat>,
}

/// From this chance on a name is taken for a place.
const CHANCE_MIN: f32 = 0.5;
/// From this chance on a name is taken for a place when the same name is one elsewhere in the text.
const CHANCE_MIN_ELSEWHERE_SURE: f32 = 0.2;
/// A span of the tagger without an entry in the gazetteer is taken from this probability on.
const TAGGER_CHANCE_MIN: f32 = 0.6;

/// Everything in a text that names a place, in order and without overlap.
pub fn find(text: &Text<'_>, gazetteer: &Gazetteer) -> Vec<Mention> {
    let survey = Survey::of(text, gazetteer);
    let mut mentions = select(&survey.matches, &survey.chances, text)
        .into_iter()
        .map(|at| {
            let found = &survey.matches[at];
            let around = &survey.surroundings[at];
            let (span, tokens) = with_head(text, found, around);
            Mention {
                span,
                tokens,
                usage: usage::usage(text, gazetteer, found, around),
                found_by: FoundBy::Gazetteer,
                class_cue: class_cue(around),
                bearers: found.bearers.clone(),
                chance: survey.chances[at],
                form: found.form,
                offset: offset::before(text, found.tokens.start),
                position: None,
            }
        })
        .collect::<Vec<_>>();
    add(&mut mentions, survey.tagged.iter().flatten().filter_map(|span| tagged_only(text, span)).collect());
    let mut scratch = String::new();
    let is_taken =
        |tokens: &Range<usize>, mentions: &[Mention]| mentions.iter().any(|m| m.tokens.start < tokens.end && tokens.start < m.tokens.end);
    let unlisted = unlisted::find(text, |tokens| is_taken(tokens, &mentions), &mut scratch);
    add(&mut mentions, unlisted);
    add(&mut mentions, coordinates::find(text));
    mentions
}

/// Mentions at given spans: nothing is searched for, and nothing left out.
pub fn at(text: &Text<'_>, gazetteer: &Gazetteer, spans: &[Span]) -> Vec<Mention> {
    let lines = Lines::of(text);
    let mut scratch = String::new();
    spans.iter().map(|span| given(text, gazetteer, *span, &lines, &mut scratch)).collect()
}

/// What the gazetteer says of every token: the input of a tagger, also in training.
pub fn hints(text: &Text<'_>, gazetteer: &Gazetteer) -> Vec<GazetteerHint> {
    matcher::hints(text, gazetteer, &matcher::matches(text, gazetteer))
}

/// The names of the gazetteer in a text with the signs by which each is judged, for fitting the
/// weights in a pack's `judge.tsv`: the span, and the value of every sign.
pub fn judged(text: &Text<'_>, gazetteer: &Gazetteer) -> Vec<(Span, Vec<f32>)> {
    let survey = Survey::of(text, gazetteer);
    survey.matches.iter().zip(&survey.signs).map(|(found, signs)| (found.span, signs.to_vec())).collect()
}

/// The names of the signs of [`judged`].
pub fn signs() -> &'static [&'static str] {
    judge::SIGNS
}

/// All names of the gazetteer in a text, with what is known of each.
struct Survey {
    matches: Vec<Match>,
    surroundings: Vec<Surroundings>,
    signs: Vec<judge::Signs>,
    chances: Vec<f32>,
    tagged: Option<Vec<TaggedSpan>>,
}

impl Survey {
    fn of(text: &Text<'_>, gazetteer: &Gazetteer) -> Self {
        let matches = matcher::matches(text, gazetteer);
        let tagged = Tagger::for_lang(text.lang).map(|tagger| tagger.tag(text, &matcher::hints(text, gazetteer, &matches)));
        let lines = Lines::of(text);
        let mut scratch = String::new();
        let surroundings: Vec<_> = matches.iter().map(|m| Surroundings::of(text, &m.tokens, &lines, &mut scratch)).collect();
        let whole = Whole::of(text, gazetteer, &matches);
        let signs: Vec<_> = (0..matches.len())
            .map(|at| judge::signs(text, gazetteer, &whole, &matches, at, &surroundings[at], tagged.as_deref()))
            .collect();
        let mut weights = judge::WeightsByScript::new(text);
        let chances =
            matches.iter().zip(&signs).map(|(m, signs)| judge::chance(signs, weights.of(text.tokens[m.tokens.start].script))).collect();
        Self { matches, surroundings, signs, chances, tagged }
    }
}

/// Which matches are kept: sure ones, and less sure ones of a name that is sure elsewhere; of two
/// that overlap the one with more words, then the surer.
fn select(matches: &[Match], chances: &[f32], text: &Text<'_>) -> Vec<usize> {
    let name = |at: usize| text.slice(matches[at].span);
    let mut sure: Vec<&str> = (0..matches.len()).filter(|at| chances[*at] >= CHANCE_MIN).map(name).collect();
    sure.sort_unstable();
    let is_sure_elsewhere = |at: usize| chances[at] >= CHANCE_MIN_ELSEWHERE_SURE && sure.binary_search(&name(at)).is_ok();
    let mut kept: Vec<usize> = Vec::new();
    for at in (0..matches.len()).filter(|at| chances[*at] >= CHANCE_MIN || is_sure_elsewhere(*at)) {
        let rank = |at: usize| (matches[at].words, chances[at]);
        match kept.last() {
            Some(last) if matches[*last].tokens.end > matches[at].tokens.start => {
                if rank(at).partial_cmp(&rank(*last)) == Some(std::cmp::Ordering::Greater) {
                    kept.pop();
                    kept.push(at);
                }
            }
            _ => kept.push(at),
        }
    }
    kept
}

/// Adds mentions that overlap none that are there, and keeps the order.
fn add(mentions: &mut Vec<Mention>, more: Vec<Mention>) {
    if more.is_empty() {
        return;
    }
    let fresh: Vec<_> = more.into_iter().filter(|new| !mentions.iter().any(|old| old.span.overlaps(new.span))).collect();
    mentions.extend(fresh);
    mentions.sort_by_key(|m| m.span);
}

fn class_cue(around: &Surroundings) -> Option<Class> {
    around.after.class_after().or(around.before.class_before())
}

/// The name with the word for its kind, where that is part of the name: Fulton County, Ақмола облысы.
/// Of "Almaty region" in small letters the name is Almaty.
fn with_head(text: &Text<'_>, found: &Match, around: &Surroundings) -> (Span, Range<usize>) {
    let head = around.head_end.filter(|_| around.after.class_after().is_some_and(|class| class != Class::City || text.lang == Lang::KK));
    match head {
        Some(end) if end > found.tokens.end && text.tokens[found.tokens.end..end].iter().all(is_part_of_name) => {
            (Span::new(found.span.start as usize, text.tokens[end - 1].span.end as usize), found.tokens.start..end)
        }
        _ => (found.span, found.tokens.clone()),
    }
}

fn is_part_of_name(word: &Token) -> bool {
    word.kind == TokenKind::Word && (word.script == Script::Cyrillic || word.case == Case::Title)
}

/// A place that only the tagger sees.
fn tagged_only(text: &Text<'_>, span: &TaggedSpan) -> Option<Mention> {
    let is_sure = span.kind == EntityKind::Place && span.probability >= TAGGER_CHANCE_MIN;
    let tokens = span.tokens.clone();
    let covered = is_sure.then(|| text.tokens.get(tokens.clone()))??;
    let whole = covered.first()?.span.cover(covered.last()?.span);
    Some(Mention {
        span: whole,
        tokens,
        usage: Usage::Literal,
        found_by: FoundBy::Tagger,
        class_cue: None,
        bearers: Vec::new(),
        chance: span.probability,
        form: FormKind::Exact,
        offset: None,
        position: None,
    })
}

/// A mention where the caller says that one is: the name over all of the span, or else the longest
/// name inside it.
fn given(text: &Text<'_>, gazetteer: &Gazetteer, span: Span, lines: &Lines, scratch: &mut String) -> Mention {
    let tokens = text.tokens_in(span);
    let ranges = (1..=tokens.len()).rev().flat_map(|len| tokens.clone().take(tokens.len() + 1 - len).map(move |start| start..start + len));
    let found = ranges.take(GIVEN_TRIES_MAX).find_map(|range| matcher::match_over(text, gazetteer, range));
    let around = Surroundings::of(text, &tokens, lines, scratch);
    let inside = found.as_ref().map(|m| Surroundings::of(text, &m.tokens, lines, scratch)).unwrap_or_default();
    Mention {
        span,
        usage: found.as_ref().map_or(Usage::Literal, |m| usage::usage(text, gazetteer, m, &around)),
        found_by: FoundBy::Given,
        class_cue: class_cue(&around).or(class_cue(&inside)),
        form: found.as_ref().map_or(FormKind::Exact, |m| m.form),
        offset: offset::before(text, tokens.start),
        bearers: found.map_or(Vec::new(), |m| m.bearers),
        tokens,
        chance: 1.0,
        position: None,
    }
}

/// How many pieces of a given span are looked up.
const GIVEN_TRIES_MAX: usize = 40;

/// A place that bears the mentioned name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bearer {
    /// The place.
    pub place: PlaceId,
    /// How the written form leads to the name.
    pub fit: NameFit,
    /// What kind of name it is for the place.
    pub kind: NameKind,
}

/// How a written form leads to a name of the gazetteer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NameFit {
    /// Equal after folding.
    Exact,
    /// Equal once an inflection or clitic is taken off.
    Inflected,
    /// Equal up to a small edit.
    Fuzzy(f32),
    /// Alike across scripts; 1 is the best score.
    CrossScript(f32),
    /// Through an adjective or demonym.
    Demonym,
    /// The text gives the position itself.
    Coordinates,
}

/// How a mention was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A name of the gazetteer stands there.
    Gazetteer,
    /// The trained tagger marked it.
    Tagger,
    /// A word before or after demands a name there: "city of", "ауылы".
    Cue,
    /// Coordinates written out.
    Coordinates,
    /// The caller marked it.
    Given,
}

/// What a text does with a place name (design.md; gold `use`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Usage {
    /// The place as a place.
    Literal,
    /// The city named at the head of an agency report.
    Dateline,
    /// A capital or country that speaks, decides or sends: "Washington said".
    Metonym,
    /// Part of the name of an organisation, company, team or university.
    Organization,
    /// An adjective or demonym: "the Kazakh police".
    Adjective,
    /// One end of a route or of the road between two places.
    Route,
    /// Where somebody or something comes from.
    Origin,
    /// The name of a street.
    Street,
    /// The name of a building or site.
    Facility,
    /// A person who is called like a place.
    Person,
}
