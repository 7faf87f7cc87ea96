//! Expressions of time, and the days they mean relative to the day of publication.
//!
//! The patterns are data (`times.tsv`): each line names a meaning, and the meanings are here. Without
//! a day of publication only a date with its year becomes a day; nothing is invented.

use std::ops::Range;

use jiff::civil::{Date, Weekday};
use rustc_hash::FxHashMap;

use crate::text::{Case, Lang, Span, TokenKind};

use super::DatePrecision;
use super::calendar::{days_between, hijri, latest_hijri, latest_month, latest_weekday, month, plus_days, previous_month, week_start};
use super::numbers::Number;
use super::rules::{Marks, Match, Table};

/// Older than this before publication is background, not news (days).
pub const NEWS_DAYS: i64 = 16;
/// A day without a year that lies at most this far ahead is meant as to come.
const AHEAD_DAYS: i64 = 60;

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

/// Marks days, years and numbers for the patterns.
fn add_slots(marks: &mut Marks<'_>, numbers: &[Number]) {
    for at in 0..marks.text.tokens.len() {
        let token = marks.text.tokens[at];
        if matches!(marks.text.slice(token.span), "," | "،") {
            marks.add_slot("{comma}", at..at + 1);
        }
        if token.kind == TokenKind::Number {
            let folded = marks.text.folded(&token);
            if let Ok(value) = folded.parse::<i64>() {
                if (1..=31).contains(&value) {
                    marks.add_slot("{d}", at..at + 1);
                } else if (1900..=2100).contains(&value) || (1300..=1500).contains(&value) {
                    marks.add_slot("{y}", at..at + 1);
                }
            }
        }
    }
    for number in numbers {
        marks.add_slot("{n}", number.core.clone());
    }
}

struct Reader<'a, 't> {
    marks: &'a Marks<'t>,
    numbers: FxHashMap<usize, i64>,
    published: Option<Date>,
}

impl Reader<'_, '_> {
    /// The longest readings that do not overlap.
    fn longest(&self, tokens: Range<usize>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let matches = self.marks.matches(Table::Times, tokens);
        let mut readings: Vec<Found> = matches.iter().filter_map(|m| self.read(m)).collect();
        readings.sort_by_key(|f| (std::cmp::Reverse(f.tokens.len()), f.tokens.start));
        for reading in readings {
            if found.iter().all(|f| f.tokens.end <= reading.tokens.start || reading.tokens.end <= f.tokens.start) {
                found.push(reading);
            }
        }
        found.sort_by_key(|f| f.tokens.start);
        found
    }

    fn value(&self, m: &Match, class: &str) -> Option<i64> {
        m.steps.iter().rev().find_map(|&step| self.marks.value(step as usize, class).map(|(value, _)| value))
    }

    fn digits(&self, m: &Match, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        m.steps.iter().find_map(|&step| {
            let token = &self.marks.text.tokens[step as usize];
            let value = (token.kind == TokenKind::Number).then(|| self.marks.text.folded(token).parse::<i64>().ok()).flatten()?;
            range.contains(&value).then_some(value)
        })
    }

    fn number(&self, m: &Match) -> Option<i64> {
        m.steps.iter().find_map(|&step| self.numbers.get(&(step as usize)).copied())
    }

