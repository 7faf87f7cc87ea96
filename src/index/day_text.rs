//! Days as text, hundreds of which stand in every tile: written digit by digit, which a general
//! printer of dates cannot.

use super::day_of;

/// A day as `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayText {
    /// A day of the years 0 to 9999.
    Short([u8; 10]),
    /// Any other.
    Long(String),
}

impl DayText {
    /// The text of a day, given as days since 1970-01-01.
    ///
    /// ```
    /// assert_eq!(oqiga::index::DayText::of(18_997).as_str(), "2022-01-05");
    /// ```
    pub fn of(day: i32) -> Self {
        // 0000-03-01 to 9999-12-31.
        if !(-719_468..=2_932_896).contains(&day) {
            return Self::Long(day_of(day).to_string());
        }
        // Years are begun in March, so that the leap day is the last of one, and counted in their cycle
        // of 400 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
        let since_march_0 = (day + 719_468) as u32;
        let (cycle, of_cycle) = (since_march_0 / 146_097, since_march_0 % 146_097);
        let year_of_cycle = (of_cycle - of_cycle / 1460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
        let of_year = of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        let month_from_march = (5 * of_year + 2) / 153;
        let of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = 400 * cycle + year_of_cycle + u32::from(month <= 2);
        let digit = |number: u32| b'0' + (number % 10) as u8;
        Self::Short([
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'-',
            digit(month / 10),
            digit(month),
            b'-',
            digit(of_month / 10),
            digit(of_month),
        ])
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match self {
            // Only ASCII is ever written.
            Self::Short(bytes) => std::str::from_utf8(bytes).unwrap_or_default(),
            Self::Long(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_written_as_the_calendar_shows_it() {
        let few = (-4_371_587..=2_932_896).step_by(997);
        let edges = [-719_529, -719_528, -719_469, -719_468, -719_467, -1, 0, 59, 60, 10_957, 11_016, 2_932_896];
        for day in few.chain(edges).chain(10_000..25_000) {
            assert_eq!(DayText::of(day).as_str(), day_of(day).to_string(), "{day}");
        }
    }
}
