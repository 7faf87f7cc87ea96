//! Which numbers may count people who came to harm at all.

use std::ops::Range;

use crate::incidents::numbers::Number;
use crate::incidents::rules::{Marks, Match};
use crate::incidents::{CountField, clauses};
use crate::text::{Case, Lang, TokenKind};

use super::{Cue, near, words};

/// How far after "including" a number still is a subset, in words.
const SUBSET_WORDS: usize = 5;

/// How far after the part of a whole the word stands that says what became of it.
const OWN_WORDS: usize = 3;

/// How far after "of them" a verb tells what became of them, in words.
const TOLD_WORDS: usize = 1;

/// The first tokens of numbers that count no casualties: the whole of whom some were hurt, those on
/// board, a toll before it rose.
pub fn nobody(marks: &Marks<'_>, matches: &[Match], cues: &[Cue]) -> Vec<usize> {
    let mut nobody = Vec::new();
    for m in matches {
        let numbers = m.steps.iter().map(|&s| s as usize).filter(|&at| marks.is(at, "{n}")).collect::<Vec<_>>();
        match (marks.lexicon.label(m.label), &numbers[..]) {
            ("aboard", [_]) if m.tokens.clone().filter(|&at| marks.is(at, "{n}")).count() > 1 => {}
            ("aboard", [.., last]) if !marks.word_before(*last).is_some_and(|b| marks.is(b, "all")) => nobody.push(*last),
            ("whole 1", [whole, part, ..]) | ("whole 2", [part, .., whole]) => {
                nobody.extend(whole_or_part(marks, *whole, *part, cues));
            }
            ("whole 1" | "older 1", [whole, ..]) => nobody.push(*whole),
            _ => {}
        }
    }
    nobody.sort_unstable();
    nobody
}

/// "Carrying 15 soldiers crashed, all on board died": the first token of the number of those on board, and
/// of the words that say that it was all of them.
pub fn everybody(marks: &Marks<'_>, matches: &[Match]) -> Option<(usize, usize)> {
    let of = |label: &'static str| matches.iter().filter(move |m| marks.lexicon.label(m.label) == label);
    let all = of("everybody").next()?;
    let number = |m: &Match| m.steps.iter().map(|&s| s as usize).find(|&at| marks.is(at, "{n}"));
    Some((of("aboard").find_map(number)?, all.tokens.start))
}

/// "38 of the 67 passengers died" counts the part. "Of the 19 injured, six remain in hospital" counts
/// the whole, and what became of the part only when it has another word of its own.
fn whole_or_part(marks: &Marks<'_>, whole: usize, part: usize, cues: &[Cue]) -> Option<usize> {
    let end = whole + marks.class_len(whole, "{n}").unwrap_or(1);
    let first = cues.partition_point(|cue| cue.tokens.start < end);
    // "Of the 19 people injured"; but "two of the 12 people died".
    let passed = |at: usize| !marks.is_word(at) || (part > whole && marks.is(at, "anybody"));
    let behind = cues.get(first).filter(|cue| cue.is_toll() && (end..cue.tokens.start).all(passed));
    // "жараланған 19 адамның алтауы".
    let before = cues[..first].last().filter(|cue| marks.text.lang == Lang::KK && cue.is_toll() && cue.tokens.end == whole);
    let Some(of) = behind.or(before) else { return Some(whole) };
    let from = part.max(of.tokens.end);
    let later = cues.partition_point(|cue| cue.tokens.start < from);
    let other = |cue: &Cue| cue.is_toll() && cue.field != of.field && words(marks, from, cue.tokens.start) <= OWN_WORDS;
    (!cues.get(later).is_some_and(other)).then_some(part)
}

/// Whether what follows a number lets it count people.
pub fn may_count_people(marks: &Marks<'_>, number: &Number, sentence: &Range<usize>, cues: &[Cue]) -> bool {
    let text = marks.text;
    if number.count().is_none() {
        return false;
    }
    let first = &text.tokens[number.core.start];
    let plain_digits = number.core.len() == 1 && number.digits && text.folded(first).bytes().all(|b| b.is_ascii_digit());
    if plain_digits && (1900.0..=2100.0).contains(&number.value) {
        return false;
    }
    if is_age_between_commas(marks, number) {
        return false;
    }
    let before = marks.word_before(number.core.start).filter(|&b| b >= sentence.start);
    // "Jordan Ellis, 38. He said": an age. "$40".
    if let Some(before) = before {
        let sign = text.slice(text.tokens[before].span);
        let after_name = before > 0 && (text.tokens[before - 1].case == Case::Title || marks.is(before - 1, "person"));
        let closed = text.tokens.get(number.core.end).is_some_and(|t| t.kind == TokenKind::Punctuation);
        if matches!(sign, "$" | "€" | "£" | "№" | "#") || (plain_digits && matches!(sign, "," | "،") && after_name && closed) {
            return false;
        }
    }
    // "супруги", "пятеро" count people by themselves.
    if marks.is(number.core.start, "person2") || marks.is(number.core.start, "people_number") {
        return true;
    }
    let mut at = number.core.end;
    // "magnitude 6", "room 12", "school No 5".
    let labelled = number.tokens.start > sentence.start && marks.is(number.tokens.start - 1, "label_before");
    if labelled && !(at..(at + 2).min(sentence.end)).any(|at| marks.is(at, "person")) {
        return false;
    }
    for nth in 0..3 {
        while at < sentence.end && !marks.is_word(at) && !marks.is_comma(at) {
            at += 1;
        }
        if at >= sentence.end || (marks.is_comma(at) && text.slice(text.tokens[at].span) != "%") {
            return true;
        }
        // "قتل ثلاثة وأصيب سبعة في غارة", "killed five in a raid": the noun is not said.
        if marks.is(at, "after_number") {
            return true;
        }
        // A person's word decides for, a thing's or measure's against; "more than thirty were hurt in
        // the blast": after the verb comes another noun.
        let first = cues.partition_point(|c| c.tokens.start < at);
        let verb = cues[first..]
            .iter()
            .take_while(|c| c.tokens.start == at)
            .any(|c| c.field.is_some_and(|field| field != CountField::Participants));
        if verb || marks.is(at, "person") {
            return true;
        }
        if marks.is(at, "measure") && nth <= 1 {
            return false;
        }
        if marks.is(at, "thing") {
            return false;
        }
        at += 1;
    }
    true
}

