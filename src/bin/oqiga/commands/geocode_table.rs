//! `oqiga geocode --column`: every row of a CSV file with the place that it names.
//!
//! The rows come out in their order and with all their columns; those that are added begin with `oqiga_`. A row
//! whose name is not found keeps them empty, and so does a row that cannot be asked about, which is told on standard
//! error with the number of its line. Names are looked up on all cores, and the file is never held as a whole.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::Path;

use csv::{ByteRecord, StringRecord};
use indicatif::{ProgressBar, ProgressStyle};
use oqiga::gazetteer::search::{Answer, Query};
use oqiga::gazetteer::{Country, Gazetteer};
use oqiga::text::Lang;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use crate::args::{Geocode, PlaceFormat};
use crate::{Failure, Outcome};

/// The columns that are added.
const COLUMNS: [&str; 11] = [
    "oqiga_geonameid",
    "oqiga_name",
    "oqiga_lon",
    "oqiga_lat",
    "oqiga_country",
    "oqiga_admin1",
    "oqiga_class",
    "oqiga_feature",
    "oqiga_radius_km",
    "oqiga_score",
    "oqiga_why",
];
/// Rows that are looked up together.
const ROWS: usize = 2048;

/// Problems of rows that are told one by one; a file that was saved in another encoding has one a line.
const PROBLEMS_TOLD: usize = 20;

/// A row that was read, with what is asked about it, or why nothing can be.
struct Row {
    record: StringRecord,
    country: Result<Option<Country>, String>,
}

/// What is wrong with rows of the file.
struct Problems<'b> {
    file: &'b str,
    bar: &'b ProgressBar,
    count: usize,
}

impl Problems<'_> {
    fn tell(&mut self, row: &StringRecord, problem: &str) {
        self.count += 1;
        if self.count <= PROBLEMS_TOLD {
            let line = row.position().map_or(0, csv::Position::line);
            self.bar.suspend(|| eprintln!("oqiga: {} line {line}: {problem}", self.file));
        }
    }

    fn finish(&self) {
        if self.count > PROBLEMS_TOLD {
            eprintln!("oqiga: {}: {} more lines with problems", self.file, self.count - PROBLEMS_TOLD);
        }
    }
}

/// Geocodes the file.
pub fn run(gazetteer: &Gazetteer, args: &Geocode, column: &str) -> Result<Outcome, Failure> {
    let whole_country = super::geocode::query(gazetteer, "x", &args.choice, false)?.country;
    let (input, size) = open(&args.name)?;
    let bar = progress(size);
    let mut input = BufReader::new(bar.wrap_read(input));
    let delimiter = delimiter(&mut input)?;
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input);
    let unreadable = |e: csv::Error| Failure::new(format!("cannot read {}: {e}", args.name));
    let header = header(reader.byte_headers().map_err(unreadable)?, &args.name)?;
    let name_at = find(&header, column)?;
    let country_at = args.country_column.as_deref().map(|column| find(&header, column)).transpose()?;
    let mut writer = Writer::new(args.format, &header, delimiter)?;
    let mut found = 0;
    let mut problems = Problems { file: &args.name, bar: &bar, count: 0 };
    let mut records = reader.byte_records();
    loop {
        let mut rows = Vec::new();
        for record in records.by_ref().take(ROWS) {
            let (record, is_utf_8) = to_text(record.map_err(unreadable)?);
            let country = if is_utf_8 {
                country_at.map_or(Ok(whole_country), |at| country_of(gazetteer, record.get(at).unwrap_or("")))
            } else {
                Err("it is not UTF-8; save the file as UTF-8".to_owned())
            };
            if record.len() > header.len() {
                let more = record.len() - header.len();
                problems.tell(&record, &format!("it has {more} cells more than there are columns; they are left out"));
            }
            rows.push(Row { record, country });
        }
        if rows.is_empty() {
            break;
        }
        let answers: Vec<Result<Option<Answer<'_>>, String>> =
            rows.par_iter().map(|row| look_up(gazetteer, args, row, row.record.get(name_at).unwrap_or(""))).collect();
        for (row, answer) in rows.iter().zip(answers) {
            let answer = answer.unwrap_or_else(|problem| {
                problems.tell(&row.record, &problem);
                None
            });
            found += usize::from(answer.is_some());
            writer.row(gazetteer, &row.record, answer.as_ref())?;
        }
    }
    bar.finish_and_clear();
    problems.finish();
    writer.finish()?;
    Ok(if found == 0 { Outcome::NothingFound } else { Outcome::Done })
}

