//! A part of a snapshot that is made once and never changed: rows in the order of the store, a tree
//! over their positions, and a way to find them by id.

use std::sync::Arc;

use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use crate::geo::BBox;

use super::Row;

/// A position with the number of its row in the segment.
type Located = GeomWithData<[f64; 2], u32>;

/// Rows with their indexes.
#[derive(Debug, Default)]
pub struct Segment {
    rows: Vec<Arc<Row>>,
    tree: RTree<Located>,
    by_id: Vec<u32>,
    bounds: Option<BBox>,
    days: Option<(i32, i32)>,
}

impl Segment {
    /// Indexes rows, which may come in any order.
    pub fn new(mut rows: Vec<Arc<Row>>) -> Self {
        rows.sort_by_key(|row| row.number);
        let located = |(i, row): (usize, &Arc<Row>)| row.position.map(|at| Located::new([at.lon, at.lat], i as u32));
        let tree = RTree::bulk_load(rows.iter().enumerate().filter_map(located).collect());
        let mut by_id: Vec<u32> = (0..rows.len() as u32).collect();
        by_id.sort_by(|a, b| rows[*a as usize].id.cmp(&rows[*b as usize].id));
        let bounds = rows.iter().filter_map(|row| row.position).fold(None, |bounds: Option<BBox>, at| {
            let b = bounds.unwrap_or(BBox { west: at.lon, south: at.lat, east: at.lon, north: at.lat });
            Some(BBox { west: b.west.min(at.lon), south: b.south.min(at.lat), east: b.east.max(at.lon), north: b.north.max(at.lat) })
        });
        let days = rows.iter().filter_map(|row| row.days).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        Self { rows, tree, by_id, bounds, days }
    }

    /// The smallest box, not over the antimeridian, that holds every position.
    pub fn bounds(&self) -> Option<BBox> {
        self.bounds
    }

    /// The first and last day, as days since 1970-01-01.
    pub fn days(&self) -> Option<(i32, i32)> {
        self.days
    }

    /// All rows in the order of the store.
    pub fn rows(&self) -> &[Arc<Row>] {
        &self.rows
    }

    /// The number of the row with this id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let at = self.by_id.binary_search_by(|row| (*self.rows[*row as usize].id).cmp(id)).ok()?;
        Some(self.by_id[at])
    }

    /// The numbers of the rows in a box that does not cross the antimeridian, in no order.
    pub fn within(&self, part: BBox) -> impl Iterator<Item = u32> {
        let envelope = AABB::from_corners([part.west, part.south], [part.east, part.north]);
        self.tree.locate_in_envelope(envelope).map(|located| located.data)
    }
}
