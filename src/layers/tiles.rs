//! The incidents of a tile: each once where they are few, and exact clusters where they are many.
//!
//! A cluster is what lies in one cell of a fixed grid, a sixteenth of a tile on a side (32 pixels of
//! a tile of 512). Every incident lies in exactly one cell, so under any filter the counts of all
//! clusters and the single incidents of a zoom add up to the number that matched, and what a
//! cluster says does not depend on where its tile was cut. Layer `incidents` holds single ones,
//! layer `clusters` the rest.

use crate::incidents::TAXONOMY;
use crate::index::columns::country_of;
use crate::index::square::{Tile, ZOOM_MAX, morton};
use crate::index::{Class, Snapshot, day_of};

use super::Filter;
use super::filter::word_of;
use super::histogram::GROUPS;
use super::json_text;
use super::mvt::{EXTENT, Layer, Value};
use super::plan::{Check, Plan};

/// Up to this zoom incidents that are near each other are always clustered.
pub const CLUSTER_ZOOM_MAX: u8 = 5;

/// Most bytes of a tile with clusters.
pub const TILE_BYTES_MAX: usize = 50_000;

/// Most single incidents in a tile with clusters: more do not fit into [`TILE_BYTES_MAX`].
const SINGLES_MAX: usize = 2000;

/// Rows whose properties are brought from memory together.
const FETCHED: usize = 64;

/// Cells on the side of a tile, as a power of two.
const CELL_BITS: u32 = 4;
const CELLS: usize = 1 << (2 * CELL_BITS);

/// The attributes of an incident unless others are asked for: what the style needs.
pub const PROPERTIES_DEFAULT: &[&str] = &["id", "event_type", "event_group", "status", "geo_precision", "date_start", "uncertainty_km"];

/// How a tile is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The attributes of incidents.
    pub properties: Vec<String>,
    /// Whether near incidents are put together; without, every one is in the tile, however many.
    pub clusters: bool,
}

/// How many rows must be looked at for a tile.
pub fn cost(snapshot: &Snapshot, tile: Tile) -> usize {
    snapshot.parts().iter().map(|part| part.segment().tile(tile).len()).sum()
}

/// A tile as bytes; empty when nothing is in it.
pub fn tile(snapshot: &Snapshot, filter: &Filter, tile: Tile, options: &Options) -> Vec<u8> {
    let plan = Plan::new(snapshot, filter);
    let mut bytes = Vec::new();
    let singles = if options.clusters && tile.z <= CLUSTER_ZOOM_MAX { None } else { singles(&plan, tile, options) };
    match singles {
        Some(layer) => layer.write(&mut bytes),
        None => clustered(&plan, tile, options, &mut bytes),
    }
    bytes
}

/// All incidents as they are; `None` when they are too many.
fn singles(plan: &Plan<'_>, tile: Tile, options: &Options) -> Option<Layer> {
    let mut layer = Incidents::new(options);
    let mut count = 0;
    for check in plan.checks() {
        let mut few = Vec::new();
        check.each_in(check.segment().tile(tile), |i| {
            count += 1;
            if !options.clusters || count <= SINGLES_MAX {
                few.push(i);
            }
        });
        if options.clusters && count > SINGLES_MAX {
            return None;
        }
        for few in few.chunks(FETCHED) {
            if layer.reads_properties() {
                check.segment().fetch(few.iter().map(|i| check.segment().columns().rank[*i]));
            }
            for i in few {
                layer.add(check, *i, tile);
                if options.clusters && layer.layer.len() > TILE_BYTES_MAX {
                    return None;
                }
            }
        }
    }
    Some(layer.layer)
}

/// What lies in a cell.
#[derive(Clone, Copy)]
struct Cell {
    count: u32,
    x: u64,
    y: u64,
    /// Bits in which the members differ from the first one.
    differ: u32,
    first: (u32, u32),
    groups: [u32; GROUPS],
    country_level: u32,
    latest: i32,
    /// The segment and row of the first one.
    row: (usize, usize),
}

fn clustered(plan: &Plan<'_>, tile: Tile, options: &Options, out: &mut Vec<u8>) {
    let group_of: [u8; 256] = std::array::from_fn(|class| Class(class as u8).group().map_or(GROUPS as u8 - 1, |group| group as u8));
    let shift = 32 - u32::from(tile.z) - CELL_BITS;
    let mask = (1u32 << CELL_BITS) - 1;
    let empty =
        Cell { count: 0, x: 0, y: 0, differ: 0, first: (0, 0), groups: [0; GROUPS], country_level: 0, latest: i32::MIN, row: (0, 0) };
    let mut cells = vec![empty; CELLS];
    for (number, check) in plan.checks().iter().enumerate() {
        let columns = check.segment().columns();
        check.each_in(check.segment().tile(tile), |i| {
            let (x, y) = (columns.x[i], columns.y[i]);
            let cell = &mut cells[((y >> shift & mask) << CELL_BITS | (x >> shift & mask)) as usize];
            if cell.count == 0 {
                cell.first = (x, y);
                cell.row = (number, i);
            }
            cell.count += 1;
            cell.x += u64::from(x);
            cell.y += u64::from(y);
            cell.differ |= (x ^ cell.first.0) | (y ^ cell.first.1);
            cell.groups[usize::from(group_of[usize::from(columns.class[i])])] += 1;
            cell.country_level += u32::from(columns.precision[i] == 3);
            cell.latest = cell.latest.max(columns.last[i]);
        });
    }
    let mut incidents = Incidents::new(options);
    let mut clusters = Clusters::new();
    for cell in cells.iter().filter(|cell| cell.count > 0) {
        if cell.count == 1 {
            incidents.add(&plan.checks()[cell.row.0], cell.row.1, tile);
        } else {
            clusters.add(cell, tile);
        }
    }
    incidents.layer.write(out);
    clusters.layer.write(out);
}

