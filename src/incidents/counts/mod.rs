//! Numbers bound to what they count: killed, injured, missing, arrested, evacuated, participants.
//!
//! Every number of a sentence and every word that counts people ("were wounded", "قتلى") make a pair
//! with a cost; the cheapest pairs are taken, each number once. Ages, distances, money, hours, things
//! and subsets ("including two children") are no counts. A lone person ("a teacher was wounded",
//! "مقتل شخص") is one.

mod cost;
mod lone;
mod people;
mod together;

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::text::{Lang, Span};

use super::numbers::Number;
use super::rules::{Marks, Match, Table};
use super::time::TimeExpr;
use super::{CountField, Qualifier};
use cost::cost;
use lone::lone_person;
use people::{everybody, is_subset, may_count_people, nobody};
use together::Company;

/// Dearer pairs are no pairs.
const COST_MAX: i32 = 15;
/// So many dead, hurt or arrested are no news of one incident.
const HARMED_MAX: u64 = 1_000_000;
/// A pair as dear as this gives way to a lone person beside the cue, unless a list holds both.
const COST_DEAR: i32 = 8;
/// How far beside (tokens).
const OWN_TOKENS: usize = 3;
/// A cue further from a number has nothing to do with it (tokens).
const REACH_TOKENS: usize = 60;
/// How far after "has risen to" a number still is the new toll, in words.
const UPDATE_WORDS: usize = 6;

/// A number with what it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// What is counted.
    pub field: CountField,
    /// The number.
    pub value: u64,
    /// How exact it is meant.
    pub qualifier: Qualifier,
    /// The words of the number.
    pub span: Span,
    /// The first token of the number.
    pub at: usize,
    /// The word that says what is counted.
    pub cue: usize,
    /// A toll that replaces what was told before.
    pub update: bool,
    /// Told beside others of their kind: "another nine died", "a third man was arrested".
    pub more: More,
    /// How dear the pair was: lower is surer.
    pub cost: i32,
}

/// How a number stands to one of its kind that was told just before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum More {
    /// On its own.
    No,
    /// Beside the others: "another nine died".
    Added,
    /// The last of so many: "a third died in hospital".
    Nth(u64),
}

/// A word that says what is counted.
#[derive(Debug, Clone)]
struct Cue {
    /// `None` of those who came to no harm ("29 survived"), which take numbers away from the others.
    field: Option<CountField>,
    /// "in a grave condition": of others when the sentence counts them with a word of its own.
    weak: bool,
    tokens: Range<usize>,
    /// The tokens that its pattern names, without what stands in its gaps.
    words: SmallVec<[u32; 4]>,
}

impl Cue {
    /// Whether it tells of harm, arrest or flight, and not of those who took part.
    fn is_toll(&self) -> bool {
        !self.weak && self.field.is_some_and(|field| field != CountField::Participants)
    }
}

/// The words of a sentence that keep numbers and cues from each other.
struct Around {
    subsets: Vec<Range<usize>>,
    updates: Vec<Range<usize>>,
    /// ", including a girl of 15,": what stands between commas and says who is among those counted.
    asides: Vec<Range<usize>>,
}

