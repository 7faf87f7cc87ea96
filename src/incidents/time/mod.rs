//! Expressions of time, and the days they mean relative to the day of publication.
//!
//! The patterns are data (`times.tsv` of each language): a line names a meaning, and what a meaning
//! is worth is told in `meaning.rs` and `days.rs`, once for all languages. Neighbours that tell one day
//! ("yesterday, Monday 4 August") are joined in `join.rs`. Without a day of publication only a date
//! with its year becomes a day; nothing is invented.

mod days;
mod join;
mod meaning;
mod slots;

use std::ops::Range;

use jiff::civil::Date;

use crate::text::{Span, Text};

use super::DatePrecision;
use super::calendar::plus_days;
use super::numbers::{self, Number};
use super::rules::{Lexicon, Marks};

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
    /// The day of a statement: "said on Tuesday".
    pub statement: bool,
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
    /// No day: an hour, a length of time, an end ("until Friday"), "now". [`find`] leaves it out.
    NoDay,
}

impl When {
    /// The days, when it names days that can be told.
    pub fn days(self) -> Option<Interval> {
        match self {
            Self::On(interval) => Some(interval),
            _ => None,
        }
    }
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
    /// One day.
    fn day(date: Date) -> Self {
        Self::new(date, date, DatePrecision::Day)
    }

    /// From a day to a day.
    fn new(start: Date, end: Date, precision: DatePrecision) -> Self {
        Self { start, end, precision, since: false }
    }

    /// The night before a day, with the day.
    fn night_before(date: Date) -> Self {
        Self::new(plus_days(date, -1), date, DatePrecision::Day)
    }

    /// From a day on, up to another.
    fn since(start: Date, end: Date) -> Self {
        Self { start, end, precision: DatePrecision::Range, since: true }
    }

    /// Whether some day lies in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

/// All expressions of time that say something of the day, in order.
pub fn find(marks: &mut Marks<'_>, numbers: &[Number], published: Option<Date>) -> Vec<TimeExpr> {
    let mut all = find_all(marks, numbers, published);
    all.retain(|t| t.when != When::NoDay);
    all
}

/// All expressions of time of a text, with those that name no day. Empty when the language has no
/// tables.
///
/// ```
/// use oqiga::incidents::time::{When, read};
/// use oqiga::text::{Lang, Text};
/// let text = Text::new("قتل أربعة مساء أمس الأحد", Some(Lang::AR));
/// let found = read(&text, Some("2024-07-22".parse().unwrap()));
/// let When::On(interval) = found[0].when else { panic!("a day") };
/// assert_eq!((interval.start.to_string(), text.slice(found[0].span)), ("2024-07-21".into(), "مساء أمس الأحد"));
/// ```
pub fn read(text: &Text<'_>, published: Option<Date>) -> Vec<TimeExpr> {
    let Some(lexicon) = Lexicon::of(text.lang) else { return Vec::new() };
    let mut marks = Marks::new(text, lexicon);
    let numbers = numbers::find(&marks);
    find_all(&mut marks, &numbers, published)
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
    read(text, published).into_iter().map(|t| TimeSpan { span: t.span, days: t.when.days().map(|i| (i.start, i.end)) }).collect()
}

fn find_all(marks: &mut Marks<'_>, numbers: &[Number], published: Option<Date>) -> Vec<TimeExpr> {
    let dates = slots::mark(marks, numbers);
    let reader = meaning::Reader::new(marks, numbers, dates, published);
    let mut all = Vec::new();
    let mut previous = None;
    for sentence in &marks.text.sentences {
        let found = reader.longest(sentence.tokens.clone());
        reader.finish(found, &sentence.tokens, &mut previous, &mut all);
    }
    all
}

#[cfg(test)]
mod tests;
