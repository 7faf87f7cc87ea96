//! What the linear tagger sees of a token: its letters, its neighbours, its place in the sentence
//! and the gazetteer's hint, each as one 32-bit feature.
//!
//! Features are few and linguistic, so that what is learnt on one corpus carries over to another.
//! They are the same for all languages; Arabic words are also seen without their clitics, because
//! a name after "in", "and" or "to" is written as one word with it.

use std::collections::HashMap;

use super::super::tags::Tags;
use super::hint::{GazetteerHint, HintForm, NamePart};
use crate::lang::{self, Cue};
use crate::text::{Case, Script, Sentence, Text, Token, TokenKind};

/// A feature, as the hash of its template and value. With some 10^5 features kept out of 2^32, two
/// that matter hardly ever meet.
pub(super) type Feature = u32;

/// Features of one token. Those before `lexical` spell the word itself out; training now and then
/// hides them, so that context and gazetteer learn to carry names never seen.
#[derive(Debug, Default, Clone)]
pub(super) struct TokenFeatures {
    pub all: Vec<Feature>,
    pub lexical: usize,
}

/// Longest prefix and suffix that is a feature, in letters. Kazakh and Russian endings run to four,
/// stems are recognised by their first six.
const PREFIX_LETTERS: usize = 6;
const SUFFIX_LETTERS: usize = 4;

/// A text prepared for taking features: one view a token.
pub(super) struct View {
    tokens: Vec<TokenView>,
    /// Bits about a word, over the whole text: see [`LOWER_ELSEWHERE`].
    words: HashMap<u32, u8, Identity>,
}

/// Small words that stand inside names of a language, as hashes of their first letters: county,
/// river, облысы and its cases. Learnt from the training texts, sorted.
pub(super) type Joiners = Vec<u32>;

/// Letters of a joiner that count: what follows is an ending.
const JOINER_LETTERS: usize = 5;

/// What a small word is known by among the joiners.
pub(super) fn joiner_key(folded: &str) -> u32 {
    folded.chars().take(JOINER_LETTERS).fold(SEED, step)
}

/// The word also stands in small letters in this text, so a capital may be the sentence's.
const LOWER_ELSEWHERE: u8 = 1;
/// The word also stands with a capital inside a sentence.
const TITLE_INSIDE: u8 = 2;

#[derive(Debug, Clone, Copy, Default)]
struct TokenView {
    /// Hash of the folded word; of the bare form for numbers.
    word: u32,
    /// Hash of the folded word without clitics; `word` where there are none.
    bare: u32,
    /// The clitics taken off, as bits.
    clitics: u8,
    /// Letter case, script and kind in one small number.
    shape: u32,
    /// What the gazetteer says, with all detail and only whether it knows the word.
    hint: u32,
    hint_part: u8,
    /// Whether the token may be a name by itself.
    candidate: bool,
    /// Whether it is a small word that stands inside names.
    joiner: bool,
    lower_word: bool,
    /// The roles of the word as a cue beside place names.
    cue: u32,
    /// The kind of cue that it is, in few values.
    role: u32,
    /// Whether it is a hash or the underscore in a hashtag, which Arabic is read past.
    tag_mark: bool,
    /// Where it stands in a hashtag and what the gazetteer knows of that; 0 outside.
    tag: u32,
}

impl View {
    /// Looks at every token of a text once.
    pub fn new(text: &Text<'_>, hints: &[GazetteerHint], joiners: &[u32]) -> Self {
        let mut tokens = Vec::with_capacity(text.tokens.len());
        let mut words: HashMap<u32, u8, Identity> = HashMap::default();
        for (i, token) in text.tokens.iter().enumerate() {
            let hint = hints.get(i).copied().unwrap_or_default();
            tokens.push(TokenView::new(text, token, hint, joiners));
        }
        mark_tags(text, hints, &mut tokens);
        for sentence in &text.sentences {
            for i in sentence.tokens.clone() {
                let (token, view) = (&text.tokens[i], &tokens[i]);
                let bit = match token.case {
                    Case::Lower => LOWER_ELSEWHERE,
                    Case::Title if i > sentence.tokens.start => TITLE_INSIDE,
                    _ => continue,
                };
                if token.kind == TokenKind::Word {
                    *words.entry(view.word).or_default() |= bit;
                }
            }
        }
        Self { tokens, words }
    }

