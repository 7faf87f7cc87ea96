//! An incident of the index as a GeoJSON feature: its stored properties are copied, not made anew.

use crate::geo::LonLat;
use crate::index::Row;

/// Appends one feature (RFC 7946), with `extra` members such as links before its end: empty, or
/// beginning with a comma.
pub fn write_feature(row: &Row, extra: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"type":"Feature","id":"#);
    out.extend_from_slice(json_string(&row.id).as_bytes());
    out.extend_from_slice(br#","geometry":"#);
    match row.position {
        Some(at) => write_point(at, out),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(br#","properties":"#);
    out.extend_from_slice(row.properties.as_bytes());
    out.extend_from_slice(extra.as_bytes());
    out.push(b'}');
}

/// Six decimals, about ten centimetres: more would be noise.
pub fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

fn write_point(at: LonLat, out: &mut Vec<u8>) {
    let point = format!(r#"{{"type":"Point","coordinates":[{},{}]}}"#, rounded(at.lon), rounded(at.lat));
    out.extend_from_slice(point.as_bytes());
}

/// A string as JSON, quotes included.
pub fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
