//! How many incidents there are in each day, week, month … under a filter, by group.
//!
//! An incident that lasts several days is counted once, at its first day, so that the counts add up.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::index::{Class, Snapshot, day_number, day_of};

use super::Filter;
use super::plan::Plan;

/// Most bins of an answer.
pub const BINS_MAX: usize = 4000;

/// Bins that an interval chosen by us does not exceed.
const BINS_WANTED: i32 = 120;

/// Number of groups, and one for what has none.
pub const GROUPS: usize = 8;

/// How long a bin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Three calendar months.
    Quarter,
    /// A calendar year.
    Year,
}

impl Step {
    /// All of them, the shortest first.
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The shortest step that makes no more bins than a chart can show.
    pub fn fitting(first: i32, last: i32) -> Self {
        let days = last.saturating_sub(first);
        let fits = |step: &&Self| days / step.days() < BINS_WANTED;
        *Self::ALL.iter().find(fits).unwrap_or(&Self::Year)
    }

    fn days(self) -> i32 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 91,
            Self::Year => 365,
        }
    }

    /// The first day of the bin that holds a day.
    fn start(self, day: i32) -> i32 {
        let on = |month: fn(i8) -> i8| {
            let date = day_of(day);
            Date::new(date.year(), month(date.month()), 1).map_or(day, day_number)
        };
        match self {
            Self::Day => day,
            // 1970-01-01 was a Thursday.
            Self::Week => (day + 3).div_euclid(7) * 7 - 3,
            Self::Month => on(|month| month),
            Self::Quarter => on(|month| (month - 1) / 3 * 3 + 1),
            Self::Year => on(|_| 1),
        }
    }

    /// The last day of the bin that begins with a day.
    fn end(self, start: i32) -> i32 {
        match self {
            Self::Day => start,
            Self::Week => start + 6,
            // A day that is surely in the next bin, but not beyond it.
            Self::Month => self.start(start + 31) - 1,
            Self::Quarter => self.start(start + 92) - 1,
            Self::Year => self.start(start + 366) - 1,
        }
    }
}

/// A span of days with how many incidents began in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bin {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// How many, by the number of the group; the last is for what has none.
    pub groups: [usize; GROUPS],
}

/// Counts over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// How long a bin is.
    pub step: Step,
    /// The bins that hold something, in order.
    pub bins: Vec<Bin>,
    /// How many have no date.
    pub undated: usize,
    /// How many there are in all.
    pub matched: usize,
}

/// Counts over time; without a step the one that fits. `None` when there would be more than
/// [`BINS_MAX`] bins.
pub fn histogram(snapshot: &Snapshot, filter: &Filter, step: Option<Step>) -> Option<Histogram> {
    let group_of: [u8; 256] = std::array::from_fn(|class| Class(class as u8).group().map_or(GROUPS as u8 - 1, |group| group as u8));
    let mut days: FxHashMap<i32, [usize; GROUPS]> = FxHashMap::default();
    let mut undated = 0;
    for check in Plan::new(snapshot, filter).checks() {
        let columns = check.segment().columns();
        let (mut current, mut counts) = (i32::MAX, [0usize; GROUPS]);
        check.each(|i| {
            let day = columns.first[i];
            if day != current {
                let total = days.entry(current).or_default();
                total.iter_mut().zip(counts).for_each(|(total, n)| *total += n);
                (current, counts) = (day, [0; GROUPS]);
            }
            counts[usize::from(group_of[usize::from(columns.class[i])])] += 1;
        });
        let total = days.entry(current).or_default();
        total.iter_mut().zip(counts).for_each(|(total, n)| *total += n);
    }
    // What has no date stands at the end of the calendar.
    undated += days.remove(&i32::MAX).map_or(0, |counts| counts.iter().sum());
    let range = days.keys().copied().min().zip(days.keys().copied().max());
    let step = step.unwrap_or_else(|| range.map_or(Step::Day, |(first, last)| Step::fitting(first, last)));
    let mut bins: FxHashMap<i32, [usize; GROUPS]> = FxHashMap::default();
    for (day, counts) in &days {
        let total = bins.entry(step.start(*day)).or_default();
        total.iter_mut().zip(counts).for_each(|(total, n)| *total += n);
    }
    if bins.len() > BINS_MAX {
        return None;
    }
    let mut bins: Vec<(i32, [usize; GROUPS])> = bins.into_iter().collect();
    bins.sort_unstable_by_key(|(start, _)| *start);
    let matched = undated + bins.iter().flat_map(|(_, counts)| counts).sum::<usize>();
    let bins = bins.into_iter().map(|(start, groups)| Bin { start: day_of(start), end: day_of(step.end(start)), groups });
    Some(Histogram { step, bins: bins.collect(), undated, matched })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_falls_into_the_bin_that_the_calendar_gives_it() {
        let check = |step: Step, day: Date, start: Date, end: Date| {
            let from = step.start(day_number(day));
            assert_eq!((day_of(from), day_of(step.end(from))), (start, end), "{step:?} {day}");
        };
        let day = date(2024, 2, 29);
        check(Step::Day, day, day, day);
        check(Step::Week, day, date(2024, 2, 26), date(2024, 3, 3));
        check(Step::Month, day, date(2024, 2, 1), date(2024, 2, 29));
        check(Step::Quarter, day, date(2024, 1, 1), date(2024, 3, 31));
        check(Step::Year, day, date(2024, 1, 1), date(2024, 12, 31));
        check(Step::Month, date(2023, 1, 31), date(2023, 1, 1), date(2023, 1, 31));
        check(Step::Week, date(1969, 12, 28), date(1969, 12, 22), date(1969, 12, 28));
    }

    #[test]
    fn the_step_fits_the_span() {
        assert_eq!(Step::fitting(0, 30), Step::Day);
        assert_eq!(Step::fitting(0, 365), Step::Week);
        assert_eq!(Step::fitting(0, 3650), Step::Quarter);
        assert_eq!(Step::fitting(0, 36500), Step::Year);
    }
}
