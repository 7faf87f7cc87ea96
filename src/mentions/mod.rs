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
pub mod gaps;
mod judge;
pub mod learn;
mod matcher;
mod offset;
mod surroundings;
pub mod tagger;
mod tags;
mod unlisted;
mod usage;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::gazetteer::{Class, Gazetteer, NameKind, PlaceId};
use crate::geo::LonLat;
use crate::lang::{Cue, FormKind};
use crate::text::{Case, Lang, Script, Span, Text, Token, TokenKind};
use judge::Whole;
use matcher::Match;
use surroundings::{Lines, Surroundings};
use tagger::{EntityKind, GazetteerHint, Tagged, Tagger};
use tags::{TagPlace, Tags};
use unlisted::{Cued, NameCue};

pub use judge::Judge;
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

impl Mention {
    /// Whether the text means a place by it, in whatever use; a person who is called like a town, an
    /// adjective of nationality and a word in a tag that tells the topic are none.
    pub fn is_place_reference(&self) -> bool {
        !matches!(self.usage, Usage::Person | Usage::Adjective | Usage::Topic)
    }
}

/// From this chance on a name is taken for a place.
const CHANCE_MIN: f32 = 0.5;
/// From this chance on a name is taken for a place when the same name is one elsewhere in the text.
const CHANCE_MIN_ELSEWHERE_SURE: f32 = 0.2;
/// From this probability on the tagger's boundaries are taken for a name that it shares with the
/// gazetteer.
const TAGGER_SPAN_MIN: f32 = 0.3;

/// What a text is read with besides the gazetteer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Models<'a> {
    /// The tagger of its language.
    pub tagger: Option<&'a Tagger>,
    /// The weights of the judge; those that ship for each script when missing.
    pub judge: Option<&'a Judge>,
}

impl Models<'static> {
    /// The models that ship for a language.
    pub fn shipped(lang: Lang) -> Self {
        Self { tagger: Tagger::for_lang(lang), judge: None }
    }
}

/// Everything in a text that names a place, in order and without overlap.
pub fn find(text: &Text<'_>, gazetteer: &Gazetteer) -> Vec<Mention> {
    find_with(text, gazetteer, Models::shipped(text.lang))
}

/// The same with models of the caller's, as when measuring by cross-validation.
pub fn find_with(text: &Text<'_>, gazetteer: &Gazetteer, models: Models<'_>) -> Vec<Mention> {
    let survey = Survey::of(text, gazetteer, models.tagger);
    let chances = survey.chances(text, models.judge);
    let mut mentions = select(&survey.matches, &chances, text)
        .into_iter()
        .map(|at| mention(text, gazetteer, &survey, at, chances[at]))
        .collect::<Vec<_>>();
    // The boundaries of the tagger may have led two names into one.
    mentions.dedup_by(|b, a| a.span.overlaps(b.span));
    drop_heads(text, &mut mentions);
    let unlisted = survey.unlisted(text, |tokens| {
        let after = mentions.partition_point(|m| m.tokens.start < tokens.end);
        mentions[..after].iter().rev().take(LOOK_BACK).any(|m| tokens.start < m.tokens.end)
    });
    let chance = |name: &Unlisted| {
        let judge = models.judge.unwrap_or_else(|| Judge::shipped(text.lang, text.tokens[name.tokens.start].script));
        judge.unlisted_chance(&name.signs)
    };
    let chances: Vec<f32> = unlisted.iter().map(chance).collect();
    let in_arabic = || unlisted.iter().zip(&chances).filter(|(name, _)| name.is_arabic(text));
    let sure: HashSet<Vec<&str>> =
        in_arabic().filter(|(_, chance)| **chance >= CHANCE_MIN).map(|(name, _)| arabic_words(text, name)).collect();
    let is_meant = |name: &Unlisted, chance: f32| {
        let is_sure_elsewhere = || chance >= CHANCE_MIN_ELSEWHERE_SURE && name.is_arabic(text) && sure.contains(&arabic_words(text, name));
        chance >= CHANCE_MIN || is_sure_elsewhere()
    };
    let mut scratch = String::new();
    let meant = unlisted.iter().zip(&chances).filter(|(name, chance)| is_meant(name, **chance));
    let judged = meant.map(|(name, chance)| {
        let usage = usage::of_unlisted(text, &name.tokens, &Surroundings::of(text, &name.tokens, &survey.lines, &mut scratch));
        unlisted::mention(text, name.tokens.clone(), name.class, *chance, name.found_by, usage)
    });
    let judged = judged.collect();
    add(&mut mentions, judged);
    add(&mut mentions, coordinates::find(text));
    mentions
}

