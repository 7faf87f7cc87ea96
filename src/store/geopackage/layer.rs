//! The first point layer of any GeoPackage, as positions with properties.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, types::ValueRef};
use serde_json::{Map, Value};

use super::super::StoreError;
use super::geometry;
use crate::geo::LonLat;

/// A row of a layer: where it lies and what its columns say, by their names in lower case.
pub type Row = (Option<LonLat>, Map<String, Value>);

/// Hands over every row of the layer; stops when `each` returns `false`. Nothing is changed.
///
/// # Errors
/// [`StoreError::Foreign`] when there is no layer of points in longitude and latitude.
pub fn read_layer(path: &Path, each: &mut dyn FnMut(Row) -> bool) -> Result<(), StoreError> {
    let database = |source| StoreError::Database { path: path.to_owned(), source };
    let foreign = |found: &str| StoreError::Foreign { path: path.to_owned(), found: found.to_owned() };
    if !path.exists() {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(database)?;
    let layer: Option<(String, String)> = connection
        .query_row(
            "SELECT g.table_name, g.column_name FROM gpkg_geometry_columns g JOIN gpkg_contents c USING (table_name)
             WHERE c.data_type = 'features' AND upper(g.geometry_type_name) IN ('POINT', 'GEOMETRY') AND g.srs_id = 4326 ORDER BY c.rowid LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()
        .map_err(database)?;
    let Some((table, geom)) = layer else { return Err(foreign("a file without a layer of points in EPSG:4326")) };
    let quoted = table.replace('"', "\"\"");
    let mut statement = connection.prepare(&format!("SELECT * FROM \"{quoted}\"")).map_err(database)?;
    let names: Vec<String> = statement.column_names().map(|name| name.to_lowercase()).collect();
    let geom = names.iter().position(|name| *name == geom.to_lowercase());
    let mut rows = statement.query([]).map_err(database)?;
    while let Some(row) = rows.next().map_err(database)? {
        let mut properties = Map::new();
        let mut position = None;
        for (at, name) in names.iter().enumerate() {
            let value = row.get_ref(at).map_err(database)?;
            if Some(at) == geom {
                position = value.as_blob().ok().and_then(geometry::decode);
                continue;
            }
            let value = match value {
                ValueRef::Text(text) => Value::from(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Integer(number) => Value::from(number),
                ValueRef::Real(number) => Value::from(number),
                ValueRef::Null | ValueRef::Blob(_) => continue,
            };
            properties.insert(name.clone(), value);
        }
        // A store of ours keeps the whole incident beside the flat columns; `flags` is a list there.
        if let Some(whole) =
            properties.get("properties").and_then(Value::as_str).and_then(|json| serde_json::from_str::<Map<_, _>>(json).ok())
        {
            properties = whole;
        } else if let Some(Value::String(words)) = properties.get("flags") {
            let words: Value = words.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
            properties.insert("flags".to_owned(), words);
        }
        if !each((position, properties)) {
            break;
        }
    }
    Ok(())
}
