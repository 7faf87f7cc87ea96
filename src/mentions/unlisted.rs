//! Names that the gazetteer lacks, but that the text marks as places: "село X", "X ауылы", "مدينتي X
//! وY", "X County".
//!
//! The trained tagger marks more of them; here only cue words do, and the judge weighs both. They have
//! no bearers yet; [`crate::places`] tries them by sound inside the countries of the
//! document, and leaves them unresolved when nothing sounds alike.

use std::ops::Range;

use super::matcher::pack_of;
use super::surroundings::{cue_after, cue_before, word_after, word_before};
use super::{FoundBy, Mention, Usage};
use crate::gazetteer::Class;
use crate::lang::{Cue, FormKind};
use crate::text::{Case, Script, Span, Text, TokenKind};

/// The longest name in words that is taken without the gazetteer.
const NAME_WORDS_MAX: usize = 3;
/// The shortest name in letters.
const NAME_CHARS_MIN: usize = 3;

/// Names marked by a cue word, over tokens that are not taken: their tokens and the class demanded.
pub(super) fn find(text: &Text<'_>, is_taken: impl Fn(&Range<usize>) -> bool, scratch: &mut String) -> Vec<(Range<usize>, Class)> {
    let mut found: Vec<(Range<usize>, Class)> = Vec::new();
    for sentence in &text.sentences {
        let mut at = sentence.tokens.start;
        while at < sentence.tokens.end {
            let name = name_at(text, sentence.tokens.end, at);
            let Some(tokens) = name.filter(|tokens| !is_taken(tokens)) else {
                at += 1;
                continue;
            };
            let before = word_before(text, sentence, tokens.start).map_or(Cue::NONE, |word| cue_before(text, sentence, word, scratch).0);
            let after = word_after(text, sentence, tokens.end).map_or(Cue::NONE, |word| cue_after(text, sentence, word, scratch).0);
            let class = match text.tokens[tokens.start].script {
                Script::Arabic => arabic_class(text, &tokens, before, found.last()),
                _ => before.class_before().or(after.class_after()),
            };
            let end = tokens.end;
            found.extend(class.map(|class| (tokens, class)));
            at = end;
        }
    }
    found
}

/// The words from a token on that look like a name: capitals in a row; in Arabic one word.
fn name_at(text: &Text<'_>, end: usize, start: usize) -> Option<Range<usize>> {
    let first = &text.tokens[start];
    if first.kind != TokenKind::Word {
        return None;
    }
    if first.script == Script::Arabic {
        return is_long_enough(text, start).then_some(start..start + 1);
    }
    let is_capital = |at: usize| matches!(text.tokens[at].case, Case::Title | Case::Mixed) && text.tokens[at].kind == TokenKind::Word;
    if !is_capital(start) || !is_long_enough(text, start) {
        return None;
    }
    let cues = |at: usize| pack_of(text, &text.tokens[at]).cue_of(text.folded(&text.tokens[at]));
    // "County Council" and "Город Алматы" begin with a cue, not with a name.
    if cues(start).any(Cue::HEAD_BEFORE | Cue::HEAD_AFTER | Cue::COMMON | Cue::LOCATIVE | Cue::FROM | Cue::PERSON_BEFORE | Cue::PART) {
        return None;
    }
    let mut last = start + 1;
    while last < end && last - start < NAME_WORDS_MAX && is_capital(last) && !cues(last).any(Cue::HEAD_BEFORE | Cue::HEAD_AFTER) {
        last += 1;
    }
    Some(start..last)
}

/// Arabic has no capitals: only heads that are followed by nothing but a name count, the name has no
/// article (that would be an adjective or noun), and "the two cities of X and Y" passes its head on.
fn arabic_class(text: &Text<'_>, tokens: &Range<usize>, before: Cue, last: Option<&(Range<usize>, Class)>) -> Option<Class> {
    let word = text.folded(&text.tokens[tokens.start]);
    let cues = pack_of(text, &text.tokens[tokens.start]).cue_of(word);
    if word.starts_with("ال") || !cues.is_empty() {
        return None;
    }
    let follows = last.filter(|(last, _)| last.end == tokens.start && word.starts_with('و')).map(|(_, class)| *class);
    let is_head = before.any(Cue::CITY_BEFORE | Cue::ADMIN1_BEFORE | Cue::ADMIN2_BEFORE);
    if is_head { before.class_before() } else { follows }
}

/// The mention of a name that the gazetteer lacks.
pub(super) fn mention(
    text: &Text<'_>,
    tokens: Range<usize>,
    class: Option<Class>,
    chance: f32,
    found_by: FoundBy,
    usage: Usage,
) -> Mention {
    let first = &text.tokens[tokens.start];
    let mut start = first.span.start as usize;
    // و before a name that nothing is known of is "and".
    if class.is_some() && first.script == Script::Arabic && text.folded(first).starts_with('و') {
        start = text.after_folded(first, 1);
    }
    let span = Span::new(start, text.tokens[tokens.end - 1].span.end as usize);
    Mention {
        span,
        tokens,
        usage,
        found_by,
        class_cue: class,
        bearers: Vec::new(),
        chance,
        form: FormKind::Exact,
        offset: None,
        position: None,
    }
}

fn is_long_enough(text: &Text<'_>, token: usize) -> bool {
    text.folded(&text.tokens[token]).chars().nth(NAME_CHARS_MIN - 1).is_some()
}
