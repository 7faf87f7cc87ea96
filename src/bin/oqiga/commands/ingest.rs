//! `oqiga ingest`: documents into the store, each in a transaction of its own.
//!
//! Standard output gets one line for every document that is safely on the disk: its id, what became
//! of it, and how many incidents it has. What could not be read is named on standard error, and the
//! rest goes on.

use std::io::Write;

use indicatif::{ProgressBar, ProgressStyle};
use oqiga::gazetteer::Gazetteer;
use oqiga::intake::Document;
use oqiga::layers::record::{document_record, fingerprint};
use oqiga::pipeline::Analyst;
use oqiga::store::{Author, DocumentRecord, PutOutcome, Store, StoreError};
use rayon::prelude::*;

use crate::args::Ingest;
use crate::sources::{self, Source};
use crate::{Failure, Outcome, stores};

/// Documents that are analysed side by side before they are put in, in their order.
const BATCH: usize = 64;

/// Runs the command.
pub fn run(args: Ingest) -> Result<Outcome, Failure> {
    let inputs = sources::find(&args.inputs, args.ndjson)?;
    let analyst = Analyst::new(Gazetteer::bundled().map_err(|error| Failure::new(error.to_string()))?);
    let store = stores::open(&args.store, None)?;
    let mut ingest =
        Run { store, analyst: &analyst, batch: Vec::with_capacity(BATCH), worked: Vec::new(), bar: progress_bar(), taken: 0, refused: 0 };
    for source in inputs {
        ingest.source(&source, &args)?;
    }
    // The last batch, then what was made of it.
    ingest.flush()?;
    ingest.flush()?;
    ingest.bar.finish_and_clear();
    match (ingest.taken, ingest.refused) {
        (0, 0) => Ok(Outcome::NothingFound),
        (0, refused) => Err(Failure::new(format!("no document was taken in, {refused} could not be read"))),
        _ => Ok(Outcome::Done),
    }
}

/// One run of the command.
struct Run<'a> {
    store: Box<dyn Store>,
    analyst: &'a Analyst,
    batch: Vec<Document>,
    /// What has been analysed and is not put in yet.
    worked: Vec<Worked>,
    bar: ProgressBar,
    taken: u64,
    refused: u64,
}

impl Run<'_> {
    fn source(&mut self, source: &Source, args: &Ingest) -> Result<(), Failure> {
        let name = source.name();
        let documents = match source.documents() {
            Err(failure) if source.found => {
                self.refused += 1;
                self.say(&failure.to_string());
                return Ok(());
            }
            documents => documents?,
        };
        for item in documents {
            let (place, found) = item?;
            let whole_name = place.map_or_else(|| name.clone(), |line| format!("{name}, line {line}"));
            match found {
                Ok((document, remarks)) => {
                    for remark in remarks {
                        self.say(&format!("{whole_name}: {}", remark.message));
                    }
                    if document.text.trim().is_empty() {
                        self.say(&format!("{whole_name}: holds no text and was left out"));
                        continue;
                    }
                    self.batch.push(with_flags(document, args));
                    if self.batch.len() >= BATCH {
                        self.flush()?;
                    }
                }
                Err(error) => {
                    self.refused += 1;
                    self.say(&format!("{whole_name}: {error}"));
                }
            }
        }
        Ok(())
    }

    /// Analyses the batch on all cores while what was made of the one before is put in, in its
    /// order: the disk and the cores do not wait for each other.
    fn flush(&mut self) -> Result<(), Failure> {
        let (batch, worked) = (std::mem::take(&mut self.batch), std::mem::take(&mut self.worked));
        let (store, analyst) = (&*self.store, self.analyst);
        let (worked, told) = rayon::join(|| analyse(store, analyst, batch), || put(store, worked));
        self.worked = worked;
        for (id, word, incidents) in told? {
            self.taken += 1;
            self.acknowledge(&id, word, incidents)?;
        }
        Ok(())
    }

    /// Tells of a document once it is on the disk, and not before.
    fn acknowledge(&self, id: &str, word: &str, incidents: usize) -> Result<(), Failure> {
        self.bar.inc(1);
        self.bar.suspend(|| {
            let mut out = std::io::stdout().lock();
            // An id may come from a stranger's file: it stays on its line.
            let id: String = id.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
            writeln!(out, "{id}\t{word}\t{incidents}")?;
            Ok(out.flush()?)
        })
    }

    fn say(&self, message: &str) {
        self.bar.suspend(|| eprintln!("oqiga: {message}"));
    }
}

/// A document with what is to be done with it.
type Worked = (String, Result<Work, StoreError>);

fn analyse(store: &dyn Store, analyst: &Analyst, batch: Vec<Document>) -> Vec<Worked> {
    let work = |document: &Document| match store.unchanged(&document.id, &fingerprint(document))? {
        Some(incidents) => Ok(Work::Known(incidents.len())),
        None => Ok(Work::New(Box::new(document_record(document, &analyst.extract(document))))),
    };
    batch.into_par_iter().map(|document| (document.id.clone(), work(&document))).collect()
}

/// Puts documents in, in one transaction, and says what became of each, in the same order.
fn put(store: &dyn Store, worked: Vec<Worked>) -> Result<Vec<(String, &'static str, usize)>, Failure> {
    let failed = |error: StoreError| Failure::new(error.to_string());
    let (mut told, mut records) = (Vec::with_capacity(worked.len()), Vec::new());
    for (id, work) in worked {
        let known = match work.map_err(failed)? {
            Work::Known(incidents) => Some(("unchanged", incidents)),
            Work::New(record) => {
                records.push(*record);
                None
            }
        };
        told.push((id, known));
    }
    if records.is_empty() {
        return Ok(told.into_iter().filter_map(|(id, known)| known.map(|(word, incidents)| (id, word, incidents))).collect());
    }
    let puts = store.put_all(&records, &Author::new("oqiga", "ingest")).map_err(failed)?;
    let mut fresh = puts.into_iter().map(|put| (word(put.outcome), put.incidents.len()));
    Ok(told.into_iter().filter_map(|(id, known)| known.or_else(|| fresh.next()).map(|(word, incidents)| (id, word, incidents))).collect())
}

/// What is to be done with a document.
enum Work {
    /// Nothing: it is kept as it is, with so many incidents.
    Known(usize),
    /// It is to be put in.
    New(Box<DocumentRecord>),
}

/// What became of a document, in one word.
fn word(outcome: PutOutcome) -> &'static str {
    match outcome {
        PutOutcome::Created => "created",
        PutOutcome::Updated => "updated",
        PutOutcome::Unchanged => "unchanged",
    }
}

/// The document with what the command line tells of all that do not tell it themselves.
fn with_flags(mut document: Document, args: &Ingest) -> Document {
    document.published = document.published.or(args.published);
    document.lang = document.lang.or(args.lang);
    document.source = document.source.or_else(|| args.source.clone());
    document.url = document.url.or_else(|| args.url.clone());
    document
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {human_pos} documents, {per_sec}, {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::new_spinner().with_style(style)
}
