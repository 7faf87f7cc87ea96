//! Every name of the gazetteer that stands in a text, in any form that the language may give it.
//!
//! At each word that may begin a name, a cursor over the gazetteer's keys walks along the words,
//! each tried as written and in the forms that the language pack proposes. Nothing is decided here
//! but the longest name at a place: most of what is found is not meant as a place at all (every
//! second surname is a village somewhere), and [`super::judge`] sorts that out.

use std::ops::Range;

use super::tagger::{GazetteerHint, HintForm};
use super::{Bearer, NameFit};
use crate::gazetteer::{Class, Gazetteer, NameCursor, NameHits, NameKind, PlaceId};
use crate::lang::{self, Cue, FormKind, Pack};
use crate::text::{Case, Script, Span, Text, Token, TokenKind};

/// How many of the places of one name are considered, most important first.
const BEARERS_MAX: usize = 40;
/// The longest name that is looked for, in words.
const NAME_WORDS_MAX: usize = 8;
/// Words of cased scripts in small letters are looked up only when so long; they can only be
/// adjectives.
const SMALL_WORD_BYTES_MIN: usize = 8;

/// One name of the gazetteer over some tokens of the text.
#[derive(Debug, Clone)]
pub(super) struct Match {
    /// The tokens, punctuation inside included.
    pub tokens: Range<usize>,
    /// The name without clitics.
    pub span: Span,
    /// Words of the name.
    pub words: usize,
    /// The places that bear it, most important first; of a demonym, the countries.
    pub bearers: Vec<Bearer>,
    /// What kind of name it is for the most important bearer.
    pub kind: NameKind,
    /// Importance of the most important bearer.
    pub importance: f32,
    /// What was done to the words.
    pub form: FormKind,
}

impl Match {
    /// Whether the name is an adjective or a word for people.
    pub fn is_demonym(&self) -> bool {
        self.kind == NameKind::Demonym
    }
}

/// All longest names, in order of their first token; names may overlap.
pub(super) fn matches(text: &Text<'_>, gazetteer: &Gazetteer) -> Vec<Match> {
    let mut matcher = Matcher { text, gazetteer, codes: false, best: Vec::new() };
    let mut found = Vec::new();
    for first in 0..text.tokens.len() {
        if let Some(wanted) = wanted_at(text, first) {
            matcher.codes = is_behind_comma(text, first);
            found.extend(matcher.longest_at(first, wanted));
        }
    }
    found
}

/// The longest name over given tokens exactly, whatever its letter case.
pub(super) fn match_over(text: &Text<'_>, gazetteer: &Gazetteer, tokens: Range<usize>) -> Option<Match> {
    let mut matcher = Matcher { text, gazetteer, codes: true, best: Vec::new() };
    matcher.walk_from(tokens.start);
    matcher.best.retain(|candidate| candidate.end == tokens.end);
    matcher.choose(tokens.start, Wanted::Any)
}

/// What the gazetteer says of every token, for the tagger.
pub(super) fn hints(text: &Text<'_>, gazetteer: &Gazetteer, matches: &[Match]) -> Vec<GazetteerHint> {
    let mut hints = vec![GazetteerHint::default(); text.tokens.len()];
    for found in matches {
        let classes = found.bearers.iter().fold(0, |bits, bearer| bits | GazetteerHint::class_bit(gazetteer.place(bearer.place).class()));
        let form = match (found.kind, found.form) {
            (NameKind::Demonym, _) => HintForm::Demonym,
            (NameKind::Abbreviation | NameKind::Code, _) => HintForm::Abbreviation,
            (_, FormKind::Exact) => HintForm::Exact,
            _ => HintForm::Inflected,
        };
        GazetteerHint::mark(&mut hints, found.tokens.clone(), found.importance, classes, form);
    }
    hints
}

/// Which names may begin at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Any name.
    Any,
    /// Only adjectives and words for people, which some languages write small.
    Demonym,
}