    /// What a matched line means.
    fn read(&self, m: &Match) -> Option<Found> {
        let label = self.marks.lexicon.label(m.label);
        let (name, argument) = label.split_once(' ').unwrap_or((label, ""));
        let published = self.published;
        let on = |interval: Option<Interval>| Meaning::When(interval.map_or(When::Unresolved, When::On));
        let meaning = match name {
            "weekday" => on(published.zip(self.value(m, "weekday")).map(|(p, w)| Interval::day(latest_weekday(p, w)))),
            "weekday_last" => on(published.zip(self.value(m, "weekday")).map(|(p, w)| Interval::day(latest_weekday(plus_days(p, -1), w)))),
            "weekday_next" | "week_next" => Meaning::When(When::Future),
            "rel" => {
                let days: i64 = argument.parse().ok()?;
                if days > 0 { Meaning::When(When::Future) } else { on(published.map(|p| Interval::day(plus_days(p, days)))) }
            }
            "date" => Meaning::When(self.date(self.digits(m, 1..=31)?, self.value(m, "month")?, self.digits(m, 1900..=2100))),
            "hijri" => {
                let (day, month) = (self.digits(m, 1..=31)?, self.value(m, "hijri")?);
                let date = match self.digits(m, 1300..=1500) {
                    Some(year) => hijri(year, month, day),
                    None => published.and_then(|p| latest_hijri(p, month, day)),
                };
                on(date.map(|d| Interval::new(d, d, DatePrecision::Approx)))
            }
            "hijri_month" => {
                let number = self.value(m, "hijri")?;
                on(published
                    .and_then(|p| latest_hijri(p, number, 1).map(|d| Interval::new(d, plus_days(d, 29).min(p), DatePrecision::Month))))
            }
            "month_year" => {
                let (year, number) = (self.digits(m, 1900..=2100)?, self.value(m, "month")?);
                let (start, end) = month(year as i16, number as i8)?;
                let end = published.map_or(end, |p| if p >= start { end.min(p) } else { end });
                on(Some(Interval::new(start, end, DatePrecision::Month)))
            }
            "month" | "month_this_named" => {
                if !self.is_month_name(m) {
                    return None;
                }
                let number = self.value(m, "month")?;
                let (start, end) = match published {
                    Some(p) => latest_month(p, number as i8)?,
                    None => return Some(self.found(m, Meaning::When(When::Unresolved))),
                };
                on(Some(Interval::new(start, end, DatePrecision::Month)))
            }
            "month_last_year" | "season_year" | "start_year" | "year" => match (self.digits(m, 1900..=2100), published) {
                // This year's season is news; any other year is not.
                (Some(year), Some(p)) if year == i64::from(p.year()) => return None,
                _ => Meaning::When(When::Background),
            },
            "ago" => {
                let dual = self.value(m, "dual_unit");
                let unit = dual.or_else(|| self.value(m, "timeunit"))?;
                let count = if dual.is_some() { 2 } else { self.number(m).unwrap_or(1) };
                self.ago(count, unit)
            }
            "week_last" => on(published.map(|p| {
                let start = plus_days(week_start(p, self.first_weekday()), -7);
                Interval::new(start, plus_days(start, 6), DatePrecision::Week)
            })),
            "week_this" => on(published.map(|p| Interval::new(week_start(p, self.first_weekday()), p, DatePrecision::Week))),
            "month_last" => on(published.and_then(previous_month).map(|(start, end)| Interval::new(start, end, DatePrecision::Month))),
            "month_this" => on(published.map(|p| Interval::new(p.first_of_month(), p, DatePrecision::Month))),
            "year_this" => return None,
            "year_last" | "background" => Meaning::When(When::Background),
            "statistic" => Meaning::When(When::Statistic),
            "habitual" => Meaning::When(When::Habitual),
            "weekend" => on(published.map(|p| {
                let sunday = latest_weekday(p, 7);
                Interval::new(plus_days(sunday, -1), sunday, DatePrecision::Range)
            })),
            "night_to" => on(published.zip(self.value(m, "weekday")).map(|(p, w)| {
                let day = latest_weekday(p, w);
                Interval::new(plus_days(day, -1), day, DatePrecision::Day)
            })),
            "night_to_date" => {
                let day = m
                    .steps
                    .iter()
                    .rev()
                    .find_map(|&step| self.marks.text.folded(&self.marks.text.tokens[step as usize]).parse::<i64>().ok())?;
                match self.date(day, self.value(m, "month")?, None) {
                    When::On(i) => Meaning::When(When::On(Interval { start: plus_days(i.start, -1), ..i })),
                    other => Meaning::When(other),
                }
            }
            "night" => on(published.map(|p| Interval::new(plus_days(p, -1), p, DatePrecision::Day))),
            "same_day" => Meaning::After(0),
            "next_day" => Meaning::After(1),
            "day_before" => Meaning::After(-1),
            "days_earlier" => Meaning::After(-self.number(m)?),
            "after" => {
                let dual = self.value(m, "dual_unit");
                let unit = dual.or_else(|| self.value(m, "timeunit"))?;
                let count = if dual.is_some() { 2 } else { self.number(m).unwrap_or(1) };
                Meaning::After(if unit <= 7 { count * unit } else { return None })
            }
            "nth_day" => Meaning::NthDay(self.value(m, "ordinal").or_else(|| self.number(m))?),
            "since_start" => {
                let unit = self.value(m, "month").map_or_else(|| self.value(m, "timeunit"), |_| Some(30))?;
                if unit == 365 {
                    return Some(self.found(m, Meaning::When(When::Statistic)));
                }
                on(published.and_then(|p| {
                    let start = match unit {
                        7 => week_start(p, self.first_weekday()),
                        30 => match self.value(m, "month") {
                            Some(number) => latest_month(p, number as i8)?.0,
                            None => p.first_of_month(),
                        },
                        _ => return None,
                    };
                    Some(Interval { start, end: p, precision: DatePrecision::Range, since: true })
                }))
            }
            _ => return None,
        };
        Some(self.found(m, meaning))
    }

