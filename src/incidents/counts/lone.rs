//! A lone person told without a number.

use std::ops::Range;

use crate::incidents::rules::Marks;
use crate::incidents::{CountField, Qualifier, clauses};
use crate::text::{Lang, TokenKind};

use super::{Bound, Cue, near, words};

/// "a teacher was wounded", "ранена женщина", "مقتل شخص".
pub fn lone_person(
    marks: &Marks<'_>,
    cue: &Cue,
    cues: &[Cue],
    sentence: &Range<usize>,
    cuts: &[Range<usize>],
    subsets: &[Range<usize>],
) -> Option<Bound> {
    let lang = marks.text.lang;
    let field = cue.field?;
    if matches!(field, CountField::Participants | CountField::Evacuated | CountField::Missing) {
        return None;
    }
    let clause = cuts[clauses::of(cuts, cue.tokens.start)].clone();
    let beside = |at: usize| {
        let (from, to) = if at < cue.tokens.start { (at + 1, cue.tokens.start) } else { (cue.tokens.end.min(at), at) };
        // "a teacher, 23, was killed".
        let aside = to >= from + 3 && marks.is_comma(from) && marks.is_comma(from + 2) && kind(marks, from + 1) == TokenKind::Number;
        let from = if aside { from + 3 } else { from };
        words(marks, from, to) <= 3 && (from..to).all(|t| !marks.is_comma(t))
    };
    let casualty = matches!(field, CountField::Killed | CountField::Injured);
    let lone = |at: usize| match lang {
        Lang::EN => is_named_in_english(marks, at, &clause, casualty),
        Lang::KK => marks.is(at, "person1") && at < cue.tokens.start,
        _ => is_lone(marks, at, &clause),
    };
    let candidates = clause.start.max(sentence.start)..clause.end.min(sentence.end);
    let at = candidates.filter(|&at| !cue.tokens.contains(&at) || lang == Lang::AR).find(|&at| lone(at) && beside(at))?;
    let subset = near(subsets, at).any(|s| clause.contains(&s.start) && (s.end > at || words(marks, s.end, at) <= 2));
    let start = if lang == Lang::EN { (1..=6).map(|b| at.saturating_sub(b)).find(|&t| marks.is(t, "article")).unwrap_or(at) } else { at };
    let second = joined(marks, at, cue, &clause).filter(|&other| {
        // "a soldier killed and a policeman wounded", "killed a girl and wounded her brother": the other
        // has a verb of his own.
        let between = at.min(other)..at.max(other);
        let own = |c: &Cue| c.field != cue.field && c.tokens.start > other && words(marks, other + 1, c.tokens.start) <= 2;
        !cues.iter().any(|c| own(c) || (c.field != cue.field && between.contains(&c.tokens.start)))
    });
    let last = second.unwrap_or(at).max(at);
    let start = second.unwrap_or(start).min(start);
    (!subset).then(|| Bound {
        field,
        value: if second.is_some() { 2 } else { 1 },
        qualifier: Qualifier::Exact,
        span: marks.text.tokens[start].span.cover(marks.text.tokens[last].span),
        at,
        cue: cue.tokens.start,
        update: false,
        cost: 6,
    })
}

/// Whether a word of a clause tells of one person.
pub fn is_lone(marks: &Marks<'_>, at: usize, clause: &Range<usize>) -> bool {
    match marks.text.lang {
        Lang::EN => is_named_in_english(marks, at, clause, true),
        // "عدد آخر" is some others, not another one.
        _ => marks.is(at, "person1") && !(at > 0 && marks.is(at - 1, "several")),
    }
}

/// "a driver", and of casualties "its driver" as well.
fn is_named_in_english(marks: &Marks<'_>, at: usize, clause: &Range<usize>, casualty: bool) -> bool {
    let article = (1..=6).any(|back| {
        let determined = |t: usize| marks.is(t, "article") || (casualty && back <= 3 && marks.is(t, "possessive"));
        at >= clause.start + back && determined(at - back) && (at - back..at).all(|t| !marks.is_comma(t))
    });
    let folded = marks.text.folded(&marks.text.tokens[at]);
    marks.is(at, "person") && article && !folded.ends_with('s') && folded != "people"
}

/// The second of two: "a child and his grandmother were killed", "погибли ребёнок и его бабушка". Both stand
/// on one side of the verb.
fn joined(marks: &Marks<'_>, at: usize, cue: &Cue, clause: &Range<usize>) -> Option<usize> {
    let end = if at < cue.tokens.start { cue.tokens.start } else { clause.end };
    second(marks, at + 1..end, at).or_else(|| {
        let start = if at < cue.tokens.start { clause.start } else { cue.tokens.end };
        second(marks, (start..at).rev(), at)
    })
}

/// The first single person of some words, with a conjunction between him and the one at `at`.
fn second(marks: &Marks<'_>, words: impl Iterator<Item = usize>, at: usize) -> Option<usize> {
    const BETWEEN_WORDS: usize = 4;
    let text = marks.text;
    let is_attached = |token: usize| text.lang == Lang::AR && text.folded(&text.tokens[token]).starts_with('و');
    let mut conjoined = is_attached(at);
    for token in words.take(BETWEEN_WORDS).take_while(|&token| marks.is_word(token)) {
        conjoined |= marks.is(token, "list_and") || (token > at && is_attached(token));
        let is_person = marks.is(token, "person1") || (text.lang == Lang::EN && marks.is(token, "person"));
        if conjoined && is_person {
            let is_plural = text.lang == Lang::EN && text.folded(&text.tokens[token]).ends_with('s');
            return (!is_plural).then_some(token);
        }
        if is_person {
            return None;
        }
    }
    None
}

fn kind(marks: &Marks<'_>, token: usize) -> TokenKind {
    marks.text.tokens[token].kind
}