    /// The runs of tokens of a sentence that may belong to names. All between them are certainly
    /// outside: small letters that no gazetteer name covers, numbers, punctuation.
    pub fn segments(&self, text: &Text<'_>, sentence: &Sentence) -> Vec<std::ops::Range<usize>> {
        let mut segments = Vec::new();
        let mut start = None;
        for i in sentence.tokens.clone() {
            let inside = self.tokens[i].candidate || self.connects(text, sentence, i);
            match (inside, start) {
                (true, None) => start = Some(i),
                (true, Some(from)) if i - from >= SEGMENT_TOKENS_MAX => {
                    segments.push(from..i);
                    start = Some(i);
                }
                (false, Some(from)) => {
                    segments.push(from..i);
                    start = None;
                }
                _ => {}
            }
        }
        segments.extend(start.map(|from| from..sentence.tokens.end));
        segments
    }

    /// Whether a token that is no candidate itself can stand inside a name: Isle *of* Wight,
    /// Усть*-*Каменогорск, Highway *61*, Алматы *облысы*.
    fn connects(&self, text: &Text<'_>, sentence: &Sentence, i: usize) -> bool {
        let inside = |j: usize| sentence.tokens.contains(&j);
        let near = |j: usize| inside(j) && self.tokens[j].candidate;
        let joined = |j: usize| inside(j) && self.tokens[j].joiner;
        let before = i > 0 && (near(i - 1) || (joined(i - 1) && i > 1 && near(i - 2)));
        let after = near(i + 1) || (joined(i + 1) && near(i + 2));
        let token = &text.tokens[i];
        match token.kind {
            TokenKind::Number => before,
            TokenKind::Punctuation => before && after && matches!(text.slice(token.span), "-" | "–" | "'s" | "’s" | "&" | "_" | "."),
            TokenKind::Word if self.tokens[i].joiner => before || after,
            TokenKind::Word => before && after && text.folded(token).chars().count() <= 3,
        }
    }

    /// The features of token `i` of a sentence.
    pub fn features(&self, text: &Text<'_>, sentence: &Sentence, i: usize, out: &mut TokenFeatures) {
        out.all.clear();
        let edge = TokenView { word: 1, bare: 1, ..TokenView::default() };
        // "In #Hafr_al-Batin" is read like "in Hafr al-Batin".
        let is_arabic = text.tokens[i].script == Script::Arabic;
        let at = |offset: isize| {
            let j = if is_arabic { self.past_tag_marks(sentence, i, offset) } else { i as isize + offset };
            let inside = j >= sentence.tokens.start as isize && j < sentence.tokens.end as isize;
            if inside { &self.tokens[j as usize] } else { &edge }
        };
        let this = at(0);
        let (before, after) = (at(-1), at(1));
        let push = |out: &mut TokenFeatures, template: u32, value: u32| out.all.push(mix(template, value));

        push(out, 1, this.word);
        push(out, 2, this.bare);
        push(out, 3, pair(before.word, this.bare));
        push(out, 4, pair(this.bare, after.word));
        push_affixes(text.folded(&text.tokens[i]), out);
        out.lexical = out.all.len();

        push(out, 5, 0);
        push(out, 6, this.shape);
        push(out, 7, u32::from(this.clitics));
        push(out, 8, pair(before.shape, pair(this.shape, after.shape)));
        push(out, 9, before.word);
        push(out, 10, after.word);
        push(out, 11, at(-2).word);
        push(out, 12, at(2).word);
        push(out, 13, pair(at(-2).word, before.word));
        push(out, 14, pair(after.word, at(2).word));
        push(out, 15, before.bare);
        push(out, 16, after.bare);
        let first = i == sentence.tokens.start || (i == sentence.tokens.start + 1 && before.shape < LETTERS);
        push(out, 17, pair(u32::from(first), this.shape));
        let seen = self.words.get(&this.word).copied().unwrap_or(0);
        push(out, 18, pair(u32::from(first), pair(u32::from(seen), this.shape)));

        // The small word that governs a run of capitals stands before or after it, not always next.
        let governor = (1..=4).map(|k| at(-k)).find(|t| t.lower_word).map_or(0, |t| t.word);
        let governed = (1..=4).map(&at).find(|t| t.lower_word).map_or(0, |t| t.word);
        push(out, 19, governor);
        push(out, 20, governed);

        push(out, 21, this.hint);
        push(out, 22, pair(this.hint, this.shape));
        push(out, 23, pair(u32::from(this.hint_part), before.word));
        push(out, 24, pair(u32::from(this.hint_part), after.word));
        push(out, 25, pair(u32::from(before.hint_part), pair(u32::from(this.hint_part), u32::from(after.hint_part))));
        push(out, 26, pair(this.hint, governor));
        push(out, 27, pair(before.hint, u32::from(this.hint_part)));
        push(out, 28, pair(after.hint, u32::from(this.hint_part)));
        // "Springfield, Missouri": what stands beyond a comma says more than the comma.
        push(out, 29, pair(before.word, pair(at(-2).hint, this.hint)));
        push(out, 30, pair(after.word, pair(at(2).hint, this.hint)));
        // What the words beside say of a name, whichever words they are: a name never seen after a
        // word never seen is still one after "hospital".
        push(out, 31, pair(before.cue, u32::from(this.hint_part)));
        push(out, 32, pair(after.cue, u32::from(this.hint_part)));
        push(out, 33, pair(this.cue, pair(before.cue, after.cue)));
        push(out, 34, pair(at(-2).cue, before.cue));
        if is_arabic {
            push(out, 35, this.tag);
            push(out, 36, pair(this.tag, this.hint));
            // A noun without the article before one with it is "the hospital of": the pattern counts, not the word.
            let article = |view: &TokenView| u32::from(view.clitics >> 4);
            push(out, 37, pair(before.role, 2 * article(before) + article(this)));
            push(out, 38, pair(this.role, pair(before.role, 2 * article(this) + article(after))));
            push(out, 39, pair(at(-2).role, pair(before.role, u32::from(this.hint_part))));
        }
    }

