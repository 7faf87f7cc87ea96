//! Incidents as files: one file a format, all of the same shape.
//!
//! A [`Format`] turns rows into bytes a piece at a time, so that an export of any size needs no
//! more memory than one piece, whether it goes to a disk or to a slow client. Formats that must
//! know all rows before their first byte, because an index stands there, are an [`Archive`]: it
//! gathers them in a temporary file.

mod acled;
mod cells;
mod csv;
mod flatgeobuf;
mod geojson;
mod geojsonl;
mod geopackage;
mod geoparquet;
mod hxl;
mod kml;
mod pmtiles;

use std::fs::File;
use std::io::{self, Write};

use crate::index::RowRef;

/// A way to write incidents as they come. Called in this order: head, every row, tail.
pub trait Format: Send {
    /// What stands before the first incident.
    fn head(&mut self, out: &mut Vec<u8>);
    /// One incident.
    fn row(&mut self, row: RowRef<'_>, out: &mut Vec<u8>);
    /// What stands after the last.
    fn tail(&mut self, out: &mut Vec<u8>);
}

/// A way to write incidents that needs all of them before the first byte.
pub trait Archive: Send {
    /// Takes one incident.
    ///
    /// # Errors
    /// What the temporary file says.
    fn row(&mut self, row: RowRef<'_>) -> io::Result<()>;

    /// The file, ready to be read from its beginning.
    ///
    /// # Errors
    /// What the temporary file says.
    fn finish(self: Box<Self>) -> io::Result<File>;
}

/// What every export says of where it comes from.
pub const ATTRIBUTION: &str =
    "Incidents worked out by Oqiga from the reports named in source_name and source_url; places from GeoNames (CC BY 4.0)";

/// What is told of an export inside it, where the format has a place for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The filter as it was asked for: names and values.
    pub filter: Vec<(String, String)>,
}

impl About {
    /// The filter as JSON.
    fn filter_json(&self) -> serde_json::Value {
        self.filter.iter().map(|(name, value)| (name.clone(), serde_json::Value::from(value.as_str()))).collect()
    }

    /// Attribution and filter as one text.
    fn description(&self) -> String {
        format!("{ATTRIBUTION}. Filter: {}", self.filter_json())
    }
}

/// The formats by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One GeoJSON FeatureCollection.
    Geojson,
    /// One GeoJSON feature a line.
    Geojsonl,
    /// A GeoJSON text sequence (RFC 8142).
    Geojsonseq,
    /// A table with coordinates.
    Csv,
    /// The table with tags of the Humanitarian Exchange Language.
    Hxl,
    /// The columns of ACLED.
    Acled,
    /// FlatGeobuf with a spatial index.
    Flatgeobuf,
    /// A GeoPackage.
    Geopackage,
    /// GeoParquet 1.1.
    Geoparquet,
    /// KML for Google Earth.
    Kml,
    /// Vector tiles in one file.
    Pmtiles,
}

/// How a format is made.
pub enum Writer {
    /// Piece by piece.
    Stream(Box<dyn Format>),
    /// As a whole.
    Whole(Box<dyn Archive>),
}

impl Kind {
    /// All formats.
    pub const ALL: [Self; 11] = [
        Self::Geojson,
        Self::Geojsonl,
        Self::Geojsonseq,
        Self::Csv,
        Self::Hxl,
        Self::Acled,
        Self::Flatgeobuf,
        Self::Geopackage,
        Self::Geoparquet,
        Self::Kml,
        Self::Pmtiles,
    ];

