//! Opening a file: telling a store of ours from anything else before a byte of it is touched.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags};

use super::super::StoreError;
use super::{checksum, geometry, migrate, rtree, schema, wal};

/// How long a write waits for another program that holds the file.
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// The SQLite header, as far as it tells what the file is.
const HEADER_BYTES: usize = 100;

/// What may be done with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read and write; a missing file is made.
    Write,
    /// Only read; a missing file is an error.
    Read,
}

/// Opens a store for the given access, after checking what it is.
///
/// # Errors
/// Any [`StoreError`]; a file that is no store of ours is left exactly as it is.
pub fn open(path: &Path, access: Access) -> Result<Connection, StoreError> {
    let database = |source| StoreError::Database { path: path.to_owned(), source };
    let new = match look(path)? {
        Found::Nothing if access == Access::Read => return Err(StoreError::Missing { path: path.to_owned() }),
        Found::Nothing => true,
        Found::GeoPackage => false,
    };
    if !new {
        let broken = wal::broken_frame(path).map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
        if let Some(frame) = broken {
            return Err(StoreError::Damaged {
                path: path.to_owned(),
                what: format!("its log is broken at frame {frame}, before writes that were acknowledged"),
            });
        }
        check(path)?;
    }
    let mut connection = match access {
        Access::Read => open_to_read(path).map_err(database)?,
        Access::Write => Connection::open(path).map_err(database)?,
    };
    prepare(&connection).map_err(database)?;
    if new {
        // The tables are made in the ordinary journal, so that the file says what it is from its
        // first commit on, whatever happens before the log is folded in.
        schema::create(&mut connection, &random_id()).map_err(database)?;
    }
    if access == Access::Write {
        connection.pragma_update(None, "journal_mode", "WAL").map_err(database)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(database)?;
        let found = version(&connection).map_err(database)?.unwrap_or(0);
        if found < schema::VERSION {
            migrate::migrate(&mut connection, found).map_err(database)?;
        }
        // An import that was killed half way has left the file without its spatial index.
        rtree::ensure(&mut connection).map_err(database)?;
    } else {
        let found = version(&connection).map_err(database)?.unwrap_or(0);
        migrate::shim(&connection, found).map_err(database)?;
    }
    Ok(connection)
}

/// One more connection for reading a store that is open, and so is known to be whole and ours.
///
/// # Errors
/// What SQLite says.
pub fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open_to_read(path)?;
    prepare(&connection)?;
    migrate::shim(&connection, version(&connection)?.unwrap_or(0))?;
    Ok(connection)
}

/// A store that lives in memory and is gone with the process.
///
/// # Errors
/// What SQLite says.
pub fn in_memory() -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    prepare(&connection)?;
    schema::create(&mut connection, &random_id())?;
    Ok(connection)
}

/// What stands at the path, by its first bytes.
enum Found {
    /// No file, or an empty one.
    Nothing,
    /// A GeoPackage of somebody.
    GeoPackage,
}

fn look(path: &Path) -> Result<Found, StoreError> {
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    let foreign = |found: &str| StoreError::Foreign { path: path.to_owned(), found: found.to_owned() };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(io(error)),
    };
    let metadata = file.metadata().map_err(io)?;
    if metadata.is_dir() {
        return Err(foreign("a folder"));
    }
    let length = metadata.len();
    let mut header = Vec::with_capacity(HEADER_BYTES);
    file.take(HEADER_BYTES as u64).read_to_end(&mut header).map_err(io)?;
    if header.is_empty() {
        return Ok(Found::Nothing);
    }
    if !header.starts_with(b"SQLite format 3\0") || header.len() < HEADER_BYTES {
        return Err(foreign("a file that is no SQLite database"));
    }
    if header[68..72] != schema::APPLICATION_ID.to_be_bytes() {
        return Err(foreign("an SQLite database that is no GeoPackage"));
    }
    let missing = missing_bytes(&header, length);
    if missing > 0 && !has_log(path) {
        let what = format!("it was cut short: the last {missing} of its {} bytes are missing", length + missing);
        return Err(StoreError::Damaged { path: path.to_owned(), what });
    }
    Ok(Found::GeoPackage)
}

/// Whether a log lies beside the file. It may hold pages that the file lacks, when the disk was full
/// while the log was folded in.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// How many bytes of the pages that the header counts the file lacks (SQLite file format, 1.3.7: the
/// count is right when the two change counters agree).
fn missing_bytes(header: &[u8], length: u64) -> u64 {
    let number = |at: usize| u64::from(u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]));
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        bytes => u64::from(bytes),
    };
    if number(24) == number(92) { (number(28) * page_bytes).saturating_sub(length) } else { 0 }
}

/// Refuses GeoPackages that are not ours or come from the future, reading only.
fn check(path: &Path) -> Result<(), StoreError> {
    let database = |source| StoreError::Database { path: path.to_owned(), source };
    let connection = open_to_read(path).map_err(database)?;
    connection.busy_timeout(BUSY_WAIT).map_err(database)?;
    match version(&connection).map_err(database)? {
        None => Err(StoreError::Foreign { path: path.to_owned(), found: "a GeoPackage of another program".to_owned() }),
        Some(found) if found > schema::VERSION => Err(StoreError::Newer { path: path.to_owned(), found, known: schema::VERSION }),
        Some(_) => Ok(()),
    }
}

/// The schema version that the file states, or `None` when it is not ours.
fn version(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let ours = connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'oqiga_settings'", [], |row| row.get::<_, i64>(0))?;
    if ours == 0 {
        return Ok(None);
    }
    let value: String = connection.query_row("SELECT value FROM oqiga_settings WHERE name = 'schema'", [], |row| row.get(0))?;
    Ok(value.parse().ok())
}

/// Opens for reading. On a medium where nothing can be written SQLite cannot make the shared-memory
/// file that its log needs; such a medium does not change either, so it may be read as immutable.
fn open_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(path, flags)?;
    match connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)) {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::CannotOpen) => {
            let escaped: String = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags)
        }
        Err(error) => Err(error),
        Ok(_) => Ok(connection),
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Otherwise SQLite, built with its statistics, plans a statement anew for every value that a plan
    // may depend on: a fifth of the time of an import.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    checksum::register(connection)?;
    register_functions(connection)
}

/// The geometry functions that the R-tree triggers of every GeoPackage call.
fn register_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let position = |context: &rusqlite::functions::Context<'_>| -> rusqlite::Result<Option<crate::geo::LonLat>> {
        Ok(context.get::<Option<Vec<u8>>>(0)?.and_then(|blob| geometry::decode(&blob)))
    };
    for name in ["ST_MinX", "ST_MaxX"] {
        connection.create_scalar_function(name, 1, flags, move |context| Ok(position(context)?.map(|at| at.lon)))?;
    }
    for name in ["ST_MinY", "ST_MaxY"] {
        connection.create_scalar_function(name, 1, flags, move |context| Ok(position(context)?.map(|at| at.lat)))?;
    }
    connection.create_scalar_function("ST_IsEmpty", 1, flags, move |context| Ok(position(context)?.is_none()))
}

/// 128 random bits in hexadecimal.
fn random_id() -> String {
    let mut bytes = [0u8; 16];
    // Without randomness of the system nothing else here would be safe either.
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
