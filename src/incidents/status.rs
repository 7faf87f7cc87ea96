//! Whether a trigger is told as having happened: negated, denied, planned, feared, history.
//!
//! The cues are data (`status.tsv`), their reach is the clause unless the table says otherwise. A
//! negation reaches only the word it stands by, so that "no arrests" leaves the rally alone; a time
//! long before publication makes its clause background.

use std::ops::Range;

use jiff::civil::Date;

use crate::text::Lang;

use super::Status;
use super::calendar::days_between;
use super::rules::{Marks, Table};
use super::time::{Interval, NEWS_DAYS, TimeExpr, When};
use super::{DatePrecision, clauses};

/// How far a negation reaches, in words.
const NEGATION_WORDS: usize = 6;
/// How far before its verb that stands which was undone: "an attack on a mosque in Lyon was averted".
const UNDONE_WORDS: usize = 12;
/// A month that ended so long ago is history (days).
const MONTH_DAYS: i64 = 7;

/// A cue with the tokens it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cue {
    label: String,
    at: Range<usize>,
    reach: Range<usize>,
}

/// The cues of a sentence.
#[derive(Debug)]
pub struct Cues {
    cues: Vec<Cue>,
}

impl Cues {
    /// Finds the cues of a sentence.
    pub fn find(marks: &Marks<'_>, sentence: &Range<usize>, clauses: &[Range<usize>]) -> Self {
        let matches = marks.matches(Table::Status, sentence.clone());
        let label_of = |m: &super::rules::Match| marks.lexicon.label(m.label).to_owned();
        // "not only", "no fewer than": what is no cue although it holds one.
        let spared: Vec<Range<usize>> = matches.iter().filter(|m| label_of(m) == "spare").map(|m| m.tokens.clone()).collect();
        let mut cues = Vec::new();
        for m in &matches {
            let label = label_of(m);
            let covered = spared.iter().any(|s| s.start <= m.tokens.start && m.tokens.start < s.end);
            if label == "spare" || covered {
                continue;
            }
            let number = clauses::of(clauses, m.at());
            let clause = clauses[number].clone();
            let name = label.trim_end_matches(['<', '>']).to_owned();
            let reach = match &label[name.len()..] {
                "<>" => with_neighbours(marks, clauses, number, m.at()),
                ">" => m.tokens.start.min(clause.start.max(m.tokens.start))..sentence.end,
                "<" => sentence.start..clause.end,
                _ => clause,
            };
            cues.push(Cue { label: name, at: m.tokens.clone(), reach });
        }
        Self { cues }
    }

    /// Whether the sentence speaks of sport or markets.
    pub fn is_figurative(&self) -> bool {
        self.cues.iter().any(|c| c.label == "figurative")
    }

    /// Whether a word is told as said before: "had said earlier".
    pub fn is_earlier(&self, at: usize) -> bool {
        self.cues.iter().any(|c| c.label == "earlier" && c.reach.contains(&at))
    }

    /// The status of a word of the sentence, with the cue that says so.
    ///
    /// `time` is the expression of time that belongs to the word.
    pub fn status(&self, marks: &Marks<'_>, at: usize, time: Option<&TimeExpr>, published: Option<Date>) -> (Status, Option<Range<usize>>) {
        let by_time = time.and_then(|t| out_of_news(&t.when, published).map(|status| (status, t.tokens.clone())));
        let recent = time.is_some_and(|t| matches!(t.when, When::On(_)) && by_time.is_none());
        // "called for a strike" speaks of its own strike, "threats" alone of something else.
        let inside = |c: &Cue| c.at.len() == 1 && c.at.contains(&at);
        let reached = |name: &str| self.cues.iter().find(|c| c.label == name && c.reach.contains(&at) && !inside(c));
        if let Some(cue) = reached("denied") {
            return (Status::Denied, Some(cue.at.clone()));
        }
        if let Some(cue) = self.negation(marks, at) {
            return (Status::Negated, Some(cue));
        }
        if let Some((status, tokens)) = by_time {
            return (status, Some(tokens));
        }
        if let Some(cue) = reached("hypothetical").or_else(|| reached("unconfirmed")).or_else(|| reached("allegation")) {
            return (Status::Hypothetical, Some(cue.at.clone()));
        }
        if let Some(cue) = reached("planned") {
            return (Status::Planned, Some(cue.at.clone()));
        }
        if let Some(cue) = reached("background").or_else(|| reached("statistic")).or_else(|| reached("habitual")) {
            return (Status::Background, Some(cue.at.clone()));
        }
        // "had been": history unless a recent day is told.
        if !recent && let Some(cue) = reached("pluperfect") {
            return (Status::Background, Some(cue.at.clone()));
        }
        if let Some(cue) = reached("claim") {
            return (Status::Claimed, Some(cue.at.clone()));
        }
        (Status::Reported, None)
    }