/// The layer of clusters.
struct Clusters {
    layer: Layer,
    point_count: u32,
    groups: [u32; GROUPS],
    country_level: u32,
    latest: u32,
    expansion_zoom: u32,
    one_place: u32,
}

/// The names of the counts by group, in the order of [`GROUPS`].
pub fn group_names() -> Vec<String> {
    let mut names = vec!["untyped".to_owned(); GROUPS];
    for kind in &TAXONOMY.types {
        names[kind.group as usize] = word_of(&kind.group);
    }
    names
}

impl Clusters {
    fn new() -> Self {
        let mut layer = Layer::new("clusters");
        let names = group_names();
        Self {
            point_count: layer.key("point_count"),
            groups: std::array::from_fn(|group| layer.key(&names[group])),
            country_level: layer.key("country_level"),
            latest: layer.key("latest"),
            expansion_zoom: layer.key("expansion_zoom"),
            one_place: layer.key("one_place"),
            layer,
        }
    }

    fn add(&mut self, cell: &Cell, tile: Tile) {
        let layer = &mut self.layer;
        layer.tag(self.point_count, Value::Integer(i64::from(cell.count)), false);
        for (key, count) in self.groups.iter().zip(cell.groups).filter(|(_, count)| *count > 0) {
            layer.tag(*key, Value::Integer(i64::from(count)), false);
        }
        if cell.country_level > 0 {
            layer.tag(self.country_level, Value::Integer(i64::from(cell.country_level)), false);
        }
        if cell.latest != i32::MIN {
            layer.tag(self.latest, Value::Text(&day_of(cell.latest).to_string()), false);
        }
        // Members that share so many leading bits part at the zoom whose cells have one bit more.
        let shared = cell.differ.leading_zeros();
        let zoom = (shared + 1).saturating_sub(CELL_BITS).min(u32::from(ZOOM_MAX));
        layer.tag(self.expansion_zoom, Value::Integer(i64::from(zoom)), false);
        if cell.differ == 0 {
            layer.tag(self.one_place, Value::Bool(true), false);
        }
        let middle = |sum: u64| (sum / u64::from(cell.count)) as u32;
        let (x, y) = within(tile, middle(cell.x), middle(cell.y));
        layer.point(cell_id(cell.first, tile.z), x, y);
    }
}

/// The same for the same cell in every answer, and below 2^53, which is what JavaScript can tell apart.
fn cell_id((x, y): (u32, u32), z: u8) -> u64 {
    let level = u32::from(z) + CELL_BITS;
    let shift = 32 - level;
    (1 << (2 * level)) | morton(x >> shift, y >> shift)
}

/// A position on the square in units of a tile that holds it.
fn within(tile: Tile, x: u32, y: u32) -> (u32, u32) {
    let corner = tile.corner();
    let scale = |at: u32, corner: u32| {
        let offset = u64::from(at.wrapping_sub(corner)) * u64::from(EXTENT);
        (offset >> (32 - u32::from(tile.z))) as u32
    };
    (scale(x, corner.0), scale(y, corner.1))
}

/// The layer of single incidents.
struct Incidents<'a> {
    layer: Layer,
    /// Attributes that come from the columns.
    columns: Vec<(u32, Column)>,
    /// Attributes that come from the properties.
    properties: Vec<Property<'a>>,
    /// The members of the properties of the last incident, and which attribute each is.
    members: Vec<(String, Option<usize>)>,
}

