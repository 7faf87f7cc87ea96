//! Which incidents: one filter for items, exports, the command line and whatever comes later.
//!
//! It is read from name and value pairs, so that a query string and command-line flags share every
//! name, meaning and error.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};

use crate::gazetteer::Country;
use crate::geo::BBox;
use crate::incidents::{EventGroup, Status, TAXONOMY};
use crate::index::fold;

use super::cql2::{self, Encoding, Expression, Schema};
use super::crs::Crs;
use super::queryables::Incidents;

/// The parameters that make up a filter.
pub const PARAMETERS: &[&str] = &[
    "bbox",
    "bbox-crs",
    "datetime",
    "type",
    "group",
    "status",
    "country",
    "place",
    "precision",
    "min_confidence",
    "source",
    "q",
    "ids",
    "filter",
    "filter-lang",
    "filter-crs",
];

/// Most members of a list of ids.
const IDS_MAX: usize = 500;

/// Longest value of one parameter in bytes.
const VALUE_BYTES_MAX: usize = 4096;

pub(super) const STATUSES: &[&str] = &["reported", "claimed", "denied", "planned", "hypothetical", "negated", "background"];
const GROUPS: &[&str] = &["unrest", "violence", "security", "politics", "disaster", "accident", "other"];

const DAY_SECONDS: i64 = 86_400;

/// Which incidents; the default is what a map shows first: everything reported or claimed.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// Only with a position in this box.
    pub bbox: Option<BBox>,
    /// Only with a date that touches this interval.
    pub datetime: Option<Interval>,
    /// Only of these types, by their number in the taxonomy. Types and groups add up.
    pub types: Option<BTreeSet<u8>>,
    /// Only told so; `None` is any way.
    pub statuses: Option<Vec<Status>>,
    /// Only in these countries.
    pub countries: Option<BTreeSet<Country>>,
    /// Only at these places, by GeoNames id; see [`Filter::with_places_inside`].
    pub places: Option<FxHashSet<u32>>,
    /// Only placed so exactly: 1 town, 2 near or part of a region, 3 country or large region.
    pub precisions: Option<BTreeSet<u8>>,
    /// Only at least so sure.
    pub min_confidence: f32,
    /// Only from these outlets.
    pub sources: Option<BTreeSet<String>>,
    /// Only with words that begin with each of these, folded.
    pub words: Vec<String>,
    /// Only these incidents.
    pub ids: Option<Vec<String>>,
    /// Only where this is true.
    pub expression: Option<Arc<Expression>>,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            bbox: None,
            datetime: None,
            types: None,
            statuses: Some(vec![Status::Reported, Status::Claimed]),
            countries: None,
            places: None,
            precisions: None,
            min_confidence: 0.0,
            sources: None,
            words: Vec::new(),
            ids: None,
            expression: None,
        }
    }
}

/// A span of time, both ends included, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// First second; `i64::MIN` when open.
    pub start: i64,
    /// Last second; `i64::MAX` when open.
    pub end: i64,
}

/// A parameter that means nothing, told so that it can be put right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: wanted {wanted}, got {came:?}")]
pub struct FilterError {
    /// The name of the parameter.
    pub parameter: String,
    /// What would have been right.
    pub wanted: String,
    /// What came, cut when long.
    pub came: String,
}

impl FilterError {
    /// An error of a parameter.
    pub fn new(parameter: &str, wanted: impl Into<String>, came: &str) -> Self {
        let mut came: String = came.chars().take(80).collect();
        if came.chars().count() == 80 {
            came.push('…');
        }
        Self { parameter: parameter.to_owned(), wanted: wanted.into(), came }
    }
}

