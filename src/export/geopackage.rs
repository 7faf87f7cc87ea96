//! A GeoPackage with the one layer: columns, spatial index, and the meaning of every column. It is
//! smaller than a store, which keeps reports and revisions beside the layer.

use std::fs::File;
use std::io::{self, Seek};

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use tempfile::NamedTempFile;

use crate::index::RowRef;
use crate::layers::fields::fields;
use crate::store::geopackage::{build_spatial_index, create_metadata, encode_position};

use super::cells::{Cell, cells};
use super::{About, Archive};

/// The table of the schema extension: what every column means.
const DATA_COLUMNS: &str = "
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  name TEXT,
  title TEXT,
  description TEXT,
  mime_type TEXT,
  constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
INSERT INTO gpkg_extensions VALUES
  ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write');";

/// Memory for pages of the file that are still being filled.
const CACHE_KIB: i32 = 16 * 1024;

/// Rows in one transaction.
const BATCH: u32 = 20_000;

/// Writer of one file.
pub struct Geopackage {
    file: NamedTempFile,
    connection: Connection,
    rows: u32,
    insert: String,
    bounds: Option<[f64; 4]>,
}

impl Geopackage {
    /// A writer that tells what it was asked for.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn new(about: &About) -> io::Result<Self> {
        let file = NamedTempFile::new()?;
        let connection = open(&file, about).map_err(io::Error::other)?;
        let names: String = fields().map(|field| format!(", {}", field.name)).collect();
        let places: String = fields().enumerate().map(|(i, _)| format!(", ?{}", i + 4)).collect();
        let insert = format!("INSERT INTO incidents (fid, geom, id{names}) VALUES (?1, ?2, ?3{places})");
        Ok(Self { file, connection, rows: 0, insert, bounds: None })
    }

    fn put(&mut self, row: RowRef<'_>) -> rusqlite::Result<()> {
        if self.rows.is_multiple_of(BATCH) {
            self.connection.execute_batch(if self.rows == 0 { "BEGIN" } else { "COMMIT; BEGIN" })?;
        }
        self.rows += 1;
        let at = row.position();
        let geometry = at.map_or(Value::Null, |at| Value::Blob(encode_position(at)));
        let fixed = [Value::Integer(i64::from(self.rows)), geometry, Value::Text(row.id().to_owned())];
        let values = cells(row).into_iter().map(|cell| match cell {
            None => Value::Null,
            Some(Cell::Text(text)) => Value::Text(text.into_owned()),
            Some(Cell::Integer(number)) => Value::Integer(number),
            Some(Cell::Real(number)) => Value::Real(number),
        });
        self.connection.prepare_cached(&self.insert)?.execute(params_from_iter(fixed.into_iter().chain(values)))?;
        if let Some(at) = at {
            let [west, south, east, north] = self.bounds.unwrap_or([at.lon, at.lat, at.lon, at.lat]);
            self.bounds = Some([west.min(at.lon), south.min(at.lat), east.max(at.lon), north.max(at.lat)]);
        }
        Ok(())
    }

    fn close(&mut self) -> rusqlite::Result<()> {
        if self.rows > 0 {
            self.connection.execute_batch("COMMIT")?;
        }
        // Made at the end, at one go: much faster than growing them row by row.
        let transaction = self.connection.transaction()?;
        transaction.execute_batch("CREATE UNIQUE INDEX incidents_id ON incidents (id)")?;
        build_spatial_index(&transaction)?;
        transaction.commit()?;
        let corner = |at: usize| self.bounds.map(|bounds| bounds[at]);
        self.connection.execute(
            "UPDATE gpkg_contents SET min_x = ?1, min_y = ?2, max_x = ?3, max_y = ?4",
            params![corner(0), corner(1), corner(2), corner(3)],
        )?;
        Ok(())
    }
}

impl Archive for Geopackage {
    fn row(&mut self, row: RowRef<'_>) -> io::Result<()> {
        self.put(row).map_err(io::Error::other)
    }

    fn finish(mut self: Box<Self>) -> io::Result<File> {
        self.close().map_err(io::Error::other)?;
        let Self { file, connection, .. } = *self;
        connection.close().map_err(|(_, error)| io::Error::other(error))?;
        let mut file = file.into_file();
        file.rewind()?;
        Ok(file)
    }
}

fn open(file: &NamedTempFile, about: &About) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file.path())?;
    // The file is thrown away when anything fails: no journal, no waiting for the disk.
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    create_metadata(&connection)?;
    connection.execute_batch(DATA_COLUMNS)?;
    let columns: String = fields().map(|field| format!(",\n  {} {}", field.name, field.kind.sql())).collect();
    connection.execute_batch(&format!(
        "CREATE TABLE incidents (\n  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,\n  geom POINT,\n  id TEXT NOT NULL{columns}\n);"
    ))?;
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES ('incidents', 'features', 'Incidents', ?1, 4326)",
        [about.description()],
    )?;
    connection.execute("INSERT INTO gpkg_geometry_columns VALUES ('incidents', 'geom', 'POINT', 4326, 0, 0)", [])?;
    for field in fields() {
        let description = field.unit.map_or(field.description.to_owned(), |unit| format!("{} ({unit})", field.description));
        connection.execute(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) VALUES ('incidents', ?1, ?1, ?2, ?3)",
            params![field.name, field.title, description],
        )?;
    }
    Ok(connection)
}
