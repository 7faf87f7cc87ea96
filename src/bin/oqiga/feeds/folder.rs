//! A watched folder: files that are put there become documents. Links and hidden files are passed
//! over, since a link may lead anywhere; a file is read once its size and time have stood still
//! from one look to the next, so that one that is being copied is not read by half.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use oqiga::intake::Document;
use tracing::{info, warn};

use super::{Keeper, Tally};
use crate::config::Folder;
use crate::sources;

/// A folder with what was seen in it.
pub struct Watched {
    folder: Folder,
    seen: HashMap<String, Seen>,
    next: Instant,
}

/// A file as it was at the last look.
struct Seen {
    length: u64,
    modified: Option<SystemTime>,
    read: bool,
}

impl Watched {
    /// A folder in which nothing was seen yet.
    pub fn new(folder: Folder) -> Self {
        Self { folder, seen: HashMap::new(), next: Instant::now() }
    }

    /// Looks at the folder when it is due.
    pub fn look(&mut self, keeper: &Keeper, going: &dyn Fn() -> bool) {
        if Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + Duration::from_secs(u64::from(self.folder.every_seconds.max(1)));
        let found = match sources::find(std::slice::from_ref(&self.folder.path), false) {
            Ok(found) => found,
            Err(error) => {
                warn!(error = %error, "Cannot look into a watched folder: {error}");
                return;
            }
        };
        let mut tally = Tally::default();
        let mut still_there = HashMap::new();
        for source in found {
            let name = source.name();
            let Ok(file) = std::fs::symlink_metadata(PathBuf::from(&name)) else { continue };
            let (length, modified) = (file.len(), file.modified().ok());
            let before = self.seen.remove(&name).filter(|seen| seen.length == length && seen.modified == modified);
            let read = match before {
                Some(seen) if seen.read => true,
                Some(_) if going() => self.read(&source, keeper, &mut tally),
                _ => false,
            };
            still_there.insert(name, Seen { length, modified, read });
        }
        self.seen = still_there;
        if tally.created + tally.updated > 0 {
            info!(
                created = tally.created,
                updated = tally.updated,
                "Read {} and updated {} documents of a watched folder",
                tally.created,
                tally.updated
            );
        }
    }

    /// Reads a file; `false` when it is to be tried again.
    fn read(&self, source: &sources::Source, keeper: &Keeper, tally: &mut Tally) -> bool {
        let documents = match source.documents() {
            Ok(documents) => documents,
            Err(error) => {
                warn!(error = %error, "Cannot read a file of a watched folder: {error}");
                return true;
            }
        };
        for item in documents {
            match item {
                Ok((_, Ok((document, _)))) if document.text.trim().is_empty() => {}
                Ok((_, Ok((document, _)))) => {
                    let document = self.with_priors(document);
                    if let Err(error) = keeper.keep(&document, self.folder.trust, "watched folder", tally) {
                        warn!(error = %error, "Cannot keep a document of a watched folder: {error}");
                        return false;
                    }
                }
                Ok((line, Err(error))) => warn!(file = %source.name(), line, error = %error, "Not a document: {error}"),
                Err(error) => {
                    warn!(error = %error, "Cannot read on in a file of a watched folder: {error}");
                    return true;
                }
            }
        }
        true
    }

    fn with_priors(&self, mut document: Document) -> Document {
        document.source = document.source.or_else(|| self.folder.source.clone());
        document.lang = document.lang.or(self.folder.lang);
        document.country = document.country.or_else(|| self.folder.country.clone());
        document
    }
}