impl Filter {
    /// Reads a filter from names and values.
    ///
    /// # Errors
    /// [`FilterError`] for the first pair that is unknown, wrong or there twice.
    ///
    /// ```
    /// use oqiga::layers::Filter;
    /// let error = Filter::parse([("bbox", "1,2,3")]).unwrap_err();
    /// assert_eq!(error.to_string(), r#"bbox: wanted west,south,east,north in degrees (or six numbers with heights), got "1,2,3""#);
    /// ```
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, FilterError> {
        let mut filter = Self::default();
        let mut seen = BTreeSet::new();
        let mut named_types = BTreeSet::new();
        let mut types_asked = false;
        let (mut boxed, mut of_box) = (None, Crs::default());
        let (mut expression, mut encoding) = (None, None);
        for (name, value) in pairs {
            if !seen.insert(name) {
                return Err(FilterError::new(name, "the parameter once", value));
            }
            if value.len() > VALUE_BYTES_MAX && name != "filter" {
                return Err(FilterError::new(name, format!("at most {VALUE_BYTES_MAX} bytes"), value));
            }
            match name {
                "bbox" => boxed = Some(value),
                "bbox-crs" => of_box = crs("bbox-crs", value)?,
                "filter" => expression = Some(value),
                "filter-lang" => encoding = Some(encoding_of(value)?),
                "filter-crs" => of_filter(value)?,
                "datetime" => filter.datetime = Some(interval(value)?),
                "type" => {
                    types_asked = true;
                    named_types.extend(types(value)?);
                }
                "group" => {
                    types_asked = true;
                    named_types.extend(types_of_groups(value)?);
                }
                "status" => filter.statuses = statuses(value)?,
                "country" => filter.countries = Some(countries(value)?),
                "place" => filter.places = Some(places(value)?),
                "precision" => filter.precisions = Some(precisions(value)?),
                "source" => filter.sources = Some(sources(value)?),
                "ids" => filter.ids = Some(ids(value)?),
                "min_confidence" => filter.min_confidence = confidence(value)?,
                "q" => filter.words = words(value),
                _ => return Err(FilterError::new(name, format!("one of {}", PARAMETERS.join(", ")), value)),
            }
        }
        if let Some(value) = boxed {
            filter.bbox = Some(bbox(value, of_box)?);
        }
        if let Some(source) = expression {
            filter.expression = Some(Arc::new(self::expression(source, encoding, &Incidents)?));
        }
        filter.types = types_asked.then_some(named_types);
        Ok(filter)
    }

    /// Whether it asks something that only the texts of the incidents tell.
    pub fn asks_texts(&self) -> bool {
        !self.words.is_empty() || self.expression.is_some()
    }

    /// The filter with all that lies inside its places: `inside` gives the GeoNames ids of a place
    /// and of all places in it, or `None` when there is no such place.
    ///
    /// # Errors
    /// [`FilterError`] for a place that does not exist.
    pub fn with_places_inside(mut self, inside: impl Fn(u32) -> Option<Vec<u32>>) -> Result<Self, FilterError> {
        let Some(asked) = self.places.take() else { return Ok(self) };
        let mut all = FxHashSet::default();
        for place in asked {
            let unknown = || FilterError::new("place", "GeoNames ids that the gazetteer has, such as 1526384", &place.to_string());
            all.extend(inside(place).ok_or_else(unknown)?);
        }
        self.places = Some(all);
        Ok(self)
    }
}

impl Interval {
    /// The days that it touches, as days since 1970-01-01: an incident passes when its last day is
    /// not before the first of them and its first day not after the last.
    pub fn days(self) -> (i32, i32) {
        let day = |second: i64| second.div_euclid(DAY_SECONDS).clamp(i64::from(i32::MIN) + 1, i64::from(i32::MAX) - 1) as i32;
        (day(self.start), day(self.end))
    }

    /// Whether it shares a second with the days, both included.
    pub fn touches(self, (first, last): (i32, i32)) -> bool {
        let (from, to) = self.days();
        first <= to && from <= last
    }
}

/// A box in a reference system.
pub(super) fn bbox(value: &str, crs: Crs) -> Result<BBox, FilterError> {
    let error = |wanted: &str| FilterError::new("bbox", wanted, value);
    const SHAPE: &str = "west,south,east,north in degrees (or six numbers with heights)";
    let numbers: Option<Vec<f64>> = value.split(',').take(7).map(|n| n.trim().parse().ok().filter(|n: &f64| n.is_finite())).collect();
    let (lower, upper) = match numbers.as_deref() {
        Some(&[a, b, c, d]) | Some(&[a, b, _, c, d, _]) => ([a, b], [c, d]),
        _ => return Err(error(SHAPE)),
    };
    let bbox = crs.bbox(lower, upper).ok_or_else(|| match crs {
        Crs::Crs84 => error("longitudes from -180 to 180 (west may be greater than east, over the antimeridian), latitudes from -90 to 90"),
        _ => error("corners on the earth, in the axis order of bbox-crs"),
    })?;
    if bbox.south > bbox.north {
        return Err(error("south not above north"));
    }
    Ok(bbox)
}

/// A coordinate reference system by its identifier.
pub fn crs(parameter: &str, value: &str) -> Result<Crs, FilterError> {
    let known = Crs::ALL.map(Crs::uri).join(", ");
    Crs::parse(value).ok_or_else(|| FilterError::new(parameter, format!("one of {known}"), value))
}

/// Refuses a reference system of the positions in an expression that is not the one there is.
pub(super) fn of_filter(value: &str) -> Result<(), FilterError> {
    match crs("filter-crs", value)? {
        Crs::Crs84 => Ok(()),
        _ => Err(FilterError::new("filter-crs", format!("{}, the only one here", Crs::Crs84.uri()), value)),
    }
}

