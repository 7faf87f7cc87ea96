//! `oqiga export`: the incidents of a store that pass the filter, in a format of your choice.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use oqiga::export::{About, Export, Kind};
use oqiga::gazetteer::Gazetteer;
use oqiga::index::{Builder, Row, Snapshot};
use oqiga::layers::inside::places_inside;
use oqiga::layers::{Filter, FilterError, query};
use oqiga::store::Store;

use crate::args::{self, ExportFormat, FilterFlags};
use crate::{Failure, Outcome, stores};

/// Runs the command.
pub fn run(args: args::Export) -> Result<Outcome, Failure> {
    let pairs = pairs(&args.filter);
    let filter = filter(&pairs)?;
    let store = stores::open_read_only(&args.store)?;
    let about = About { filter: pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() };
    let kind = match args.format {
        ExportFormat::Geojson => Kind::Geojson,
        ExportFormat::Geojsonl => Kind::Geojsonl,
        ExportFormat::Geojsonseq => Kind::Geojsonseq,
        ExportFormat::Csv => Kind::Csv,
        ExportFormat::HxlCsv => Kind::Hxl,
        ExportFormat::AcledCsv => Kind::Acled,
        ExportFormat::Fgb => Kind::Flatgeobuf,
        ExportFormat::Gpkg => Kind::Geopackage,
        ExportFormat::Geoparquet => Kind::Geoparquet,
        ExportFormat::Kml => Kind::Kml,
        ExportFormat::Pmtiles => Kind::Pmtiles,
    };
    let rows = match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        None => write(&*store, &filter, kind, about, &mut std::io::stdout().lock())?,
        Some(path) if same_file(path, &args.store) => {
            return Err(Failure::new(format!("{} is the store itself; choose another file with --output", path.display())));
        }
        Some(path) => write_file(&*store, &filter, kind, about, path)?,
    };
    Ok(if rows == 0 { Outcome::NothingFound } else { Outcome::Done })
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Writes beside the file and puts it in place when it is whole, so that an export that fails
/// leaves the file of before.
fn write_file(store: &dyn Store, filter: &Filter, kind: Kind, about: About, path: &Path) -> Result<u64, Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("cannot write {}: {error}", path.display()));
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let file = File::create(&part).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let rows = write(store, filter, kind, about, &mut out);
    let placed = rows.and_then(|rows| {
        out.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)?;
        std::fs::rename(&part, path).map_err(failed)?;
        Ok(rows)
    });
    if placed.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    placed
}

/// Incidents that are looked at together.
const BATCH: usize = 4096;

/// Streams the incidents from the store to the writer; holds one batch at a time.
fn write(store: &dyn Store, filter: &Filter, kind: Kind, about: About, out: &mut dyn Write) -> Result<u64, Failure> {
    let mut export = Export::new(kind, about, out)?;
    let mut batch = Builder::default();
    let mut outcome = Ok(());
    let mut pass_on = |batch: &mut Builder| {
        let snapshot = Snapshot::new(0, std::mem::take(batch));
        query::find(&snapshot, filter).rows(&snapshot).try_for_each(|row| export.row(row))
    };
    let read = store.each_incident(&mut |incident| {
        batch.push(&Row::new(incident).facts());
        if batch.len() == BATCH {
            outcome = pass_on(&mut batch);
        }
        outcome.is_ok()
    });
    outcome?;
    read.map_err(|error| Failure::new(error.to_string()))?;
    pass_on(&mut batch)?;
    Ok(export.finish()?)
}

fn filter(pairs: &[(&'static str, String)]) -> Result<Filter, Failure> {
    let wrong = |error: FilterError| Failure::new(format!("--{}", error.to_string().replacen("min_confidence", "min-confidence", 1)));
    let filter = Filter::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))).map_err(wrong)?;
    if filter.places.is_none() {
        return Ok(filter);
    }
    let gazetteer = Gazetteer::bundled().map_err(|error| Failure::new(error.to_string()))?;
    filter.with_places_inside(|place| places_inside(&gazetteer, place)).map_err(wrong)
}

/// The flags as the query parameters of the same names.
fn pairs(flags: &FilterFlags) -> Vec<(&'static str, String)> {
    let all = [
        ("bbox", &flags.bbox),
        ("datetime", &flags.datetime),
        ("type", &flags.event_type),
        ("group", &flags.group),
        ("status", &flags.status),
        ("country", &flags.country),
        ("place", &flags.place),
        ("precision", &flags.precision),
        ("min_confidence", &flags.min_confidence),
        ("source", &flags.source),
        ("q", &flags.q),
        ("ids", &flags.ids),
        ("filter", &flags.filter),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
}
