//! Reading the text that a command is to work on, with errors that name the file.

use std::io::Read;
use std::path::Path;

use crate::Failure;

/// Largest file that is read as one text: 64 MiB. Archives go in as `--ndjson`.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The bytes of a file, or of standard input when it is missing or `-`.
pub fn read_bytes(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    match file.filter(|path| *path != Path::new("-")) {
        None => std::io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?,
        Some(path) => {
            let named = |error: std::io::Error| Failure::new(format!("cannot read {}: {error}", path.display()));
            std::fs::File::open(path).map_err(named)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(named)?
        }
    };
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Failure::new(format!("the text is larger than {} MiB; split it, or send it as --ndjson", FILE_BYTES_MAX >> 20)));
    }
    Ok(bytes)
}
