//! Who says so: the words beside the verb of saying.
//!
//! English and Kazakh put the speaker before the verb, Arabic and Russian after it; "according to"
//! and its kin are followed by the speaker everywhere but in Kazakh.

use std::ops::Range;

use crate::text::Lang;

use super::rules::{Marks, Table};
use super::scene::Scene;

/// A longer stretch is no name of a speaker (words).
const WORDS_MAX: usize = 8;

/// The speaker of a sentence, as written.
pub fn find(marks: &Marks<'_>, scene: &Scene) -> Option<String> {
    let said = marks.matches(Table::Actors, scene.tokens.clone()).into_iter().find(|m| marks.lexicon.label(m.label) == "say")?;
    let before = stretch_before(marks, said.tokens.start, scene.tokens.start);
    let after = stretch_after(marks, said.tokens.end, scene.tokens.end);
    let several = said.tokens.len() > 1;
    let first = match marks.text.lang {
        Lang::EN if !several => before.clone(),
        Lang::KK => before.clone(),
        _ => after.clone(),
    };
    let second = if marks.text.lang == Lang::RU { before } else { None };
    let tokens = first.or(second)?;
    let span = marks.text.span_over(&tokens);
    Some(marks.text.slice(span).to_owned())
}

fn stretch_before(marks: &Marks<'_>, end: usize, sentence: usize) -> Option<Range<usize>> {
    let start = (sentence..end).rev().take_while(|&at| !marks.is_comma(at)).last()?;
    fits(marks, start..end)
}

fn stretch_after(marks: &Marks<'_>, start: usize, sentence: usize) -> Option<Range<usize>> {
    let end = (start..sentence).take_while(|&at| !marks.is_comma(at) && !marks.is(at, "that")).last()? + 1;
    fits(marks, start..end)
}

fn fits(marks: &Marks<'_>, tokens: Range<usize>) -> Option<Range<usize>> {
    let words = tokens.clone().filter(|&at| marks.is_word(at)).count();
    (1..=WORDS_MAX).contains(&words).then_some(tokens)
}