    /// The negation that stands by a word: before it in English and Arabic, after it in Kazakh,
    /// on either side in Russian; what was undone ("called off", "foiled") on either side in all.
    fn negation(&self, marks: &Marks<'_>, at: usize) -> Option<Range<usize>> {
        let words = |from: usize, to: usize| (from..to).filter(|&t| marks.is_word(t)).count();
        let negations = self.cues.iter().filter(|c| matches!(&*c.label, "negated" | "undone") && c.reach.contains(&at));
        negations
            .filter(|c| {
                let is_undone = c.label == "undone";
                let far = if is_undone { UNDONE_WORDS } else { NEGATION_WORDS };
                let before = c.at.end <= at && words(c.at.end, at) < NEGATION_WORDS;
                let after = c.at.start > at && words(at + 1, c.at.start) < far;
                let (before, after) = match marks.text.lang {
                    _ if is_undone => (before && !another_deed(marks, c.at.end, at), after),
                    Lang::KK => (false, after),
                    Lang::RU => (before, after),
                    _ => (before, false),
                };
                before || after || c.at.contains(&at)
            })
            .map(|c| c.at.clone())
            .next()
    }
}

/// Whether a conjunction begins another deed: "إحباط محاولة تسلل وضبط رشاشات", "called off a march and arrested".
fn another_deed(marks: &Marks<'_>, from: usize, to: usize) -> bool {
    (from..=to).any(|at| marks.is(at, "list_and") || marks.has_attached_and(at))
}

/// "If X, Y" and "Y, if X": a condition at the head of its clause holds for the clauses beside it too;
/// inside one, as in "X promised help in case of Y", for that one.
fn with_neighbours(marks: &Marks<'_>, clauses: &[Range<usize>], number: usize, at: usize) -> Range<usize> {
    let clause = &clauses[number];
    let words_before = (clause.start..at).filter(|&token| marks.is_word(token)).count();
    if words_before > 1 {
        return clause.clone();
    }
    let first = &clauses[number.saturating_sub(1)];
    let last = &clauses[(number + 1).min(clauses.len() - 1)];
    first.start..last.end
}

/// What a time says of what happened then, when it is not news.
pub fn out_of_news(when: &When, published: Option<Date>) -> Option<Status> {
    match when {
        When::On(interval) => is_old(interval, published).then_some(Status::Background),
        When::Background | When::Statistic | When::Habitual => Some(Status::Background),
        When::Future => Some(Status::Planned),
        When::Unresolved | When::NoDay => None,
    }
}

fn is_old(interval: &Interval, published: Option<Date>) -> bool {
    let Some(published) = published else { return false };
    let limit = if interval.precision == DatePrecision::Month { MONTH_DAYS } else { NEWS_DAYS };
    days_between(interval.end, published) > limit
}

/// The expression of time that belongs to a word: in its clause the nearest, else the last before
/// it in the sentence, else the first after it.
///
/// The flag tells whether it is sure: in the clause of the word, or before it.
pub fn time_of<'t>(times: &'t [TimeExpr], clauses: &[Range<usize>], at: usize) -> Option<(&'t TimeExpr, bool)> {
    let clause = &clauses[clauses::of(clauses, at)];
    let distance = |t: &TimeExpr| if t.tokens.start > at { t.tokens.start - at } else { at.saturating_sub(t.tokens.end) };
    // "said on Thursday that dozens had been killed overnight": the night, not the day of the statement.
    let told_of = |t: &&TimeExpr| !t.statement;
    let in_clause = times.iter().filter(|t| clause.contains(&t.tokens.start)).min_by_key(|t| (t.statement, distance(t)));
    let before = || times.iter().filter(told_of).rfind(|t| t.tokens.start < at).or_else(|| times.iter().rfind(|t| t.tokens.start < at));
    let sure = in_clause.or_else(before);
    sure.map(|t| (t, true)).or_else(|| times.iter().find(|t| t.tokens.start > at).map(|t| (t, false)))
}
