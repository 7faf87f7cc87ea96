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
    sentence: &Range<usize>,
    cuts: &[Range<usize>],
    subsets: &[Range<usize>],
) -> Option<Bound> {
    let lang = marks.text.lang;
    let field = cue.field?;
    if matches!(field, CountField::Participants | CountField::Evacuated | CountField::Missing) {
        return None;
    }
    let clause = with_age(marks, cuts, clauses::of(cuts, cue.tokens.start));
    let beside = |at: usize| {
        let (from, to) = if at < cue.tokens.start { (at + 1, cue.tokens.start) } else { (cue.tokens.end.min(at), at) };
        // "a teacher, 23, was killed".
        let from = if to >= from + 3 && is_age(marks, from + 2) { from + 3 } else { from };
        words(marks, from, to) <= 5 && (from..to).all(|t| !marks.is_comma(t))
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
    (!subset).then(|| Bound {
        field,
        value: 1,
        qualifier: Qualifier::Exact,
        span: marks.text.tokens[start].span.cover(marks.text.tokens[at].span),
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
        // "عدد آخر" is some others, not another one; "десять человек" has its number.
        _ => {
            let counted = |b: usize| marks.is(b, "several") || (!marks.has_attached_and(at) && marks.is(b, "{n}"));
            marks.is(at, "person1") && !marks.word_before(at).is_some_and(counted)
        }
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

/// A clause, with the one before when only an age parts them: "a volunteer, 23, was killed".
fn with_age(marks: &Marks<'_>, cuts: &[Range<usize>], clause: usize) -> Range<usize> {
    let Range { start, end } = cuts[clause];
    let parted = (start.saturating_sub(1)..=start).any(|at| at >= 2 && is_age(marks, at));
    match clause.checked_sub(1) {
        Some(before) if parted => cuts[before].start..end,
        _ => start..end,
    }
}

/// Whether a comma ends an age: ", 23,".
fn is_age(marks: &Marks<'_>, comma: usize) -> bool {
    marks.is_comma(comma) && marks.text.tokens[comma - 1].kind == TokenKind::Number && marks.is_comma(comma - 2)
}
