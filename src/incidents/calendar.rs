//! Arithmetic with days: weekdays, weeks, months, and the Islamic calendar.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

/// A day so many days later, or earlier when negative; the day itself at the end of time.
pub fn plus_days(date: Date, days: i64) -> Date {
    let span = Span::new().try_days(days).unwrap_or_default();
    date.checked_add(span).unwrap_or(date)
}

/// Whole days from `a` to `b`.
pub fn days_between(a: Date, b: Date) -> i64 {
    a.until(b).map_or(0, |span| i64::from(span.get_days()))
}

/// The latest day with this weekday (1 Monday … 7 Sunday) on or before `date`.
pub fn latest_weekday(date: Date, weekday: i64) -> Date {
    let back = (i64::from(date.weekday().to_monday_one_offset()) - weekday).rem_euclid(7);
    plus_days(date, -back)
}

/// The first day of the week of `date`, which begins on `first`.
pub fn week_start(date: Date, first: Weekday) -> Date {
    latest_weekday(date, i64::from(first.to_monday_one_offset()))
}

/// The first and last day of a month.
pub fn month(year: i16, month: i8) -> Option<(Date, Date)> {
    let first = Date::new(year, month, 1).ok()?;
    Some((first, first.last_of_month()))
}

/// The month before the one of `date`.
pub fn previous_month(date: Date) -> Option<(Date, Date)> {
    let first = date.first_of_month().checked_sub(1.month()).ok()?;
    Some((first, first.last_of_month()))
}

/// The latest such month that has begun on or before `date`, cut at `date`.
pub fn latest_month(date: Date, number: i8) -> Option<(Date, Date)> {
    let year = if number <= date.month() { date.year() } else { date.year() - 1 };
    let (first, last) = month(year, number)?;
    Some((first, last.min(date)))
}

/// A day of the tabular Islamic calendar, which sighting may move by a day.
pub fn hijri(year: i64, month: i64, day: i64) -> Option<Date> {
    let valid = (1..=12).contains(&month) && (1..=30).contains(&day) && (1..=1600).contains(&year);
    let days = day + (59 * (month - 1) + 1) / 2 + (year - 1) * 354 + (3 + 11 * year) / 30;
    // 1 Muharram 1 was 19 July 622 in the proleptic Gregorian calendar.
    valid.then(|| plus_days(Date::constant(622, 7, 19), days - 1))
}

/// The latest day of this Islamic month and day on or before `date`.
pub fn latest_hijri(date: Date, month: i64, day: i64) -> Option<Date> {
    let about = (i64::from(date.year()) - 622) * 33 / 32;
    (about - 1..=about + 2).filter_map(|year| hijri(year, month, day)).filter(|d| *d <= date).max()
}

/// A day of the solar calendar of Iran and Afghanistan, by the 33-year rule.
pub fn solar_hijri(year: i64, month: i64, day: i64) -> Option<Date> {
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && (1200..=1600).contains(&year);
    // Six months of 31 days, then months of 30; 1 Farvardin 1206 was 22 March 1827.
    let in_year = (month - 1) * 31 - (month - 7).max(0) + day - 1;
    let leaps = |year: i64| (8 * year + 21).div_euclid(33);
    let days = 365 * (year - 1206) + leaps(year) - leaps(1206) + in_year;
    valid.then(|| plus_days(Date::constant(1827, 3, 22), days))
}

/// The latest day of this solar month and day on or before `date`.
pub fn latest_solar_hijri(date: Date, month: i64, day: i64) -> Option<Date> {
    let about = i64::from(date.year()) - 621;
    (about - 1..=about).filter_map(|year| solar_hijri(year, month, day)).filter(|d| *d <= date).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_latest_weekday_may_be_the_day_itself() {
        assert_eq!(latest_weekday(date(2022, 1, 10), 1), date(2022, 1, 10));
        assert_eq!(latest_weekday(date(2022, 1, 10), 2), date(2022, 1, 4));
        assert_eq!(week_start(date(2025, 8, 14), Weekday::Sunday), date(2025, 8, 10));
    }

    #[test]
    fn islamic_days_are_right_to_a_day() {
        // Ramadan 1443 began on 2 April 2022, Muharram 1446 on 7 July 2024.
        let near = |got: Option<Date>, want| assert!(days_between(got.expect("valid"), want).abs() <= 1, "{got:?} {want}");
        near(hijri(1443, 9, 1), date(2022, 4, 2));
        near(hijri(1446, 1, 1), date(2024, 7, 7));
        near(latest_hijri(date(2022, 5, 1), 9, 10), date(2022, 4, 11));
    }

    #[test]
    fn solar_years_begin_at_the_equinox() {
        assert_eq!(solar_hijri(1403, 1, 1), Some(date(2024, 3, 20)));
        assert_eq!(solar_hijri(1404, 1, 1), Some(date(2025, 3, 21)));
        assert_eq!(solar_hijri(1400, 5, 24), Some(date(2021, 8, 15)));
        assert_eq!(latest_solar_hijri(date(2024, 2, 1), 7, 15), Some(date(2023, 10, 7)));
    }

    #[test]
    fn a_month_to_come_is_last_years() {
        assert_eq!(latest_month(date(2024, 3, 5), 10).map(|m| m.0), Some(date(2023, 10, 1)));
        assert_eq!(latest_month(date(2024, 3, 5), 3), Some((date(2024, 3, 1), date(2024, 3, 5))));
    }
}