fn look_up<'g>(gazetteer: &'g Gazetteer, args: &Geocode, row: &Row, name: &str) -> Result<Option<Answer<'g>>, String> {
    let country = row.country.clone()?;
    if name.trim().is_empty() {
        return Ok(None);
    }
    if name.contains('\n') {
        return Err("the name goes over several lines; a quotation mark may be missing".to_owned());
    }
    let query = Query { name, country, classes: &args.choice.class, limit: 1, sound_anywhere: args.sound_anywhere };
    Ok(gazetteer.search(&query).map_err(|e| e.to_string())?.into_iter().next())
}

/// The names of the columns.
fn header(bytes: &ByteRecord, file: &str) -> Result<StringRecord, Failure> {
    let header = StringRecord::from_byte_record(bytes.clone());
    let header = header.map_err(|_| Failure::new(format!("cannot read {file}: its first line is not UTF-8; save the file as UTF-8")))?;
    if header.iter().all(|name| name.trim().is_empty()) {
        return Err(Failure::new(format!("{file} has no columns: its first line is empty")));
    }
    Ok(header)
}

/// A row as text, and whether it was UTF-8; if not, what is no letter is replaced.
fn to_text(bytes: ByteRecord) -> (StringRecord, bool) {
    StringRecord::from_byte_record(bytes).map_or_else(
        |e| {
            let bytes = e.into_byte_record();
            let mut record: StringRecord = bytes.iter().map(String::from_utf8_lossy).collect();
            record.set_position(bytes.position().cloned());
            (record, false)
        },
        |record| (record, true),
    )
}

fn country_of(gazetteer: &Gazetteer, code: &str) -> Result<Option<Country>, String> {
    if code.trim().is_empty() {
        return Ok(None);
    }
    let country = Country::parse(code.trim()).filter(|country| gazetteer.country(*country).is_some());
    country.map(Some).ok_or_else(|| format!("a country is two letters such as KZ, not {code}"))
}

fn open(name: &str) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
    if name == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let unreadable = |e: io::Error| Failure::new(format!("cannot read {name}: {e}"));
    let file = File::open(Path::new(name)).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.is_dir() {
        return Err(Failure::new(format!("cannot read {name}: it is a folder")));
    }
    let size = file.metadata().ok().map(|metadata| metadata.len());
    Ok((Box::new(file), size))
}

/// A bar over the bytes of the file, on a terminal only.
fn progress(size: Option<u64>) -> ProgressBar {
    let Some(size) = size.filter(|_| io::stderr().is_terminal()) else { return ProgressBar::hidden() };
    let style = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {eta}");
    ProgressBar::new(size).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Comma, semicolon or tab, whichever the first line has most of. A byte-order mark is passed over.
fn delimiter(input: &mut impl BufRead) -> Result<u8, Failure> {
    if input.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
        input.consume(3);
    }
    let start = input.fill_buf()?;
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    Ok(b",;\t".iter().copied().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b','))
}

fn find(header: &StringRecord, column: &str) -> Result<usize, Failure> {
    let at = header.iter().position(|name| name.trim() == column);
    at.ok_or_else(|| Failure::new(format!("no column is called {column}; there are {}", header.iter().collect::<Vec<_>>().join(", "))))
}

