//! The layer of single incidents in a tile, with the attributes that were asked for.
//!
//! A tile with all attributes has a thousand incidents of fifteen each, so what an attribute costs is
//! what a tile costs. What the columns say is looked up by its number in a table; of the properties,
//! which are JSON, only what is new is read: that the same names come in the same order, and that
//! neighbours have the same values, is first guessed and compared.

use std::hash::BuildHasher;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use crate::incidents::{EventGroup, Status, TAXONOMY};
use crate::index::columns::{COUNTRIES, country_of};
use crate::index::square::Tile;
use crate::index::{Class, Segment, day_of};

use super::json_text;
use super::mvt::{Layer, Value};
use super::tiles::{Options, group_names, within};

/// The layer of single incidents, which grows incident by incident.
pub struct Incidents<'a> {
    layer: Layer,
    /// Attributes that come from the columns: key and column.
    columns: Vec<(u32, Column)>,
    of_columns: ColumnValues,
    /// Attributes that come from the properties, by name, with their keys.
    properties: Vec<(&'a str, u32)>,
    /// The members of the properties of the incidents so far, as they came last.
    members: Vec<Member<'a>>,
    known: KnownValues<'a>,
}

/// A member of the properties as the last incident had it.
struct Member<'a> {
    /// What stands before its value, its name included.
    opening: &'a str,
    raw: &'a str,
    /// From the opening to the end of the value, if that is short and the one before had it too.
    whole: Option<&'a str>,
    /// The key of its attribute, if that was asked for.
    key: Option<u32>,
    /// The number of its value, if it is one of an attribute.
    value: Option<u32>,
}

/// An attribute that a column has.
#[derive(Clone, Copy)]
enum Column {
    Id,
    EventType,
    EventGroup,
    Status,
    Precision,
    Country,
    DateStart,
    DateEnd,
    Confidence,
}

impl Column {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "event_type" => Self::EventType,
            "event_group" => Self::EventGroup,
            "status" => Self::Status,
            "geo_precision" => Self::Precision,
            "country" => Self::Country,
            "date_start" => Self::DateStart,
            "date_end" => Self::DateEnd,
            "confidence" => Self::Confidence,
            _ => return None,
        })
    }
}

impl<'a> Incidents<'a> {
    /// An empty layer.
    pub fn new(options: &'a Options) -> Self {
        let mut layer = Layer::new("incidents");
        let (mut columns, mut properties) = (Vec::new(), Vec::new());
        for name in &options.properties {
            let key = layer.key(name);
            match Column::of(name) {
                Some(column) => columns.push((key, column)),
                None => properties.push((name.as_str(), key)),
            }
        }
        Self { layer, columns, of_columns: ColumnValues::default(), properties, members: Vec::new(), known: KnownValues::default() }
    }

    /// Whether more than the columns is read.
    pub fn reads_properties(&self) -> bool {
        !self.properties.is_empty()
    }

    /// Makes room for so many incidents: growing would look for a new place for all that is there.
    pub fn reserve(&mut self, incidents: usize) {
        if self.reads_properties() {
            self.layer.reserve(incidents);
        }
    }

    /// The layer so far.
    pub fn layer(&self) -> &Layer {
        &self.layer
    }

    /// The layer.
    pub fn into_layer(self) -> Layer {
        self.layer
    }

    /// Adds the incident that stands somewhere in the columns of a segment.
    pub fn add(&mut self, segment: &'a Segment, at: usize, tile: Tile) {
        let columns = segment.columns();
        let row = segment.row(columns.rank[at]);
        for (key, column) in &self.columns {
            if let Some(value) = self.of_columns.value(&mut self.layer, segment, at, *column) {
                self.layer.tag(*key, value);
            }
        }
        if self.reads_properties() {
            self.add_properties(row.properties());
        }
        let (x, y) = within(tile, columns.x[at], columns.y[at]);
        self.layer.point(row.number().unsigned_abs(), x, y);
    }

    fn add_properties(&mut self, properties: &'a str) {
        let mut reader = json_text::members(properties);
        let mut at = 0;
        while self.read_known(&mut reader, properties, at) || self.learn(&mut reader, at) {
            at += 1;
        }
    }