/// The words of an Arabic name, however they are joined: معهد_الأورام and معهد الأورام are one name.
fn arabic_words<'t>(text: &'t Text<'_>, name: &Unlisted) -> Vec<&'t str> {
    let words = text.tokens[name.tokens.clone()].iter().filter(|t| t.kind != TokenKind::Punctuation);
    words.map(|t| text.folded(t)).collect()
}

/// The word that says what kind of place follows is no place itself: "مدينة" before "أكتاو" is "the
/// city of", although Medina bears the name too.
fn drop_heads(text: &Text<'_>, mentions: &mut Vec<Mention>) {
    let is_head = |mention: &Mention| {
        let token = &text.tokens[mention.tokens.start];
        mention.tokens.len() == 1 && matcher::pack_of(text, token).cue_of(text.folded(token)).any(Cue::HEAD_BEFORE)
    };
    let before_name: Vec<bool> = mentions.windows(2).map(|pair| is_head(&pair[0]) && pair[0].tokens.end == pair[1].tokens.start).collect();
    let mut drop = before_name.into_iter().chain([false]);
    mentions.retain(|_| !drop.next().unwrap_or_default());
}

fn mention(text: &Text<'_>, gazetteer: &Gazetteer, survey: &Survey, at: usize, chance: f32) -> Mention {
    let found = &survey.matches[at];
    let around = &survey.surroundings[at];
    let (span, tokens) = survey.tagger_boundaries(text, found).unwrap_or_else(|| with_head(text, found, around));
    let (span, tokens) = with_ending(text, span, tokens);
    let bearers = if is_another_name(text, found, &tokens) { Vec::new() } else { found.bearers.clone() };
    Mention {
        span,
        tokens,
        usage: if survey.topics[at] { Usage::Topic } else { usage::usage(text, gazetteer, found, around) },
        found_by: FoundBy::Gazetteer,
        class_cue: class_cue(around),
        bearers,
        chance,
        form: found.form,
        offset: offset::before(text, found.tokens.start),
        position: None,
    }
}

