//! What each line of `times.tsv` means.

use jiff::civil::{Date, Weekday};

use crate::incidents::DatePrecision;
use crate::incidents::calendar::{
    days_between, hijri, latest_hijri, latest_month, latest_weekday, month, plus_days, previous_month, week_start,
};
use crate::incidents::rules::{Match, Table};
use crate::text::{Case, Lang, TokenKind};

use super::{Found, Interval, Meaning, NEWS_DAYS, Range, Reader, When, figures, written};

/// A day without a year that lies at most this far ahead is meant as to come.
const AHEAD_DAYS: i64 = 60;

impl Reader<'_, '_> {
    /// The longest readings that do not overlap.
    pub(super) fn longest(&self, tokens: Range<usize>) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let matches = self.marks.matches(Table::Times, tokens.clone());
        let mut readings: Vec<Found> = matches.iter().filter_map(|m| self.read(m)).collect();
        readings.extend(self.written(tokens));
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

    /// All values of a class in a match, in order.
    fn values(&self, m: &Match, class: &str) -> Vec<i64> {
        m.steps.iter().filter_map(|&step| self.marks.value(step as usize, class).map(|(value, _)| value)).collect()
    }

    /// The days of a month in a match: in figures or as ordinals.
    fn month_days(&self, m: &Match) -> Vec<i64> {
        let day = |&step: &u32| {
            let at = step as usize;
            let named = || self.marks.value(at, "dayth").or_else(|| self.marks.value(at, "ordinal")).map(|(value, _)| value);
            figures(self.marks.text, at).or_else(named).filter(|value| (1..=31).contains(value))
        };
        m.steps.iter().filter_map(day).collect()
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
            "weekdays" => on(published.and_then(|p| {
                let days = self.values(m, "weekday");
                let end = latest_weekday(p, *days.last()?);
                Some(Interval::new(latest_weekday(end, *days.first()?), end, DatePrecision::Range))
            })),
            "date" => Meaning::When(self.date(*self.month_days(m).first()?, self.value(m, "month")?, self.digits(m, 1900..=2100))),
            "date_range" => {
                let (days, number, year) = (self.month_days(m), self.value(m, "month")?, self.digits(m, 1900..=2100));
                let &[first, last] = days.get(..2)? else { return None };
                match (self.date(first, number, year), self.date(last, number, year)) {
                    (When::On(a), When::On(b)) if a.start <= b.end => {
                        Meaning::When(When::On(Interval::new(a.start, b.end, DatePrecision::Range)))
                    }
                    (_, last) => Meaning::When(last),
                }
            }
            // A day that has a name: "12-25" Christmas.
            "fixed" => {
                let (number, day) = argument.split_once('-')?;
                Meaning::When(self.date(day.parse().ok()?, number.parse().ok()?, self.digits(m, 1900..=2100)))
            }
            "month_part" => {
                let number = self.value(m, "month")?;
                let year = self.digits(m, 1900..=2100);
                let first = match (year, published) {
                    (Some(year), _) => month(year as i16, number as i8)?.0,
                    (None, Some(p)) => latest_month(p, number as i8)?.0,
                    (None, None) => return Some(self.found(m, Meaning::When(When::Unresolved))),
                };
                let (start, end) = match argument {
                    "first" => (first, plus_days(first, 9)),
                    "middle" => (plus_days(first, 10), plus_days(first, 19)),
                    _ => (plus_days(first, 20), first.last_of_month()),
                };
                let end = published.filter(|p| *p >= start).map_or(end, |p| end.min(p));
                if published.is_some_and(|p| start > p) {
                    Meaning::When(When::Future)
                } else {
                    on(Some(Interval::new(start, end, DatePrecision::Approx)))
                }
            }
            // "over the past three days", "in the last 24 hours".
            "past" => {
                let dual = self.value(m, "dual_unit");
                let unit = dual.or_else(|| self.value(m, "timeunit"))?;
                let count = if dual.is_some() { 2 } else { self.number(m).unwrap_or(1) };
                let days = if unit == 0 { (count + 23) / 24 } else { count.checked_mul(unit)? };
                if days > NEWS_DAYS {
                    Meaning::When(When::Statistic)
                } else {
                    on(published.map(|p| Interval::new(plus_days(p, -days), p, DatePrecision::Range)))
                }
            }
            // "a few days ago", "in recent days".
            "recent" => on(published.map(|p| Interval::new(plus_days(p, -6), plus_days(p, -1), DatePrecision::Approx))),
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
                let day = *self.month_days(m).last()?;
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
        Found { tokens: m.tokens.clone(), meaning, dated: matches!(name, "date" | "date_range" | "hijri" | "fixed") }
    }

    /// Weeks begin on Sunday in the Arab press, on Monday elsewhere here.
    fn first_weekday(&self) -> Weekday {
        if self.marks.text.lang == Lang::AR { Weekday::Sunday } else { Weekday::Monday }
    }

    /// Dates in figures among some tokens.
    fn written(&self, tokens: Range<usize>) -> Vec<Found> {
        let found = written::find(self.marks.text, tokens);
        found.into_iter().map(|(tokens, when)| Found { tokens, meaning: Meaning::When(when), dated: true }).collect()
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
}
