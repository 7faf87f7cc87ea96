//! The bytes of a compiled gazetteer, mapped from a file or held in memory.
//!
//! The one place where memory is mapped. Everything else sees `&[u8]`.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

use super::GazetteerError;

/// The whole file, shared by all its sections.
#[derive(Debug, Clone)]
pub(super) enum Bytes {
    /// Pages of a file, loaded by the system as they are touched and shared between processes.
    Mapped(Arc<Mmap>),
    /// A copy in memory, where no file could be written.
    Owned(Arc<Vec<u8>>),
}

impl Bytes {
    /// Maps a file.
    #[expect(unsafe_code, reason = "a file mapping is unsafe because another process could change the file under it")]
    pub(super) fn map(path: &Path) -> Result<Self, GazetteerError> {
        let file = File::open(path).map_err(GazetteerError::io("read", path))?;
        // SAFETY: nobody writes to a compiled gazetteer in place. The program writes it under a
        // temporary name, makes it read-only and renames it, and a newer one has another name. All
        // access is through bounds-checked slices, and text is checked to be UTF-8 when it is read.
        let map = unsafe { Mmap::map(&file) }.map_err(GazetteerError::io("map", path))?;
        Ok(Self::Mapped(Arc::new(map)))
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

/// One section of the file.
#[derive(Debug, Clone)]
pub(super) struct Section {
    bytes: Bytes,
    range: Range<usize>,
}

impl Section {
    /// The section at `range`, which the caller has checked to lie inside the file.
    pub(super) fn new(bytes: &Bytes, range: Range<usize>) -> Self {
        debug_assert!(range.end <= bytes.as_ref().len());
        Self { bytes: bytes.clone(), range }
    }

    /// Number `i` of the section read as a column of single bytes; 0 past the end.
    pub(super) fn u8(&self, i: usize) -> u8 {
        self.as_ref().get(i).copied().unwrap_or(0)
    }

    /// Number `i` of the section read as a column of 16-bit numbers; 0 past the end.
    pub(super) fn u16(&self, i: usize) -> u16 {
        self.array(i).map_or(0, u16::from_le_bytes)
    }

    /// Number `i` of the section read as a column of 32-bit numbers; 0 past the end.
    pub(super) fn u32(&self, i: usize) -> u32 {
        self.array(i).map_or(0, u32::from_le_bytes)
    }

    /// Number `i` of the section read as a column of signed 32-bit numbers; 0 past the end.
    pub(super) fn i32(&self, i: usize) -> i32 {
        self.array(i).map_or(0, i32::from_le_bytes)
    }

    fn array<const N: usize>(&self, i: usize) -> Option<[u8; N]> {
        self.as_ref().get(i * N..(i + 1) * N)?.try_into().ok()
    }
}

impl AsRef<[u8]> for Section {
    fn as_ref(&self) -> &[u8] {
        self.bytes.as_ref().get(self.range.clone()).unwrap_or_default()
    }
}
