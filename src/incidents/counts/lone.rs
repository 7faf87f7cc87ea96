//! A lone person told without a number.

use std::ops::Range;

use crate::incidents::rules::Marks;
use crate::incidents::{CountField, Qualifier, clauses};
use crate::text::Lang;

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
    let clause = cuts[clauses::of(cuts, cue.tokens.start)].clone();
    let beside = |at: usize| {
        let (from, to) = if at < cue.tokens.start { (at + 1, cue.tokens.start) } else { (cue.tokens.end.min(at), at) };
        words(marks, from, to) <= 3 && (from..to).all(|t| !marks.is_comma(t))
    };
    let lone = |at: usize| match lang {
        Lang::EN => {
            // "killing its driver" is one as well as "a driver was killed".
            let casualty = matches!(field, CountField::Killed | CountField::Injured);
            let article = (1..=6).any(|back| {
                let determined = |t: usize| marks.is(t, "article") || (casualty && back <= 3 && marks.is(t, "possessive"));
                at >= clause.start + back && determined(at - back) && (at - back..at).all(|t| !marks.is_comma(t))
            });
            let folded = marks.text.folded(&marks.text.tokens[at]);
            marks.is(at, "person") && article && !folded.ends_with('s') && folded != "people"
        }
        Lang::KK => marks.is(at, "person1") && at < cue.tokens.start,
        // "عدد آخر" is some others, not another one.
        _ => marks.is(at, "person1") && !(at > 0 && marks.is(at - 1, "several")),
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
