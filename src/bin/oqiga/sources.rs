//! Where documents come from on the command line: files, folders, standard input.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use oqiga::diagnostic::Diagnostic;
use oqiga::intake::ndjson::{self, Lines};
use oqiga::intake::{self, Document, IntakeError, Limits};

use crate::{Failure, input};

/// Deepest folder that is looked into.
const DEPTH_MAX: usize = 64;

/// One file or stream that holds one document or many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// `None` is standard input.
    path: Option<PathBuf>,
    /// Whether it holds one JSON document a line.
    ndjson: bool,
    /// Whether it was found in a folder and not named by the user: then it may be anything, and
    /// what cannot be read is passed over.
    pub found: bool,
}

/// A document with remarks on it, or why it is none.
pub type Found = Result<(Document, Vec<Diagnostic>), IntakeError>;

/// The documents of a source one by one, with their lines where there are lines.
pub type Documents = Box<dyn Iterator<Item = Result<(Option<u64>, Found), Failure>>>;

/// All sources under the given names, in a stable order. A missing one is an error before anything
/// has been done.
pub fn find(inputs: &[PathBuf], ndjson: bool) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for path in inputs {
        if path == Path::new("-") {
            sources.push(Source { path: None, ndjson, found: false });
            continue;
        }
        let kind = std::fs::metadata(path).map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
        if kind.is_dir() {
            walk(path, ndjson, 0, &mut sources)?;
        } else {
            sources.push(Source { ndjson: ndjson || is_ndjson(path), path: Some(path.clone()), found: false });
        }
    }
    Ok(sources)
}

/// The files of a folder and the folders in it, by name. Hidden files and links are passed over: a
/// link may lead anywhere.
fn walk(folder: &Path, ndjson: bool, depth: usize, to: &mut Vec<Source>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("cannot read the folder {}: {error}", folder.display()));
    if depth > DEPTH_MAX {
        return Err(Failure::new(format!("{} is nested deeper than {DEPTH_MAX} folders", folder.display())));
    }
    let mut entries = std::fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(failed)?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') || kind.is_symlink() {
            continue;
        }
        if kind.is_dir() {
            walk(&path, ndjson, depth + 1, to)?;
        } else if kind.is_file() {
            to.push(Source { ndjson: ndjson || is_ndjson(&path), path: Some(path), found: true });
        }
    }
    Ok(())
}

impl Source {
    /// What to call it in a message.
    pub fn name(&self) -> String {
        self.path.as_deref().map_or_else(|| "standard input".to_owned(), |path| path.display().to_string())
    }

    /// Its documents.
    pub fn documents(&self) -> Result<Documents, Failure> {
        if !self.ndjson {
            let bytes = input::read_bytes(self.path.as_deref())?;
            return Ok(Box::new(std::iter::once(Ok((None, self.read(&bytes))))));
        }
        let named = {
            let name = self.name();
            move |error: std::io::Error| Failure::new(format!("cannot read {name}: {error}"))
        };
        let reader: Box<dyn Read> = match &self.path {
            None => Box::new(std::io::stdin()),
            Some(path) => Box::new(File::open(path).map_err(&named)?),
        };
        let lines = Lines::new(Box::new(BufReader::new(reader)) as Box<dyn BufRead>);
        Ok(Box::new(lines.map(move |line| {
            let (number, document) = line.map_err(&named)?;
            Ok((Some(number), document.map(|document| (document, Vec::new()))))
        })))
    }

    fn read(&self, bytes: &[u8]) -> Found {
        let is_json = self.path.as_deref().and_then(Path::extension).is_some_and(|ending| ending == "json");
        if !is_json {
            return intake::read(bytes, Limits::DEFAULT);
        }
        let (text, remarks) = intake::decode(bytes, Limits { text_bytes: usize::MAX })?;
        Ok((ndjson::parse(&text)?, remarks))
    }
}

fn is_ndjson(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "ndjson" || ending == "jsonl")
}
