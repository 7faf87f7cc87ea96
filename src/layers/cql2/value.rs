//! The values of the language.

use std::borrow::Cow;

use geo::Geometry;
use jiff::Timestamp;
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Cql2Error;

/// A value of a property or literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing: compared with anything it is neither true nor false.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// An instant or span of time.
    Time(Temporal),
    /// A geometry in degrees, longitude first.
    Geometry(Cow<'a, Geometry>),
    /// A list.
    Array(Vec<Value<'a>>),
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only null.
    Null,
    /// Yes or no.
    Bool,
    /// A number.
    Number,
    /// Text.
    Text,
    /// A day or an instant.
    Instant,
    /// A span of time.
    Interval,
    /// A geometry.
    Geometry,
    /// A list.
    Array,
}

impl Kind {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Instant => "a date or time",
            Self::Interval => "an interval",
            Self::Geometry => "a geometry",
            Self::Array => "a list",
        }
    }
}

impl Value<'_> {
    /// Its type.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Bool,
            Self::Number(_) => Kind::Number,
            Self::Text(_) => Kind::Text,
            Self::Time(time) if time.is_interval => Kind::Interval,
            Self::Time(_) => Kind::Instant,
            Self::Geometry(_) => Kind::Geometry,
            Self::Array(_) => Kind::Array,
        }
    }
}

/// A span of time from its first to its last microsecond since 1970: an instant has both alike, a
/// day lasts from midnight to midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Temporal {
    /// First microsecond; `i64::MIN` when open.
    pub start: i64,
    /// Last microsecond; `i64::MAX` when open.
    pub end: i64,
    /// Whether it was given as an interval.
    pub is_interval: bool,
}

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

impl Temporal {
    /// A day, by its number since 1970-01-01.
    pub fn day(number: i32) -> Self {
        let start = i64::from(number) * DAY;
        Self { start, end: start + DAY - 1, is_interval: false }
    }

    /// `2022-01-05`.
    pub fn parse_date(text: &str) -> Result<Self, Cql2Error> {
        let day: Date = text
            .parse()
            .ok()
            .filter(|_| text.len() == 10)
            .ok_or_else(|| Cql2Error::new(format!("wanted a day such as 2022-01-05, got {text:?}")))?;
        Ok(Self::day(crate::index::day_number(day)))
    }

    /// `2022-01-05T10:00:00Z`; a time without an offset is taken as UTC.
    pub fn parse_timestamp(text: &str) -> Result<Self, Cql2Error> {
        let utc = || format!("{text}Z").parse::<Timestamp>().ok();
        let at = text.parse::<Timestamp>().ok().or_else(utc).filter(|_| text.len() > 10);
        let at = at.ok_or_else(|| Cql2Error::new(format!("wanted a time such as 2022-01-05T10:00:00Z, got {text:?}")))?;
        Ok(Self { start: at.as_microsecond(), end: at.as_microsecond(), is_interval: false })
    }

    /// One end of an interval: a day or a time, or `..` for an open one.
    pub fn parse_end(text: &str) -> Result<Option<Self>, Cql2Error> {
        match text {
            ".." | "" => Ok(None),
            text if text.len() == 10 => Self::parse_date(text).map(Some),
            text => Self::parse_timestamp(text).map(Some),
        }
    }

    /// From the start of one to the end of the other.
    pub fn interval(from: Option<Self>, to: Option<Self>) -> Self {
        Self { start: from.map_or(i64::MIN, |from| from.start), end: to.map_or(i64::MAX, |to| to.end), is_interval: true }
    }
}

/// Text without regard to case.
pub fn casei(text: &str) -> String {
    text.to_lowercase().replace('ς', "σ").replace('ß', "ss")
}

/// Text without accents.
pub fn accenti(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect()
}
