//! The incidents of a tile: each once where they are few, and exact clusters where they are many.
//!
//! A cluster is what lies in one cell of a fixed grid, a sixteenth of a tile on a side (32 pixels of
//! a tile of 512). Every incident lies in exactly one cell, so under any filter the counts of all
//! clusters and the single incidents of a zoom add up to the number that matched, and what a
//! cluster says does not depend on where its tile was cut. Layer `incidents` holds single ones,
//! layer `clusters` the rest.

use crate::incidents::TAXONOMY;
use crate::index::square::{Tile, ZOOM_MAX, morton};
use crate::index::{Class, Snapshot, day_of};

use super::Filter;
use super::filter::word_of;
use super::histogram::GROUPS;
use super::mvt::{EXTENT, Layer, Value};
use super::plan::Plan;
use super::singles::Incidents;

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
    let mut incidents = Incidents::new(options);
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
        incidents.reserve(few.len());
        for few in few.chunks(FETCHED) {
            if incidents.reads_properties() {
                check.segment().fetch(few.iter().map(|i| check.segment().columns().rank[*i]));
            }
            for i in few {
                incidents.add(check.segment(), *i, tile);
                if options.clusters && incidents.layer().len() > TILE_BYTES_MAX {
                    return None;
                }
            }
        }
    }
    Some(incidents.into_layer())
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
            incidents.add(plan.checks()[cell.row.0].segment(), cell.row.1, tile);
        } else {
            clusters.add(cell, tile);
        }
    }
    incidents.layer().write(out);
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
        layer.tag_shared(self.point_count, Value::Integer(i64::from(cell.count)));
        for (key, count) in self.groups.iter().zip(cell.groups).filter(|(_, count)| *count > 0) {
            layer.tag_shared(*key, Value::Integer(i64::from(count)));
        }
        if cell.country_level > 0 {
            layer.tag_shared(self.country_level, Value::Integer(i64::from(cell.country_level)));
        }
        if cell.latest != i32::MIN {
            layer.tag_shared(self.latest, Value::Text(&day_of(cell.latest).to_string()));
        }
        // Members that share so many leading bits part at the zoom whose cells have one bit more.
        let shared = cell.differ.leading_zeros();
        let zoom = (shared + 1).saturating_sub(CELL_BITS).min(u32::from(ZOOM_MAX));
        layer.tag_shared(self.expansion_zoom, Value::Integer(i64::from(zoom)));
        if cell.differ == 0 {
            layer.tag_shared(self.one_place, Value::Bool(true));
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
pub(super) fn within(tile: Tile, x: u32, y: u32) -> (u32, u32) {
    let corner = tile.corner();
    let scale = |at: u32, corner: u32| {
        let offset = u64::from(at.wrapping_sub(corner)) * u64::from(EXTENT);
        (offset >> (32 - u32::from(tile.z))) as u32
    };
    (scale(x, corner.0), scale(y, corner.1))
}

#[cfg(test)]
mod tests {
    use super::*;

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
