//! One incident as it is searched and handed out.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};

use crate::gazetteer::Country;
use crate::geo::LonLat;
use crate::incidents::{EventGroup, Status, TAXONOMY};
use crate::store::StoredIncident;
use crate::text;

/// One incident: what filters look at as plain values, and its properties as they go out.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its place in the order of the store, which is the order of every answer.
    pub number: i64,
    /// Its identifier.
    pub id: Box<str>,
    /// Where it is drawn.
    pub position: Option<LonLat>,
    /// Number of the type in [`TAXONOMY`]; `None` when another program wrote a type that is not in it.
    pub event_type: Option<u8>,
    /// How it is told; `None` when another program wrote something else.
    pub status: Option<Status>,
    /// The country.
    pub country: Option<Country>,
    /// 0 to 1.
    pub confidence: f32,
    /// The first and last day as days since 1970-01-01.
    pub days: Option<(i32, i32)>,
    /// The properties of schema `incident/1`, as JSON text.
    pub properties: Box<str>,
    /// What free text is searched in, folded, with a space before every word.
    words: Box<str>,
}

impl Row {
    /// Makes the row of a stored incident.
    pub fn new(incident: StoredIncident) -> Self {
        let event_type = TAXONOMY.types.iter().position(|t| t.id == incident.event_type).and_then(|n| u8::try_from(n).ok());
        Self {
            number: incident.number,
            id: incident.id.into(),
            position: incident.position,
            event_type,
            status: Status::deserialize(StrDeserializer::<Error>::new(&incident.status)).ok(),
            country: incident.country.as_deref().and_then(Country::parse),
            confidence: incident.confidence as f32,
            days: incident.date_start.zip(incident.date_end).map(|(start, end)| (day_number(start), day_number(end))),
            properties: incident.properties.into(),
            words: fold(&incident.words).into(),
        }
    }

    /// The group of its type.
    pub fn group(&self) -> Option<EventGroup> {
        Some(TAXONOMY.types.get(usize::from(self.event_type?))?.group)
    }

    /// Whether some word of it begins with the folded word (with its leading space).
    pub fn has_word(&self, folded: &str) -> bool {
        self.words.contains(folded)
    }
}

/// Text as free-text search compares it: folded, every word with a space before it.
///
/// ```
/// assert_eq!(oqiga::index::fold("ألماتي, Алматы!"), " الماتي алматы");
/// ```
pub fn fold(text: &str) -> String {
    let key = text::name_key(text);
    if key.is_empty() { key } else { format!(" {key}") }
}

/// Days since 1970-01-01.
pub fn day_number(day: Date) -> i32 {
    let hours = day.duration_since(jiff::civil::date(1970, 1, 1)).as_hours();
    // The calendar spans -9999 to 9999: under four million days.
    (hours / 24) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(day_number(jiff::civil::date(1970, 1, 1)), 0);
        assert_eq!(day_number(jiff::civil::date(1969, 12, 31)), -1);
        assert_eq!(day_number(jiff::civil::date(2022, 1, 5)), 18997);
    }
}