/// "a volunteer, 23, was killed", "a woman (34) was hurt": an age.
fn is_age_between_commas(marks: &Marks<'_>, number: &Number) -> bool {
    let text = marks.text;
    let comma = |at: usize| text.tokens.get(at).is_some_and(|t| matches!(text.slice(t.span), "," | "،" | "(" | ")"));
    let Some(before) = number.tokens.start.checked_sub(1) else { return false };
    let alone =
        number.tokens.len() == 1 && (1.0..=110.0).contains(&number.value) && text.tokens[number.tokens.start].kind == TokenKind::Number;
    alone && comma(before) && comma(number.tokens.end) && before > 0 && marks.is_word(before - 1)
}

/// "Six civilians, among them a woman and two children, and three fighters": what the comma and the
/// conjunction take up again is no part of the subset; in a list of several commas it is.
fn is_after_aside(marks: &Marks<'_>, subset: &Range<usize>, number: &Number) -> bool {
    let mut commas = (subset.end..number.tokens.start).filter(|&at| marks.is_comma(at));
    let (Some(comma), None) = (commas.next(), commas.next()) else { return false };
    let taken_up = comma + 1 == number.tokens.start && marks.has_attached_and(number.tokens.start);
    taken_up || (comma + 2 == number.tokens.start && marks.is(comma + 1, "list_and"))
}

/// "жолаушылардың екеуі қаза тапты": of those not told as harmed, so that it is the toll.
fn of_others(marks: &Marks<'_>, subset: &Range<usize>, cues: &[Cue]) -> bool {
    let harmed = |cue: &Cue| cue.tokens.start < subset.end && subset.start <= cue.tokens.end;
    marks.text.lang == Lang::KK && !cues.iter().any(harmed)
}

/// Whether a number tells of some of those counted before: "among them two children", "two of the
/// wounded".
pub fn is_subset(marks: &Marks<'_>, number: &Number, subsets: &[Range<usize>], cuts: &[Range<usize>], cues: &[Cue]) -> bool {
    let clause = clauses::of(cuts, number.core.start);
    // "of them five children, 30 were wounded", "بينهم خمسة أطفال، وأصيب ثلاثون": it has a verb of its own.
    let after = cues.partition_point(|cue| cue.tokens.start < number.core.end);
    let before = cues.partition_point(|cue| cue.tokens.start < number.tokens.start);
    let has_verb = cues[after..].first().is_some_and(|cue| cue.is_toll() && words(marks, number.core.end, cue.tokens.start) == 0)
        || cues[..before].last().is_some_and(|cue| {
            cue.is_toll() && cue.tokens.end <= number.tokens.start && words(marks, cue.tokens.end, number.tokens.start) == 0
        });
    near(subsets, number.core.start).any(|subset| {
        let after = subset.end <= number.core.start
            && (clauses::of(cuts, subset.start) == clause || subset.end + 1 >= cuts[clause].start)
            && words(marks, subset.end, number.core.start) <= SUBSET_WORDS
            && !(has_verb && (subset.end..number.core.start).any(|at| marks.is_comma(at)))
            && !(has_verb && of_others(marks, subset, cues))
            && !is_after_aside(marks, subset, number);
        // "67 were on board, 38 of them died": what follows says what became of these. "Two of the
        // wounded died" is no toll of its own.
        let first = cues.partition_point(|cue| cue.tokens.start < subset.end);
        let of_cue = cues[..first].last().is_some_and(|cue| cue.tokens.end > subset.start);
        let told = !of_cue && cues.get(first).is_some_and(|cue| cue.is_toll() && words(marks, subset.end, cue.tokens.start) <= TOLD_WORDS);
        // "واقتادت الشرطة أربعة منهم": the Arabic verb stands before.
        let verb =
            |cue: &Cue| cue.is_toll() && cue.tokens.end <= number.tokens.start && words(marks, cue.tokens.end, number.tokens.start) <= 2;
        let told = told || (marks.text.lang == Lang::AR && cues[..before].last().is_some_and(verb));
        let part = number.core.end == subset.start && !told;
        after || part
    })
}
