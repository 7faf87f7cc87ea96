//! A lone person told without a number.

use std::ops::Range;

use crate::incidents::rules::Marks;
use crate::incidents::{CountField, Qualifier, clauses};
use crate::text::{Lang, TokenKind};

use super::{Bound, Cue, More, near, words};

/// A person further from the verb is not its own, in tokens.
const REACH_TOKENS: usize = 30;
/// How far before a verb an apposition begins, in tokens.
const APPOSITION_TOKENS: usize = 12;

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
    // "Под завалами", "іздеуде": Russian and Kazakh say so of other things too.
    let sought = field == CountField::Missing && matches!(lang, Lang::KK | Lang::RU);
    if matches!(field, CountField::Participants | CountField::Evacuated) || sought {
        return None;
    }
    let casualty = matches!(field, CountField::Killed | CountField::Injured);
    let apposition = apposition(marks, cue, sentence).filter(|_| casualty);
    let clause = with_age(marks, cuts, clauses::of(cuts, cue.tokens.start));
    let clause = match &apposition {
        Some(aside) => cuts[clauses::of(cuts, aside.start.saturating_sub(1))].start..clause.end,
        None => clause,
    };
    let apposition = apposition.as_ref();
    let beside = |at: usize| {
        let (from, to) = if at < cue.tokens.start { (at + 1, cue.tokens.start) } else { (cue.tokens.end.min(at), at) };
        // "a teacher, 23, was killed".
        let from = if to >= from + 3 && is_age(marks, from + 2) { from + 3 } else { from };
        let to = apposition.filter(|a| from <= a.start).map_or(to, |a| a.start);
        words(marks, from, to) <= 5 && (from..to).all(|t| !marks.is_comma(t))
    };
    let lone = |at: usize| match lang {
        Lang::EN => is_named_in_english(marks, at, &clause, casualty),
        Lang::KK => is_lone(marks, at, &clause) && at < cue.tokens.start,
        _ => is_lone(marks, at, &clause),
    };
    let first = clause.start.max(sentence.start).max(cue.tokens.start.saturating_sub(REACH_TOKENS));
    let candidates = first..clause.end.min(sentence.end).min(cue.tokens.end + REACH_TOKENS);
    let told = |at: usize| lang != Lang::AR && cue.words.contains(&(at as u32));
    // The nearest; behind an Arabic verb, or before it.
    let far = |at: usize| (lang == Lang::AR && at < cue.tokens.start, at.abs_diff(cue.tokens.start));
    let at = candidates.filter(|&at| !told(at) && lone(at) && beside(at)).min_by_key(|&at| far(at))?;
    // "құрылысшылардың бірі": one of some is a person of his own.
    let one_of = marks.class_len(at, "person1").is_some_and(|len| len > 1);
    // "A girl was among those hurt"; what comes after the verb tells of others.
    let before_verb = |s: &Range<usize>| at < s.start && s.start <= cue.tokens.start;
    let at_person = |s: &Range<usize>| s.start <= at && (s.end > at || words(marks, s.end, at) <= 2);
    let within = |s: &Range<usize>| clause.contains(&s.start) && (at_person(s) || before_verb(s));
    let subset = !one_of && near(subsets, at).any(within);
    let start = if lang == Lang::EN { (1..=6).map(|b| at.saturating_sub(b)).find(|&t| marks.is(t, "article")).unwrap_or(at) } else { at };
    // "A third man was arrested".
    let nth = (start..=at).find_map(|t| marks.value(t, "nth")).map(|(nth, _)| More::Nth(nth as u64));
    let another = (start.saturating_sub(1)..=at + 1).any(|t| marks.is(t, "more") || marks.is(t, "more_post"));
    let more = nth.unwrap_or(if another { More::Added } else { More::No });
    (!subset).then(|| Bound {
        field,
        value: 1,
        // "مقتل شخص على الأقل".
        qualifier: if marks.is(at + 1, "at_least_post") { Qualifier::AtLeast } else { Qualifier::Exact },
        span: marks.text.tokens[start].span.cover(marks.text.tokens[at].span),
        at,
        cue: cue.tokens.start,
        update: false,
        more,
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
        let plain = |t: usize| !marks.is_comma(t) && !marks.is(t, "aux");
        at >= clause.start + back && determined(at - back) && (at - back..at).all(plain)
    });
    let folded = marks.text.folded(&marks.text.tokens[at]);
    let plural = folded.ends_with('s') && !folded.ends_with("ss");
    let person = marks.is(at, "person") && !plural && folded != "people";
    article && (person || is_national(marks, at))
}

/// "A Ugandan was killed", not "a Ugandan village".
fn is_national(marks: &Marks<'_>, at: usize) -> bool {
    let before_noun =
        |at: usize| marks.is_word(at) && !["aux", "list_and", "after_number", "clause"].iter().any(|class| marks.is(at, class));
    marks.is(at, "national") && !marks.text.folded(&marks.text.tokens[at]).ends_with('s') && !before_noun(at + 1)
}

/// ", a 34-year-old man," between a person and the verb: "the driver, a 34-year-old man, died".
fn apposition(marks: &Marks<'_>, cue: &Cue, sentence: &Range<usize>) -> Option<Range<usize>> {
    if marks.text.lang == Lang::AR {
        return None;
    }
    let first = sentence.start.max(cue.tokens.start.saturating_sub(APPOSITION_TOKENS));
    let mut commas = (first..cue.tokens.start).rev().filter(|&at| marks.is_comma(at));
    let close = commas.next().filter(|&close| words(marks, close, cue.tokens.start) <= 2)?;
    let open = commas.next()?;
    (words(marks, open, close) > 0).then_some(open..close + 1)
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
