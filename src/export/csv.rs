//! A table with coordinates, for spreadsheets and statistics: RFC 4180, UTF-8, one incident a line.
//!
//! Spreadsheets run what looks like a formula, and the text of a report is written by strangers, so
//! text that begins like a formula gets an apostrophe before it (OWASP, CSV injection).

use serde_json::{Map, Value};

use crate::index::Row;
use crate::layers::geojson::rounded;
use crate::store::geopackage::columns;

use super::Format;

/// Writer of the table.
pub struct Csv;

impl Format for Csv {
    fn head(&mut self, out: &mut Vec<u8>) {
        line(["id", "lon", "lat"].into_iter().chain(columns()).map(str::to_owned), out);
    }

    fn row(&mut self, row: &Row, out: &mut Vec<u8>) {
        let properties: Map<String, Value> = serde_json::from_str(&row.properties).unwrap_or_default();
        let degrees = |pick: fn(crate::geo::LonLat) -> f64| row.position.map(|at| rounded(pick(at)).to_string()).unwrap_or_default();
        let fixed = [harmless(row.id.to_string()), degrees(|at| at.lon), degrees(|at| at.lat)];
        line(fixed.into_iter().chain(columns().map(|name| cell(properties.get(name)))), out);
    }

    fn tail(&mut self, _out: &mut Vec<u8>) {}
}

fn line(cells: impl Iterator<Item = String>, out: &mut Vec<u8>) {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
    for cell in cells {
        // Writing to memory cannot fail.
        let _ = writer.write_field(cell);
    }
    let _ = writer.write_record(None::<&[u8]>);
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => harmless(text.clone()),
        Some(Value::Array(list)) => {
            harmless(list.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect::<Vec<_>>().join(","))
        }
        Some(number) => number.to_string(),
    }
}

/// Text that no spreadsheet takes for a formula.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_that_looks_like_a_formula_is_made_harmless_and_numbers_are_left_alone() {
        let check = |value: Value, want: &str| assert_eq!(cell(Some(&value)), want);
        check(json!("=HYPERLINK(\"http://evil.example\")"), "'=HYPERLINK(\"http://evil.example\")");
        check(json!("@SUM(1)"), "'@SUM(1)");
        check(json!("Aktau"), "Aktau");
        check(json!(-3), "-3");
        check(json!(["claimed", "count_vague"]), "claimed,count_vague");
    }

    #[test]
    fn quotes_commas_and_line_breaks_survive() {
        let mut out = Vec::new();
        line(["a \"b\", c\nd".to_owned(), String::new()].into_iter(), &mut out);
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(&out[..]);
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(record.iter().collect::<Vec<_>>(), ["a \"b\", c\nd", ""]);
    }
}