    /// The token so many steps away, where the marks of hashtags are no steps.
    fn past_tag_marks(&self, sentence: &Sentence, i: usize, offset: isize) -> isize {
        let is_mark = |j: isize| sentence.tokens.contains(&(j as usize)) && self.tokens[j as usize].tag_mark;
        let mut j = i as isize;
        for _ in 0..offset.abs() {
            j += offset.signum();
            while j >= 0 && is_mark(j) {
                j += offset.signum();
            }
        }
        j
    }
}

/// Tokens of one segment at most; a line of a hundred megabytes is cut into such pieces.
const SEGMENT_TOKENS_MAX: usize = 400;

/// Shapes from here on have letters.
const LETTERS: u32 = 8;

impl TokenView {
    fn new(text: &Text<'_>, token: &Token, hint: GazetteerHint, joiners: &[u32]) -> Self {
        let folded = text.folded(token);
        let known = hint.part != NamePart::Outside;
        let (bare_word, clitics) = if token.script == Script::Arabic { without_clitics(folded) } else { (folded, 0) };
        let shape = match token.kind {
            TokenKind::Punctuation => 0,
            TokenKind::Number => 1 + folded.len().min(6) as u32,
            TokenKind::Word => LETTERS + shape_of(token, folded),
        };
        let number = token.kind == TokenKind::Number;
        let cue = cue_of(text, token, bare_word);
        let word = if number { mix(40, shape) } else { hash(folded) };
        Self {
            word,
            bare: if clitics == 0 { word } else { hash(bare_word) },
            clitics,
            shape,
            hint: hint_code(hint),
            hint_part: hint_part(hint),
            candidate: token.kind == TokenKind::Word && (token.case != Case::Lower || known),
            joiner: token.case == Case::Lower && joiners.binary_search(&joiner_key(folded)).is_ok(),
            cue: cue.map_or(0, |cue| mix(42, (cue.bits() ^ (cue.bits() >> 32)) as u32)),
            role: cue.map_or(0, role_of),
            lower_word: token.kind == TokenKind::Word && matches!(token.case, Case::Lower | Case::None),
            tag_mark: text.slice(token.span) == "#",
            tag: 0,
        }
    }
}

