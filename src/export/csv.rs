//! A table with coordinates, for spreadsheets and statistics: RFC 4180, UTF-8, one incident a line.
//!
//! Spreadsheets run what looks like a formula, and the text of a report is written by strangers, so
//! text that begins like a formula gets an apostrophe before it (OWASP, CSV injection).

use std::borrow::Cow;

use crate::index::{RowRef, rounded};
use crate::store::geopackage::columns;

use super::Format;
use super::cells::{Cell, cells};

/// Writer of the table.
pub struct Csv;

/// The names of the columns.
pub fn names() -> impl Iterator<Item = &'static str> {
    ["id", "lon", "lat"].into_iter().chain(columns())
}

impl Format for Csv {
    fn head(&mut self, out: &mut Vec<u8>) {
        line(names().map(Cow::Borrowed), out);
    }

    fn row(&mut self, row: RowRef<'_>, out: &mut Vec<u8>) {
        let position = row.position();
        let degrees = |value: Option<f64>| value.map_or(Cow::Borrowed(""), |value| Cow::Owned(rounded(value).to_string()));
        let fixed = [harmless(row.id().into()), degrees(position.map(|at| at.lon)), degrees(position.map(|at| at.lat))];
        line(fixed.into_iter().chain(cells(row).into_iter().map(shown)), out);
    }

    fn tail(&mut self, _out: &mut Vec<u8>) {}
}

/// One line of cells.
pub fn line<'a>(cells: impl Iterator<Item = Cow<'a, str>>, out: &mut Vec<u8>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(b',');
        }
        if cell.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\n' | b'\r')) {
            out.push(b'"');
            out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(cell.as_bytes());
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// A value as it stands in a table.
pub fn shown(cell: Option<Cell<'_>>) -> Cow<'_, str> {
    match cell {
        None => Cow::Borrowed(""),
        Some(Cell::Text(text)) => harmless(text),
        Some(Cell::Integer(number)) => Cow::Owned(number.to_string()),
        Some(Cell::Real(number)) => Cow::Owned(number.to_string()),
    }
}

/// Text that no spreadsheet takes for a formula.
pub fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { Cow::Owned(format!("'{text}")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_like_a_formula_is_made_harmless_and_numbers_are_left_alone() {
        let check = |cell: Cell<'static>, want: &str| assert_eq!(shown(Some(cell)), want);
        check(Cell::Text("=HYPERLINK(\"http://evil.example\")".into()), "'=HYPERLINK(\"http://evil.example\")");
        check(Cell::Text("@SUM(1)".into()), "'@SUM(1)");
        check(Cell::Text("Aktau".into()), "Aktau");
        check(Cell::Integer(-3), "-3");
        check(Cell::Real(0.75), "0.75");
    }

    #[test]
    fn quotes_commas_and_line_breaks_survive() {
        let mut out = Vec::new();
        line(["a \"b\", c\nd", "", "plain"].into_iter().map(Cow::Borrowed), &mut out);
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(&out[..]);
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(record.iter().collect::<Vec<_>>(), ["a \"b\", c\nd", "", "plain"]);
    }
}
