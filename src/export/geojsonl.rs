//! One GeoJSON feature a line: what `jq`, databases and pipes like best.

use crate::index::Row;
use crate::layers::geojson::write_feature;

use super::Format;

/// Writer of one feature a line.
pub struct Geojsonl;

impl Format for Geojsonl {
    fn head(&mut self, _out: &mut Vec<u8>) {}

    fn row(&mut self, row: &Row, out: &mut Vec<u8>) {
        write_feature(row, "", out);
        out.push(b'\n');
    }

    fn tail(&mut self, _out: &mut Vec<u8>) {}
}
