//! The columns of an incident, read in one pass over its properties.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::index::RowRef;
use crate::layers::json_text;
use crate::store::geopackage::{COLUMNS, Kind};

/// A value of a column; a day is text.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
}

impl Cell<'_> {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

static NUMBERS: LazyLock<FxHashMap<&'static str, usize>> =
    LazyLock::new(|| COLUMNS.iter().enumerate().map(|(i, (name, _))| (*name, i)).collect());

/// The number of a column.
pub fn number(name: &str) -> usize {
    NUMBERS.get(name).copied().unwrap_or(usize::MAX)
}

/// The values of all columns in their order; what is of the wrong kind counts as not there.
pub fn cells(row: RowRef<'_>) -> Vec<Option<Cell<'_>>> {
    let mut cells = vec![None; COLUMNS.len()];
    for (name, raw) in json_text::members(row.properties()) {
        if let Some(at) = NUMBERS.get(name) {
            cells[*at] = cell(COLUMNS[*at].1, raw);
        }
    }
    cells
}

fn cell(kind: Kind, raw: &str) -> Option<Cell<'_>> {
    Some(match kind {
        Kind::Text | Kind::Date => Cell::Text(json_text::text(raw)?),
        Kind::Integer => Cell::Integer(raw.parse().ok()?),
        Kind::Real => Cell::Real(raw.parse().ok()?),
        Kind::Words => {
            let words: Vec<String> = serde_json::from_str(raw).ok()?;
            Cell::Text(words.join(",").into())
        }
    })
}
