//! Names that the annotators of Arabic texts left unmarked, so that nobody learns that they are none.
//!
//! The Arabic corpora that weights may be fitted to mark less than they mean. One marks a name once in
//! a post and where its letters first occur, be that inside another word (مصر in مصرع) or in a tag of
//! several words; another takes a state that acts, and a hospital or school, for an organisation. A
//! recogniser fitted to them as they are learns that "Egypt" after the first is no place, and "Russia
//! wants" none either.
//! Here what they mean is written out, before a text is learnt from. Measuring is done on the corpora as
//! they are.

use std::ops::Range;

use super::matcher::pack_of;
use super::surroundings::{Lines, Surroundings};
use super::tagger::EntityKind;
use super::tags::{TagPlace, Tags};
use super::unlisted::{self, NameCue};
use super::{judge, matcher};
use crate::gazetteer::{Class, Gazetteer};
use crate::lang::Cue;
use crate::text::{Span, Text, TokenKind};

/// What a text has to teach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marked {
    /// Names and what they name.
    pub names: Vec<(Span, EntityKind)>,
    /// Spans of which it is not known whether they are names.
    pub unsure: Vec<Span>,
}

/// A repeated name has so many letters at least.
const REPEATED_CHARS_MIN: usize = 3;

/// Completes the names marked in a text; `ignored` are spans that were left open on purpose.
pub fn fill(text: &Text<'_>, gazetteer: &Gazetteer, names: Vec<(Span, EntityKind)>, ignored: &[Span]) -> Marked {
    let tags = Tags::of(text);
    let mut marked = Marked::default();
    let mut repeated: Vec<Vec<&str>> = Vec::new();
    for (span, kind) in names {
        let tokens = text.tokens_in(span);
        if kind == EntityKind::Place {
            repeated.extend(words_of(text, &tokens, span));
        }
        let is_misplaced = goes_on(text, &tokens, span) || tags.place_of(&tokens) == TagPlace::Part;
        if kind == EntityKind::Place && is_misplaced {
            marked.unsure.push(span);
        } else {
            marked.names.push((span, kind));
        }
    }
    let is_free = |marked: &Marked, span: Span| {
        !marked.names.iter().any(|(name, _)| name.overlaps(span)) && !ignored.iter().chain(&marked.unsure).any(|s| s.overlaps(span))
    };
    for words in &repeated {
        for start in 0..text.tokens.len() {
            let Some(tokens) = stands_at(text, words, start) else { continue };
            let span = text.span_over(&tokens);
            // A tag that repeats a name is a label of the post, and left as it was marked.
            let is_first = !marked.names.iter().any(|(name, _)| words_are(text, *name, words));
            if is_free(&marked, span) && (tags.over(start).is_none() || is_first && tags.place_of(&tokens) == TagPlace::Whole) {
                marked.names.push((span, EntityKind::Place));
            }
        }
    }
    if !judge::is_post(text) {
        let institutions = unlisted::find(text, &tags, |_| false, &mut String::new());
        let spans = institutions.into_iter().filter(|cued| cued.cue == NameCue::Facility);
        let spans = spans.map(|cued| text.span_over(&cued.tokens));
        let open: Vec<Span> = spans.filter(|span| is_free(&marked, *span)).collect();
        marked.unsure.extend(open);
    }
    let lines = Lines::of(text);
    let mut scratch = String::new();
    for found in matcher::matches(text, gazetteer) {
        let lead = gazetteer.place(found.bearers[0].place);
        if lead.class() != Class::Country || found.is_demonym() || tags.over(found.tokens.start).is_some() || !is_free(&marked, found.span)
        {
            continue;
        }
        let around = Surroundings::of(text, &found.tokens, &lines, &mut scratch);
        if around.before.any(Cue::ORGANIZATION_BEFORE) || around.is_quoted {
            marked.unsure.push(found.span);
        } else {
            marked.names.push((found.span, EntityKind::Place));
        }
    }
    marked
}

