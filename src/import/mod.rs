//! Ready-made incidents from files of others, in the form in which the store keeps them: the way
//! back of [`crate::export`], one file a format.
//!
//! A file is read as a stream of raw items ([`Items`]), and each is made an incident by itself
//! ([`Reader::incident`]), so that the second step can run on all cores. What is not known is not
//! invented; what is wrong is an error that names the item and the value.

mod acled;
mod csv;
mod geojson;
mod normal;

use std::io::{BufRead, Read};

use serde_json::{Map, Value};

use crate::gazetteer::Country;
use crate::geo::LonLat;
use crate::store::IncidentRecord;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A FeatureCollection, or one feature after the other (RFC 7946, RFC 8142, NDJSON).
    Geojson,
    /// A table with a header: `lon`, `lat` and columns of schema `incident/1`.
    Csv,
    /// The columns of an ACLED export.
    AcledCsv,
}

/// What the caller adds to what the file tells.
pub struct Defaults<'a> {
    /// The type of incidents that have none.
    pub event_type: Option<&'a str>,
    /// The source of incidents that name none.
    pub source_name: Option<&'a str>,
    /// The country of an English name.
    pub country_named: &'a (dyn Fn(&str) -> Option<Country> + Sync),
}

/// Why an item is no incident, or the file cannot be read on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file cannot be read.
    #[error("cannot read: {0}")]
    Io(#[from] std::io::Error),
    /// The file is not of the format.
    #[error("{0}")]
    Format(String),
    /// A value means nothing.
    #[error("{field}: wanted {wanted}, got {found}")]
    Value {
        /// The property or column.
        field: String,
        /// What was wanted.
        wanted: String,
        /// What came, shortened.
        found: String,
    },
}

impl ImportError {
    fn value(field: &str, wanted: impl Into<String>, found: &str) -> Self {
        let shown: String = found.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self::Value { field: field.to_owned(), wanted: wanted.into(), found: format!("{shown:?}") }
    }
}

/// One thing of a file, not yet understood.
#[derive(Debug)]
pub enum Raw {
    /// The JSON of a feature.
    Feature(Vec<u8>),
    /// A line of a table.
    Line(::csv::StringRecord),
    /// A row of a layer.
    Row(Option<LonLat>, Map<String, Value>),
}

/// The raw items of a file with their numbers: of the feature, from 1, or of the line.
pub type Items<'a> = Box<dyn Iterator<Item = Result<(u64, Raw), ImportError>> + Send + 'a>;

/// What makes incidents of raw items.
pub struct Reader {
    format: Format,
    header: Vec<String>,
}

impl Reader {
    /// Opens a stream: reads the header where there is one.
    ///
    /// # Errors
    /// [`ImportError::Format`] when the header lacks a column without which nothing can be read.
    pub fn open<'a>(format: Format, from: impl BufRead + Send + 'a) -> Result<(Self, Items<'a>), ImportError> {
        match format {
            Format::Geojson => Ok((Self::of_rows(), Box::new(geojson::features(from)))),
            Format::Csv | Format::AcledCsv => {
                let (header, items) = csv::open(from)?;
                let needed = if format == Format::Csv { csv::NEEDED } else { acled::NEEDED };
                for names in needed {
                    if !header.iter().any(|column| names.contains(&column.as_str())) {
                        let found = header.join(", ");
                        return Err(ImportError::Format(format!("wanted a column {}, found {found}", names.join(" or "))));
                    }
                }
                Ok((Self { format, header }, items))
            }
        }
    }

    /// The reader of features and rows, which carry the names of their properties.
    pub fn of_rows() -> Self {
        Self { format: Format::Geojson, header: Vec::new() }
    }

    /// Columns that say nothing about an incident and are left out.
    pub fn unknown_columns(&self) -> Vec<&str> {
        if self.format != Format::Csv {
            return Vec::new();
        }
        self.header.iter().map(String::as_str).filter(|name| !csv::is_known(name)).collect()
    }

    /// Makes an incident of an item.
    ///
    /// # Errors
    /// [`ImportError::Value`] and [`ImportError::Format`].
    pub fn incident(&self, raw: &Raw, defaults: &Defaults<'_>) -> Result<IncidentRecord, ImportError> {
        let (position, properties) = match (raw, self.format) {
            (Raw::Feature(json), _) => geojson::feature(json)?,
            (Raw::Line(line), Format::AcledCsv) => acled::line(&self.header, line, defaults)?,
            (Raw::Line(line), _) => csv::line(&self.header, line)?,
            (Raw::Row(position, properties), _) => (*position, properties.clone()),
        };
        normal::complete(position, properties, defaults)
    }
}

/// A position from two numbers as they are written.
fn position(lon: &str, lat: &str) -> Result<Option<LonLat>, ImportError> {
    if lon.trim().is_empty() && lat.trim().is_empty() {
        return Ok(None);
    }
    let number = |name: &str, text: &str, most: f64| match text.trim().parse::<f64>() {
        Ok(number) if number.abs() <= most => Ok(number),
        _ => Err(ImportError::value(name, format!("degrees from -{most} to {most}"), text)),
    };
    let (lon, lat) = (number("lon", lon, 180.0)?, number("lat", lat, 90.0)?);
    Ok(LonLat::new(lon, lat))
}

/// Reads no more than so many bytes as one item.
const ITEM_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A reader that gives a byte at a time, with a buffer of its own.
fn bytes(from: impl Read) -> impl Iterator<Item = std::io::Result<u8>> {
    std::io::BufReader::with_capacity(1 << 18, from).bytes()
}