/// The rows as CSV, or as features one after the other.
enum Writer {
    Csv(Box<csv::Writer<io::StdoutLock<'static>>>, usize),
    Geojson { out: io::BufWriter<io::StdoutLock<'static>>, header: Vec<String>, rows: usize },
}

impl Writer {
    fn new(format: Option<PlaceFormat>, header: &StringRecord, delimiter: u8) -> Result<Self, Failure> {
        let out = io::stdout().lock();
        if format == Some(PlaceFormat::Geojson) {
            let header = header.iter().map(str::to_owned).collect();
            return Ok(Self::Geojson { out: io::BufWriter::new(out), header, rows: 0 });
        }
        if format == Some(PlaceFormat::Table) {
            return Err(Failure::new("a CSV file is written as csv or geojson, not as a table"));
        }
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(out);
        writer.write_record(header.iter().chain(COLUMNS)).map_err(io::Error::from)?;
        Ok(Self::Csv(Box::new(writer), header.len()))
    }

    fn row(&mut self, gazetteer: &Gazetteer, record: &StringRecord, answer: Option<&Answer<'_>>) -> Result<(), Failure> {
        match self {
            Self::Csv(writer, columns) => {
                let missing = columns.saturating_sub(record.len());
                let added = answer.map_or_else(|| vec![String::new(); COLUMNS.len()], |answer| cells(gazetteer, answer));
                let own = record.iter().take(*columns).map(str::to_owned).chain(std::iter::repeat_n(String::new(), missing));
                writer.write_record(own.chain(added)).map_err(io::Error::from)?;
            }
            Self::Geojson { out, header, rows } => {
                let opening = if *rows == 0 { "{\"type\":\"FeatureCollection\",\"features\":[\n" } else { ",\n" };
                *rows += 1;
                out.write_all(opening.as_bytes())?;
                serde_json::to_writer(&mut *out, &feature(gazetteer, header, record, answer)).map_err(io::Error::from)?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Csv(mut writer, _) => writer.flush()?,
            Self::Geojson { mut out, rows, .. } => {
                let opening = if rows == 0 { "{\"type\":\"FeatureCollection\",\"features\":[" } else { "" };
                writeln!(out, "{opening}\n]}}")?;
                out.flush()?;
            }
        }
        Ok(())
    }
}

fn cells(gazetteer: &Gazetteer, answer: &Answer<'_>) -> Vec<String> {
    let place = gazetteer.place(answer.place);
    let at = place.position();
    vec![
        place.geonameid().map_or_else(String::new, |id| id.to_string()),
        place.display_name(Lang::EN).to_owned(),
        format!("{:.5}", at.lon),
        format!("{:.5}", at.lat),
        place.country().map_or_else(String::new, |country| country.to_string()),
        place.admin1().map_or_else(String::new, |area| gazetteer.place(area).display_name(Lang::EN).to_owned()),
        place.class().as_str().to_owned(),
        place.feature().to_owned(),
        format!("{:.1}", place.radius_km()),
        format!("{:.3}", answer.score),
        answer.why.clone(),
    ]
}

/// A row as a feature with its own columns as properties beside those of the place.
fn feature(gazetteer: &Gazetteer, header: &[String], record: &StringRecord, answer: Option<&Answer<'_>>) -> Value {
    let mut properties: Map<String, Value> = header.iter().cloned().zip(record.iter().map(Value::from)).collect();
    let added = answer.map(|answer| cells(gazetteer, answer));
    for (at, column) in COLUMNS.into_iter().enumerate() {
        let cell = added.as_ref().map(|cells| cells[at].as_str()).filter(|cell| !cell.is_empty());
        let is_number = matches!(column, "oqiga_geonameid" | "oqiga_lon" | "oqiga_lat" | "oqiga_radius_km" | "oqiga_score");
        let value = match cell {
            None => Value::Null,
            Some(cell) if is_number => serde_json::from_str(cell).unwrap_or(Value::Null),
            Some(cell) => Value::from(cell),
        };
        properties.insert(column.to_owned(), value);
    }
    let geometry = answer.map(|answer| {
        let at = gazetteer.place(answer.place).position();
        json!({"type": "Point", "coordinates": [at.lon, at.lat]})
    });
    json!({"type": "Feature", "geometry": geometry, "properties": properties})
}
