//! Incidents as files: one file a format, all of the same shape.
//!
//! A [`Format`] turns rows into bytes a piece at a time, so that an export of any size needs no
//! more memory than one piece, whether it goes to a disk or to a slow client.

mod csv;
mod geojson;
mod geojsonl;

use std::io::{self, Write};

use crate::index::Row;

/// A way to write incidents. Called in this order: head, every row, tail.
pub trait Format: Send {
    /// What stands before the first incident.
    fn head(&mut self, out: &mut Vec<u8>);
    /// One incident.
    fn row(&mut self, row: &Row, out: &mut Vec<u8>);
    /// What stands after the last.
    fn tail(&mut self, out: &mut Vec<u8>);
}

/// What is told of an export inside it, where the format has a place for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The filter as it was asked for: names and values.
    pub filter: Vec<(String, String)>,
}

/// The formats by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One GeoJSON FeatureCollection.
    Geojson,
    /// One GeoJSON feature a line.
    Geojsonl,
    /// A table with coordinates.
    Csv,
}

impl Kind {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Geojson, Self::Geojsonl, Self::Csv];

    /// The format of a name, such as `csv`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its name, which is also the ending of its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Geojson => "geojson",
            Self::Geojsonl => "geojsonl",
            Self::Csv => "csv",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Geojson => "application/geo+json",
            Self::Geojsonl => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    /// A writer of the format.
    pub fn format(self, about: About) -> Box<dyn Format> {
        match self {
            Self::Geojson => Box::new(geojson::Geojson::new(about)),
            Self::Geojsonl => Box::new(geojsonl::Geojsonl),
            Self::Csv => Box::new(csv::Csv),
        }
    }
}

/// How much is gathered before it is written.
pub const PIECE_BYTES: usize = 64 * 1024;

/// Writes a whole export, row by row as they come.
pub struct Export<'a> {
    format: Box<dyn Format>,
    piece: Vec<u8>,
    out: &'a mut dyn Write,
    rows: u64,
}

impl<'a> Export<'a> {
    /// Begins an export.
    pub fn new(kind: Kind, about: About, out: &'a mut dyn Write) -> Self {
        let mut format = kind.format(about);
        let mut piece = Vec::with_capacity(2 * PIECE_BYTES);
        format.head(&mut piece);
        Self { format, piece, out, rows: 0 }
    }

    /// Adds one incident.
    ///
    /// # Errors
    /// What the writer says.
    pub fn row(&mut self, row: &Row) -> io::Result<()> {
        self.rows += 1;
        self.format.row(row, &mut self.piece);
        if self.piece.len() >= PIECE_BYTES {
            self.out.write_all(&self.piece)?;
            self.piece.clear();
        }
        Ok(())
    }

    /// Ends the export and says how many incidents it holds.
    ///
    /// # Errors
    /// What the writer says.
    pub fn finish(mut self) -> io::Result<u64> {
        self.format.tail(&mut self.piece);
        self.out.write_all(&self.piece)?;
        self.out.flush()?;
        Ok(self.rows)
    }
}
