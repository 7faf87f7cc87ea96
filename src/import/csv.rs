//! A table with a header: `lon`, `lat` and columns of schema `incident/1`, as `oqiga export
//! --format csv` writes it and a spreadsheet saves it.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::{ImportError, Items, Raw, position};
use crate::geo::LonLat;
use crate::store::geopackage::{columns, is_number};

/// Columns without which a table is not understood, each under any of its names.
pub const NEEDED: &[&[&str]] = &[LON, LAT];

const LON: &[&str] = &["lon", "longitude", "lng", "x"];
const LAT: &[&str] = &["lat", "latitude", "y"];

/// The header, in lower case, and the lines with their numbers.
pub fn open<'a>(from: impl BufRead + Send + 'a) -> Result<(Vec<String>, Items<'a>), ImportError> {
    let mut reader = ::csv::ReaderBuilder::new().flexible(false).from_reader(from);
    let wrong = |error: ::csv::Error| ImportError::Format(format!("not a table: {error}"));
    let header = reader.headers().map_err(wrong)?;
    let header = header.iter().map(|name| name.trim_start_matches('\u{FEFF}').trim().to_lowercase()).collect();
    let lines = reader.into_records().map(move |line| {
        let line = line.map_err(wrong)?;
        Ok((line.position().map_or(0, ::csv::Position::line), Raw::Line(line)))
    });
    Ok((header, Box::new(lines)))
}

/// Whether a column says something about an incident.
pub fn is_known(name: &str) -> bool {
    name == "id" || LON.contains(&name) || LAT.contains(&name) || columns().any(|column| column == name)
}

/// The position and properties of a line.
pub fn line(header: &[String], line: &::csv::StringRecord) -> Result<(Option<LonLat>, Map<String, Value>), ImportError> {
    let (mut lon, mut lat) = ("", "");
    let mut properties = Map::new();
    for (name, cell) in header.iter().zip(line) {
        let name = name.as_str();
        if LON.contains(&name) {
            lon = cell;
        } else if LAT.contains(&name) {
            lat = cell;
        } else if !cell.is_empty() && is_known(name) {
            properties.insert(name.to_owned(), value(name, cell)?);
        }
    }
    Ok((position(lon, lat)?, properties))
}

fn value(name: &str, cell: &str) -> Result<Value, ImportError> {
    if is_number(name) {
        let number = cell.trim();
        let whole = number.parse::<i64>().map(Value::from);
        return whole.or_else(|_| number.parse::<f64>().map(Value::from)).map_err(|_| ImportError::value(name, "a number", cell));
    }
    if name == "flags" {
        return Ok(cell.split(',').map(str::trim).filter(|word| !word.is_empty()).collect());
    }
    // The apostrophe that our own export puts before what looks like a formula.
    let plain = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r']));
    Ok(Value::from(plain.unwrap_or(cell)))
}
