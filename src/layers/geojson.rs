//! An incident of the index as a GeoJSON feature: it was made when the row was indexed, and is
//! copied.

use crate::index::RowRef;

use super::crs::Crs;

/// Appends one feature (RFC 7946), with `extra` members such as links before its end: empty, or
/// beginning with a comma.
pub fn write_feature(row: RowRef<'_>, extra: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(row.open_feature().as_bytes());
    out.extend_from_slice(extra.as_bytes());
    out.push(b'}');
}

/// The same with the position in another reference system.
pub fn write_feature_in(row: RowRef<'_>, crs: Crs, extra: &str, out: &mut Vec<u8>) {
    let Some(at) = row.position().filter(|_| crs != Crs::Crs84) else { return write_feature(row, extra, out) };
    let [x, y] = crs.coordinates(at);
    let head =
        format!(r#"{{"type":"Feature","id":{},"geometry":{{"type":"Point","coordinates":[{x},{y}]}},"properties":"#, json_string(row.id()));
    for part in [&head, row.properties(), extra, "}"] {
        out.extend_from_slice(part.as_bytes());
    }
}

/// A string as JSON, quotes included.
pub fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