    /// Reads member number `at` if it has the name that the last incident has there.
    #[inline]
    fn read_known(&mut self, reader: &mut json_text::Members<'a>, properties: &'a str, at: usize) -> bool {
        let Some(member) = self.members.get_mut(at) else { return false };
        let start = reader.at();
        if !member.whole.is_some_and(|whole| reader.pass(whole)) {
            let Some(raw) = reader.value_after(member.opening) else { return false };
            // What came twice may come again; of what is other each time a guess would be in vain.
            let again = json_text::same(member.raw.as_bytes(), raw.as_bytes());
            member.whole = (again && raw.len() <= RAW_SHARED_BYTES_MAX).then(|| &properties[start..reader.at()]);
            if !again {
                member.value = member.key.and_then(|_| self.known.value(&mut self.layer, raw));
                member.raw = raw;
            }
        }
        if let (Some(key), Some(value)) = (member.key, member.value) {
            self.layer.tag(key, value);
        }
        true
    }

    /// Reads member number `at` and knows it from now on; `false` when there is none.
    fn learn(&mut self, reader: &mut json_text::Members<'a>, at: usize) -> bool {
        let Some((opening, name, raw)) = reader.next_with_opening() else { return false };
        let key = self.properties.iter().find(|(wanted, _)| *wanted == name).map(|(_, key)| *key);
        let value = key.and_then(|_| self.known.value(&mut self.layer, raw));
        if let (Some(key), Some(value)) = (key, value) {
            self.layer.tag(key, value);
        }
        self.members.truncate(at);
        self.members.push(Member { opening, raw, whole: None, key, value });
        true
    }
}

/// Longer texts are sentences of a report, which no two incidents share.
const SHARED_BYTES_MAX: usize = 48;

/// The same as JSON, with its quotes.
const RAW_SHARED_BYTES_MAX: usize = SHARED_BYTES_MAX + 2;

/// The numbers of short raw values that were seen, each in the place of its hash; of two with one place
/// the layer is asked each time.
#[derive(Default)]
struct KnownValues<'a>(Vec<(&'a str, Option<u32>)>);

impl<'a> KnownValues<'a> {
    fn value(&mut self, layer: &mut Layer, raw: &'a str) -> Option<u32> {
        if raw.len() > RAW_SHARED_BYTES_MAX {
            return value_of_raw(layer, raw);
        }
        if self.0.is_empty() {
            // No raw value is empty.
            self.0.resize(REMEMBERED, ("", None));
        }
        let place = &mut self.0[FxBuildHasher.hash_one(raw) as usize % REMEMBERED];
        if !json_text::same(place.0.as_bytes(), raw.as_bytes()) {
            *place = (raw, value_of_raw(layer, raw));
        }
        place.1
    }
}

/// The number of a raw JSON value as a value of an attribute; lists of words are joined, other
/// structures stay JSON.
fn value_of_raw(layer: &mut Layer, raw: &str) -> Option<u32> {
    Some(match raw.as_bytes().first()? {
        b'"' => {
            let text = json_text::text(raw)?;
            if text.len() > SHARED_BYTES_MAX { layer.unique(&text) } else { layer.shared(Value::Text(&text)) }
        }
        b't' | b'f' => layer.shared(Value::Bool(raw == "true")),
        b'[' => match serde_json::from_str::<Vec<String>>(raw) {
            Ok(words) if words.is_empty() => return None,
            Ok(words) => layer.shared(Value::Text(&words.join(","))),
            Err(_) => layer.unique(raw),
        },
        b'{' => layer.unique(raw),
        _ => match raw.parse::<i64>() {
            Ok(number) => layer.shared(Value::Integer(number)),
            Err(_) => layer.shared(Value::Real(raw.parse().ok()?)),
        },
    })
}

/// The numbers of the values that the columns have in a layer; [`NEW`] of those that it does not have yet.
struct ColumnValues {
    types: [u32; 32],
    groups: [u32; 16],
    statuses: [u32; 8],
    precisions: [u32; 4],
    countries: Vec<u32>,
    /// Days that were seen, each in the place of its last bits; of two with one place the layer is
    /// asked each time.
    days: Vec<(i32, u32)>,
    /// The same of confidences, by their bits.
    confidences: Vec<(u32, u32)>,
}

/// Days, confidences and short values that are remembered, a power of two.
const REMEMBERED: usize = 1024;

