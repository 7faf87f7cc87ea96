//! One GeoJSON FeatureCollection (RFC 7946), a feature a line, so that it can be read and compared
//! by people too.

use serde_json::{Map, Value};

use crate::index::Row;
use crate::layers::geojson::write_feature;

use super::{About, Format};

/// What every export says of where it comes from.
const ATTRIBUTION: &str =
    "Incidents worked out by Oqiga from the reports named in source_name and source_url; places from GeoNames (CC BY 4.0)";

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
        let filter: Map<String, Value> =
            self.about.filter.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let head = format!(
            "{{\"type\":\"FeatureCollection\",\"name\":\"incidents\",\"schema\":\"incident/1\",\"attribution\":{},\"filter\":{},\"features\":[",
            Value::from(ATTRIBUTION),
            Value::Object(filter)
        );
        out.extend_from_slice(head.as_bytes());
    }

    fn row(&mut self, row: &Row, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.rows == 0 { b"\n" } else { b",\n" });
        self.rows += 1;
        write_feature(row, "", out);
    }

    fn tail(&mut self, out: &mut Vec<u8>) {
        // The count stands last because it is known last.
        out.extend_from_slice(format!("\n],\"numberReturned\":{}}}\n", self.rows).as_bytes());
    }
}