    fn found(&self, m: &Match, meaning: Meaning) -> Found {
        let name = self.marks.lexicon.label(m.label);
        Found { tokens: m.tokens.clone(), meaning, dated: matches!(name, "date" | "hijri") }
    }

    /// Weeks begin on Sunday in the Arab press, on Monday elsewhere here.
    fn first_weekday(&self) -> Weekday {
        if self.marks.text.lang == Lang::AR { Weekday::Sunday } else { Weekday::Monday }
    }

    /// A day of a month. Without a year: the nearest past one, unless it is soon to come.
    fn date(&self, day: i64, month: i64, year: Option<i64>) -> When {
        let make = |year: i16| Date::new(year, month as i8, day as i8).ok();
        if let Some(date) = year.and_then(|y| make(y as i16)) {
            return When::On(Interval::day(date));
        }
        let Some(published) = self.published else { return When::Unresolved };
        match make(published.year()) {
            Some(date) if date <= published => When::On(Interval::day(date)),
            Some(date) if days_between(published, date) <= AHEAD_DAYS => When::Future,
            _ => make(published.year() - 1).map_or(When::Unresolved, |date| When::On(Interval::day(date))),
        }
    }

    fn ago(&self, count: i64, unit: i64) -> Meaning {
        let Some(published) = self.published else { return Meaning::When(When::Unresolved) };
        Meaning::When(match unit {
            0 => When::On(Interval::day(published)),
            1 => When::On(Interval::day(plus_days(published, -count))),
            7 if count <= 2 => {
                let day = plus_days(published, -7 * count);
                When::On(Interval::new(day, day, DatePrecision::Approx))
            }
            _ => When::Background,
        })
    }

    /// Names of months are words too: the month May is capital, mai and qazan are small, and a bare
    /// Arabic month stands after a preposition or the word for month.
    fn is_month_name(&self, m: &Match) -> bool {
        let text = self.marks.text;
        let named = m.steps.iter().copied().map(|s| s as usize).find(|&s| self.marks.value(s, "month").is_some());
        let Some(at) = named else { return false };
        let begins = text.sentences[text.sentence_of(at)].tokens.start == at;
        match text.lang.as_str() {
            "en" => {
                text.tokens[at].case == Case::Title && !begins && self.marks.word_before(at).is_some_and(|b| self.marks.is(b, "time_prep"))
            }
            "ar" => m.tokens.len() > 1 || self.marks.word_before(at).is_some_and(|b| self.marks.is(b, "time_prep") && b + 1 == at),
            _ => text.tokens[at].case != Case::Title || begins,
        }
    }

