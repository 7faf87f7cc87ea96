//! The arithmetic behind the meanings: from weekdays, months, parts of months and lengths of time to
//! days, counted from publication.

use jiff::civil::{Date, Weekday};
use smallvec::SmallVec;

use crate::incidents::DatePrecision;
use crate::incidents::calendar::{
    days_between, hijri, latest_hijri, latest_month, latest_solar_hijri, latest_weekday, month, plus_days, previous_month, solar_hijri,
    week_start,
};
use crate::incidents::rules::Match;
use crate::text::{Case, Lang};

use super::meaning::Reader;
use super::{Interval, NEWS_DAYS, When};

/// A day without a year that lies at most this far ahead is meant as to come.
const AHEAD_DAYS: i64 = 60;

impl Reader<'_, '_> {
    /// Days counted from publication; without it they cannot be told.
    pub(super) fn on(&self, days: impl FnOnce(Date) -> Option<Interval>) -> When {
        self.published.and_then(days).map_or(When::Unresolved, When::On)
    }

    /// A week counted from the one of publication. It begins on Sunday in the Arab press.
    pub(super) fn week(&self, published: Date, weeks: i64) -> Interval {
        let first = if self.marks.text.lang == Lang::AR { Weekday::Sunday } else { Weekday::Monday };
        let start = plus_days(week_start(published, first), 7 * weeks);
        Interval::new(start, plus_days(start, 6), DatePrecision::Week)
    }

    /// The weekend that ended last, or goes on (`back` 0), or the one before. In Arab countries it is
    /// Friday and Saturday or Saturday and Sunday, so both are meant.
    pub(super) fn weekend(&self, published: Date, back: i64) -> Interval {
        let long = i64::from(self.marks.text.lang == Lang::AR);
        let saturday = latest_weekday(published, 6);
        let goes_on = plus_days(saturday, 1) >= published;
        // "Over the weekend" on a Saturday is rarely the day that has only begun.
        let back = if goes_on { back.max(i64::from(saturday == published)) } else { 0 };
        let saturday = plus_days(saturday, -7 * back);
        Interval::new(plus_days(saturday, -long), plus_days(saturday, 1).min(published), DatePrecision::Range)
    }

    /// The months named, two names of one month ("كانون الثاني/يناير") as one.
    pub(super) fn months(&self, m: &Match) -> SmallVec<[i64; 2]> {
        let mut months: SmallVec<[i64; 2]> = SmallVec::new();
        for &step in &m.steps {
            if let Some((month, _)) = self.marks.value(step as usize, "month")
                && self.is_month_name(step as usize)
                && months.last() != Some(&month)
            {
                months.push(month);
            }
        }
        months
    }

    pub(super) fn month(&self, m: &Match) -> Option<i64> {
        self.months(m).last().copied()
    }

    /// May and March are capital in English; small and capital are words elsewhere.
    pub(super) fn is_month_name(&self, at: usize) -> bool {
        self.marks.text.lang != Lang::EN || matches!(self.marks.text.tokens[at].case, Case::Title | Case::Upper)
    }

    /// A day of a month. Without a year: the nearest past one, unless it is soon to come.
    pub(super) fn date(&self, day: i64, month: i64, year: Option<i64>) -> When {
        let make = |year: i16| Date::new(year, month as i8, day as i8).ok();
        if let Some(year) = year {
            return make(year as i16).map_or(When::Unresolved, |date| match self.published {
                Some(p) if date > p => When::Future,
                _ => When::On(Interval::day(date)),
            });
        }
        let Some(published) = self.published else { return When::Unresolved };
        match make(published.year()) {
            Some(date) if date <= published => When::On(Interval::day(date)),
            Some(date) if days_between(published, date) <= AHEAD_DAYS => When::Future,
            _ => match make(published.year() + 1) {
                Some(date) if days_between(published, date) <= AHEAD_DAYS && month < i64::from(published.month()) => When::Future,
                _ => make(published.year() - 1).map_or(When::Unresolved, |date| When::On(Interval::day(date))),
            },
        }
    }

    /// "5-6 January", "from 30 December to 2 January".
    pub(super) fn dates(&self, days: &[i64], months: &[i64], year: Option<i64>) -> Option<When> {
        let (&[first, .., last], &[from, ..]) = (days, months) else { return None };
        let to = *months.last()?;
        let (start, end) = (self.date(first, from, year), self.date(last, to, year));
        Some(match (start, end) {
            (When::On(a), When::On(b)) if a.start <= b.end => When::On(Interval::new(a.start, b.end, DatePrecision::Range)),
            // "from 5 to 20 January" on the 10th: it has begun.
            (When::On(a), When::Future) => match self.published {
                Some(p) if days_between(a.start, p) <= AHEAD_DAYS => When::On(Interval::new(a.start, p, DatePrecision::Range)),
                _ => When::Future,
            },
            // The year stands with the second month only.
            (When::On(_), When::On(b)) => {
                let start = Date::new(b.end.year() - 1, from as i8, first as i8).ok()?;
                When::On(Interval::new(start, b.end, DatePrecision::Range))
            }
            (When::Future, _) | (_, When::Future) => When::Future,
            _ => When::Unresolved,
        })
    }

