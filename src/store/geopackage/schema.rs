//! The tables of the file, their GeoPackage metadata and triggers, and how older files are brought
//! up to date.
//!
//! Other programs may edit the file too: QGIS saves straight into layer `incidents`. Triggers that
//! live in the file keep the trail complete then. Our own writes put a row into `oqiga_writing`
//! for the length of their transaction, where no other connection can see it; a write without it
//! is somebody else's, is recorded as a revision, and marks the row `edited_elsewhere`, so that
//! its columns count more than its JSON from then on.

use rusqlite::{Connection, params};

use super::columns::COLUMNS;

/// The schema that this program writes. Every change to the tables adds one and a step in
/// [`super::migrate`].
pub const VERSION: i64 = 2;

/// "GPKG", in the header of every GeoPackage.
pub const APPLICATION_ID: i32 = 0x4750_4B47;

/// GeoPackage 1.3.
const USER_VERSION: i32 = 10300;

const WGS84_WKT: &str = r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]"#;

/// Makes all tables in an empty database.
///
/// # Errors
/// What SQLite says.
pub fn create(connection: &mut Connection, store_id: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    create_metadata(&transaction)?;
    transaction.execute_batch(&incidents_table())?;
    transaction.execute_batch(TABLES)?;
    transaction.execute_batch(SETTINGS)?;
    transaction.execute_batch(SERVICE)?;
    transaction.execute_batch(RTREE_TABLE)?;
    transaction.execute_batch(RTREE_TRIGGERS)?;
    transaction.execute_batch(&edit_triggers())?;
    transaction.execute_batch(CONTENTS)?;
    transaction.execute(RTREE_EXTENSION, [])?;
    transaction
        .execute("INSERT INTO oqiga_settings (name, value) VALUES ('schema', ?1), ('id', ?2)", params![VERSION.to_string(), store_id])?;
    transaction.commit()
}

/// The tables that every GeoPackage has, in an empty database.
///
/// # Errors
/// What SQLite says.
pub fn create_metadata(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", USER_VERSION)?;
    connection.execute_batch(METADATA)?;
    connection.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES
            ('WGS 84 geodetic', 4326, 'EPSG', 4326, ?1, 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid'),
            ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
            ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system')",
        [WGS84_WKT],
    )?;
    Ok(())
}

const METADATA: &str = "
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);";

const TABLES: &str = "
CREATE INDEX incidents_doc_id ON incidents (doc_id);
CREATE TABLE documents (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL,
  title TEXT,
  text TEXT NOT NULL,
  published DATE,
  lang TEXT NOT NULL,
  source TEXT,
  url TEXT,
  country TEXT,
  diagnostics TEXT,
  added DATETIME NOT NULL,
  content TEXT,
  checksum INTEGER
);
CREATE INDEX documents_content ON documents (content);
CREATE TABLE revisions (
  number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  at DATETIME NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  what TEXT NOT NULL,
  id TEXT NOT NULL,
  action TEXT NOT NULL,
  before TEXT,
  after TEXT,
  checksum INTEGER
);
CREATE INDEX revisions_id ON revisions (id);
CREATE TABLE oqiga_writing (writer INTEGER NOT NULL);";

/// Facts about the file itself. GeoPackage wants a whole number as the key of every table.
pub const SETTINGS: &str = "
CREATE TABLE oqiga_settings (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  value TEXT NOT NULL
);";