/// A CQL2 expression.
pub(super) fn expression(source: &str, encoding: Option<Encoding>, schema: &dyn Schema) -> Result<Expression, FilterError> {
    // Nothing in the text encoding begins with a brace.
    let guess = if source.trim_start().starts_with('{') { Encoding::Json } else { Encoding::Text };
    let expression = cql2::parse(source, encoding.unwrap_or(guess), schema);
    expression.map_err(|error| FilterError::new("filter", format!("a CQL2 expression: {error}"), source))
}

/// An encoding of CQL2 by its name.
pub(super) fn encoding_of(value: &str) -> Result<Encoding, FilterError> {
    match value {
        "cql2-text" => Ok(Encoding::Text),
        "cql2-json" => Ok(Encoding::Json),
        _ => Err(FilterError::new("filter-lang", "cql2-text or cql2-json", value)),
    }
}

/// A day, a time or a span of them.
pub(super) fn interval(value: &str) -> Result<Interval, FilterError> {
    let wanted = "a day or RFC 3339 time of the years 1 to 9999, or two of them as start/end, where .. leaves an end open";
    let error = || FilterError::new("datetime", wanted, value);
    let (start, end) = value.split_once('/').unwrap_or((value, value));
    let open = |side: &str| side.is_empty() || side == "..";
    if value.is_empty() || value == ".." || (open(start) && open(end)) {
        return Err(error());
    }
    let start = if open(start) { i64::MIN } else { moment(start).ok_or_else(error)?.0 };
    let end = if open(end) { i64::MAX } else { moment(end).ok_or_else(error)?.1 };
    if start > end {
        return Err(FilterError::new("datetime", "a start not after the end", value));
    }
    Ok(Interval { start, end })
}

/// The first and last second of a day, or the second of a time twice.
fn moment(text: &str) -> Option<(i64, i64)> {
    if text.len() == 10 {
        // RFC 3339 has a year 0, the calendar of people has none.
        let day = text.parse::<Date>().ok().filter(|day| day.year() > 0)?;
        let start = i64::from(crate::index::day_number(day)) * DAY_SECONDS;
        return Some((start, start + DAY_SECONDS - 1));
    }
    let second = text.parse::<Timestamp>().ok()?.as_second();
    Some((second, second))
}

