//! Finding the incidents that pass a filter: always all of them, in the order of the store.

use std::sync::Arc;

use crate::geo::BBox;
use crate::index::{Row, Snapshot};

use super::Filter;

/// A box that covers more of the world than this is looked through without the tree: walking the
/// rows in order is then cheaper than collecting and sorting them.
const TREE_SHARE_MAX: f64 = 0.2;

/// All incidents that pass the filter, in the order of the store; their number is exact.
pub fn find<'a>(snapshot: &'a Snapshot, filter: &Filter) -> Vec<&'a Arc<Row>> {
    match filter.bbox {
        Some(bbox) if share_of_world(bbox) <= TREE_SHARE_MAX => snapshot.rows_within(bbox, |row| filter.matches_but_position(row)),
        _ => snapshot.rows().filter(|row| filter.matches(row)).collect(),
    }
}

fn share_of_world(bbox: BBox) -> f64 {
    let width = if bbox.crosses_antimeridian() { 360.0 + bbox.east - bbox.west } else { bbox.east - bbox.west };
    width * (bbox.north - bbox.south) / (360.0 * 180.0)
}
