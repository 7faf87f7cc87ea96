//! A look at the write-ahead log before SQLite opens it.
//!
//! SQLite ends its reading of the log at the first frame whose checksum does not agree, which is
//! right for a write that was cut off, and loses acknowledged writes without a word when a bit has
//! flipped in the middle. Every commit was on the disk before the next transaction began, so a
//! broken frame that a whole later transaction follows is damage, and we refuse the file.
//! Format: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

const HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;
/// The magic numbers of a log: little-endian and big-endian checksums.
const MAGIC: [u32; 2] = [0x377f_0682, 0x377f_0683];

/// Whether the log beside a store, if there is one, has lost something that was acknowledged: the
/// number of the first broken frame.
///
/// # Errors
/// What the system says about reading it.
pub fn broken_frame(store: &Path) -> io::Result<Option<u64>> {
    match look(store)? {
        None => Ok(None),
        // A running program may have begun a new round of the log under our eyes: damage stays.
        found => Ok(look(store)?.filter(|again| Some(*again) == found)),
    }
}

fn look(store: &Path) -> io::Result<Option<u64>> {
    let mut name = store.as_os_str().to_owned();
    name.push("-wal");
    let file = match File::open(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let page_bytes = page_bytes(store)?;
    Log::open(BufReader::with_capacity(1 << 16, file), page_bytes)?.map_or(Ok(None), Log::broken_frame)
}

/// The length of a page as the store itself states it, in case the log does not tell.
fn page_bytes(store: &Path) -> io::Result<usize> {
    let mut header = [0u8; 18];
    if !fill(&mut File::open(store)?, &mut header)? {
        return Ok(0);
    }
    // 1 stands for 65536, which two bytes cannot hold.
    Ok(match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65536,
        bytes => usize::from(bytes),
    })
}

/// A log that is being read.
struct Log<R> {
    reader: R,
    page_bytes: usize,
    big_endian: bool,
    salt: [u8; 8],
    sum: [u32; 2],
    /// Whether the header is broken: SQLite would pass over the whole log.
    headless: bool,
}

impl<R: Read> Log<R> {
    /// Reads the header; `None` when there is no whole one.
    fn open(mut reader: R, page_bytes: usize) -> io::Result<Option<Self>> {
        let mut header = [0u8; HEADER_BYTES];
        if !fill(&mut reader, &mut header)? || !page_bytes.is_power_of_two() || !(512..=65536).contains(&page_bytes) {
            return Ok(None);
        }
        let big_endian = word(&header, 0) == MAGIC[1];
        let mut salt = [0u8; 8];
        salt.copy_from_slice(&header[16..24]);
        let sum = add([0, 0], &header[..24], big_endian);
        let right =
            MAGIC.contains(&word(&header, 0)) && word(&header, 8) as usize == page_bytes && sum == [word(&header, 24), word(&header, 28)];
        Ok(Some(Self { reader, page_bytes, big_endian, salt, sum, headless: !right }))
    }

    fn broken_frame(mut self) -> io::Result<Option<u64>> {
        let mut frame = vec![0u8; FRAME_HEADER_BYTES + self.page_bytes];
        let (mut number, mut broken, mut commits_after) = (0u64, None, 0);
        while fill(&mut self.reader, &mut frame)? {
            if self.headless && number == 0 {
                // The frames tell their round themselves.
                self.salt.copy_from_slice(&frame[8..16]);
                broken = Some(0);
            }
            // Frames of the round before still stand behind those of this one.
            if frame[8..16] != self.salt && broken.is_none() {
                return Ok(None);
            }
            let sum = add(add(self.sum, &frame[..8], self.big_endian), &frame[FRAME_HEADER_BYTES..], self.big_endian);
            let stated = [word(&frame, 16), word(&frame, 20)];
            let right = sum == stated && frame[8..16] == self.salt;
            if !right {
                broken = broken.or(Some(number));
            }
            // Each checksum goes on from the one stated before it, so what follows can be read on.
            self.sum = stated;
            if right && broken.is_some() && word(&frame, 4) != 0 {
                commits_after += 1;
            }
            // The first commit may belong to the transaction that was cut off; the second may not.
            if commits_after > 1 {
                return Ok(broken);
            }
            number += 1;
        }
        Ok(None)
    }
}

/// Fills the buffer; `false` at the end, also when only a part is left.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let mut four = [0u8; 4];
    four.copy_from_slice(&bytes[at..at + 4]);
    u32::from_be_bytes(four)
}

/// The checksum of the log, going on from `sum`.
fn add(sum: [u32; 2], bytes: &[u8], big_endian: bool) -> [u32; 2] {
    let read = |four: &[u8]| {
        let mut array = [0u8; 4];
        array.copy_from_slice(four);
        if big_endian { u32::from_be_bytes(array) } else { u32::from_le_bytes(array) }
    };
    bytes.chunks_exact(8).fold(sum, |[a, b], pair| {
        let a = a.wrapping_add(read(&pair[..4])).wrapping_add(b);
        [a, b.wrapping_add(read(&pair[4..])).wrapping_add(a)]
    })
}
