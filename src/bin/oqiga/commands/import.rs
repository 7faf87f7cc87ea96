//! `oqiga import`: ready-made incidents into the store. Items are read by one thread, understood by
//! all cores, and written by this one.
//!
//! Standard output gets one line at the end; what could not be understood is named on standard
//! error, and the rest goes on.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use indicatif::{ProgressBar, ProgressStyle};
use oqiga::gazetteer::{Country, Gazetteer};
use oqiga::import::{Defaults, Format, ImportError, Raw, Reader};
use oqiga::store::geopackage::read_layer;
use oqiga::store::{Author, IncidentRecord};
use oqiga::text::name_key;
use rayon::prelude::*;

use crate::service_args::{Import, ImportFormat};
use crate::{Failure, Outcome, stores};

/// Incidents that are written in one transaction.
const BATCH: usize = 8192;

/// Batches that wait for the writer.
const WAITING: usize = 3;

/// Most wrong items that are named; the rest is counted.
const NAMED_MAX: u64 = 100;

/// Runs the command.
pub fn run(args: &Import) -> Result<Outcome, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(error.to_string());
    let format = args.format.map_or_else(|| format_of(&args.file), Ok)?;
    let input: Option<Box<dyn Read + Send>> = match format {
        ImportFormat::Gpkg => None,
        _ if args.file == Path::new("-") => Some(Box::new(std::io::stdin())),
        _ => Some(Box::new(File::open(&args.file).map_err(|error| Failure::new(format!("cannot read {}: {error}", args.file.display())))?)),
    };
    let countries = countries()?;
    let defaults = Defaults {
        event_type: args.event_type.as_deref(),
        source_name: args.source.as_deref(),
        country_named: &|name| countries.get(&name_key(name)).copied(),
    };
    let store = stores::open(&args.store, None)?;
    let bar = ProgressBar::new_spinner().with_style(
        ProgressStyle::with_template("{spinner} {human_pos} incidents, {per_sec}, {elapsed}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    let name = args.file.display().to_string();
    let reading = Reading { name: &name, defaults: &defaults, refused: AtomicU64::new(0), bar: &bar };
    let (to, from) = sync_channel(WAITING);
    let total = std::thread::scope(|scope| {
        let reading = &reading;
        let reader = scope.spawn(move || match input {
            Some(input) => reading.stream(format, input, &to),
            None => reading.layer(&args.file, &to),
        });
        let author = Author::new("oqiga", format!("import of {}", args.file.file_name().unwrap_or_default().to_string_lossy()));
        let written = store.import(&mut batches(from), &author, &mut |total| bar.set_position(total.total()));
        let read = reader.join().unwrap_or_else(|_| Err(Failure::new("reading broke down")));
        // A store that fails stops the reader; then its error is the one that counts.
        written.map_err(|error| failed(&error)).and_then(|total| read.map(|()| total))
    })?;
    bar.finish_and_clear();
    let refused = reading.refused.load(Ordering::Relaxed);
    println!("{} created, {} updated, {} unchanged, {refused} refused", total.created, total.updated, total.unchanged);
    match (total.total(), refused) {
        (0, 0) => Ok(Outcome::NothingFound),
        (0, _) => Err(Failure::new(format!("{name}: no incident was taken in"))),
        _ => Ok(Outcome::Done),
    }
}

fn batches(from: Receiver<Vec<IncidentRecord>>) -> impl Iterator<Item = Vec<IncidentRecord>> {
    from.into_iter().filter(|batch| !batch.is_empty())
}

/// What the reading thread needs.
struct Reading<'a> {
    name: &'a str,
    defaults: &'a Defaults<'a>,
    refused: AtomicU64,
    bar: &'a ProgressBar,
}

impl Reading<'_> {
    fn stream(&self, format: ImportFormat, input: Box<dyn Read + Send>, to: &SyncSender<Vec<IncidentRecord>>) -> Result<(), Failure> {
        let format = match format {
            ImportFormat::Csv => Format::Csv,
            ImportFormat::AcledCsv => Format::AcledCsv,
            ImportFormat::Geojson | ImportFormat::Gpkg => Format::Geojson,
        };
        let wrong = |error: ImportError| Failure::new(format!("{}: {error}", self.name));
        let (reader, items) = Reader::open(format, BufReader::new(input)).map_err(wrong)?;
        let unknown = reader.unknown_columns();
        if !unknown.is_empty() {
            self.say(&format!("{}: columns that are not part of incident/1 are left out: {}", self.name, unknown.join(", ")));
        }
        let mut batch = Vec::with_capacity(BATCH);
        let mut broken = None;
        for item in items {
            match item {
                Ok(item) => batch.push(item),
                // What comes after it cannot be told from it; what came before is taken in.
                Err(error) => {
                    broken = Some(wrong(error));
                    break;
                }
            }
            if batch.len() >= BATCH && !self.send(&reader, std::mem::take(&mut batch), to) {
                return Ok(());
            }
        }
        self.send(&reader, batch, to);
        broken.map_or(Ok(()), Err)
    }

    fn layer(&self, path: &Path, to: &SyncSender<Vec<IncidentRecord>>) -> Result<(), Failure> {
        let reader = Reader::of_rows();
        let (mut batch, mut number, mut going) = (Vec::with_capacity(BATCH), 0, true);
        let read = read_layer(path, &mut |(position, properties)| {
            number += 1;
            batch.push((number, Raw::Row(position, properties)));
            if batch.len() >= BATCH {
                going = self.send(&reader, std::mem::take(&mut batch), to);
            }
            going
        });
        read.map_err(|error| Failure::new(error.to_string()))?;
        self.send(&reader, batch, to);
        Ok(())
    }

    /// Makes incidents of a batch on all cores and hands them to the writer; `false` when it has stopped.
    fn send(&self, reader: &Reader, batch: Vec<(u64, Raw)>, to: &SyncSender<Vec<IncidentRecord>>) -> bool {
        let made: Vec<_> = batch.par_iter().map(|(number, raw)| (*number, reader.incident(raw, self.defaults))).collect();
        let mut records = Vec::with_capacity(made.len());
        for (number, record) in made {
            match record {
                Ok(record) => records.push(record),
                Err(error) => self.refuse(number, &error),
            }
        }
        to.send(records).is_ok()
    }

    fn refuse(&self, number: u64, error: &ImportError) {
        match self.refused.fetch_add(1, Ordering::Relaxed) + 1 {
            refused if refused <= NAMED_MAX => self.say(&format!("{}, {number}: {error}", self.name)),
            refused if refused == NAMED_MAX + 1 => self.say("more are wrong and are only counted"),
            _ => {}
        }
    }

    fn say(&self, message: &str) {
        self.bar.suspend(|| eprintln!("oqiga: {message}"));
    }
}

fn format_of(path: &Path) -> Result<ImportFormat, Failure> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "geojson" | "json" | "geojsonl" | "geojsons" | "ndjson" | "jsonl" => Ok(ImportFormat::Geojson),
        "csv" => Ok(ImportFormat::Csv),
        "gpkg" => Ok(ImportFormat::Gpkg),
        _ => Err(Failure::new(format!("{}: its name does not tell its format; give --format", path.display()))),
    }
}

/// The countries by their English names, folded.
fn countries() -> Result<HashMap<String, Country>, Failure> {
    let gazetteer = Gazetteer::bundled().map_err(|error| Failure::new(error.to_string()))?;
    Ok(gazetteer.countries().map(|(country, place)| (name_key(gazetteer.place(place).name()), country)).collect())
}