/// Says of every token of a hashtag whether it is the first, whether more follow, and whether the
/// gazetteer knows a name over all of them, over some or over none.
fn mark_tags(text: &Text<'_>, hints: &[GazetteerHint], tokens: &mut [TokenView]) {
    for tag in Tags::of(text).hashtags() {
        let hint = |at: usize| hints.get(at).copied().unwrap_or_default();
        let is_named = |at: usize| hint(at).part != NamePart::Outside;
        let is_whole = is_named(tag.start) && usize::from(hint(tag.start).tokens) >= tag.len();
        let known = if is_whole { 2 } else { u32::from(tag.clone().any(is_named)) };
        for at in tag.clone() {
            tokens[at].tag_mark = text.word(at) == "_";
            tokens[at].tag = 1 + known + 3 * (u32::from(at == tag.start) + 2 * u32::from(tag.len() > 1));
        }
    }
}

/// The roles of a word as a cue beside place names.
fn cue_of(text: &Text<'_>, token: &Token, bare: &str) -> Option<Cue> {
    if token.kind != TokenKind::Word {
        return None;
    }
    let cues = &lang::pack(text.lang, token.script).cues;
    let exact = cues.get(text.folded(token));
    let cue = if exact.is_empty() { cues.get(bare) } else { exact };
    (!cue.is_empty()).then_some(cue)
}

/// The first of a few kinds of cue that a word is.
fn role_of(cue: Cue) -> u32 {
    const KINDS: [Cue; 8] = [
        Cue::STREET_BEFORE,
        Cue::FACILITY_BEFORE,
        Cue::HEAD_BEFORE,
        Cue::ORGANIZATION_BEFORE,
        Cue::LOCATIVE,
        Cue::FROM,
        Cue::PERSON_BEFORE,
        Cue::GIVEN_NAME,
    ];
    KINDS.iter().position(|kind| cue.any(*kind)).map_or(0, |at| at as u32 + 1)
}

fn shape_of(token: &Token, folded: &str) -> u32 {
    let case = match token.case {
        Case::None => 0,
        Case::Lower => 1,
        Case::Title => 2,
        Case::Upper if folded.len() == 1 => 3,
        Case::Upper => 4,
        Case::Mixed => 5,
    };
    let script = match token.script {
        Script::Latin => 0,
        Script::Cyrillic => 1,
        Script::Arabic => 2,
        Script::Other | Script::None => 3,
    };
    let dotted = u32::from(folded.contains('.'));
    let digits = u32::from(folded.bytes().any(|b| b.is_ascii_digit()));
    let short = u32::from(folded.chars().nth(3).is_none());
    case + 8 * (script + 4 * (dotted + 2 * (digits + 2 * short)))
}

/// All a hint says, in one value: zero for none.
fn hint_code(hint: GazetteerHint) -> u32 {
    if hint.part == NamePart::Outside {
        return 0;
    }
    let many = u32::from(hint.tokens.min(3));
    let part = u32::from(hint_part(hint));
    mix(41, part | many << 4 | u32::from(hint.importance / 2) << 8 | u32::from(hint.classes) << 12)
}

/// Which part of which kind of name: few values, to be joined with others.
fn hint_part(hint: GazetteerHint) -> u8 {
    let part = match hint.part {
        NamePart::Outside => return 0,
        NamePart::First => 1,
        NamePart::Inside => 2,
    };
    let form = match hint.form {
        HintForm::Exact => 0,
        HintForm::Inflected => 4,
        HintForm::Demonym => 8,
        HintForm::Abbreviation => 12,
    };
    part | form
}

fn push_affixes(folded: &str, out: &mut TokenFeatures) {
    let mut prefix = SEED;
    for (n, c) in folded.chars().take(PREFIX_LETTERS).enumerate() {
        prefix = step(prefix, c);
        out.all.push(mix(50 + n as u32, prefix));
    }
    let mut suffix = SEED;
    for (n, c) in folded.chars().rev().take(SUFFIX_LETTERS).enumerate() {
        suffix = step(suffix, c);
        out.all.push(mix(60 + n as u32, suffix));
    }
}