/// The bound numbers of a sentence, in order.
///
/// `numbers` and `times` are those of the document, in order.
pub fn find(marks: &Marks<'_>, numbers: &[Number], sentence: &Range<usize>, cuts: &[Range<usize>], times: &[TimeExpr]) -> Vec<Bound> {
    let matches = marks.matches(Table::Counts, sentence.clone());
    let spans_of = |name: &str| -> Vec<Range<usize>> {
        matches.iter().filter(|m| marks.lexicon.label(m.label) == name).map(|m| m.tokens.clone()).collect()
    };
    let attributes = spans_of("attribute");
    let mut cues = cues(marks, &matches);
    cues.retain(|cue| !near(&attributes, cue.tokens.start).any(|a| a.contains(&cue.tokens.start)));
    if cues.is_empty() {
        return Vec::new();
    }
    // "قتل منهم 38": after the verb it is the toll.
    let ends: FxHashSet<usize> = cues.iter().map(|c| c.tokens.end).collect();
    let after_cue = |s: &Range<usize>| marks.text.lang == Lang::AR && ends.contains(&s.start);
    let subsets: Vec<Range<usize>> = spans_of("subset").into_iter().filter(|s| !after_cue(s)).collect();
    let asides = subsets.iter().filter_map(|s| aside(marks, s, sentence)).collect();
    let around = Around { subsets, updates: spans_of("update"), asides };
    let nobody = nobody(marks, &matches, &cues);
    let (ages, older) = (spans_of("age"), spans_of("older"));
    let first = numbers.partition_point(|n| n.core.start < sentence.start);
    let last = numbers.partition_point(|n| n.core.start < sentence.end);
    let timed: Vec<Range<usize>> = {
        let first = times.partition_point(|t| t.tokens.end <= sentence.start);
        times[first..].iter().take_while(|t| t.tokens.start < sentence.end).map(|t| t.tokens.clone()).collect()
    };
    let people: Vec<&Number> = numbers[first..last.max(first)]
        .iter()
        .filter(|n| !near(&timed, n.core.start).any(|t| t.start < n.core.end && n.core.start < t.end))
        .filter(|n| !near(&ages, n.core.start).any(|a| a.contains(&n.core.start)))
        .filter(|n| nobody.binary_search(&n.core.start).is_err())
        .filter(|n| may_count_people(marks, n, sentence, &cues))
        .filter(|n| !is_subset(marks, n, &around.subsets, cuts, &cues))
        .filter(|n| !near(&older, n.core.start).any(|o| o.end <= n.core.start && words(marks, o.end, n.core.start) <= 4))
        .collect();
    let mut pairs = Vec::new();
    for (i, number) in people.iter().enumerate() {
        let near = cues.partition_point(|c| c.tokens.start + REACH_TOKENS < number.core.start);
        for (j, cue) in cues.iter().enumerate().skip(near).take_while(|(_, c)| c.tokens.start <= number.core.start + REACH_TOKENS) {
            let cost = cost(marks, number, cue, &people, &cues, cuts, &around);
            if cost <= COST_MAX {
                // Participants take what casualties and arrests leave.
                pairs.push((cue.field == Some(CountField::Participants), cost, i, j));
            }
        }
    }
    pairs.sort_unstable();
    let (mut used_numbers, mut used_cues) = (vec![false; people.len()], vec![false; cues.len()]);
    let company = Company { marks, people: &people, cues: &cues, cuts, around: &around, sentence };
    // "Ранили его жену в Кадуне, уведя с собой 11 прихожан": the person beside the word is surer.
    let has_own = |cue: &Cue| {
        let lone = lone_person(marks, cue, sentence, cuts, &around.subsets);
        lone.is_some_and(|lone| lone.at.abs_diff(cue.tokens.start) <= OWN_TOKENS)
    };
    let mut owns: Vec<Option<bool>> = vec![None; cues.len()];
    let mut bound: Vec<Bound> = Vec::new();
    let participants = pairs.partition_point(|&(participants, ..)| !participants);
    for pairs in [&pairs[..participants], &pairs[participants..]] {
        let mut taken = Vec::new();
        for &(_, cost, i, j) in pairs {
            if used_numbers[i] || used_cues[j] {
                continue;
            }
            let listed = people[i].tokens.start.checked_sub(1).is_some_and(|at| marks.is_comma(at) || marks.is(at, "list_and"));
            if cost >= COST_DEAR && !listed && *owns[j].get_or_insert_with(|| has_own(&cues[j])) {
                continue;
            }
            (used_numbers[i], used_cues[j]) = (true, true);
            taken.extend(bind(marks, people[i], &cues[j], cost, &around).map(|b| (b, i)));
        }
        for (mut number, i) in taken {
            if number.field != CountField::Participants {
                company.join(&mut number, people[i].tokens.start..people[i].core.end, &mut used_numbers);
            }
            bound.push(number);
        }
    }
    // "14 were taken to hospital, two in a grave condition": these are among those.
    let firm: Vec<CountField> = bound.iter().filter(|b| !is_weak(&cues, b.cue)).map(|b| b.field).collect();
    bound.retain(|b| !is_weak(&cues, b.cue) || !firm.contains(&b.field));
    let mut told: Vec<CountField> = bound.iter().map(|b: &Bound| b.field).collect();
    for (j, cue) in cues.iter().enumerate() {
        if let Some(field) = cue.field
            && !used_cues[j]
            && (!cue.weak || told.is_empty())
            && let Some(mut lone) = lone_person(marks, cue, sentence, cuts, &around.subsets)
            && (!told.contains(&field) || lone.more != More::No)
        {
            told.push(field);
            let at = lone.at;
            company.join(&mut lone, at..at + 1, &mut used_numbers);
            bound.push(lone);
        }
    }
    if !told.contains(&CountField::Killed)
        && let Some((aboard, all)) = everybody(marks, &matches)
        && let Some(number) = numbers[first..last.max(first)].iter().find(|n| n.core.start == aboard)
    {
        let cue = Cue { field: Some(CountField::Killed), weak: false, tokens: all..all + 1, words: SmallVec::new() };
        bound.extend(bind(marks, number, &cue, 0, &around));
    }
    bound.sort_by_key(|b| b.at);
    bound
}

/// A number with what a word says that it counts.
fn bind(marks: &Marks<'_>, number: &Number, cue: &Cue, cost: i32, around: &Around) -> Option<Bound> {
    let (value, field) = (number.count()?, cue.field?);
    // "Six million have perished": of a war, not of an incident.
    if value >= HARMED_MAX && !matches!(field, CountField::Evacuated | CountField::Participants) {
        return None;
    }
    let told_before = |u: &Range<usize>| u.start < number.core.start && words(marks, u.end, number.core.start) <= UPDATE_WORDS;
    // "Risen to nine after three bodies were found", "from five to nine": the first number behind is the
    // toll.
    let toll = |at: usize| marks.is(at, "{n}") && !marks.is(at - 1, "from");
    let first = |u: &Range<usize>| !(u.end..number.core.start).any(toll);
    let update = near(&around.updates, number.core.start).any(|u| (told_before(u) && first(u)) || rises_behind(marks, number, u));
    // "выросло до семи" is seven, not up to seven.
    let qualifier = if update && number.qualifier == Qualifier::UpTo { Qualifier::Exact } else { number.qualifier };
    let (span, at) = (marks.text.span_over(&number.tokens), number.core.start);
    let more = if is_added(marks, number, cue) { More::Added } else { More::No };
    Some(Bound { field, value, qualifier, span, at, cue: cue.tokens.start, update, more, cost })
}