fn wanted_at(text: &Text<'_>, token: usize) -> Option<Wanted> {
    let word = &text.tokens[token];
    match (word.kind, word.case) {
        (TokenKind::Word, Case::Title | Case::Upper | Case::Mixed) => Some(Wanted::Any),
        (TokenKind::Word, Case::None) => (word.script == Script::Arabic || word.script == Script::Other).then_some(Wanted::Any),
        (TokenKind::Word, Case::Lower) => {
            let after_hash = token > 0 && text.word(token - 1) == "#";
            if after_hash {
                Some(Wanted::Any)
            } else {
                (word.script == Script::Cyrillic && word.span.len_bytes() >= SMALL_WORD_BYTES_MIN).then_some(Wanted::Demonym)
            }
        }
        _ => None,
    }
}

struct Matcher<'a, 't> {
    text: &'a Text<'t>,
    gazetteer: &'a Gazetteer,
    /// Whether the codes of states count as names here: "Richmond, VA".
    codes: bool,
    best: Vec<Ending<'a>>,
}

/// A name that ends after some token.
struct Ending<'a> {
    end: usize,
    words: usize,
    skipped: usize,
    form: FormKind,
    hits: NameHits<'a>,
}

impl<'a, 't> Matcher<'a, 't> {
    fn longest_at(&mut self, first: usize, wanted: Wanted) -> Option<Match> {
        match wanted {
            Wanted::Any => self.walk_from(first),
            // The gazetteer lists all forms of adjectives: no morphology is needed.
            Wanted::Demonym => {
                self.best.clear();
                let mut cursor = self.gazetteer.cursor();
                if cursor.push(self.text.folded(&self.text.tokens[first]))
                    && let Some(hits) = cursor.hits()
                {
                    self.best.push(Ending { end: first + 1, words: 1, skipped: 0, form: FormKind::Exact, hits });
                }
            }
        }
        let found = self.choose(first, wanted)?;
        // "مدينة ألماتي" and "город Алматы" are names too, in some source; the word for the kind of place
        // is a cue, and the name is what follows it. Port Sudan is no port of Sudan.
        if found.words == 1 || !self.begins_with_head(first) || !self.is_named_without_head(&found) {
            return Some(found);
        }
        self.walk_from(first);
        self.best.retain(|ending| ending.words == 1);
        self.choose(first, wanted)
    }

    fn begins_with_head(&self, first: usize) -> bool {
        let word = &self.text.tokens[first];
        pack_of(self.text, word).cue_of(self.text.folded(word)).any(Cue::CITY_BEFORE)
    }

    /// Whether what follows the first word is a name of a place that the whole names.
    fn is_named_without_head(&mut self, whole: &Match) -> bool {
        let Some(second) = next_word(self.text, whole.tokens.start) else { return false };
        self.walk_from(second);
        self.best.retain(|ending| ending.end == whole.tokens.end);
        let rest = self.choose(second, Wanted::Any);
        rest.is_some_and(|rest| rest.bearers.iter().any(|bearer| whole.bearers.iter().any(|other| other.place == bearer.place)))
    }

    /// Collects all names that begin at a token.
    fn walk_from(&mut self, first: usize) {
        self.best.clear();
        self.walk(first, self.gazetteer.cursor(), 0, 0, FormKind::Exact);
    }

    fn walk(&mut self, token: usize, cursor: NameCursor<'a>, words: usize, skipped: usize, form: FormKind) {
        let word = &self.text.tokens[token];
        let folded = self.text.folded(word);
        let pack = pack_of(self.text, word);
        let next = if words + 1 < NAME_WORDS_MAX { next_word(self.text, token) } else { None };
        pack.forms(folded, |proposal| {
            // Clitics stand before the first word only; Arabic names keep the article inside.
            if words > 0 && proposal.kind == FormKind::Clitic {
                return;
            }
            let mut cursor = cursor;
            if !cursor.push(proposal.text) {
                return;
            }
            let form = form.max(proposal.kind);
            let skipped = if words == 0 { proposal.skipped } else { skipped };
            if let Some(hits) = cursor.hits() {
                self.best.push(Ending { end: token + 1, words: words + 1, skipped, form, hits });
            }
            if let Some(next) = next
                && cursor.goes_on()
            {
                self.walk(next, cursor, words + 1, skipped, form);
            }
        });
    }