    /// A day of the Islamic or the solar calendar, right to a day.
    pub(super) fn other_calendar(&self, calendar: &str, day: i64, month: i64, year: Option<i64>) -> When {
        let approx = |date: Option<Date>| date.map_or(When::Unresolved, |d| When::On(Interval::new(d, d, DatePrecision::Approx)));
        match (year, calendar) {
            (Some(year), "hijri") => approx(hijri(year, month, day)),
            (Some(year), _) => approx(solar_hijri(year, month, day)),
            (None, "hijri") => approx(self.published.and_then(|p| latest_hijri(p, month, day))),
            _ => approx(self.published.and_then(|p| latest_solar_hijri(p, month, day))),
        }
    }

    /// A month of a year, up to publication when that lies inside.
    pub(super) fn month_of(&self, number: i64, year: i64) -> When {
        let Some((start, end)) = month(year as i16, number as i8) else { return When::Unresolved };
        match self.published {
            Some(p) if start > p => When::Future,
            Some(p) => When::On(Interval::new(start, end.min(p), DatePrecision::Month)),
            None => When::On(Interval::new(start, end, DatePrecision::Month)),
        }
    }

    /// A month without a year: the latest that has begun. A bare name must look like one: mai and
    /// qazan are words too, and a bare Arabic month stands after a preposition or the word for month.
    pub(super) fn on_month(&self, m: &Match) -> Option<When> {
        let number = self.month(m)?;
        let text = self.marks.text;
        let at = m.tokens.start;
        let begins = text.sentences[text.sentence_of(at)].tokens.start == at;
        let after_preposition = || self.marks.word_before(at).is_some_and(|b| self.marks.is(b, "time_prep") && b + 1 == at);
        let longer = m.tokens.len() > 1;
        let named = match text.lang {
            Lang::EN => longer || (!begins && after_preposition()),
            Lang::AR => longer || after_preposition(),
            _ => text.tokens[at].case != Case::Title || begins,
        };
        named.then(|| self.on(|p| latest_month(p, number as i8).map(|(start, end)| Interval::new(start, end, DatePrecision::Month))))
    }

    /// The month of a pattern with its year, or else the month of publication.
    pub(super) fn month_or_published(&self, m: &Match) -> Option<When> {
        Some(match (self.month(m), self.year(m, 1900..=2100)) {
            (Some(number), Some(year)) => self.month_of(number, year),
            (Some(number), None) => {
                self.on(|p| latest_month(p, number as i8).map(|(start, end)| Interval::new(start, end, DatePrecision::Month)))
            }
            _ => self.on(|p| Some(Interval::new(p.first_of_month(), p.last_of_month(), DatePrecision::Month))),
        })
    }

    /// The beginning (0), middle (1) or end (2) of a month or week, `back` units ago.
    pub(super) fn third(&self, m: &Match, nth: i64, back: i64) -> Option<When> {
        let unit = if self.month(m).is_some() { 30 } else { self.value(m, "timeunit")? };
        if unit == 7 {
            return Some(match self.published {
                Some(p) => {
                    let start = self.week(p, -back).start;
                    self.part(plus_days(start, [0, 2, 4][nth as usize % 3]), plus_days(start, [1, 3, 6][nth as usize % 3]))
                }
                None => When::Unresolved,
            });
        }
        if unit != 30 {
            return Some(if self.year(m, 1000..=2100) == self.published.map(|p| i64::from(p.year())) {
                When::Statistic
            } else {
                When::Background
            });
        }
        let whole = match (back, self.published) {
            (1.., Some(p)) if self.month(m).is_none() => {
                let (start, end) = previous_month(p)?;
                When::On(Interval::new(start, end, DatePrecision::Month))
            }
            _ => self.month_or_published(m)?,
        };
        Some(match whole {
            When::On(i) => {
                let first = |day: i64| plus_days(i.start.first_of_month(), day - 1);
                match nth {
                    0 => self.part(first(1), first(10)),
                    1 => self.part(first(11), first(20)),
                    _ => self.part(first(21), i.start.last_of_month()),
                }
            }
            other => other,
        })
    }

    /// Part of a longer time, up to publication; when it has not begun it is to come.
    pub(super) fn part(&self, start: Date, end: Date) -> When {
        match self.published {
            Some(p) if start > p => When::Future,
            Some(p) => When::On(Interval::new(start, end.min(p), DatePrecision::Approx)),
            None => When::On(Interval::new(start, end, DatePrecision::Approx)),
        }
    }

    pub(super) fn ago(&self, count: i64, unit: i64) -> When {
        match unit {
            0 => self.on(|p| Some(Interval::day(p))),
            -1 if count < 12 => self.on(|p| Some(Interval::day(p))),
            -1 if count < 24 => self.on(|p| Some(Interval::night_before(p))),
            -1 if count <= 96 => self.on(|p| Some(Interval::day(plus_days(p, -count / 24)))),
            1 if count <= 60 => self.on(|p| Some(Interval::day(plus_days(p, -count)))),
            7 if count <= 2 => self.on(|p| {
                let day = plus_days(p, -7 * count);
                Some(Interval::new(day, day, DatePrecision::Approx))
            }),
            _ => When::Background,
        }
    }

    /// "over the past three days".
    pub(super) fn within(&self, count: i64, unit: i64) -> When {
        let days = match unit {
            ..=0 => i64::from(unit < 0) * count / 24,
            1 | 7 => count * unit,
            _ => return When::Statistic,
        };
        let precision = match days {
            ..=0 => DatePrecision::Day,
            7 => DatePrecision::Week,
            _ => DatePrecision::Range,
        };
        if days > NEWS_DAYS { When::Statistic } else { self.on(|p| Some(Interval::new(plus_days(p, -days), p, precision))) }
    }
}