/// "тоғызға дейін өсті": the Kazakh verb of a new toll stands behind its number.
fn rises_behind(marks: &Marks<'_>, number: &Number, update: &Range<usize>) -> bool {
    marks.text.lang == Lang::KK && number.core.end <= update.start && words(marks, number.tokens.end, update.start) <= 1
}

/// "Another nine died", "nine others died": beside those told before. Bodies found one after the other
/// are mostly part of the toll that is told with them.
fn is_added(marks: &Marks<'_>, number: &Number, cue: &Cue) -> bool {
    let before = (number.tokens.start.saturating_sub(1)..number.core.start).any(|at| marks.is(at, "more"));
    let behind = (number.core.end..number.core.end + 2).any(|at| marks.is(at, "more_post"));
    let bodies = cue.words.iter().any(|&at| marks.is(at as usize, "body"));
    let (first, last) = (number.core.start.min(cue.tokens.start), number.core.end.max(cue.tokens.end));
    let also = (first.saturating_sub(1)..last).any(|at| marks.is(at, "also"));
    (before || behind || also) && !bodies
}

/// Whether the counting word at a token is a weak one.
fn is_weak(cues: &[Cue], at: usize) -> bool {
    let first = cues.partition_point(|cue| cue.tokens.start < at);
    cues[first..].iter().take_while(|cue| cue.tokens.start == at).any(|cue| cue.weak)
}

/// The spans that begin near a token, of spans in order.
fn near(spans: &[Range<usize>], at: usize) -> impl Iterator<Item = &Range<usize>> {
    let first = spans.partition_point(|s| s.start + REACH_TOKENS < at);
    spans[first..].iter().take_while(move |s| s.start <= at + REACH_TOKENS)
}

/// Where an aside that begins with a subset ends, when commas stand on both sides.
fn aside(marks: &Marks<'_>, subset: &Range<usize>, sentence: &Range<usize>) -> Option<Range<usize>> {
    let opens = subset.start > sentence.start && marks.is_comma(subset.start - 1);
    let close = (subset.end..sentence.end.min(subset.end + REACH_TOKENS)).find(|&at| marks.is_comma(at))?;
    opens.then(|| subset.start..close + 1)
}

/// The counting words of a sentence; of those that share a word the longest.
fn cues(marks: &Marks<'_>, matches: &[Match]) -> Vec<Cue> {
    let mut cues: Vec<(usize, Cue)> = Vec::new();
    for m in matches {
        let name = marks.lexicon.label(m.label);
        let (name, weak) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
        let field = CountField::ALL.into_iter().find(|f| f.as_str() == name);
        if field.is_none() && name != "unharmed" {
            continue;
        }
        cues.push((m.steps.len(), Cue { field, weak, tokens: m.tokens.clone(), words: m.steps.clone() }));
    }
    cues.sort_by_key(|(steps, cue)| (std::cmp::Reverse(*steps), cue.tokens.start));
    let mut kept: Vec<Cue> = Vec::new();
    let mut taken: FxHashMap<usize, SmallVec<[usize; 2]>> = FxHashMap::default();
    for (_, cue) in cues {
        let rivals = |at: usize| taken.get(&at).into_iter().flatten().map(|&k: &usize| &kept[k]);
        if !cue.tokens.clone().any(|at| rivals(at).any(|k| k.tokens.len() > 1 || k.field == cue.field)) {
            for at in cue.tokens.clone() {
                taken.entry(at).or_default().push(kept.len());
            }
            kept.push(cue);
        }
    }
    kept.sort_by_key(|cue| cue.tokens.start);
    kept
}

fn words(marks: &Marks<'_>, from: usize, to: usize) -> usize {
    (from..to).filter(|&at| marks.is_word(at)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::rules::Lexicon;
    use crate::incidents::{cases, clauses, numbers, time};
    use crate::text::Text;

    #[test]
    fn counts_are_bound_as_the_cases_of_each_language_say() {
        cases::check(cases::COUNTS, |case| {
            let cut = Text::new(&case.text, Some(case.lang));
            let mut marks = Marks::new(&cut, Lexicon::of(case.lang).expect("has tables"));
            let found = numbers::find(&marks);
            let times = time::find(&mut marks, &found, case.published);
            let mut got = Vec::new();
            for sentence in &cut.sentences {
                let cuts = clauses::split(&marks, &sentence.tokens);
                let bound = find(&marks, &found, &sentence.tokens, &cuts, &times);
                got.extend(bound.iter().map(|b| format!("{} {}{}", b.field.as_str(), b.value, cases::qualifier(b.qualifier))));
            }
            got
        });
    }
}
