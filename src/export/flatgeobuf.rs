//! FlatGeobuf with its packed Hilbert R-tree, so that a client fetches only the part it looks at.
//! Incidents without a position have no place in the index and are left out.

use std::io::{self, Write};

use flatgeobuf::geozero::{self, ColumnValue, CoordDimensions, GeozeroGeometry, PropertyProcessor};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};

use crate::geo::LonLat;
use crate::index::{RowRef, rounded};
use crate::layers::fields::fields;
use crate::store::geopackage::Kind;

use super::cells::{Cell, cells};
use super::{About, Archive};

/// Writer of one file.
pub struct Flatgeobuf {
    writer: FgbWriter<'static>,
}

impl Flatgeobuf {
    /// A writer that tells what it was asked for.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn new(about: &About) -> io::Result<Self> {
        let description = about.description();
        let options = FgbWriterOptions {
            promote_to_multi: false,
            crs: FgbCrs { code: 4326, ..FgbCrs::default() },
            title: Some("Incidents"),
            description: Some(&description),
            ..FgbWriterOptions::default()
        };
        let mut writer = FgbWriter::create_with_options("incidents", GeometryType::Point, options).map_err(io::Error::other)?;
        writer.add_column("id", ColumnType::String, |_, column| column.nullable = false);
        for field in fields() {
            let kind = match field.kind {
                Kind::Integer => ColumnType::Long,
                Kind::Real => ColumnType::Double,
                Kind::Date => ColumnType::DateTime,
                Kind::Text | Kind::Words => ColumnType::String,
            };
            writer.add_column(field.name, kind, |fbb, column| {
                column.title = Some(fbb.create_string(field.title));
                column.description = Some(fbb.create_string(field.description));
            });
        }
        Ok(Self { writer })
    }
}

impl Archive for Flatgeobuf {
    fn row(&mut self, row: RowRef<'_>) -> io::Result<()> {
        let Some(at) = row.position() else { return Ok(()) };
        let cells = cells(row);
        let kinds = fields().map(|field| field.kind);
        let mut outcome = Ok(false);
        let added = self.writer.add_feature_geom(Position(at), |feature| {
            outcome = feature.property(0, "id", &ColumnValue::String(row.id()));
            for (i, (cell, kind)) in cells.iter().zip(kinds).enumerate() {
                let value = match cell {
                    None => continue,
                    Some(Cell::Text(day)) if kind == Kind::Date => ColumnValue::DateTime(day),
                    Some(Cell::Text(text)) => ColumnValue::String(text),
                    Some(Cell::Integer(number)) => ColumnValue::Long(*number),
                    Some(Cell::Real(number)) => ColumnValue::Double(*number),
                };
                let written = feature.property(i + 1, "", &value);
                if outcome.is_ok() {
                    outcome = written;
                }
            }
        });
        added.map_err(io::Error::other)?;
        outcome.map(drop).map_err(io::Error::other)
    }

    fn finish(self: Box<Self>, out: &mut dyn Write) -> io::Result<()> {
        self.writer.write(out).map_err(io::Error::other)
    }
}

/// A position as the library takes geometries.
struct Position(LonLat);

impl GeozeroGeometry for Position {
    fn process_geom<P: geozero::GeomProcessor>(&self, processor: &mut P) -> geozero::error::Result<()> {
        processor.point_begin(0)?;
        processor.xy(rounded(self.0.lon), rounded(self.0.lat), 0)?;
        processor.point_end(0)
    }

    fn dims(&self) -> CoordDimensions {
        CoordDimensions::xy()
    }
}
