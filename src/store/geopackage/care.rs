//! Looking after a file: copying it while it is in use, putting a copy back, giving back room.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use sha2::{Digest, Sha256};

use super::super::StoreError;
use super::open::{self, Access};
use super::verify::{Check, verify};

/// A copy that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of the whole file, in hexadecimal.
    pub sha256: String,
}

/// Why a copy was not made or put back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CareError {
    /// The store itself.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is something at the path already.
    #[error("{} is there already and was left as it is; {advice}", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
        /// What to do.
        advice: &'static str,
    },
    /// The copy is not whole.
    #[error("{} is damaged and was not used: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first thing that is wrong with it.
        what: String,
    },
    /// A running program has the store open.
    #[error("{} is in use; stop the server and other programs that have it open first", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// Files could not be read or written.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes a copy of the store as it is at this moment, while others may go on writing to it; beside
/// it a file `….sha256` for `sha256sum --check`. A copy stands at its path only when it is whole
/// and was verified.
///
/// # Errors
/// Any [`CareError`]; an existing file at `to` is never overwritten.
pub fn backup(store: &Path, to: &Path) -> Result<Backup, CareError> {
    let failed = |source| CareError::Io { path: to.to_owned(), source };
    if to.exists() {
        return Err(CareError::Exists { path: to.to_owned(), advice: "choose another name for the backup" });
    }
    let connection = open::open(store, Access::Read)?;
    let part = beside(to, ".part");
    let _ = fs::remove_file(&part);
    let copied = connection.execute("VACUUM main INTO ?1", [part.to_string_lossy()]);
    let finished = copied
        .map_err(|source| StoreError::Database { path: to.to_owned(), source })
        .map_err(CareError::from)
        .and_then(|_| whole(&part))
        .and_then(|()| {
            let file = File::open(&part).map_err(failed)?;
            file.sync_all().map_err(failed)?;
            let made = Backup { bytes: file.metadata().map_err(failed)?.len(), sha256: sha256(&part).map_err(failed)? };
            let name = to.file_name().unwrap_or_default().to_string_lossy();
            fs::write(beside(to, ".sha256"), format!("{}  {name}\n", made.sha256)).map_err(failed)?;
            fs::rename(&part, to).map_err(failed)?;
            sync_folder(to).map_err(failed)?;
            Ok(made)
        });
    if finished.is_err() {
        let _ = fs::remove_file(&part);
    }
    finished
}

/// Puts a copy in the place of the store. What was there is kept beside it under `….before-restore`.
///
/// # Errors
/// Any [`CareError`]; then the store is as it was.
pub fn restore(from: &Path, store: &Path, replace: bool) -> Result<(), CareError> {
    let failed = |source| CareError::Io { path: store.to_owned(), source };
    if let Ok(sidecar) = fs::read_to_string(beside(from, ".sha256")) {
        let found = sha256(from).map_err(|source| CareError::Io { path: from.to_owned(), source })?;
        if sidecar.split_whitespace().next() != Some(found.as_str()) {
            return Err(CareError::Damaged { path: from.to_owned(), what: "it does not agree with its .sha256 file".to_owned() });
        }
    }
    whole(from)?;
    if store.exists() {
        if !replace {
            return Err(CareError::Exists { path: store.to_owned(), advice: "give --replace to put the backup in its place" });
        }
        require_unused(store)?;
    }
    let part = beside(store, ".part");
    fs::copy(from, &part).and_then(|_| File::open(&part)?.sync_all()).map_err(failed)?;
    whole(&part)?;
    for ending in ["", "-wal", "-shm"] {
        let old = beside(store, ending);
        if old.exists() {
            fs::rename(&old, beside(store, &format!(".before-restore{ending}"))).map_err(failed)?;
        }
    }
    fs::rename(&part, store).map_err(failed)?;
    sync_folder(store).map_err(failed)
}

/// Gives room that is no longer needed back to the disk; says how long the file was and is.
///
/// # Errors
/// Any [`CareError`].
pub fn compact(store: &Path) -> Result<(u64, u64), CareError> {
    let database = |source| CareError::Store(StoreError::Database { path: store.to_owned(), source });
    let length = || fs::metadata(store).map(|file| file.len()).map_err(|source| CareError::Io { path: store.to_owned(), source });
    if !store.exists() {
        return Err(StoreError::Missing { path: store.to_owned() }.into());
    }
    let connection = open::open(store, Access::Write)?;
    let checkpoint = || connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)).map_err(database);
    checkpoint()?;
    let before = length()?;
    connection.execute_batch("VACUUM; PRAGMA optimize").map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => CareError::InUse { path: store.to_owned() },
        _ => database(error),
    })?;
    checkpoint()?;
    Ok((before, length()?))
}

/// Refuses a file that is not whole.
fn whole(path: &Path) -> Result<(), CareError> {
    match verify(path)?.into_iter().find(|check| check.wrong > 0) {
        None => Ok(()),
        Some(Check { name, named, .. }) => {
            let what = format!("{name}: {}", named.first().map(String::as_str).unwrap_or_default());
            Err(CareError::Damaged { path: path.to_owned(), what })
        }
    }
}

/// Refuses a store that another connection has open. A damaged one may be replaced: it is why one restores.
fn require_unused(store: &Path) -> Result<(), CareError> {
    let alone = || -> rusqlite::Result<()> {
        let connection = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.execute_batch("BEGIN EXCLUSIVE; ROLLBACK")
    };
    match alone() {
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) => {
            Err(CareError::InUse { path: store.to_owned() })
        }
        _ => Ok(()),
    }
}

/// The path with something at the end of its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn sha256(path: &Path) -> io::Result<String> {
    let (mut file, mut hash, mut buffer) = (File::open(path)?, Sha256::new(), vec![0u8; 1 << 20]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            read => hash.update(&buffer[..read]),
        }
    }
}

/// Makes a new name last: it stands in the folder, which has to reach the disk too.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