/// Whether the last word of a span has more letters than the span.
fn goes_on(text: &Text<'_>, tokens: &Range<usize>, span: Span) -> bool {
    tokens.end > tokens.start && text.tokens[tokens.end - 1].span.end > span.end
}

/// The folded words of a name that may be repeated; of a span that is cut, of the span alone.
fn words_of<'t>(text: &'t Text<'_>, tokens: &Range<usize>, span: Span) -> Option<Vec<&'t str>> {
    if goes_on(text, tokens, span) {
        return None;
    }
    let words = tokens.clone().filter(|at| text.tokens[*at].kind != TokenKind::Punctuation);
    let words: Vec<&str> = words.map(|at| text.folded(&text.tokens[at])).collect();
    let is_common = words.len() == 1 && pack_of(text, text.tokens.get(tokens.start)?).cues.get(words[0]).any(Cue::COMMON);
    (!is_common && words.first()?.chars().count() >= REPEATED_CHARS_MIN).then_some(words)
}

/// The tokens of a name that stands at a token, with or without a particle before it.
fn stands_at(text: &Text<'_>, words: &[&str], start: usize) -> Option<Range<usize>> {
    let mut at = start;
    for (n, wanted) in words.iter().enumerate() {
        while n > 0 && text.tokens.get(at).is_some_and(|t| t.kind == TokenKind::Punctuation && text.slice(t.span) == "_") {
            at += 1;
        }
        let token = text.tokens.get(at).filter(|t| t.kind != TokenKind::Punctuation)?;
        let folded = text.folded(token);
        let mut is_wanted = folded == *wanted;
        if n == 0 && !is_wanted {
            pack_of(text, token).forms(folded, |form| is_wanted |= form.text == *wanted);
        }
        if !is_wanted {
            return None;
        }
        at += 1;
    }
    Some(start..at)
}

fn words_are(text: &Text<'_>, span: Span, words: &[&str]) -> bool {
    let tokens = text.tokens_in(span);
    stands_at(text, words, tokens.start) == Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[track_caller]
    fn check(text: &str, marked: &[&str], want: &[&str]) {
        let gazetteer = Gazetteer::bundled().expect("the gazetteer opens");
        let span = |name: &&str| {
            let start = text.find(*name).expect("the name stands in the text");
            (Span::new(start, start + name.len()), EntityKind::Place)
        };
        let read = Text::new(text, Some(Lang::AR));
        let filled = fill(&read, &gazetteer, marked.iter().map(span).collect(), &[]);
        let mut spans: Vec<Span> = filled.names.iter().map(|(span, _)| *span).collect();
        spans.sort();
        assert_eq!(spans.into_iter().map(|s| read.slice(s)).collect::<Vec<_>>(), want, "{text}");
    }

    #[test]
    fn a_name_marked_inside_another_word_is_marked_where_it_stands() {
        check("مصرع طفل وإصابة خمسة في مصر", &["مصر"], &["مصر"]);
    }

    #[test]
    fn a_name_told_twice_is_a_name_twice() {
        check("غرق شارع في المنيل، ومن المنيل إلى الجيزة", &["المنيل"], &["المنيل", "المنيل"]);
    }

    #[test]
    fn a_tag_that_repeats_a_name_and_a_part_of_a_tag_stay_as_they_were() {
        check("أمطار على المنقف #المنقف #أمطار_المنقف", &["المنقف"], &["المنقف"]);
        check("#أمطار_المنقف #المنقف", &["المنقف"], &["المنقف"]);
    }

    #[test]
    fn nothing_is_learnt_of_an_institution_that_is_not_marked() {
        let gazetteer = Gazetteer::bundled().expect("the gazetteer opens");
        let text = Text::new("زار الوزير مستشفى المقاصد أمس", Some(Lang::AR));
        let unsure = fill(&text, &gazetteer, vec![], &[]).unsure;
        assert_eq!(unsure.into_iter().map(|span| text.slice(span)).collect::<Vec<_>>(), ["مستشفى المقاصد"]);
    }

    #[test]
    fn a_state_that_acts_is_a_name() {
        check("فقد حرصت روسيا على تعطيل القرار", &[], &["روسيا"]);
    }
}
