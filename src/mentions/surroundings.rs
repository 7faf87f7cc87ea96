//! What stands around a name: cue words, capitals, quotation marks, the beginning of a sentence.

use std::ops::Range;

use super::matcher::pack_of;
use crate::lang::{Cue, PHRASE_WORDS_MAX};
use crate::text::{Case, Script, Sentence, Text, TokenKind};

/// The surroundings of some tokens.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Surroundings {
    /// What the words just before say.
    pub before: Cue,
    /// What the word before those says, when those are a cue: the preposition of "in the city of X".
    pub before_that: Cue,
    /// What the words just after say.
    pub after: Cue,
    /// The name alone stands between quotation marks.
    pub is_quoted: bool,
    /// The name is part of a longer text between quotation marks of at most five words.
    pub is_in_title: bool,
    /// It begins its sentence.
    pub begins_sentence: bool,
    /// Capitals say nothing here: the script has none, or all words of the line begin with one.
    pub capitals_say_nothing: bool,
    /// A word with a capital stands right before, without a mark between.
    pub capital_before: bool,
    /// A word with a capital stands right after, without a mark between.
    pub capital_after: bool,
    /// It is a hashtag, or a user name.
    pub is_tag: bool,
    /// A comma stands right after.
    pub comma_after: bool,
    /// A comma or opening parenthesis stands right before.
    pub comma_before: bool,
    /// Number of the first cue token before the name, where a cue that tells the kind stands.
    pub head_start: Option<usize>,
    /// One past the last token of a cue after the name that tells the kind.
    pub head_end: Option<usize>,
}

impl Surroundings {
    /// Looks around some tokens.
    pub fn of(text: &Text<'_>, tokens: &Range<usize>, lines: &Lines, scratch: &mut String) -> Self {
        let sentence_number = text.sentence_of(tokens.start);
        let Some(sentence) = text.sentences.get(sentence_number) else { return Self::default() };
        let mut around = Self { begins_sentence: begins(text, sentence, tokens.start), ..Self::default() };
        let first = &text.tokens[tokens.start];
        around.capitals_say_nothing = matches!(first.case, Case::None) || lines.is_title(sentence_number);
        let mark_before = tokens.start.checked_sub(1).filter(|t| *t >= sentence.tokens.start).filter(|t| is_mark(text, *t));
        let mark_after = Some(tokens.end).filter(|t| *t < sentence.tokens.end).filter(|t| is_mark(text, *t));
        if let Some(mark) = mark_before {
            let mark = text.word(mark);
            around.is_tag = matches!(mark, "#" | "@");
            around.comma_before = matches!(mark, "," | "،" | "(");
        }
        if let Some(mark) = mark_after {
            around.comma_after = matches!(text.word(mark), "," | "،" | "(");
        }
        let (opened, closed) = quotes_around(text, sentence, tokens);
        around.is_quoted = opened == Some(tokens.start.wrapping_sub(1)) && closed == Some(tokens.end);
        around.is_in_title = matches!((opened, closed), (Some(open), Some(close)) if close - open <= 6) && !around.is_quoted;
        let before = word_before(text, sentence, tokens.start);
        let after = word_after(text, sentence, tokens.end);
        if let Some(word) = before {
            let (cue, start) = cue_before(text, sentence, word, scratch);
            around.before = cue;
            if cue.any(Cue::HEAD_BEFORE) {
                around.head_start = Some(start);
            }
            if !cue.is_empty()
                && let Some(word) = word_before(text, sentence, start)
            {
                around.before_that = cue_before(text, sentence, word, scratch).0;
            }
            around.capital_before = word + 1 == tokens.start && is_capital(text, word) && !begins(text, sentence, word);
        }
        if let Some(word) = after {
            let (cue, end) = cue_after(text, sentence, word, scratch);
            around.after = cue;
            if cue.any(Cue::HEAD_AFTER) {
                around.head_end = Some(end);
            }
            around.capital_after = word == tokens.end && is_capital(text, word);
        }
        around
    }
}

/// Which sentences are written like titles, every word with a capital.
pub(super) struct Lines {
    titles: Vec<bool>,
}

impl Lines {
    /// Reads the letter cases of all sentences.
    pub fn of(text: &Text<'_>) -> Self {
        Self { titles: text.sentences.iter().map(|sentence| is_title(text, sentence)).collect() }
    }

    fn is_title(&self, sentence: usize) -> bool {
        self.titles.get(sentence).copied().unwrap_or(false)
    }
}

fn is_title(text: &Text<'_>, sentence: &Sentence) -> bool {
    let long_words = text.tokens[sentence.tokens.clone()].iter().filter(|t| t.kind == TokenKind::Word && t.span.len_bytes() >= 4);
    let (mut all, mut capital) = (0, 0);
    for word in long_words {
        all += 1;
        capital += usize::from(word.case != Case::Lower);
    }
    all >= 4 && capital * 10 >= all * 8
}

fn begins(text: &Text<'_>, sentence: &Sentence, token: usize) -> bool {
    text.tokens[sentence.tokens.start..token].iter().all(|t| t.kind == TokenKind::Punctuation)
}

fn is_mark(text: &Text<'_>, token: usize) -> bool {
    text.tokens[token].kind == TokenKind::Punctuation
}

