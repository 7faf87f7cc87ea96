//! One GeoJSON FeatureCollection (RFC 7946), a feature a line, so that it can be read and compared
//! by people too.

use serde_json::Value;

use crate::index::RowRef;
use crate::layers::geojson::write_feature;

use super::{ATTRIBUTION, About, Format};

/// Writer of one FeatureCollection.
pub struct Geojson {
    about: About,
    rows: u64,
}

impl Geojson {
    /// A writer that tells what it was asked for.
    pub fn new(about: About) -> Self {
        Self { about, rows: 0 }
    }
}

impl Format for Geojson {
    fn head(&mut self, out: &mut Vec<u8>) {
        let head = format!(
            "{{\"type\":\"FeatureCollection\",\"name\":\"incidents\",\"schema\":\"incident/1\",\"attribution\":{},\"filter\":{},\"features\":[",
            Value::from(ATTRIBUTION),
            self.about.filter_json()
        );
        out.extend_from_slice(head.as_bytes());
    }

    fn row(&mut self, row: RowRef<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.rows == 0 { b"\n" } else { b",\n" });
        self.rows += 1;
        write_feature(row, "", out);
    }

    fn tail(&mut self, out: &mut Vec<u8>) {
        // The count stands last because it is known last.
        out.extend_from_slice(format!("\n],\"numberReturned\":{}}}\n", self.rows).as_bytes());
    }
}