/// An attribute that the properties have, with the value that was written last: neighbours often
/// have the same.
struct Property<'a> {
    name: &'a str,
    key: u32,
    raw: String,
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
    fn new(options: &'a Options) -> Self {
        let mut all = Self { layer: Layer::new("incidents"), columns: Vec::new(), properties: Vec::new(), members: Vec::new() };
        for name in &options.properties {
            let key = all.layer.key(name);
            match Column::of(name) {
                Some(column) => all.columns.push((key, column)),
                None => all.properties.push(Property { name, key, raw: String::new(), value: None }),
            }
        }
        all
    }

    fn reads_properties(&self) -> bool {
        !self.properties.is_empty()
    }

    fn add(&mut self, check: &Check<'_>, i: usize, tile: Tile) {
        let (segment, columns) = (check.segment(), check.segment().columns());
        let row = segment.row(columns.rank[i]);
        let class = Class(columns.class[i]);
        for (key, column) in &self.columns {
            let mut tag = |value: Value<'_>| {
                self.layer.tag(*key, value, matches!(column, Column::Id));
            };
            match column {
                Column::Id => tag(Value::Text(segment.id_at(i))),
                Column::EventType => {
                    if let Some(number) = class.event_type() {
                        tag(Value::Text(&TAXONOMY.types[usize::from(number)].id));
                    }
                }
                Column::EventGroup => {
                    if let Some(group) = class.group() {
                        tag(Value::Text(group_word(group)));
                    }
                }
                Column::Status => {
                    if let Some(status) = class.status() {
                        tag(Value::Text(status_word(status)));
                    }
                }
                Column::Precision if columns.precision[i] > 0 => tag(Value::Integer(i64::from(columns.precision[i]))),
                Column::Country => {
                    if let Some(country) = country_of(columns.country[i]) {
                        tag(Value::Text(country.as_str()));
                    }
                }
                Column::DateStart if columns.first[i] != i32::MAX => tag(Value::Text(&day_of(columns.first[i]).to_string())),
                Column::DateEnd if columns.last[i] != i32::MIN => tag(Value::Text(&day_of(columns.last[i]).to_string())),
                Column::Confidence => tag(Value::Real((f64::from(columns.confidence[i]) * 1000.0).round() / 1000.0)),
                Column::Precision | Column::DateStart | Column::DateEnd => {}
            }
        }
        if !self.properties.is_empty() {
            for (i, (name, raw)) in json_text::members(row.properties()).enumerate() {
                // Most incidents have the same members in the same order.
                if self.members.get(i).is_none_or(|(known, _)| known != name) {
                    let at = self.properties.iter().position(|wanted| wanted.name == name);
                    self.members.truncate(i);
                    self.members.push((name.to_owned(), at));
                }
                let Some(property) = self.members[i].1.map(|at| &mut self.properties[at]) else { continue };
                match property.value {
                    Some(value) if property.raw == raw => self.layer.tag_again(property.key, value),
                    _ => {
                        property.value = tag_raw(&mut self.layer, property.key, raw);
                        property.raw.clear();
                        property.raw.push_str(raw);
                    }
                }
            }
        }
        let (x, y) = within(tile, columns.x[i], columns.y[i]);
        self.layer.point(row.number().unsigned_abs(), x, y);
    }
}

/// Longer texts are sentences of a report, which no two incidents share.
const SHARED_BYTES_MAX: usize = 48;

/// A raw JSON value as an attribute, and the number of its value; lists of words are joined, other structures stay JSON.
fn tag_raw(layer: &mut Layer, key: u32, raw: &str) -> Option<u32> {
    Some(match raw.as_bytes().first()? {
        b'"' => {
            let text = json_text::text(raw)?;
            layer.tag(key, Value::Text(&text), text.len() > SHARED_BYTES_MAX)
        }
        b't' | b'f' => layer.tag(key, Value::Bool(raw == "true"), false),
        b'[' => match serde_json::from_str::<Vec<String>>(raw) {
            Ok(words) if words.is_empty() => return None,
            Ok(words) => layer.tag(key, Value::Text(&words.join(",")), false),
            Err(_) => layer.tag(key, Value::Text(raw), true),
        },
        b'{' => layer.tag(key, Value::Text(raw), true),
        _ => match raw.parse::<i64>() {
            Ok(number) => layer.tag(key, Value::Integer(number), false),
            Err(_) => layer.tag(key, Value::Real(raw.parse().ok()?), false),
        },
    })
}

fn group_word(group: crate::incidents::EventGroup) -> &'static str {
    use std::sync::LazyLock;
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(group_names);
    &NAMES[group as usize]
}

fn status_word(status: crate::incidents::Status) -> &'static str {
    super::filter::STATUSES[status as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::STATUSES;

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
    fn a_cell_has_an_id_that_javascript_can_hold() {
        let all = cell_id((u32::MAX, u32::MAX), ZOOM_MAX);
        assert!(all < 1 << 53);
        assert_ne!(cell_id((0, 0), 3), cell_id((0, 0), 4));
    }

    #[test]
    fn a_position_is_in_its_tile() {
        for z in [0u8, 5, 12, 22] {
            let at = (3_000_000_001u32, 1_234_567_890u32);
            let shift = 32 - u32::from(z);
            let tile = Tile::new(z, at.0.checked_shr(shift).unwrap_or(0), at.1.checked_shr(shift).unwrap_or(0)).unwrap();
            let (x, y) = within(tile, at.0, at.1);
            assert!(x < EXTENT && y < EXTENT, "{z} {x} {y}");
        }
    }
}
