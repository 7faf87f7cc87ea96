//! What each line of `times.tsv` is worth: its label, with the words it took, becomes days.

use std::ops::Range;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::incidents::DatePrecision;
use crate::incidents::calendar::{hijri, latest_hijri, latest_month, latest_weekday, plus_days, previous_month};
use crate::incidents::numbers::Number;
use crate::incidents::rules::{Marks, Match, Table};

use super::slots::bare_digits;
use super::{Interval, When};

/// "a few days ago" reaches so far back (days).
const FEW_DAYS: i64 = 6;
/// "in recent days" reaches so far back (days).
const RECENT_DAYS: i64 = 7;

/// A pattern that matched, before neighbours are joined.
#[derive(Debug, Clone)]
pub struct Found {
    pub tokens: Range<usize>,
    pub meaning: Meaning,
    pub rank: Rank,
}

/// What rules when two neighbours do not tell one day: the later variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// "last week", "a week ago".
    Vague,
    /// "yesterday".
    Relative,
    /// "on Monday".
    Weekday,
    /// A day of the Islamic or solar calendar.
    OtherCalendar,
    /// "4 August".
    Date,
    /// Two days made one: "on Saturday and Sunday", "from 3 to 5 January".
    Both,
}

/// What a match means before the day told last is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    When(When),
    /// So many days after the day told before.
    After(i64),
    /// What follows is told as having happened so many days before what the sentence tells first: "resigned
    /// on Saturday, two days after rioters stormed the airport".
    AfterWhatFollows(i64),
    /// The first such weekday after the day told before.
    WeekdayAfter(i64),
    /// For the nth time in a row, a day or a week: until the day told beside it, or publication.
    Nth {
        n: i64,
        days: i64,
    },
    /// An hour, which belongs to the day beside it.
    Clock,
}

/// Reads the patterns of a document.
pub struct Reader<'a, 't> {
    pub(super) marks: &'a Marks<'t>,
    pub(super) published: Option<Date>,
    numbers: FxHashMap<usize, i64>,
    dates: FxHashMap<usize, Date>,
}

impl<'a, 't> Reader<'a, 't> {
    /// `dates` are the dates in digits by their first token.
    pub fn new(marks: &'a Marks<'t>, numbers: &[Number], dates: FxHashMap<usize, Date>, published: Option<Date>) -> Self {
        Self { marks, numbers: numbers.iter().map(|n| (n.core.start, n.value as i64)).collect(), dates, published }
    }

    /// The longest readings of a sentence that do not overlap.
    pub fn longest(&self, sentence: Range<usize>) -> Vec<Found> {
        let matches = self.marks.matches(Table::Times, sentence.clone());
        let mut readings: Vec<Found> = matches.iter().filter_map(|m| self.read(m)).collect();
        // "6th of October" is a city too.
        readings.retain(|f| self.marks.class_len(f.tokens.start, "{place}").is_none_or(|len| len < f.tokens.len()));
        readings.sort_by_key(|f| (std::cmp::Reverse(f.tokens.len()), f.tokens.start, std::cmp::Reverse(f.rank)));
        let mut taken = vec![false; sentence.len()];
        readings.retain(|f| {
            let own = f.tokens.start - sentence.start..f.tokens.end - sentence.start;
            let free = taken[own.clone()].iter().all(|t| !t);
            if free {
                taken[own].fill(true);
            }
            free
        });
        readings.sort_by_key(|f| f.tokens.start);
        readings
    }

    pub(super) fn values(&self, m: &Match, class: &str) -> SmallVec<[i64; 2]> {
        m.steps.iter().filter_map(|&step| self.marks.value(step as usize, class).map(|(value, _)| value)).collect()
    }

    /// The last word of a class: in "@dual_unit", "@month / @month" both mean one.
    pub(super) fn value(&self, m: &Match, class: &str) -> Option<i64> {
        self.values(m, class).last().copied()
    }

    /// Days of a month, in digits or words, in order.
    pub(super) fn days(&self, m: &Match) -> SmallVec<[i64; 2]> {
        let of = |step: u32| {
            let at = step as usize;
            let digits = bare_digits(self.marks.text.folded(&self.marks.text.tokens[at])).filter(|d| (1..=31).contains(d));
            digits.or_else(|| self.marks.value(at, "dayword").map(|(value, _)| value))
        };
        m.steps.iter().filter_map(|&step| of(step)).collect()
    }

    /// A year of a calendar, in digits.
    pub(super) fn year(&self, m: &Match, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let of = |step: u32| bare_digits(self.marks.text.folded(&self.marks.text.tokens[step as usize]));
        m.steps.iter().filter_map(|&step| of(step)).find(|year| range.contains(year))
    }