/// Whether a name is in the first place a word for a thing, and nothing beside it says that a town is
/// meant: كورونا is a virus, unless it is "the city of".
fn is_mere_thing(text: &Text<'_>, found: &Match, around: &Surroundings) -> bool {
    let first = &text.tokens[found.tokens.start];
    let is_thing = || matcher::pack_of(text, first).cue_of(text.folded(first)).any(Cue::THING);
    found.words == 1 && !around.before.any(Cue::HEAD_BEFORE) && is_thing()
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

/// All names of the gazetteer in a text, with what is known of each.
struct Survey {
    matches: Vec<Match>,
    lines: Lines,
    surroundings: Vec<Surroundings>,
    signs: Vec<judge::Signs>,
    tagged: Option<Tagged>,
    tags: Tags,
    /// Whether each match only tells what a post is about.
    topics: Vec<bool>,
}

impl Survey {
    fn of(text: &Text<'_>, gazetteer: &Gazetteer, tagger: Option<&Tagger>) -> Self {
        let matches = matcher::matches(text, gazetteer);
        let tagged = tagger.map(|tagger| tagger.read(text, &matcher::hints(text, gazetteer, &matches)));
        let lines = Lines::of(text);
        let mut scratch = String::new();
        let surroundings: Vec<_> = matches.iter().map(|m| Surroundings::of(text, &m.tokens, &lines, &mut scratch)).collect();
        let whole = Whole::of(text, gazetteer, &matches);
        let signs =
            (0..matches.len()).map(|at| judge::signs(text, gazetteer, &whole, &matches, at, &surroundings[at], tagged.as_ref())).collect();
        let tags = Tags::of(text);
        let topics = topics(text, &matches, &tags);
        Self { matches, lines, surroundings, signs, tagged, tags, topics }
    }

    /// The chance of each match that it is meant as a place.
    fn chances(&self, text: &Text<'_>, judge: Option<&Judge>) -> Vec<f32> {
        let of = |m: &Match| judge.unwrap_or_else(|| Judge::shipped(text.lang, text.tokens[m.tokens.start].script));
        let chance = |at: usize| {
            let found = &self.matches[at];
            let is_unmistakable = judge::is_unmistakable(text, found, &self.surroundings[at]);
            // Taggers have learnt to pass over the topic of a post, and are not asked about it.
            let is_tagged = self.tagged.is_some() && !self.topics[at];
            if is_mere_thing(text, found, &self.surroundings[at]) {
                return 0.0;
            }
            of(found).chance(&self.signs[at], is_tagged, is_unmistakable)
        };
        (0..self.matches.len()).map(chance).collect()
    }

    /// Whether a name is one word of an Arabic hashtag of several.
    fn is_topic(&self, text: &Text<'_>, tokens: &Range<usize>) -> bool {
        text.tokens[tokens.start].script == Script::Arabic && self.tags.place_of(tokens) == TagPlace::Part
    }

    /// Names over which the gazetteer has none, marked by the tagger or by a cue word.
    fn unlisted(&self, text: &Text<'_>, is_taken: impl Fn(&Range<usize>) -> bool) -> Vec<Unlisted> {
        let mut scratch = String::new();
        let cued = unlisted::find(text, &self.tags, &is_taken, &mut scratch);
        let mut names: Vec<Unlisted> = Vec::new();
        for span in self.tagged.iter().flat_map(|tagged| &tagged.spans) {
            if span.kind == EntityKind::Place
                && !self.is_topic(text, &span.tokens)
                && !is_taken(&span.tokens)
                && !self.is_listed(&span.tokens)
            {
                let first = cued.partition_point(|cued| cued.tokens.end <= span.tokens.start);
                let cue = cued.get(first).filter(|cued| cued.tokens.start < span.tokens.end).map(|cued| cued.cue);
                names.push(self.unlisted_name(text, span.tokens.clone(), cue, FoundBy::Tagger, &mut scratch));
            }
        }
        let tagged = names.len();
        for Cued { tokens, cue } in cued {
            let first = names[..tagged].partition_point(|name| name.tokens.end <= tokens.start);
            if names[..tagged].get(first).is_none_or(|name| name.tokens.start >= tokens.end) {
                names.push(self.unlisted_name(text, tokens, Some(cue), FoundBy::Cue, &mut scratch));
            }
        }
        names.sort_by_key(|name| name.tokens.start);
        names
    }

    /// Whether a name of the gazetteer, meant or not, shares a token with a range.
    fn is_listed(&self, tokens: &Range<usize>) -> bool {
        let after = self.matches.partition_point(|m| m.tokens.start < tokens.end);
        self.matches[..after].iter().rev().take(LOOK_BACK).any(|m| m.tokens.end > tokens.start && !m.is_demonym())
    }

    fn unlisted_name(
        &self,
        text: &Text<'_>,
        tokens: Range<usize>,
        cue: Option<NameCue>,
        found_by: FoundBy,
        scratch: &mut String,
    ) -> Unlisted {
        let is_arabic = text.tokens[tokens.start].script == Script::Arabic;
        let class = cue.and_then(NameCue::class);
        let flag = |is_so: bool| f32::from(u8::from(is_so));
        let odds = self.tagged.as_ref().map_or(0.0, |tagged| judge::tagger_odds(text, tagged, &tokens));
        let words = tokens.clone().filter(|at| text.tokens[*at].kind == TokenKind::Word).count();
        let begins = text.sentences.get(text.sentence_of(tokens.start)).is_some_and(|s| s.tokens.start == tokens.start);
        let signs = [
            1.0,
            odds,
            flag(found_by == FoundBy::Tagger),
            flag(class.is_some()),
            flag(begins),
            flag(words > 1),
            flag(self.tagged.is_none()),
            flag(cue == Some(NameCue::Facility)),
            flag(cue == Some(NameCue::Tag)),
            flag(cue.is_some() && unlisted::is_definite(text, tokens.end - 1)),
            flag(is_arabic && self.tags.place_of(&tokens) == TagPlace::Whole),
            flag(is_arabic && Surroundings::of(text, &tokens, &self.lines, scratch).before.any(Cue::LOCATIVE | Cue::FROM)),
        ];
        Unlisted { tokens, class, found_by, signs }
    }

    /// The boundaries of a match as the tagger sees them: a wider name, or the very match without
    /// the word for its kind.
    fn tagger_boundaries(&self, text: &Text<'_>, found: &Match) -> Option<(Span, Range<usize>)> {
        let over = judge::span_over(self.tagged.as_ref()?, &found.tokens)?;
        let is_sure = over.kind == EntityKind::Place && over.probability >= TAGGER_SPAN_MIN;
        if !is_sure || over.tokens.start > found.tokens.start {
            return None;
        }
        // The gazetteer's name may end with a word for the kind that the language leaves outside.
        let rest = over.tokens.end..found.tokens.end.max(over.tokens.end);
        let is_head = |at: usize| matcher::pack_of(text, &text.tokens[at]).cue_of(text.folded(&text.tokens[at])).any(Cue::HEAD_AFTER);
        if over.tokens.end <= found.tokens.start || !rest.clone().all(is_head) {
            return None;
        }
        // Clitics stay outside: the tagger sees whole words.
        let first = &text.tokens[over.tokens.start];
        let start = if over.tokens.start == found.tokens.start { found.span.start } else { first.span.start };
        let end = text.tokens[over.tokens.end - 1].span.end;
        Some((Span { start, end }, over.tokens.clone()))
    }
}

/// Which names of an Arabic text only tell what a post is about, or whose: one word of a hashtag of several
/// (#أمطار_الكويت), part of the name of a user, and a hashtag that repeats a name of the text as it is
/// written there, or in another script. Those who annotate posts count none of them, and the map misses
/// nothing.
fn topics(text: &Text<'_>, matches: &[Match], tags: &Tags) -> Vec<bool> {
    if text.lang != Lang::AR {
        return vec![false; matches.len()];
    }
    // The first token at which a name or place is told; running text counts before all tags.
    let mut names: HashMap<&str, usize> = HashMap::new();
    let mut places: HashMap<PlaceId, usize> = HashMap::new();
    for found in matches.iter().filter(|found| !found.is_demonym()) {
        let at = match tags.place_of(&found.tokens) {
            TagPlace::Outside => 0,
            TagPlace::Whole => found.tokens.start,
            TagPlace::Part => continue,
        };
        let first = names.entry(text.slice(found.span)).or_insert(at);
        *first = at.min(*first);
        let first = places.entry(found.bearers[0].place).or_insert(at);
        *first = at.min(*first);
    }
    let is_topic = |found: &Match| {
        let is_before = |first: &usize| *first < found.tokens.start;
        let is_foreign = text.tokens[found.tokens.start].script != Script::Arabic;
        match tags.place_of(&found.tokens) {
            TagPlace::Outside => false,
            TagPlace::Whole => {
                names.get(text.slice(found.span)).is_some_and(is_before)
                    || is_foreign && places.get(&found.bearers[0].place).is_some_and(is_before)
            }
            TagPlace::Part => true,
        }
    };
    matches.iter().map(is_topic).collect()
}

/// A name that the gazetteer lacks, with what is known of it.
struct Unlisted {
    tokens: Range<usize>,
    class: Option<Class>,
    found_by: FoundBy,
    signs: judge::UnlistedSigns,
}

impl Unlisted {
    fn is_arabic(&self, text: &Text<'_>) -> bool {
        text.tokens[self.tokens.start].script == Script::Arabic
    }
}

/// How many names that begin before a token are looked at to see whether one reaches it.
const LOOK_BACK: usize = 8;

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
    // Kazakh counts облысы and республикасы to the name, not ауданы, қаласы or өзені.
    let is_named_with_it = |class| match text.lang {
        Lang::KK | Lang::KY => matches!(class, Class::Admin1 | Class::Country),
        _ => class != Class::City,
    };
    let head = around.head_end.filter(|_| around.after.class_after().is_some_and(is_named_with_it));
    match head {
        Some(end) if end > found.tokens.end && text.tokens[found.tokens.end..end].iter().all(is_part_of_name) => {
            (Span::new(found.span.start as usize, text.tokens[end - 1].span.end as usize), found.tokens.start..end)
        }
        _ => (found.span, found.tokens.clone()),
    }
}