/// No value has so great a number: a tile would have more bytes than it may.
const NEW: u32 = u32::MAX;

impl Default for ColumnValues {
    fn default() -> Self {
        Self {
            types: [NEW; 32],
            groups: [NEW; 16],
            statuses: [NEW; 8],
            precisions: [NEW; 4],
            countries: Vec::new(),
            days: Vec::new(),
            confidences: Vec::new(),
        }
    }
}

impl ColumnValues {
    /// The number of the value that a column has at a row, if it has one.
    fn value(&mut self, layer: &mut Layer, segment: &Segment, at: usize, column: Column) -> Option<u32> {
        let columns = segment.columns();
        let class = Class(columns.class[at]);
        Some(match column {
            Column::Id => layer.unique(segment.id_at(at)),
            Column::EventType => {
                let number = usize::from(class.event_type()?);
                known(&mut self.types[number], || layer.shared(Value::Text(&TAXONOMY.types[number].id)))
            }
            Column::EventGroup => {
                let group = class.group()?;
                known(&mut self.groups[group as usize], || layer.shared(Value::Text(group_word(group))))
            }
            Column::Status => {
                let status = class.status()?;
                known(&mut self.statuses[status as usize], || layer.shared(Value::Text(status_word(status))))
            }
            Column::Precision => {
                let precision = columns.precision[at];
                if precision == 0 {
                    return None;
                }
                known(&mut self.precisions[usize::from(precision)], || layer.shared(Value::Integer(i64::from(precision))))
            }
            Column::Country => {
                let number = columns.country[at];
                if self.countries.is_empty() {
                    self.countries = vec![NEW; COUNTRIES];
                }
                let country = country_of(number)?;
                known(&mut self.countries[usize::from(number)], || layer.shared(Value::Text(country.as_str())))
            }
            Column::DateStart if columns.first[at] == i32::MAX => return None,
            Column::DateStart => self.day(layer, columns.first[at]),
            Column::DateEnd if columns.last[at] == i32::MIN => return None,
            Column::DateEnd => self.day(layer, columns.last[at]),
            Column::Confidence => {
                let confidence = columns.confidence[at];
                let rounded = || (f64::from(confidence) * 1000.0).round() / 1000.0;
                let bits = confidence.to_bits();
                // The last bits of a fraction are as good as drawn by lot.
                let place = place(&mut self.confidences, bits as usize ^ (bits >> 12) as usize);
                if place.1 == NEW || place.0 != bits {
                    *place = (bits, layer.shared(Value::Real(rounded())));
                }
                place.1
            }
        })
    }

    fn day(&mut self, layer: &mut Layer, day: i32) -> u32 {
        let place = place(&mut self.days, day as usize);
        if place.1 == NEW || place.0 != day {
            *place = (day, layer.shared(Value::Text(&day_of(day).to_string())));
        }
        place.1
    }
}

/// The place of a key in a table of [`REMEMBERED`] ones, which is made when it is first asked.
fn place<K: Copy + Default>(table: &mut Vec<(K, u32)>, key: usize) -> &mut (K, u32) {
    if table.is_empty() {
        table.resize(REMEMBERED, (K::default(), NEW));
    }
    &mut table[key % REMEMBERED]
}

/// The number in a place of a table, which is made when it is not there yet.
fn known(place: &mut u32, make: impl FnOnce() -> u32) -> u32 {
    if *place == NEW {
        *place = make();
    }
    *place
}

fn group_word(group: EventGroup) -> &'static str {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(group_names);
    &NAMES[group as usize]
}

fn status_word(status: Status) -> &'static str {
    super::filter::STATUSES[status as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::STATUSES;
    use crate::layers::filter::word_of;

    #[test]
    fn the_names_on_the_wire_are_those_of_the_schema() {
        for status in STATUSES {
            assert_eq!(status_word(status), word_of(&status));
        }
        for kind in &TAXONOMY.types {
            assert_eq!(group_word(kind.group), word_of(&kind.group));
        }
    }

    #[test]
    fn every_class_has_its_place_in_the_tables() {
        let tables = ColumnValues::default();
        assert!(TAXONOMY.types.len() < tables.types.len() && STATUSES.len() < tables.statuses.len());
        assert!(TAXONOMY.types.iter().all(|kind| (kind.group as usize) < tables.groups.len()));
    }
}
