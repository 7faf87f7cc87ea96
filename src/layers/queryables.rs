//! Incidents as CQL2 sees them: which properties there are, and their values row by row.

use std::borrow::Cow;

use crate::index::RowRef;
use crate::store::geopackage::{COLUMNS, Kind as Column};

use super::cql2::{Kind, Schema, Subject, Temporal, Value};
use super::json_text;

/// The names of the geometry and the identifier; the columns follow them.
const FIXED: [(&str, Kind); 2] = [("geometry", Kind::Geometry), ("id", Kind::Text)];

/// The properties of schema `incident/1`.
pub struct Incidents;

impl Schema for Incidents {
    fn property(&self, name: &str) -> Option<(usize, Kind)> {
        if let Some(at) = FIXED.iter().position(|(known, _)| *known == name) {
            return Some((at, FIXED[at].1));
        }
        let at = COLUMNS.iter().position(|(known, _)| *known == name)?;
        let kind = match COLUMNS[at].1 {
            Column::Text => Kind::Text,
            Column::Integer | Column::Real => Kind::Number,
            Column::Date => Kind::Instant,
            Column::Words => Kind::Array,
        };
        Some((FIXED.len() + at, kind))
    }

    fn names(&self) -> Vec<String> {
        FIXED.iter().map(|(name, _)| *name).chain(COLUMNS.iter().map(|(name, _)| *name)).map(str::to_owned).collect()
    }
}

impl Subject for RowRef<'_> {
    fn value(&self, property: usize) -> Value<'_> {
        match property.checked_sub(FIXED.len()) {
            Some(column) => of_column(*self, column).unwrap_or(Value::Null),
            None if property == 0 => {
                self.position().map_or(Value::Null, |at| Value::Geometry(Cow::Owned(geo::Geometry::Point(at.point()))))
            }
            None => Value::Text(self.id().into()),
        }
    }
}

fn of_column(row: RowRef<'_>, column: usize) -> Option<Value<'_>> {
    let (name, kind) = COLUMNS.get(column)?;
    let raw = json_text::member(row.properties(), name)?;
    Some(match kind {
        Column::Text => Value::Text(json_text::text(raw)?),
        Column::Integer | Column::Real => Value::Number(raw.parse().ok()?),
        Column::Date => Value::Time(Temporal::parse_date(json_text::text(raw)?.get(..10)?).ok()?),
        Column::Words => {
            let words: Vec<String> = serde_json::from_str(raw).ok()?;
            Value::Array(words.into_iter().map(|word| Value::Text(word.into())).collect())
        }
    })
}