    /// Joins neighbours, applies "since", takes in parts of the day, resolves what points back.
    fn finish(&self, found: Vec<Found>, sentence: Range<usize>, previous: &mut Option<Interval>, all: &mut Vec<TimeExpr>) {
        let mut joined: Vec<Found> = Vec::new();
        for next in found {
            let last = joined.last().filter(|last| self.beside(last.tokens.end, next.tokens.start));
            match last.and_then(|last| join(last, &next, self.published)) {
                Some(both) => *joined.last_mut().expect("there is a last one") = both,
                None => joined.push(next),
            }
        }
        for one in joined {
            let when = match one.meaning {
                Meaning::When(when) => when,
                Meaning::After(days) => match *previous {
                    Some(p) => When::On(Interval { since: false, ..shift(p, days) }),
                    None => When::Unresolved,
                },
                Meaning::NthDay(n) => match self.published {
                    Some(p) => When::On(nth_day(p, n)),
                    None => When::Unresolved,
                },
            };
            let (tokens, since) = self.widen(&one.tokens, &sentence);
            let when = match when {
                When::On(interval) if since && !interval.since => self.since(interval),
                other => other,
            };
            if let When::On(interval) = when
                && self.published.is_none_or(|p| days_between(interval.end, p) <= NEWS_DAYS)
            {
                *previous = Some(interval);
            }
            let span = self.marks.text.tokens[tokens.start].span.cover(self.marks.text.tokens[tokens.end - 1].span);
            all.push(TimeExpr { tokens, span, when });
        }
    }

    /// "since Tuesday" goes on to the day of publication; since a month long ago numbers are summed.
    fn since(&self, interval: Interval) -> When {
        let Some(published) = self.published else { return When::Unresolved };
        if days_between(interval.start, published) > NEWS_DAYS || interval.precision == DatePrecision::Month {
            return When::Statistic;
        }
        When::On(Interval { start: interval.start, end: published.max(interval.start), precision: DatePrecision::Range, since: true })
    }

    /// Whether only parts of the day, prepositions or a comma stand between.
    fn beside(&self, end: usize, start: usize) -> bool {
        start >= end
            && start - end <= 3
            && (end..start).all(|at| {
                let comma = self.marks.is_comma(at) && matches!(self.marks.text.slice(self.marks.text.tokens[at].span), "," | "،");
                comma || !self.marks.is_word(at) && !self.marks.is_comma(at) || self.marks.is(at, "part") || self.marks.is(at, "time_prep")
            })
    }

    /// Takes in the part of the day and prepositions around; tells whether it is "since".
    fn widen(&self, tokens: &Range<usize>, sentence: &Range<usize>) -> (Range<usize>, bool) {
        let (mut start, mut end) = (tokens.start, tokens.end);
        let mut since = (tokens.clone()).any(|at| at == tokens.start && self.marks.is(at, "since") && tokens.len() > 1);
        loop {
            // Terms of several words ("the early hours of") begin some tokens before.
            let reach = start.saturating_sub(4).max(sentence.start)..start;
            let covers = |at: usize, class: &str| self.marks.class_len(at, class).is_some_and(|len| at + len == start);
            since |= reach.clone().any(|at| covers(at, "since"));
            match reach.clone().find(|&at| covers(at, "part") || covers(at, "time_prep") || covers(at, "since")) {
                Some(at) => start = at,
                None => break,
            }
        }
        while end < sentence.end {
            since |= self.marks.is(end, "since_post");
            match ["part", "since_post"].iter().filter_map(|class| self.marks.class_len(end, class)).max() {
                Some(len) => end += len,
                None => break,
            }
        }
        (start..end.min(sentence.end), since)
    }
}

/// Joins `next` to `last` when both tell of one day: "أمس الاثنين 4 أوت", "On Saturday, 2 November",
/// "for a third day on Thursday".
fn join(last: &Found, next: &Found, published: Option<Date>) -> Option<Found> {
    let tokens = last.tokens.start..next.tokens.end;
    let meaning = match (last.meaning, next.meaning) {
        (Meaning::NthDay(n), Meaning::When(When::On(i))) | (Meaning::When(When::On(i)), Meaning::NthDay(n)) => {
            Meaning::When(When::On(nth_day(i.end, n)))
        }
        (Meaning::When(When::On(a)), Meaning::When(When::On(b))) => {
            if a.meets(&b) && !a.since && !b.since {
                let narrow = if days_between(a.start, a.end) <= days_between(b.start, b.end) { a } else { b };
                Meaning::When(When::On(narrow))
            } else if next.dated || last.dated {
                Meaning::When(When::On(if next.dated { b } else { a }))
            } else {
                return None;
            }
        }
        // Without a day of publication a weekday beside a full date is that date.
        (Meaning::When(When::Unresolved), Meaning::When(When::On(i))) if published.is_none() => Meaning::When(When::On(i)),
        (Meaning::When(When::Unresolved), Meaning::When(When::Unresolved)) => Meaning::When(When::Unresolved),
        // "three days before, on 21 September".
        (Meaning::After(_), Meaning::When(When::On(i))) if next.dated => Meaning::When(When::On(i)),
        (Meaning::When(When::On(i)), Meaning::After(0)) => Meaning::When(When::On(i)),
        _ => return None,
    };
    Some(Found { tokens, meaning, dated: last.dated || next.dated })
}