/// The members of a list separated by commas, each made by `one`.
fn list<T>(parameter: &str, value: &str, wanted: &str, one: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, FilterError> {
    let read =
        |member: &str| one(member.trim()).ok_or_else(|| FilterError::new(parameter, format!("{wanted}, separated by commas"), member));
    value.split(',').map(read).collect()
}

fn types(value: &str) -> Result<Vec<u8>, FilterError> {
    let names: Vec<&str> = TAXONOMY.types.iter().map(|t| t.id.as_str()).collect();
    let number = |name: &str| names.iter().position(|known| *known == name).and_then(|n| u8::try_from(n).ok());
    list("type", value, &format!("types of {}", names.join(", ")), number)
}

fn types_of_groups(value: &str) -> Result<Vec<u8>, FilterError> {
    let groups: Vec<EventGroup> = list("group", value, &format!("groups of {}", GROUPS.join(", ")), from_word)?;
    let of_groups = TAXONOMY.types.iter().enumerate().filter(|(_, t)| groups.contains(&t.group));
    Ok(of_groups.filter_map(|(n, _)| u8::try_from(n).ok()).collect())
}

fn statuses(value: &str) -> Result<Option<Vec<Status>>, FilterError> {
    if value == "all" {
        return Ok(None);
    }
    list("status", value, &format!("all, or statuses of {}", STATUSES.join(", ")), from_word).map(Some)
}

fn countries(value: &str) -> Result<BTreeSet<Country>, FilterError> {
    list("country", value, "ISO 3166-1 alpha-2 codes such as KZ", Country::parse).map(|countries| countries.into_iter().collect())
}

fn places(value: &str) -> Result<FxHashSet<u32>, FilterError> {
    let id = |text: &str| text.parse::<u32>().ok().filter(|id| *id != 0);
    list("place", value, "GeoNames ids such as 1526384", id).map(|ids| ids.into_iter().collect())
}

fn precisions(value: &str) -> Result<BTreeSet<u8>, FilterError> {
    let precision = |text: &str| text.parse::<u8>().ok().filter(|p| (1..=3).contains(p));
    list("precision", value, "1 (town), 2 (near or part of a region) or 3 (country)", precision).map(|p| p.into_iter().collect())
}

fn sources(value: &str) -> Result<BTreeSet<String>, FilterError> {
    let name = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    list("source", value, "names of outlets", name).map(|names| names.into_iter().collect())
}

fn ids(value: &str) -> Result<Vec<String>, FilterError> {
    let ids = list("ids", value, "ids of incidents", |text| (!text.is_empty()).then(|| text.to_owned()))?;
    if ids.len() > IDS_MAX {
        return Err(FilterError::new("ids", format!("at most {IDS_MAX} ids"), value));
    }
    Ok(ids)
}

fn confidence(value: &str) -> Result<f32, FilterError> {
    let number = value.trim().parse::<f32>().ok().filter(|n| (0.0..=1.0).contains(n));
    number.ok_or_else(|| FilterError::new("min_confidence", "a number from 0 to 1", value))
}

fn words(value: &str) -> Vec<String> {
    fold(value).split(' ').filter(|word| !word.is_empty()).map(|word| format!(" {word}")).collect()
}

/// The name of a unit variant on the wire.
pub(super) fn word_of(variant: &impl serde::Serialize) -> String {
    serde_json::to_value(variant).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A unit variant by its name on the wire.
fn from_word<T: for<'de> Deserialize<'de>>(word: &str) -> Option<T> {
    T::deserialize(StrDeserializer::<Error>::new(word)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(name: &str, value: &str) -> String {
        Filter::parse([(name, value)]).unwrap_err().to_string()
    }

    #[test]
    fn every_wrong_value_is_named_with_what_was_wanted() {
        let check = |name: &str, value: &str| {
            let error = Filter::parse([(name, value)]).unwrap_err();
            assert_eq!(error.parameter, name, "{value}");
        };
        for value in
            ["", "1,2,3", "1,2,3,x", "10,50,11,40", "1,2,3,4,5", "NaN,1,2,3", "inf,1,2,3", "0,0,0,0,0,0,0", "181,0,1,1", "0,-91,1,1"]
        {
            check("bbox", value);
        }
        for value in [
            "",
            "..",
            "../..",
            "/",
            "yesterday",
            "2018-13-01T00:00:00Z",
            "2018-02-30",
            "99999-01-01",
            "2019-01-01T00:00:00Z/2018-01-01T00:00:00Z",
            "../..x",
            "2018-01-01/2018-01-02/2018-01-03",
        ] {
            check("datetime", value);
        }
        check("type", "protest,party");
        check("type", "");
        check("group", "unrest,");
        check("status", "true");
        check("country", "Kazakhstan");
        check("bbox-crs", "EPSG:4");
        check("filter", "no_such_property = 1");
        check("filter", "killed = 'three'");
        check("filter", &"(".repeat(10_000));
        check("filter", &format!("{}true", "not ".repeat(8000)));
        check("filter", &format!("killed = {}1", "1+".repeat(10_000)));
        check("filter", &format!("{}true", "true or ".repeat(100_000)));
        check("filter", &format!("{}1{}", r#"{"op":"not","args":["#.repeat(500), "]}".repeat(500)));
        check("filter", "S_INTERSECTS(geometry, POINT(90 180))");
        check("filter-lang", "klingon");
        check("filter-crs", "http://www.opengis.net/def/crs/EPSG/0/3857");
        check("place", "Almaty");
        check("place", "0");
        check("precision", "4");
        check("source", "");
        check("ids", "a,,b");
        check("ids", &"a,".repeat(600));
        check("min_confidence", "1.5");
        check("min_confidence", "NaN");
        check("colour", "red");
        check("q", &"x".repeat(5000));
        assert_eq!(error("country", "KAZ"), r#"country: wanted ISO 3166-1 alpha-2 codes such as KZ, separated by commas, got "KAZ""#);
    }

    #[test]
    fn a_parameter_may_come_only_once() {
        assert!(Filter::parse([("q", "a"), ("q", "b")]).is_err());
    }

    #[test]
    fn the_names_in_the_messages_are_those_that_are_understood() {
        assert!(statuses(&STATUSES.join(",")).is_ok_and(|s| s.is_some_and(|s| s.len() == 7)));
        assert_eq!(types_of_groups(&GROUPS.join(",")).unwrap().len(), TAXONOMY.types.len());
    }

    #[test]
    fn a_day_lasts_until_its_last_second() {
        let check = |value: &str, days: (i32, i32), want: bool| assert_eq!(interval(value).unwrap().touches(days), want, "{value}");
        let fifth = (18997, 18997);
        check("2022-01-05", fifth, true);
        check("2022-01-04", fifth, false);
        check("2022-01-05T23:59:59Z", fifth, true);
        check("2022-01-05T23:59:59-01:00", fifth, false);
        check("2022-01-06/..", fifth, false);
        check("../2022-01-05", fifth, true);
        check("/2022-01-04", (18990, 18997), true);
        check("2022-01-01/2022-01-10", fifth, true);
    }

    #[test]
    fn types_and_groups_add_up() {
        let filter = Filter::parse([("type", "flood"), ("group", "unrest")]).unwrap();
        assert_eq!(filter.types.unwrap().len(), 7);
    }
}