/// What a service needs: who may do what (secrets only as hashes, and not listed in
/// `gpkg_contents`), and how far each source has been read.
pub const SERVICE: &str = "
CREATE TABLE oqiga_tokens (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  created DATETIME NOT NULL,
  revoked DATETIME
);
CREATE TABLE sources (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT,
  checked DATETIME,
  next DATETIME,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
  ('sources', 'attributes', 'Sources', 'Feeds that are followed, and how far each has been read', NULL);";

/// The table of the R-tree extension.
pub const RTREE_TABLE: &str = "CREATE VIRTUAL TABLE rtree_incidents_geom USING rtree(id, minx, maxx, miny, maxy);";

/// The triggers of the R-tree extension, those of GeoPackage 1.3, annex F.3, word for word: another
/// program that edits keeps the tree right because they are in the file.
pub const RTREE_TRIGGERS: &str = "
CREATE TRIGGER rtree_incidents_geom_insert AFTER INSERT ON incidents
  WHEN (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
  INSERT OR REPLACE INTO rtree_incidents_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_incidents_geom_update1 AFTER UPDATE OF geom ON incidents
  WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
  INSERT OR REPLACE INTO rtree_incidents_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_incidents_geom_update2 AFTER UPDATE OF geom ON incidents
  WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
  DELETE FROM rtree_incidents_geom WHERE id = OLD.fid;
END;
CREATE TRIGGER rtree_incidents_geom_update3 AFTER UPDATE ON incidents
  WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
  DELETE FROM rtree_incidents_geom WHERE id = OLD.fid;
  INSERT OR REPLACE INTO rtree_incidents_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_incidents_geom_update4 AFTER UPDATE ON incidents
  WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
  DELETE FROM rtree_incidents_geom WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER rtree_incidents_geom_delete AFTER DELETE ON incidents
  WHEN OLD.geom NOT NULL
BEGIN
  DELETE FROM rtree_incidents_geom WHERE id = OLD.fid;
END;";

const CONTENTS: &str = "
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
  ('incidents', 'features', 'Incidents', 'What happened, where and when, with the evidence (schema incident/1)', 4326),
  ('documents', 'attributes', 'Documents', 'The reports that the incidents were found in', NULL),
  ('revisions', 'attributes', 'Revisions', 'Who changed what, when and why, with the state before and after', NULL),
  ('oqiga_settings', 'attributes', 'Settings', 'Schema version and identity of this store', NULL);
INSERT INTO gpkg_geometry_columns VALUES ('incidents', 'geom', 'POINT', 4326, 0, 0);";

/// The row that tells other programs of the R-tree.
pub const RTREE_EXTENSION: &str = "INSERT INTO gpkg_extensions VALUES
  ('incidents', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')";

/// Layer `incidents`. Nothing but `fid` is required, so that a point drawn in QGIS can be saved.
fn incidents_table() -> String {
    let columns: String = COLUMNS.iter().map(|(name, kind)| format!("  {name} {},\n", kind.sql())).collect();
    format!(
        "CREATE TABLE incidents (\n  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,\n  geom POINT,\n  id TEXT UNIQUE,\n{columns}  properties TEXT,\n  edited_elsewhere INTEGER NOT NULL DEFAULT 0,\n  checksum INTEGER\n);"
    )
}

/// The triggers that see the edits of other programs.
fn edit_triggers() -> String {
    let state = |row: &str| {
        let columns: String = COLUMNS.iter().map(|(name, _)| format!(", '{name}', {row}.{name}")).collect();
        format!("json_object('lon', ST_MinX({row}.geom), 'lat', ST_MinY({row}.geom){columns})")
    };
    let watched: String = COLUMNS.iter().map(|(name, _)| format!(", {name}")).collect();
    let other = "NOT EXISTS (SELECT 1 FROM oqiga_writing)";
    let revision = |id: &str, action: &str, before: &str, after: &str| {
        format!(
            "INSERT INTO revisions (at, who, why, what, id, action, before, after) VALUES (strftime('%Y-%m-%dT%H:%M:%fZ','now'), 'another program', 'edited in the file', 'incident', {id}, '{action}', {before}, {after})"
        )
    };
    let new_id = "coalesce(NEW.id, 'edit-' || NEW.fid)";
    format!(
        "CREATE TRIGGER oqiga_edit_insert AFTER INSERT ON incidents WHEN {other}
BEGIN
  UPDATE incidents SET id = {new_id}, edited_elsewhere = 1 WHERE fid = NEW.fid;
  {created};
END;
CREATE TRIGGER oqiga_edit_update AFTER UPDATE OF geom{watched} ON incidents WHEN {other}
BEGIN
  UPDATE incidents SET edited_elsewhere = 1 WHERE fid = NEW.fid;
  {updated};
END;
CREATE TRIGGER oqiga_edit_rename AFTER UPDATE OF id ON incidents WHEN {other} AND OLD.id NOT NULL AND NEW.id IS NOT OLD.id
BEGIN
  UPDATE incidents SET id = coalesce(NEW.id, OLD.id), edited_elsewhere = 1 WHERE fid = NEW.fid;
  {renamed_from};
  {renamed_to};
END;
CREATE TRIGGER oqiga_edit_delete AFTER DELETE ON incidents WHEN {other} AND OLD.id NOT NULL
BEGIN
  {deleted};
END;",
        created = revision(new_id, "create", "NULL", &state("NEW")),
        updated = revision("coalesce(NEW.id, OLD.id, 'fid-' || NEW.fid)", "update", &state("OLD"), &state("NEW")),
        renamed_from = revision("OLD.id", "update", &state("OLD"), &state("NEW")),
        renamed_to = revision("coalesce(NEW.id, OLD.id)", "update", &state("OLD"), &state("NEW")),
        deleted = revision("OLD.id", "delete", &state("OLD"), "NULL"),
    )
}
