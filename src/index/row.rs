//! One incident on its way into the index, and the words in which it is searched.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};

use crate::gazetteer::Country;
use crate::geo::LonLat;
use crate::incidents::{EventGroup, Status, TAXONOMY};
use crate::store::StoredIncident;
use crate::text;

/// What is known of an incident, as plain values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts<'a> {
    /// Its place in the order of the store, which is the order of every answer.
    pub number: i64,
    /// Its identifier.
    pub id: &'a str,
    /// Where it is drawn.
    pub position: Option<LonLat>,
    /// Its type and how it is told.
    pub class: Class,
    /// The country.
    pub country: Option<Country>,
    /// 0 to 1.
    pub confidence: f32,
    /// The first and last day as days since 1970-01-01.
    pub days: Option<(i32, i32)>,
    /// GeoNames id of the place; 0 when there is none.
    pub place: u32,
    /// 1 town, 2 near or part of a region, 3 country or large region; 0 unknown.
    pub precision: u8,
    /// The outlet; empty when unknown.
    pub source: &'a str,
    /// The properties of schema `incident/1`, as JSON text.
    pub properties: &'a str,
    /// What free text is searched in, folded, with a space before every word.
    pub words: &'a str,
}

/// The type and status of an incident in one byte, so that one look into a table decides on types,
/// groups and statuses together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class(pub u8);

/// Statuses in the order of their numbers.
pub const STATUSES: [Status; 7] =
    [Status::Reported, Status::Claimed, Status::Denied, Status::Planned, Status::Hypothetical, Status::Negated, Status::Background];

/// The number of a type that is not in the taxonomy.
const NO_TYPE: u8 = 31;
/// The number of a status that we do not know.
const NO_STATUS: u8 = 7;

impl Class {
    /// The class of a type (by its number in [`TAXONOMY`]) and a status.
    pub fn new(event_type: Option<u8>, status: Option<Status>) -> Self {
        let status = status.and_then(|status| STATUSES.iter().position(|known| *known == status));
        let status = status.map_or(NO_STATUS, |at| at as u8);
        Self(event_type.unwrap_or(NO_TYPE).min(NO_TYPE) * 8 + status)
    }

    /// Number of the type in [`TAXONOMY`]; `None` when another program wrote a type that is not in it.
    pub fn event_type(self) -> Option<u8> {
        Some(self.0 / 8).filter(|number| *number != NO_TYPE)
    }

    /// How it is told; `None` when another program wrote something else.
    pub fn status(self) -> Option<Status> {
        STATUSES.get(usize::from(self.0 % 8)).copied()
    }

    /// The group of its type.
    pub fn group(self) -> Option<EventGroup> {
        Some(TAXONOMY.types.get(usize::from(self.event_type()?))?.group)
    }
}

/// An incident that is about to be indexed.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    incident: StoredIncident,
    class: Class,
    words: String,
}

impl Row {
    /// Makes the row of a stored incident.
    pub fn new(incident: StoredIncident) -> Self {
        let event_type = TAXONOMY.types.iter().position(|t| t.id == incident.event_type).and_then(|n| u8::try_from(n).ok());
        let status = Status::deserialize(StrDeserializer::<Error>::new(&incident.status)).ok();
        Self { class: Class::new(event_type, status), words: fold(&incident.words), incident }
    }

    /// What is known of it.
    pub fn facts(&self) -> Facts<'_> {
        let incident = &self.incident;
        Facts {
            number: incident.number,
            id: &incident.id,
            position: incident.position,
            class: self.class,
            country: incident.country.as_deref().and_then(Country::parse),
            confidence: incident.confidence as f32,
            days: incident.date_start.zip(incident.date_end).map(|(start, end)| (day_number(start), day_number(end))),
            place: incident.geonameid.and_then(|id| u32::try_from(id).ok()).unwrap_or(0),
            precision: incident.geo_precision.and_then(|p| u8::try_from(p).ok()).filter(|p| (1..=3).contains(p)).unwrap_or(0),
            source: incident.source_name.as_deref().unwrap_or_default(),
            properties: &incident.properties,
            words: &self.words,
        }
    }
}

/// Text as free-text search compares it: folded, every word with a space before it.
///
/// ```
/// assert_eq!(oqiga::index::fold("ألماتي, Алматы!"), " الماتي алматы");
/// ```
pub fn fold(text: &str) -> String {
    text::spaced_words(text)
}

/// Days since 1970-01-01.
pub fn day_number(day: Date) -> i32 {
    let hours = day.duration_since(jiff::civil::date(1970, 1, 1)).as_hours();
    // The calendar spans -9999 to 9999: under four million days.
    (hours / 24) as i32
}

/// The day of a number; the first or last day of the calendar when it has none.
pub fn day_of(number: i32) -> Date {
    use jiff::ToSpan;
    jiff::civil::date(1970, 1, 1).saturating_add(number.days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day_number(jiff::civil::date(1970, 1, 1)), 0);
        assert_eq!(day_number(jiff::civil::date(1969, 12, 31)), -1);
        assert_eq!(day_number(jiff::civil::date(2022, 1, 5)), 18997);
        assert_eq!(day_of(18997), jiff::civil::date(2022, 1, 5));
    }

    #[test]
    fn a_class_keeps_type_and_status() {
        assert!(TAXONOMY.types.len() <= usize::from(NO_TYPE));
        for event_type in (0..TAXONOMY.types.len() as u8).map(Some).chain([None]) {
            for status in STATUSES.map(Some).into_iter().chain([None]) {
                let class = Class::new(event_type, status);
                assert_eq!((class.event_type(), class.status()), (event_type, status));
            }
        }
    }
}
