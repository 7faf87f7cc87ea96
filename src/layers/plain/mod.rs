//! Layers beside the incidents: the places of the gazetteer and the reports. They are read from one
//! end to the other for each request, which is a matter of milliseconds for the world's places, and
//! understand the part of the filter that means something for them: box, days, CQL2.

pub mod documents;
pub mod places;

use std::borrow::Cow;

use serde_json::{Map, Value as Json, json};

use crate::geo::{BBox, LonLat};

use super::FilterError;
use super::cql2::{Expression, Kind, Schema, Subject, Temporal, Value};
use super::crs::Crs;
use super::filter::{self, Interval};

/// A property of a layer.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Text, a number or a day.
    pub kind: Kind,
    /// What it is called on a page.
    pub title: &'static str,
    /// What it means.
    pub description: &'static str,
}

/// A feature of a layer.
pub trait Row {
    /// Its identifier.
    fn id(&self) -> Cow<'_, str>;
    /// Where it is.
    fn position(&self) -> Option<LonLat>;
    /// Its day, as days since 1970-01-01.
    fn day(&self) -> Option<i32>;
    /// The value of a field, by its number.
    fn value(&self, field: usize) -> Json;
}

/// The parameters that make up a filter of these layers.
pub const PARAMETERS: &[&str] = &["bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs"];

/// Which features.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    bbox: Option<BBox>,
    datetime: Option<Interval>,
    expression: Option<Expression>,
}

impl Asked {
    /// Reads a filter from names and values.
    ///
    /// # Errors
    /// [`FilterError`] for the first value that means nothing.
    pub fn parse<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, fields: &'static [Field]) -> Result<Self, FilterError> {
        let mut asked = Self::default();
        let (mut boxed, mut of_box, mut expression, mut encoding) = (None, Crs::default(), None, None);
        for (name, value) in pairs {
            match name {
                "bbox" => boxed = Some(value),
                "bbox-crs" => of_box = filter::crs(name, value)?,
                "datetime" => asked.datetime = Some(filter::interval(value)?),
                "filter" => expression = Some(value),
                "filter-lang" => encoding = Some(filter::encoding_of(value)?),
                "filter-crs" => filter::of_filter(value)?,
                _ => return Err(FilterError::new(name, format!("one of {}", PARAMETERS.join(", ")), value)),
            }
        }
        asked.bbox = boxed.map(|value| filter::bbox(value, of_box)).transpose()?;
        asked.expression = expression.map(|source| filter::expression(source, encoding, &Fields(fields))).transpose()?;
        Ok(asked)
    }

    /// Whether a feature passes. One without a position lies in no box, one without a day on no day.
    pub fn passes(&self, row: &dyn Row, fields: &'static [Field]) -> bool {
        self.bbox.is_none_or(|bbox| row.position().is_some_and(|at| bbox.contains(at)))
            && self.datetime.is_none_or(|interval| row.day().is_some_and(|day| interval.touches((day, day))))
            && self.expression.as_ref().is_none_or(|expression| expression.holds(&Asking { row, fields }))
    }
}

/// A feature as GeoJSON with its position in a reference system.
pub fn feature(row: &dyn Row, fields: &[Field], crs: Crs) -> Json {
    let properties: Map<String, Json> = fields.iter().enumerate().map(|(i, field)| (field.name.to_owned(), row.value(i))).collect();
    let geometry = row.position().map(|at| json!({"type": "Point", "coordinates": crs.coordinates(at)}));
    json!({"type": "Feature", "id": row.id(), "geometry": geometry, "properties": properties})
}

/// The properties as JSON Schema.
pub fn json_schema(fields: &[Field]) -> Map<String, Json> {
    let geometry = json!({"x-ogc-role": "primary-geometry", "format": "geometry-point"});
    let property = |field: &Field| {
        let mut schema = json!({"title": field.title, "description": field.description});
        match field.kind {
            Kind::Number => schema["type"] = json!("number"),
            Kind::Instant => (schema["type"], schema["format"]) = (json!("string"), json!("date")),
            _ => schema["type"] = json!("string"),
        }
        (field.name.to_owned(), schema)
    };
    std::iter::once(("geometry".to_owned(), geometry)).chain(fields.iter().map(property)).collect()
}

/// The fields as CQL2 sees them; the geometry comes first.
struct Fields(&'static [Field]);

impl Schema for Fields {
    fn property(&self, name: &str) -> Option<(usize, Kind)> {
        if name == "geometry" {
            return Some((0, Kind::Geometry));
        }
        let at = self.0.iter().position(|field| field.name == name)?;
        Some((at + 1, self.0[at].kind))
    }

    fn names(&self) -> Vec<String> {
        std::iter::once("geometry").chain(self.0.iter().map(|field| field.name)).map(str::to_owned).collect()
    }
}

/// A feature as CQL2 asks it.
struct Asking<'a> {
    row: &'a dyn Row,
    fields: &'static [Field],
}

impl Subject for Asking<'_> {
    fn value(&self, property: usize) -> Value<'_> {
        let Some(field) = property.checked_sub(1) else {
            return self.row.position().map_or(Value::Null, |at| Value::Geometry(Cow::Owned(geo::Geometry::Point(at.point()))));
        };
        match (self.fields[field].kind, self.row.value(field)) {
            (Kind::Instant, Json::String(day)) => Temporal::parse_date(&day).map_or(Value::Null, Value::Time),
            (_, Json::String(text)) => Value::Text(text.into()),
            (_, Json::Number(number)) => number.as_f64().map_or(Value::Null, Value::Number),
            _ => Value::Null,
        }
    }
}