    /// The format of a name, such as `csv`, or of the ending of its files.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Geojson),
            "ndjson" => Some(Self::Geojsonl),
            "parquet" => Some(Self::Geoparquet),
            "flatgeobuf" => Some(Self::Flatgeobuf),
            "geopackage" => Some(Self::Geopackage),
            name => Self::ALL.into_iter().find(|kind| kind.name() == name),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Geojson => "geojson",
            Self::Geojsonl => "geojsonl",
            Self::Geojsonseq => "geojsonseq",
            Self::Csv => "csv",
            Self::Hxl => "hxl-csv",
            Self::Acled => "acled-csv",
            Self::Flatgeobuf => "fgb",
            Self::Geopackage => "gpkg",
            Self::Geoparquet => "geoparquet",
            Self::Kml => "kml",
            Self::Pmtiles => "pmtiles",
        }
    }

    /// The ending of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Geojsonseq => "geojsons",
            Self::Hxl => "hxl.csv",
            Self::Acled => "acled.csv",
            Self::Geoparquet => "parquet",
            other => other.name(),
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Geojson => "application/geo+json",
            Self::Geojsonl => "application/x-ndjson",
            Self::Geojsonseq => "application/geo+json-seq",
            Self::Csv | Self::Hxl | Self::Acled => "text/csv; charset=utf-8; header=present",
            Self::Flatgeobuf => "application/flatgeobuf",
            Self::Geopackage => "application/geopackage+sqlite3",
            Self::Geoparquet => "application/vnd.apache.parquet",
            Self::Kml => "application/vnd.google-earth.kml+xml",
            Self::Pmtiles => "application/vnd.pmtiles",
        }
    }

    /// What it is, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Geojson => "All of them as one GeoJSON file",
            Self::Geojsonl => "All of them, one feature a line",
            Self::Geojsonseq => "All of them as a GeoJSON text sequence",
            Self::Csv => "All of them as a table",
            Self::Hxl => "All of them as a table with HXL tags",
            Self::Acled => "All of them in the columns of ACLED",
            Self::Flatgeobuf => "All of them as FlatGeobuf",
            Self::Geopackage => "All of them as a GeoPackage",
            Self::Geoparquet => "All of them as GeoParquet",
            Self::Kml => "All of them for Google Earth",
            Self::Pmtiles => "All of them as vector tiles in one file",
        }
    }

    /// Whether a part of the incidents makes a file of its own, so that they can come in pages.
    pub fn is_paged(self) -> bool {
        matches!(self, Self::Geojson | Self::Geojsonl | Self::Geojsonseq | Self::Csv)
    }

    /// A writer of the format.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn writer(self, about: About) -> io::Result<Writer> {
        Ok(match self {
            Self::Geojson => Writer::Stream(Box::new(geojson::Geojson::new(about))),
            Self::Geojsonl => Writer::Stream(Box::new(geojsonl::Geojsonl::lines())),
            Self::Geojsonseq => Writer::Stream(Box::new(geojsonl::Geojsonl::sequence())),
            Self::Csv => Writer::Stream(Box::new(csv::Csv)),
            Self::Hxl => Writer::Stream(Box::new(hxl::Hxl)),
            Self::Acled => Writer::Stream(Box::new(acled::Acled)),
            Self::Kml => Writer::Stream(Box::new(kml::Kml::new(&about))),
            Self::Flatgeobuf => Writer::Whole(Box::new(flatgeobuf::Flatgeobuf::new(&about)?)),
            Self::Geopackage => Writer::Whole(Box::new(geopackage::Geopackage::new(&about)?)),
            Self::Geoparquet => Writer::Whole(Box::new(geoparquet::Geoparquet::new(&about)?)),
            Self::Pmtiles => Writer::Whole(Box::new(pmtiles::Pmtiles::new(about))),
        })
    }
}

/// How much is gathered before it is written.
pub const PIECE_BYTES: usize = 64 * 1024;

/// Writes a whole export, row by row as they come.
pub struct Export<'a> {
    writer: Writer,
    piece: Vec<u8>,
    out: &'a mut dyn Write,
    rows: u64,
}

impl<'a> Export<'a> {
    /// Begins an export.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn new(kind: Kind, about: About, out: &'a mut dyn Write) -> io::Result<Self> {
        let mut writer = kind.writer(about)?;
        let mut piece = Vec::new();
        if let Writer::Stream(format) = &mut writer {
            piece.reserve(2 * PIECE_BYTES);
            format.head(&mut piece);
        }
        Ok(Self { writer, piece, out, rows: 0 })
    }

    /// Adds one incident.
    ///
    /// # Errors
    /// What the writer says.
    pub fn row(&mut self, row: RowRef<'_>) -> io::Result<()> {
        self.rows += 1;
        match &mut self.writer {
            Writer::Whole(archive) => return archive.row(row),
            Writer::Stream(format) => format.row(row, &mut self.piece),
        }
        if self.piece.len() >= PIECE_BYTES {
            self.out.write_all(&self.piece)?;
            self.piece.clear();
        }
        Ok(())
    }

    /// Ends the export and says how many incidents were given to it.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(mut self) -> io::Result<u64> {
        match self.writer {
            Writer::Whole(archive) => {
                io::copy(&mut archive.finish()?, self.out)?;
            }
            Writer::Stream(mut format) => {
                format.tail(&mut self.piece);
                self.out.write_all(&self.piece)?;
            }
        }
        self.out.flush()?;
        Ok(self.rows)
    }
}