fn nth_day(last: Date, n: i64) -> Interval {
    Interval { start: plus_days(last, -(n.clamp(1, 400) - 1)), end: last, precision: DatePrecision::Range, since: true }
}

fn shift(interval: Interval, days: i64) -> Interval {
    if days == 0 {
        // "the same day" of a night between two days is the later one.
        return Interval { start: if interval.since { interval.end } else { interval.start }, ..interval };
    }
    Interval::day(plus_days(interval.end, days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::numbers;
    use crate::incidents::rules::Lexicon;
    use crate::text::Text;

    fn times(lang: Lang, published: Option<&str>, text: &str) -> Vec<(String, When)> {
        let cut = Text::new(text, Some(lang));
        let mut marks = Marks::new(&cut, Lexicon::of(lang).expect("has tables"));
        let numbers = numbers::find(&marks);
        let published = published.map(|p| p.parse().expect("a date"));
        find(&mut marks, &numbers, published).into_iter().map(|t| (cut.slice(t.span).to_owned(), t.when)).collect()
    }

    fn check(lang: Lang, published: &str, text: &str, start: &str, end: &str) {
        let got = times(lang, Some(published), text);
        let days = got.iter().find_map(|(_, when)| match when {
            When::On(i) => Some((i.start.to_string(), i.end.to_string())),
            _ => None,
        });
        assert_eq!(days, Some((start.into(), end.into())), "{text}: {got:?}");
    }

    #[test]
    fn weekdays_are_the_latest_on_or_before_publication() {
        check(Lang::EN, "2023-11-27", "overturned early on Monday", "2023-11-27", "2023-11-27");
        check(Lang::EN, "2024-08-06", "on Monday night", "2024-08-05", "2024-08-05");
        check(Lang::AR, "2024-05-02", "بدأ يوم الاثنين الماضي", "2024-04-29", "2024-04-29");
        check(Lang::RU, "2024-07-10", "в минувшую пятницу", "2024-07-05", "2024-07-05");
        check(Lang::KK, "2024-03-18", "Жексенбі күні Ақтауда", "2024-03-17", "2024-03-17");
        check(Lang::KK, "2025-04-08", "Qyzylordada jeksenbı künı tüste", "2025-04-06", "2025-04-06");
    }

    #[test]
    fn nights_days_and_weeks_are_intervals() {
        check(Lang::RU, "2023-06-13", "в ночь на вторник сгорел дом", "2023-06-12", "2023-06-13");
        check(Lang::RU, "2023-06-13", "На прошлой неделе", "2023-06-05", "2023-06-11");
        check(Lang::RU, "2025-04-16", "Прошедшей ночью", "2025-04-15", "2025-04-16");
        check(Lang::KK, "2024-04-25", "бейсенбіге қараған түні", "2024-04-24", "2024-04-25");
        check(Lang::EN, "2024-10-17", "for a third day on Thursday", "2024-10-15", "2024-10-17");
        check(Lang::EN, "2024-10-17", "It happened over the weekend.", "2024-10-12", "2024-10-13");
        check(Lang::AR, "2026-04-23", "لليوم الثاني على التوالي", "2026-04-22", "2026-04-23");
        check(Lang::RU, "2025-01-08", "со вторника не выходят", "2025-01-07", "2025-01-08");
        check(Lang::KK, "2024-10-16", "дүйсенбіден бері", "2024-10-14", "2024-10-16");
    }

    #[test]
    fn neighbours_that_tell_one_day_are_joined() {
        check(Lang::AR, "2024-07-22", "مساء أمس الأحد", "2024-07-21", "2024-07-21");
        check(Lang::AR, "2025-08-05", "أمس الاثنين 4 أوت", "2025-08-04", "2025-08-04");
        check(Lang::AR, "2026-02-12", "أول أمس الثلاثاء", "2026-02-10", "2026-02-10");
        check(Lang::RU, "2024-11-05", "В субботу, 2 ноября", "2024-11-02", "2024-11-02");
        check(Lang::RU, "2023-09-25", "Тремя днями раньше, 21 сентября", "2023-09-21", "2023-09-21");
        let got = times(Lang::AR, Some("2024-07-22"), "قتل أربعة مساء أمس الأحد في البصرة");
        assert_eq!(got.len(), 1);
        assert_eq!(got[0].0, "مساء أمس الأحد");
    }

    #[test]
    fn what_points_back_counts_from_the_day_told_before() {
        let last = |lang, published, text: &str| match times(lang, Some(published), text).last() {
            Some((_, When::On(i))) => i.start.to_string(),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(last(Lang::RU, "2025-05-27", "ЧП произошло в воскресенье. Спустя день взорвался котёл."), "2025-05-26");
        assert_eq!(last(Lang::KK, "2025-05-14", "Сейсенбі күні шабуыл болды. Келесі күні таңертең бомба жарылды."), "2025-05-14");
        assert_eq!(last(Lang::AR, "2025-08-05", "اندلع أمس الاثنين. تم مساء اليوم نفسه إجلاء"), "2025-08-04");
        assert_eq!(last(Lang::EN, "2023-12-05", "It struck on Tuesday. Three hours later an aftershock came."), "2023-12-05");
    }

    #[test]
    fn months_have_all_their_arab_names_and_hijri_ones() {
        check(Lang::AR, "2025-08-20", "في 4 أوت", "2025-08-04", "2025-08-04");
        check(Lang::AR, "2025-08-20", "في ٤ آب", "2025-08-04", "2025-08-04");
        check(Lang::AR, "2025-08-20", "يوم 4 غشت", "2025-08-04", "2025-08-04");
        check(Lang::AR, "2025-01-20", "في 4 كانون الثاني", "2025-01-04", "2025-01-04");
        check(Lang::AR, "2022-01-10", "منذ مطلع شهر يناير الحالي", "2022-01-01", "2022-01-10");
        check(Lang::AR, "2025-08-14", "منذ مطلع الأسبوع الجاري", "2025-08-10", "2025-08-14");
        check(Lang::AR, "2025-03-20", "في 10 رمضان 1446", "2025-03-10", "2025-03-10");
    }

    #[test]
    fn without_a_day_of_publication_only_a_full_date_is_a_day() {
        let got = times(Lang::AR, None, "اليوم الاثنين ومنذ مطلع شهر يناير الحالي");
        assert!(got.iter().all(|(_, when)| !matches!(when, When::On(_))), "{got:?}");
        let got = times(Lang::EN, None, "on Monday, 10 January 2022");
        assert!(matches!(got[0].1, When::On(_)), "{got:?}");
    }

    #[test]
    fn history_statistics_and_plans_are_told_apart() {
        let kinds = |lang, text: &str| times(lang, Some("2024-10-17"), text).into_iter().map(|t| t.1).collect::<Vec<_>>();
        assert!(matches!(kinds(Lang::EN, "two years ago")[..], [When::Background]));
        assert!(matches!(kinds(Lang::RU, "в ноябре прошлого года")[..], [When::Background]));
        assert!(matches!(kinds(Lang::EN, "since the start of the year")[..], [When::Statistic]));
        assert!(matches!(kinds(Lang::RU, "с января погибли")[..], [When::Statistic]));
        assert!(matches!(kinds(Lang::AR, "يوم الجمعة المقبل")[..], [When::Future]));
        assert!(matches!(kinds(Lang::AR, "كل صيف")[..], [When::Habitual]));
    }
}