    /// The number of units that a pattern counts: said, two in a dual, or one.
    fn count_unit(&self, m: &Match) -> Option<(i64, i64)> {
        if let Some(unit) = self.value(m, "dual_unit") {
            return Some((2, unit));
        }
        let number = m.steps.iter().find_map(|&step| self.numbers.get(&(step as usize)).copied());
        Some((number.or_else(|| self.value(m, "ordinal")).unwrap_or(1), self.value(m, "timeunit")?))
    }

    /// What a matched line means; `None` when the words are no time after all.
    fn read(&self, m: &Match) -> Option<Found> {
        let label = self.marks.lexicon.label(m.label);
        let (name, argument) = label.split_once(' ').unwrap_or((label, ""));
        let number = |nth: usize| argument.split(' ').nth(nth).and_then(|a| a.parse::<i64>().ok());
        let weekday = || self.value(m, "weekday");
        let rank = match name {
            "weekday" | "weekday_last" | "weekday_last_week" | "night_to" => Rank::Weekday,
            "date" | "fulldate" | "day_of_month" | "night_to_date" => Rank::Date,
            "hijri" | "solar" | "holiday_hijri" => Rank::OtherCalendar,
            "dates" | "weekdays" => Rank::Both,
            "rel" | "night" | "holiday" => Rank::Relative,
            _ => Rank::Vague,
        };
        let when = match name {
            "weekday" => self.on(|p| Some(Interval::day(latest_weekday(p, weekday()?)))),
            "weekday_last" => self.on(|p| Some(Interval::day(latest_weekday(plus_days(p, -1), weekday()?)))),
            "weekday_last_week" => self.on(|p| {
                let day = latest_weekday(plus_days(self.week(p, -1).start, 6), weekday()?);
                Some(Interval::day(day))
            }),
            "weekdays" => self.on(|p| {
                let days = self.values(m, "weekday");
                let last = latest_weekday(p, *days.last()?);
                Some(Interval::new(latest_weekday(last, *days.first()?), last, DatePrecision::Range))
            }),
            "future" => When::Future,
            "rel" => match number(0)? {
                1.. => When::Future,
                from => self.on(|p| Some(Interval::new(plus_days(p, from), plus_days(p, number(1).unwrap_or(from)), DatePrecision::Day))),
            },
            "date" => self.date(*self.days(m).first()?, self.month(m)?, self.year(m, 1900..=2100)),
            "dates" => self.dates(&self.days(m), &self.months(m), self.year(m, 1900..=2100))?,
            "fulldate" => When::On(Interval::day(*m.steps.iter().find_map(|&step| self.dates.get(&(step as usize)))?)),
            "day_of_month" => {
                let day = *self.days(m).last()?;
                self.on(|p| {
                    let back = number(0).unwrap_or(0).max(i64::from(day > i64::from(p.day())));
                    let base = if back > 0 { previous_month(p)?.0 } else { p };
                    Date::new(base.year(), base.month(), day as i8).ok().map(Interval::day)
                })
            }
            "hijri" | "solar" => self.other_calendar(name, *self.days(m).first()?, self.value(m, name)?, self.year(m, 1200..=1500)),
            "hijri_month" => {
                let number = self.value(m, "hijri")?;
                let of = |first: Date, p: Date| Interval::new(first, plus_days(first, 29).min(p), DatePrecision::Month);
                match self.year(m, 1200..=1500) {
                    Some(year) => hijri(year, number, 1).map_or(When::Unresolved, |d| When::On(of(d, plus_days(d, 29)))),
                    None => self.on(|p| latest_hijri(p, number, 1).map(|d| of(d, p))),
                }
            }
            "holiday" => {
                let (month, day) = (number(0)?, number(1)?);
                match self.date(day, month, None) {
                    When::On(i) => When::On(Interval { end: plus_days(i.end, number(2).unwrap_or(0)), ..i }),
                    other => other,
                }
            }
            "holiday_hijri" => {
                let day = number(1)? + self.value(m, "ordinal").map_or(0, |n| n - 1);
                self.other_calendar("hijri", day, number(0)?, None)
            }
            "month_year" => self.month_of(self.month(m)?, self.year(m, 1900..=2100)?),
            "month" | "month_this_named" => self.on_month(m)?,
            "third" => self.third(m, number(0)?, number(1).unwrap_or(0))?,
            "week_of_month" => {
                let nth = self.value(m, "ordinal").filter(|n| (1..=4).contains(n))?;
                match self.month_or_published(m)? {
                    When::On(i) => self.part(plus_days(i.start, 7 * (nth - 1)), plus_days(i.start, 7 * nth - 1)),
                    other => other,
                }
            }
            "season" | "year" => match (self.year(m, 1000..=2100), self.published) {
                // Whatever is told of this year is told more closely elsewhere.
                (Some(year), Some(p)) if year == i64::from(p.year()) => When::NoDay,
                _ => When::Background,
            },
            "ago" => {
                let (count, unit) = self.count_unit(m)?;
                self.ago(count, unit)
            }
            "ago_few" => match self.value(m, "timeunit")? {
                1 => self.on(|p| Some(Interval::new(plus_days(p, -FEW_DAYS), plus_days(p, -2), DatePrecision::Approx))),
                unit if unit <= 0 => self.on(|p| Some(Interval::day(p))),
                _ => When::Background,
            },
            "within" => {
                let (count, unit) = self.count_unit(m)?;
                self.within(count, unit)
            }
            "recent" => self.on(|p| Some(Interval::new(plus_days(p, -RECENT_DAYS), p, DatePrecision::Week))),
            "running" => {
                let (count, unit) = self.count_unit(m)?;
                match unit {
                    ..=0 => self.on(|p| Some(Interval::since(plus_days(p, -i64::from(unit < 0) * count.max(0) / 24), p))),
                    1 | 7 if count * unit <= super::NEWS_DAYS => self.on(|p| Some(Interval::since(plus_days(p, -count * unit), p))),
                    _ => When::Statistic,
                }
            }
            "week" => self.on(|p| {
                let week = self.week(p, number(0)?);
                Some(Interval { end: week.end.min(p), ..week })
            }),
            "month_rel" => self.on(|p| match number(0)? {
                0 => Some(Interval::new(p.first_of_month(), p, DatePrecision::Month)),
                _ => previous_month(p).map(|(start, end)| Interval::new(start, end, DatePrecision::Month)),
            }),
            "background" => When::Background,
            "statistic" => When::Statistic,
            "habitual" => When::Habitual,
            "no_day" => When::NoDay,
            "weekend" => self.on(|p| Some(self.weekend(p, number(0)?))),
            "night_to" => self.on(|p| Some(Interval::night_before(latest_weekday(p, weekday()?)))),
            "night_to_date" => match self.date(*self.days(m).last()?, self.month(m)?, self.year(m, 1900..=2100)) {
                When::On(i) => When::On(Interval::night_before(i.end)),
                other => other,
            },
            "night" => self.on(|p| Some(Interval::night_before(plus_days(p, number(0).unwrap_or(0))))),
            "since_start" => {
                let unit = if self.month(m).is_some() { 30 } else { self.value(m, "timeunit")? };
                match unit {
                    7 => self.on(|p| Some(Interval::since(self.week(p, 0).start, p))),
                    30 => self.on(|p| {
                        let start = match self.month(m) {
                            Some(number) => latest_month(p, number as i8)?.0,
                            None => p.first_of_month(),
                        };
                        Some(Interval::since(start, p))
                    }),
                    _ => When::Statistic,
                }
            }
            "clock" => return Some(self.found(m, Meaning::Clock, rank)),
            "same_day" => return Some(self.found(m, Meaning::After(0), rank)),
            "next_day" => return Some(self.found(m, Meaning::After(1), rank)),
            "day_before" => return Some(self.found(m, Meaning::After(-1), rank)),
            "weekday_after" => return Some(self.found(m, Meaning::WeekdayAfter(weekday()?), rank)),
            "after" | "earlier" | "after_what_follows" => {
                let (count, unit) = self.count_unit(m)?;
                let days = match unit {
                    -1 => count / 24,
                    0..=7 => count * unit,
                    _ => return Some(self.found(m, Meaning::When(When::NoDay), rank)),
                };
                let meaning = match name {
                    "after" => Meaning::After(days),
                    "earlier" => Meaning::After(-days),
                    _ => Meaning::AfterWhatFollows(days),
                };
                return Some(self.found(m, meaning, rank));
            }
            "nth" => {
                let n = self.value(m, "ordinal").or_else(|| self.number(m)).filter(|n| *n > 0)?;
                let days = number(0)?;
                let meaning = if days <= 7 { Meaning::Nth { n, days } } else { Meaning::When(When::Statistic) };
                return Some(self.found(m, meaning, rank));
            }
            _ => return None,
        };
        Some(self.found(m, Meaning::When(when), rank))
    }

    pub(super) fn number(&self, m: &Match) -> Option<i64> {
        m.steps.iter().find_map(|&step| {
            let digits = bare_digits(self.marks.text.folded(&self.marks.text.tokens[step as usize]));
            self.numbers.get(&(step as usize)).copied().or(digits)
        })
    }

    fn found(&self, m: &Match, meaning: Meaning, rank: Rank) -> Found {
        Found { tokens: m.tokens.clone(), meaning, rank }
    }
}
