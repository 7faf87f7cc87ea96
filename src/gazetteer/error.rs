//! What can go wrong with a gazetteer, in words for the person who runs the program.

use std::io;
use std::path::PathBuf;

/// Why a gazetteer could not be opened or compiled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GazetteerError {
    /// A file could not be read or written.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`, `map`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The file is no compiled gazetteer, or it is damaged or cut off.
    #[error("{} is not a whole gazetteer: {problem}; delete it, or make it again with `oqiga gazetteer build`", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was wanted and what was found.
        problem: String,
    },
    /// The file was written by another version of the program.
    #[error("{} has gazetteer format {found}, and this program reads format {wanted}; use the program that wrote it, or compile it again", path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// The format that this program reads.
        wanted: u32,
        /// The format of the file.
        found: u32,
    },
    /// A source package is missing or is not what the compiler expects.
    #[error("cannot compile the gazetteer from {}: {problem}", path.display())]
    Source {
        /// The file of the package.
        path: PathBuf,
        /// What was wanted and what was found.
        problem: String,
    },
}

impl GazetteerError {
    /// An error of the file system, with what was being done to which file.
    pub(super) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }

    /// A source file that is not as expected.
    pub(super) fn source(path: impl Into<PathBuf>, problem: impl ToString) -> Self {
        Self::Source { path: path.into(), problem: problem.to_string() }
    }
}