    /// The longest of the collected names that may be meant, with the bearers from all forms that
    /// cover the same span.
    fn choose(&mut self, first: usize, wanted: Wanted) -> Option<Match> {
        self.best.sort_by(|a, b| b.end.cmp(&a.end).then(a.form.cmp(&b.form)).then(a.skipped.cmp(&b.skipped)));
        let mut at = 0;
        while at < self.best.len() {
            let end = self.best[at].end;
            let same = self.best[at..].iter().take_while(|e| e.end == end).count();
            if let Some(found) = self.merge(first, at..at + same, wanted) {
                return Some(found);
            }
            at += same;
        }
        None
    }

    fn merge(&self, first: usize, endings: Range<usize>, wanted: Wanted) -> Option<Match> {
        let endings = &self.best[endings];
        let end = endings[0].end;
        let written = self.text.slice(self.text.span_over(&(first..end)));
        // One cut of the clitics is kept: the one that leads to the most important place.
        let mut kept: Option<(usize, f32)> = None;
        let mut merged: Vec<(Bearer, NameKind, f32)> = Vec::new();
        let mut demonyms: Vec<PlaceId> = Vec::new();
        let mut form = FormKind::Clitic;
        for ending in endings {
            let mut bearers: Vec<(Bearer, NameKind, f32)> = Vec::new();
            for hit in ending.hits.clone().take(BEARERS_MAX) {
                let is_code = hit.kind == NameKind::Code && self.codes && is_area_code(self.gazetteer, hit.place, written);
                if !(is_code || is_written_so(hit.kind, hit.name, written, ending.form))
                    || (wanted == Wanted::Demonym && hit.kind != NameKind::Demonym)
                {
                    continue;
                }
                let importance = self.gazetteer.place(hit.place).importance();
                let fit = match (hit.kind, ending.form) {
                    (NameKind::Demonym, _) => NameFit::Demonym,
                    (_, FormKind::Exact | FormKind::Clitic) => NameFit::Exact,
                    (_, FormKind::Inflected) => NameFit::Inflected,
                };
                let kind = if is_code { NameKind::Abbreviation } else { hit.kind };
                bearers.push((Bearer { place: hit.place, fit, kind }, kind, importance));
            }
            demonyms.extend(bearers.iter().filter(|(_, kind, _)| *kind == NameKind::Demonym).map(|(bearer, ..)| bearer.place));
            let Some(most) = bearers.iter().map(|b| b.2).reduce(f32::max) else { continue };
            let worth = most - CLITIC_COST * ending.skipped as f32;
            match kept {
                Some((skipped, best)) if skipped != ending.skipped => {
                    if worth <= best {
                        continue;
                    }
                    merged.clear();
                    kept = Some((ending.skipped, worth));
                    form = ending.form;
                }
                Some((skipped, best)) => kept = Some((skipped, best.max(worth))),
                None => {
                    kept = Some((ending.skipped, worth));
                    form = ending.form;
                }
            }
            for bearer in bearers {
                if !merged.iter().any(|other| other.0.place == bearer.0.place) {
                    merged.push(bearer);
                }
            }
        }
        let (skipped, _) = kept?;
        merged.sort_by(|a, b| b.2.total_cmp(&a.2));
        // What is listed both as an adjective and as another name of one country is an adjective.
        let is_also_demonym = |place| demonyms.contains(&place);
        for (bearer, kind, _) in
            merged.iter_mut().filter(|(bearer, kind, _)| *kind == NameKind::Alternative && is_also_demonym(bearer.place))
        {
            *kind = NameKind::Demonym;
            *bearer = Bearer { kind: NameKind::Demonym, fit: NameFit::Demonym, ..*bearer };
        }
        // A word that is a name at all is first of all a name: adjectives count only alone.
        let names: Vec<_> = merged.iter().filter(|b| b.1 != NameKind::Demonym).cloned().collect();
        let demonyms_lead =
            merged.first().is_some_and(|b| b.1 == NameKind::Demonym) && names.first().is_none_or(|b| b.2 < DEMONYM_YIELDS_TO);
        let mut chosen = if demonyms_lead { merged.into_iter().filter(|b| b.1 == NameKind::Demonym).collect() } else { names };
        chosen.truncate(BEARERS_MAX);
        let lead = chosen.first()?;
        let start = self.text.after_folded(&self.text.tokens[first], skipped);
        let end_byte = self.text.tokens[end - 1].span.end as usize;
        Some(Match {
            tokens: first..end,
            span: Span::new(start, end_byte),
            words: endings[0].words,
            kind: lead.1,
            importance: lead.2,
            form,
            bearers: chosen.into_iter().map(|b| b.0).collect(),
        })
    }
}

