//! Expressions of time, and the days they mean relative to the day of publication.
//!
//! The patterns are data (`times.tsv`): each line names a meaning, and the meanings are in
//! [`meaning`]; [`written`] reads dates in figures, [`join`] puts neighbours together. Without a day
//! of publication only a date with its year becomes a day; nothing is invented.

mod join;
mod meaning;
mod written;

use std::ops::Range;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::text::{Span, Text, TokenKind};

use super::DatePrecision;
use super::numbers::Number;
use super::rules::{Marks, Table};

/// Older than this before publication is background, not news (days).
pub const NEWS_DAYS: i64 = 16;

/// An expression of time in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeExpr {
    /// Its tokens, with the part of the day and prepositions.
    pub tokens: Range<usize>,
    /// Where it stands.
    pub span: Span,
    /// What it means.
    pub when: When,
}

/// What an expression of time means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// From a day to a day.
    On(Interval),
    /// A day that cannot be told without the day of publication.
    Unresolved,
    /// Long ago.
    Background,
    /// A period that numbers are summed over.
    Statistic,
    /// Again and again.
    Habitual,
    /// To come.
    Future,
}

/// Days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// How exact the words are.
    pub precision: DatePrecision,
    /// Began then and goes on.
    pub since: bool,
}

impl Interval {
    fn day(date: Date) -> Self {
        Self { start: date, end: date, precision: DatePrecision::Day, since: false }
    }

    fn new(start: Date, end: Date, precision: DatePrecision) -> Self {
        Self { start, end, precision, since: false }
    }

    /// Whether some day lies in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

/// A pattern that matched, before neighbours are joined.
#[derive(Debug, Clone)]
struct Found {
    tokens: Range<usize>,
    meaning: Meaning,
    /// A day of a month, which rules over a weekday beside it.
    dated: bool,
}

#[derive(Debug, Clone, Copy)]
enum Meaning {
    When(When),
    /// So many days after the day told before.
    After(i64),
    /// For the nth day: until the day told beside it, or publication.
    NthDay(i64),
}

/// All expressions of time in the document, in order.
pub fn find(marks: &mut Marks<'_>, numbers: &[Number], published: Option<Date>) -> Vec<TimeExpr> {
    add_slots(marks, numbers);
    let reader = Reader { marks, numbers: numbers.iter().map(|n| (n.core.start, n.value as i64)).collect(), published };
    let mut all = Vec::new();
    let mut previous = None;
    for sentence in &marks.text.sentences {
        let found = reader.longest(sentence.tokens.clone());
        reader.finish(found, sentence.tokens.clone(), &mut previous, &mut all);
    }
    all
}

/// An expression of time of a text, for those who want nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeSpan {
    /// Where it stands.
    pub span: Span,
    /// First and last day, when it names days and they can be told.
    pub days: Option<(Date, Date)>,
}

/// The expressions of time of a text, in order; none when its language has no tables.
pub fn times(text: &Text<'_>, published: Option<Date>) -> Vec<TimeSpan> {
    let Some(lexicon) = super::rules::Lexicon::of(text.lang) else { return Vec::new() };
    let mut marks = Marks::new(text, lexicon);
    let numbers = super::numbers::find(&marks);
    let days = |when: When| match when {
        When::On(interval) => Some((interval.start, interval.end)),
        _ => None,
    };
    let found = find(&mut marks, &numbers, published);
    let mut spans: Vec<(Range<usize>, TimeSpan)> =
        found.into_iter().map(|t| (t.tokens, TimeSpan { span: t.span, days: days(t.when) })).collect();
    // "now", "26 years", "every day": expressions of time that place no incident.
    for sentence in &text.sentences {
        let matches = marks.matches(Table::Times, sentence.tokens.clone());
        let mut vague: Vec<Range<usize>> =
            matches.into_iter().filter(|m| marks.lexicon.label(m.label) == "vague").map(|m| m.tokens).collect();
        vague.sort_by_key(|tokens| (std::cmp::Reverse(tokens.len()), tokens.start));
        for tokens in vague {
            if spans.iter().all(|(t, _)| t.end <= tokens.start || tokens.end <= t.start) {
                let span = text.tokens[tokens.start].span.cover(text.tokens[tokens.end - 1].span);
                spans.push((tokens, TimeSpan { span, days: None }));
            }
        }
    }
    spans.sort_by_key(|(tokens, _)| tokens.start);
    spans.into_iter().map(|(_, span)| span).collect()
}

/// Marks days, years and numbers for the patterns.
fn add_slots(marks: &mut Marks<'_>, numbers: &[Number]) {
    for at in 0..marks.text.tokens.len() {
        let token = marks.text.tokens[at];
        if matches!(marks.text.slice(token.span), "," | "،") {
            marks.add_slot("{comma}", at..at + 1);
        }
        if token.kind == TokenKind::Number
            && let Some(value) = figures(marks.text, at)
        {
            if (1..=31).contains(&value) {
                marks.add_slot("{d}", at..at + 1);
            } else if (1900..=2100).contains(&value) || (1300..=1500).contains(&value) {
                marks.add_slot("{y}", at..at + 1);
            }
        }
    }
    for number in numbers {
        marks.add_slot("{n}", number.core.clone());
    }
}

/// The whole number that a token writes in figures.
fn figures(text: &Text<'_>, at: usize) -> Option<i64> {
    text.folded(&text.tokens[at]).parse().ok()
}

struct Reader<'a, 't> {
    marks: &'a Marks<'t>,
    numbers: FxHashMap<usize, i64>,
    published: Option<Date>,
}

#[cfg(test)]
mod tests;
