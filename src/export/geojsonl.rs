//! One GeoJSON feature a line: what `jq`, databases and pipes like best; or, with a record separator
//! before each, a GeoJSON text sequence (RFC 8142).

use crate::index::RowRef;
use crate::layers::geojson::write_feature;

use super::Format;

/// Begins a text of a sequence.
const RECORD_SEPARATOR: u8 = 0x1e;

/// Writer of one feature a line.
pub struct Geojsonl {
    separated: bool,
}

impl Geojsonl {
    /// Plain lines.
    pub fn lines() -> Self {
        Self { separated: false }
    }

    /// A text sequence.
    pub fn sequence() -> Self {
        Self { separated: true }
    }
}

impl Format for Geojsonl {
    fn head(&mut self, _out: &mut Vec<u8>) {}

    fn row(&mut self, row: RowRef<'_>, out: &mut Vec<u8>) {
        if self.separated {
            out.push(RECORD_SEPARATOR);
        }
        write_feature(row, "", out);
        out.push(b'\n');
    }

    fn tail(&mut self, _out: &mut Vec<u8>) {}
}