/// Whether the tagger saw a longer name than the gazetteer's, by more than words for kinds and parts:
/// Mir Ali is not Mir, but North Waziristan lies in Waziristan.
fn is_another_name(text: &Text<'_>, found: &Match, tokens: &Range<usize>) -> bool {
    let more = (tokens.start..found.tokens.start).chain(found.tokens.end..tokens.end);
    let words = more.filter(|at| text.tokens[*at].kind == TokenKind::Word && text.tokens[*at].case != Case::Lower);
    words.into_iter().any(|at| {
        let word = &text.tokens[at];
        let says_kind =
            Cue::OF_PLACES | Cue::FACILITY_AFTER | Cue::STREET_AFTER | Cue::ORGANIZATION_AFTER | Cue::ORGANIZATION_BEFORE | Cue::POWER;
        word.case != Case::None && !matcher::pack_of(text, word).cue_of(text.folded(word)).any(says_kind)
    })
}

/// Kazakh writes endings after a hyphen where a name is an abbreviation or foreign: АҚШ-тың.
fn with_ending(text: &Text<'_>, span: Span, tokens: Range<usize>) -> (Span, Range<usize>) {
    if !matches!(text.lang, Lang::KK | Lang::KY) {
        return (span, tokens);
    }
    match text.tokens.get(tokens.end..tokens.end + 2) {
        Some([hyphen, ending])
            if text.slice(hyphen.span) == "-"
                && hyphen.span.start == span.end
                && ending.span.start == hyphen.span.end
                && ending.case == Case::Lower =>
        {
            (Span { end: ending.span.end, ..span }, tokens.start..tokens.end + 2)
        }
        _ => (span, tokens),
    }
}

