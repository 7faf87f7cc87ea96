//! The gazetteer inside the program: unpacked once a machine, mapped ever after.
//!
//! The unpacked file is named by the checksum of its content, so programs of different versions
//! never share one, and a newer program never reads an older file.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bytes::Bytes;
use super::{Gazetteer, GazetteerError, format};

/// The compiled gazetteer under zstd, as `oqiga gazetteer build` leaves it in the repository.
static PACKED: &[u8] = include_bytes!("../../gazetteer/oqiga-gazetteer.zst");

/// The packed file begins with a skippable zstd frame that holds the checksum of the content, so
/// that the name of the unpacked file is known without unpacking it.
const SKIPPABLE_MAGIC: [u8; 4] = 0x184D_2A50_u32.to_le_bytes();
const HASH_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 8;

/// Nothing that the program ships unpacks to more than this.
const UNPACKED_BYTES_MAX: usize = 512 * 1024 * 1024;

pub(super) fn open() -> Result<Gazetteer, GazetteerError> {
    match cache_dir() {
        Some(folder) => open_in(&folder),
        None => Gazetteer::from_bytes(Bytes::Owned(Arc::new(unpack(PACKED)?)), Path::new("the bundled gazetteer"), false),
    }
}

fn open_in(folder: &Path) -> Result<Gazetteer, GazetteerError> {
    let hash = packed_hash(PACKED).ok_or_else(|| damaged("it does not begin with its checksum"))?;
    let file = folder.join(format!("gazetteer-{}.bin", hex(&hash[..12])));
    if let Ok(gazetteer) = open_cached(&file, &hash) {
        return Ok(gazetteer);
    }
    let unpacked = unpack(PACKED)?;
    match write_whole(&file, &unpacked) {
        Ok(()) => Gazetteer::from_bytes(Bytes::map(&file)?, &file, false),
        // A read-only home or a full disk is no reason not to answer.
        Err(_) => Gazetteer::from_bytes(Bytes::Owned(Arc::new(unpacked)), &file, false),
    }
}

/// The checksum of the gazetteer inside the program, in hexadecimal.
pub fn bundled_hash() -> String {
    packed_hash(PACKED).map_or_else(String::new, |hash| hex(&hash))
}

/// Where unpacked data is kept: `OQIGA_CACHE`, else `XDG_CACHE_HOME/oqiga`, else `~/.cache/oqiga`.
pub fn cache_dir() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("OQIGA_CACHE")
        .or_else(|| Some(folder("XDG_CACHE_HOME")?.join("oqiga")))
        .or_else(|| Some(folder("HOME").or_else(|| folder("LOCALAPPDATA"))?.join(".cache").join("oqiga")))
}

/// Packs a compiled file for the repository: its checksum in a skippable frame, then one zstd frame.
pub(super) fn pack(file: &[u8], level: i32) -> io::Result<Vec<u8>> {
    let hash = format::stated_hash(file).ok_or(io::ErrorKind::InvalidInput)?;
    let mut packed = Vec::new();
    packed.extend_from_slice(&SKIPPABLE_MAGIC);
    packed.extend_from_slice(&(HASH_BYTES as u32).to_le_bytes());
    packed.extend_from_slice(&hash);
    let mut encoder = zstd::Encoder::new(packed, level)?;
    encoder.set_pledged_src_size(Some(file.len() as u64))?;
    encoder.include_contentsize(true)?;
    encoder.include_checksum(true)?;
    encoder.long_distance_matching(true)?;
    encoder.window_log(27)?;
    encoder.write_all(file)?;
    encoder.finish()
}

/// Unpacks and checks what [`pack`] made.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, GazetteerError> {
    let wanted = packed_hash(packed).ok_or_else(|| damaged("it does not begin with its checksum"))?;
    let frame = &packed[FRAME_HEADER_BYTES + HASH_BYTES..];
    let size = zstd::zstd_safe::get_frame_content_size(frame).ok().flatten().unwrap_or(0);
    let size = usize::try_from(size).unwrap_or(usize::MAX).min(UNPACKED_BYTES_MAX);
    let mut file = vec![0; size];
    let written = zstd::bulk::Decompressor::new()
        .and_then(|mut unpacker| {
            unpacker.window_log_max(27)?;
            unpacker.decompress_to_buffer(frame, &mut file)
        })
        .map_err(|e| damaged(&format!("it cannot be unpacked ({e})")))?;
    file.truncate(written);
    if format::content_hash(&file) != wanted {
        return Err(damaged("its content does not match its checksum"));
    }
    Ok(file)
}

fn packed_hash(packed: &[u8]) -> Option<[u8; HASH_BYTES]> {
    let rest = packed.strip_prefix(&SKIPPABLE_MAGIC)?.strip_prefix(&(HASH_BYTES as u32).to_le_bytes())?;
    rest.get(..HASH_BYTES)?.try_into().ok()
}

/// Maps the file that an earlier start unpacked. Its content was checked then; now only its header
/// and length are, which tell a file that was cut off.
fn open_cached(file: &Path, hash: &[u8]) -> Result<Gazetteer, GazetteerError> {
    let bytes = Bytes::map(file)?;
    if format::stated_hash(bytes.as_ref()).is_none_or(|stated| stated != hash) {
        return Err(GazetteerError::Damaged { path: file.to_owned(), problem: "its checksum is not the expected one".into() });
    }
    Gazetteer::from_bytes(bytes, file, false)
}

/// Writes a file so that no reader ever sees a part of it, and two writers do no harm: under a name
/// of this process, then renamed.
fn write_whole(file: &Path, content: &[u8]) -> io::Result<()> {
    let folder = file.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let temporary = folder.join(format!(".unpacking-{}-{:?}", std::process::id(), std::thread::current().id()));
    let written = (|| {
        let mut out = fs::File::create(&temporary)?;
        out.write_all(content)?;
        out.sync_all()?;
        let mut permissions = out.metadata()?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&temporary, permissions)?;
        fs::rename(&temporary, file)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn damaged(problem: &str) -> GazetteerError {
    GazetteerError::Damaged { path: "the gazetteer inside the program".into(), problem: problem.into() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacking_gives_back_what_was_packed_and_notices_damage() {
        let file = format::SectionBuffers { names: b"Almaty".repeat(100), ..Default::default() }.to_file();
        let packed = pack(&file, 3).unwrap();
        assert_eq!(unpack(&packed).unwrap(), file);
        for end in (0..packed.len()).step_by(7) {
            assert!(unpack(&packed[..end]).is_err(), "cut at {end}");
        }
        for at in 8..packed.len() {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x55;
            assert!(unpack(&damaged).is_err(), "flipped at {at}");
        }
    }

    #[test]
    fn programs_that_start_together_on_a_fresh_machine_all_get_the_gazetteer() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            let starts: Vec<_> = (0..3).map(|_| scope.spawn(|| open_in(folder.path()).unwrap().len())).collect();
            for start in starts {
                assert!(start.join().unwrap() > 290_000);
            }
        });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_cached_file_that_was_cut_off_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let places = open_in(folder.path()).unwrap().len();
        let file = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        let whole = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        assert_eq!(open_in(folder.path()).unwrap().len(), places);
        assert_eq!(fs::read(&file).unwrap().len(), whole.len());
    }

    #[test]
    fn where_nothing_can_be_written_the_gazetteer_is_held_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("no-folder");
        fs::write(&file, "").unwrap();
        assert!(open_in(&file).unwrap().len() > 290_000);
    }

    #[test]
    fn a_cached_file_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a").join("gazetteer.bin");
        write_whole(&file, b"first").unwrap();
        write_whole(&file, b"second").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"second");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }
}