fn is_capital(text: &Text<'_>, token: usize) -> bool {
    let word = &text.tokens[token];
    word.kind == TokenKind::Word && matches!(word.case, Case::Title | Case::Upper | Case::Mixed) && word.script != Script::None
}

/// The word before a token, past an opening quote, a hash or the point of an abbreviation.
pub(super) fn word_before(text: &Text<'_>, sentence: &Sentence, token: usize) -> Option<usize> {
    let mut at = token.checked_sub(1)?;
    if at >= sentence.tokens.start && is_mark(text, at) && matches!(text.word(at), "«" | "\"" | "“" | "„" | "#" | "@" | "." | "_") {
        at = at.checked_sub(1)?;
    }
    (at >= sentence.tokens.start && text.tokens[at].kind == TokenKind::Word).then_some(at)
}

/// The word after a token, past a closing quote or the English possessive.
pub(super) fn word_after(text: &Text<'_>, sentence: &Sentence, token: usize) -> Option<usize> {
    let mut at = token;
    if at < sentence.tokens.end && is_mark(text, at) && matches!(text.word(at), "»" | "\"" | "”" | "'s" | "’s" | "-" | "–" | "_") {
        at += 1;
    }
    (at < sentence.tokens.end && text.tokens[at].kind == TokenKind::Word).then_some(at)
}

/// The cue of the longest phrase that ends at a word, and the first token of the phrase.
pub(super) fn cue_before(text: &Text<'_>, sentence: &Sentence, word: usize, scratch: &mut String) -> (Cue, usize) {
    let first = word.saturating_sub(PHRASE_WORDS_MAX - 1).max(sentence.tokens.start);
    let (cue, phrase) = cue_of_longest(text, (first..=word).map(|start| start..word + 1), scratch).unwrap_or((Cue::NONE, word..word + 1));
    if phrase.len() == 1 && cue.any(Cue::GIVEN_NAME) && is_on(text, sentence, word) {
        return (cue.without(Cue::GIVEN_NAME), word);
    }
    (cue, phrase.start)
}

/// Whether a word that folds to the name علي is the preposition على, "on". Egypt writes either letter
/// for either word: then a name before it tells the man, and إلي or حتي in the text the preposition.
fn is_on(text: &Text<'_>, sentence: &Sentence, word: usize) -> bool {
    const REACH: usize = 60;
    let folded = text.folded(&text.tokens[word]);
    if !matches!(folded, "علي" | "وعلي" | "فعلي") {
        return false;
    }
    let before =
        word_before(text, sentence, word).map_or(Cue::NONE, |at| pack_of(text, &text.tokens[at]).cues.get(text.folded(&text.tokens[at])));
    if before.any(Cue::GIVEN_NAME | Cue::PERSON_BEFORE) {
        return false;
    }
    let is_ya_for_alef = |at: usize| matches!(text.folded(&text.tokens[at]), "الي" | "حتي") && text.word(at).ends_with('ي');
    let around = word.saturating_sub(REACH)..(word + REACH).min(text.tokens.len());
    text.word(word).ends_with('ى') || around.into_iter().any(is_ya_for_alef)
}

/// The cue of the longest phrase that begins at a word, and one past the last token of the phrase.
pub(super) fn cue_after(text: &Text<'_>, sentence: &Sentence, word: usize, scratch: &mut String) -> (Cue, usize) {
    let last = (word + PHRASE_WORDS_MAX).min(sentence.tokens.end);
    cue_of_longest(text, (word + 1..=last).rev().map(|end| word..end), scratch)
        .map_or((Cue::NONE, word + 1), |(cue, phrase)| (cue, phrase.end))
}

fn cue_of_longest(text: &Text<'_>, phrases: impl Iterator<Item = Range<usize>>, scratch: &mut String) -> Option<(Cue, Range<usize>)> {
    for phrase in phrases {
        scratch.clear();
        let words = &text.tokens[phrase.clone()];
        if words.iter().any(|t| t.kind != TokenKind::Word) {
            continue;
        }
        for (n, word) in words.iter().enumerate() {
            if n > 0 {
                scratch.push(' ');
            }
            scratch.push_str(text.folded(word));
        }
        let cue = pack_of(text, &words[0]).cue_of(scratch);
        if !cue.is_empty() {
            return Some((cue, phrase));
        }
    }
    None
}

/// The nearest quotation marks around some tokens within their sentence, one on each side.
fn quotes_around(text: &Text<'_>, sentence: &Sentence, tokens: &Range<usize>) -> (Option<usize>, Option<usize>) {
    const REACH: usize = 6;
    let is_open = |t: &usize| is_mark(text, *t) && matches!(text.word(*t), "«" | "“" | "\"" | "„");
    let is_close = |t: &usize| is_mark(text, *t) && matches!(text.word(*t), "»" | "”" | "\"" | "“");
    let opened = (sentence.tokens.start..tokens.start).rev().take(REACH).find(|t| is_open(t) || is_close(t)).filter(is_open);
    let closed = (tokens.end..sentence.tokens.end).take(REACH).find(|t| is_open(t) || is_close(t)).filter(is_close);
    (opened, closed)
}