fn is_part_of_name(word: &Token) -> bool {
    word.kind == TokenKind::Word && (word.script == Script::Cyrillic || word.case == Case::Title)
}

/// A mention where the caller says that one is: the name over all of the span, or else the longest
/// name inside it.
fn given(text: &Text<'_>, gazetteer: &Gazetteer, span: Span, lines: &Lines, scratch: &mut String) -> Mention {
    let tokens = text.tokens_in(span);
    let found = if is_cut_inside(text, &tokens, span) {
        // Part of a word, as of a hashtag: it is looked up by itself.
        let part = Text::new(text.slice(span), Some(text.lang));
        longest_in(&part, gazetteer, 0..part.tokens.len())
    } else {
        longest_in(text, gazetteer, tokens.clone())
    };
    let around = Surroundings::of(text, &tokens, lines, scratch);
    let is_whole = found.as_ref().is_some_and(|m| tokens.contains(&m.tokens.start) && m.tokens.end <= tokens.end);
    let inside = found.as_ref().filter(|_| is_whole).map(|m| Surroundings::of(text, &m.tokens, lines, scratch)).unwrap_or_default();
    Mention {
        span,
        usage: found.as_ref().filter(|_| is_whole).map_or(Usage::Literal, |m| usage::usage(text, gazetteer, m, &around)),
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

/// Whether a span begins or ends inside a word; Arabic clitics before it do not count.
fn is_cut_inside(text: &Text<'_>, tokens: &Range<usize>, span: Span) -> bool {
    let Some(covered) = text.tokens.get(tokens.clone()).filter(|covered| !covered.is_empty()) else { return false };
    let is_arabic = covered[0].script == Script::Arabic;
    covered[covered.len() - 1].span.end > span.end || covered[0].span.start < span.start && !is_arabic
}

/// The name over all of a range, or else the longest inside it. A word that only says what kind or
/// part of a place it is, is no name beside others: South Ossetian, "the city of".
fn longest_in(text: &Text<'_>, gazetteer: &Gazetteer, tokens: Range<usize>) -> Option<Match> {
    let is_mere_cue = |range: &Range<usize>| {
        let word = &text.tokens[range.start];
        range.len() == 1
            && tokens.len() > 1
            && matcher::pack_of(text, word).cues.get(text.folded(word)).any(Cue::OF_PLACES | Cue::COMMON | Cue::ORGANIZATION_AFTER)
    };
    let ranges = (1..=tokens.len()).rev().flat_map(|len| tokens.clone().take(tokens.len() + 1 - len).map(move |start| start..start + len));
    ranges.filter(|range| !is_mere_cue(range)).take(GIVEN_TRIES_MAX).find_map(|range| matcher::match_over(text, gazetteer, range))
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
    /// One word of a hashtag that tells what a post is about: #انفجار_بيروت. An incident may still be set there.
    Topic,
}