/// What each clitic costs in importance against a reading without: وارسو is Warsaw, not و + a village.
const CLITIC_COST: f32 = 0.12;
/// A name this important is rather meant than an adjective of the same letters.
const DEMONYM_YIELDS_TO: f32 = 0.5;

/// The language pack for a word.
pub(super) fn pack_of(text: &Text<'_>, word: &Token) -> &'static Pack {
    lang::pack(text.lang, word.script)
}

/// The next word of a name: the very next token, or the one behind a mark that names have inside
/// (hyphen, the point of an abbreviation, the English possessive).
fn next_word(text: &Text<'_>, token: usize) -> Option<usize> {
    let this = &text.tokens[token];
    let next = text.tokens.get(token + 1)?;
    let between = &text.original[this.span.end as usize..next.span.start as usize];
    if between.contains(['\n', '\r']) {
        return None;
    }
    match next.kind {
        TokenKind::Word | TokenKind::Number => Some(token + 1),
        TokenKind::Punctuation => {
            let mark = text.slice(next.span);
            let after = text.tokens.get(token + 2).filter(|t| t.kind != TokenKind::Punctuation)?;
            let joined = between.is_empty() && after.span.start == next.span.end;
            let goes_on = match mark {
                // The underscore joins the words of a hashtag.
                "-" | "‑" | "‐" | "־" | "_" => joined,
                "." => between.is_empty() && this.span.len_bytes() <= 6,
                "'s" | "’s" => true,
                _ => false,
            };
            goes_on.then_some(token + 2)
        }
    }
}

/// Whether a name of this kind may be written so. Abbreviations keep their letter case; codes are no
/// names; a short name in capitals is not a small word.
fn is_written_so(kind: NameKind, name: &str, written: &str, form: FormKind) -> bool {
    match kind {
        NameKind::Code => false,
        NameKind::Abbreviation => form != FormKind::Inflected && same_letters(name, written),
        _ => {
            // Four letters take at most sixteen bytes.
            let shouts = name.len() <= 16
                && name.chars().count() <= 4
                && name.chars().all(|c| !c.is_lowercase())
                && name.chars().any(char::is_uppercase);
            !shouts || form == FormKind::Clitic || same_letters(name, written)
        }
    }
}

/// Whether a token stands behind a comma and a word, as the state behind its town does.
fn is_behind_comma(text: &Text<'_>, token: usize) -> bool {
    token >= 2 && text.tokens[token].case == Case::Upper && text.word(token - 1) == "," && text.tokens[token - 2].kind == TokenKind::Word
}

/// Whether a word is the postal code of a first-level area, in capitals.
fn is_area_code(gazetteer: &Gazetteer, place: PlaceId, written: &str) -> bool {
    written.len() == 2 && written.bytes().all(|b| b.is_ascii_uppercase()) && gazetteer.place(place).class() == Class::Admin1
}

/// Equal but for points: U.S. and US, but not us.
fn same_letters(a: &str, b: &str) -> bool {
    let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    letters(a) == letters(b)
}
