//! How dear it is to say that a number counts what a word says: distance, clauses, what lies between.

use std::ops::Range;

use crate::incidents::numbers::Number;
use crate::incidents::rules::Marks;
use crate::incidents::{CountField, clauses};
use crate::text::Lang;

use super::{Around, Cue, near, rises_behind, words};

/// How dear it is to bind a number to a cue.
pub fn cost(
    marks: &Marks<'_>,
    number: &Number,
    cue: &Cue,
    numbers: &[&Number],
    cues: &[Cue],
    cuts: &[Range<usize>],
    around: &Around,
) -> i32 {
    let core = &number.core;
    let cue_first = cue.tokens.start < core.start;
    let (from, to) = if cue.tokens.contains(&core.start) {
        (core.start, core.start)
    } else if cue_first {
        (cue.tokens.end.min(number.tokens.start), number.tokens.start.max(cue.tokens.end))
    } else {
        (number.tokens.end.max(core.end), cue.tokens.start)
    };
    let to = to.max(from);
    // Asides between the two are not seen.
    let aside = |at: usize| near(&around.asides, at).any(|a| a.contains(&at) && from <= a.start && a.end <= to);
    let between = |at: usize| (from..to).contains(&at) && !aside(at);
    let mut cost = (from..to).filter(|&at| marks.is_word(at) && !aside(at)).count() as i32;
    let skipped = near(&around.asides, core.start).filter(|a| from <= a.start && a.end <= to);
    let crossed = |a: &Range<usize>| clauses::of(cuts, a.end).saturating_sub(clauses::of(cuts, a.start.saturating_sub(1))) as i32;
    let boundaries = clauses::of(cuts, core.start).abs_diff(clauses::of(cuts, cue.tokens.start)) as i32 - skipped.map(crossed).sum::<i32>();
    // Verbs look back over a comma in Arabic ("… قتل"), forward elsewhere ("…, three were hurt").
    let back = cue_first != (marks.text.lang == Lang::AR);
    // "Погибших — 14, раненых — 52", "Killed: 14".
    if cue_first && from < to && (from..to).all(|at| marks.is_dash_or_colon(at)) {
        cost -= 4;
    } else {
        cost += boundaries.max(0) * if back { 7 } else { 4 };
    }
    let first = numbers.partition_point(|n| n.core.start < from);
    cost += 4 * numbers[first..].iter().take_while(|n| n.core.start < to).filter(|n| between(n.core.start)).count() as i32;
    let first = cues.partition_point(|c| c.tokens.start < from);
    let others = cues[first..].iter().take_while(|c| c.tokens.start < to);
    cost +=
        5 * others.filter(|c| between(c.tokens.start) && c.field != cue.field && c.field != Some(CountField::Participants)).count() as i32;
    cost += 3 * (from..to).filter(|&at| marks.is(at, "list_and") && !aside(at)).count() as i32;
    // The word right after the number is the surest: "5 قتلى", "9 погибших".
    let conjoined = marks.has_attached_and(cue.tokens.start);
    if !cue_first && conjoined && !cue.tokens.contains(&core.start) {
        // "مدنيان وأصيب": the conjunction begins another clause.
        cost += 8;
    } else if !cue_first && words(marks, from, to) == 0 && !(from..to).any(|at| marks.is_comma(at)) {
        cost -= 4;
    }
    if cue.tokens.contains(&core.start) {
        cost -= 6;
    }
    // "сотни родственников погибших": the oblique case after another noun of persons is of those others.
    let others = (core.end..cue.tokens.start.max(core.end)).any(|at| marks.is(at, "person"));
    if !cue_first && others && marks.is(cue.tokens.start, "oblique") {
        cost += 12;
    }
    if (core.end..(core.end + 2).min(marks.text.tokens.len())).any(|at| marks.is(at, "person")) || marks.is(core.start, "person2") {
        cost -= 2;
    }
    cost += match (marks.text.lang, cue_first) {
        // Kazakh verbs stand last; Arabic verbs first.
        (Lang::KK, true) => 8,
        (Lang::AR, false) if words(marks, from, to) > 1 => 3,
        _ => 0,
    };
    // A Russian verb in the singular has one subject, or a number that ends in one: "погиб на месте,
    // трое ранены"; a company of some is one too: "погибла семья из четырёх человек".
    let company = |at: usize| marks.is(at, "company_of");
    let one = marks.is(core.start, "person2") || (core.start.saturating_sub(2)..core.start).any(company);
    let single = marks.text.lang == Lang::RU && marks.is(cue.tokens.start, "singular") && !one;
    if single && number.count().is_none_or(|n| n % 10 != 1 || n % 100 == 11) {
        cost += 20;
    }
    // "four protesters were killed": the noun gives way to the verb.
    if cue.field == Some(CountField::Participants) {
        cost += 6;
    }
    // "risen to seven", "ارتفاع حصيلة … إلى خمسة قتلى".
    let before = |u: &Range<usize>| u.end <= core.start && words(marks, u.end, core.start) <= 3;
    let risen = near(&around.updates, core.start).any(|u| before(u) || rises_behind(marks, number, u));
    if risen && cue.field == Some(CountField::Killed) {
        cost -= 8;
    }
    cost
}