/// An Arabic word without the particles written on it, and which ones came off as bits: and, so;
/// in, to, like; the article. At least three letters stay.
fn without_clitics(folded: &str) -> (&str, u8) {
    let enough = |rest: &str| rest.chars().count() >= 3;
    let take = |word: &mut &str, particles: &[&str]| {
        let found = particles.iter().position(|p| word.strip_prefix(p).is_some_and(enough))?;
        *word = &word[particles[found].len()..];
        Some(found as u8 + 1)
    };
    let mut word = folded;
    let conjunction = take(&mut word, &["و", "ف"]).unwrap_or(0);
    // لل is "to the": the article has lost its alef.
    let to_the = take(&mut word, &["لل"]);
    let preposition = if to_the.is_some() { 2 } else { take(&mut word, &["ب", "ل", "ك"]).unwrap_or(0) };
    let article = if to_the.is_some() { 1 } else { take(&mut word, &["ال"]).unwrap_or(0) };
    (word, conjunction | preposition << 2 | article << 4)
}

const SEED: u32 = 0x9E37_79B9;

fn step(hash: u32, c: char) -> u32 {
    (hash.rotate_left(5) ^ c as u32).wrapping_mul(0x85EB_CA6B)
}

fn hash(word: &str) -> u32 {
    word.chars().fold(SEED, step)
}

fn pair(a: u32, b: u32) -> u32 {
    (a.wrapping_mul(0xC2B2_AE35) ^ b.rotate_left(15)).wrapping_mul(0x2C1B_3C6D)
}

/// The feature of a template and a value.
fn mix(template: u32, value: u32) -> Feature {
    let mut x = value ^ template.wrapping_mul(0x9E37_79B1);
    x = (x ^ (x >> 16)).wrapping_mul(0x7FEB_352D);
    x = (x ^ (x >> 15)).wrapping_mul(0x846C_A68B);
    x ^ (x >> 16)
}

/// A hasher for keys that are hashes already.
#[derive(Debug, Default, Clone)]
pub(super) struct Identity;

impl std::hash::BuildHasher for Identity {
    type Hasher = IdentityHasher;
    fn build_hasher(&self) -> IdentityHasher {
        IdentityHasher(0)
    }
}

/// See [`Identity`].
pub(super) struct IdentityHasher(u64);

impl std::hash::Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }
    fn write_u32(&mut self, key: u32) {
        self.0 = u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arabic_word_loses_its_clitics_but_not_its_root() {
        let check = |word: &str, want: &str| {
            let folded = crate::text::normalize::fold(word);
            assert_eq!(without_clitics(&folded).0, want, "{word}");
        };
        check("بلبنان", "لبنان");
        check("والكويت", "كويت");
        check("للسعودية", "سعوديه");
        check("وبالقاهرة", "قاهره");
        check("باب", "باب");
    }

    #[test]
    fn the_words_of_an_arabic_hashtag_have_the_neighbours_that_they_would_have_without() {
        let neighbours = |written: &str| {
            let text = Text::new(written, Some(crate::text::Lang::AR));
            let view = View::new(&text, &[], &[]);
            let last = text.tokens.iter().rposition(|t| text.slice(t.span) == "الباطن").unwrap();
            let mut features = TokenFeatures::default();
            view.features(&text, &text.sentences[0], last, &mut features);
            // The words before and after, and two away on either side.
            [9, 10, 11, 12].map(|template| {
                let words = ["في", "حفر", "اليوم", "سيول"].iter().map(|word| hash(&crate::text::normalize::fold(word)));
                words.into_iter().position(|word| features.all.contains(&mix(template, word)))
            })
        };
        assert_eq!(neighbours("سيول في حفر الباطن اليوم"), [Some(1), Some(2), Some(0), None]);
        assert_eq!(neighbours("سيول في #حفر_الباطن اليوم"), neighbours("سيول في حفر الباطن اليوم"));
    }

    #[test]
    fn only_runs_that_can_be_names_are_looked_at() {
        let text = Text::new("He went to the Isle of Wight and slept in Cowes, near the Medina river and highway 61.", None);
        let view = View::new(&text, &[], &[joiner_key("river")]);
        let runs: Vec<_> = view
            .segments(&text, &text.sentences[0])
            .into_iter()
            .map(|r| &text.original[text.tokens[r.start].span.start as usize..text.tokens[r.end - 1].span.end as usize])
            .collect();
        assert_eq!(runs, ["He", "Isle of Wight", "Cowes", "Medina river"]);
    }
}
