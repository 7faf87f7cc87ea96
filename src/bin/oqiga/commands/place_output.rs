//! Places on standard output: a table for people, GeoJSON for programs.

use std::io::{self, IsTerminal, Write};

use oqiga::gazetteer::search::thousands;
use oqiga::gazetteer::{Gazetteer, PlaceId};
use oqiga::text::Lang;
use serde_json::Value;

use crate::Failure;
use crate::args::PlaceFormat;

/// One line of the table.
pub struct Row {
    cells: [String; 7],
    why: String,
}

const HEADER: [&str; 7] = ["NAME", "WHERE", "KIND", "PEOPLE", "LON", "LAT", "SCORE"];
/// Which columns are numbers and stand to the right.
const IS_NUMBER: [bool; 7] = [false, false, false, true, true, true, true];

impl Row {
    /// The line of a place.
    pub fn new(gazetteer: &Gazetteer, id: PlaceId, score: Option<f32>, why: &str) -> Self {
        let place = gazetteer.place(id);
        let area = place.admin1().map(|area| gazetteer.place(area).display_name(Lang::EN).to_owned());
        let country = place.country().map(|country| country.to_string());
        let whereabouts = area.into_iter().chain(country).collect::<Vec<_>>().join(", ");
        let people = if place.population() == 0 { String::new() } else { thousands(place.population()) };
        let at = place.position();
        let cells = [
            place.display_name(Lang::EN).to_owned(),
            whereabouts,
            format!("{} ({})", place.class().as_str(), place.feature()),
            people,
            format!("{:.4}", at.lon),
            format!("{:.4}", at.lat),
            score.map_or(String::new(), |score| format!("{score:.2}")),
        ];
        Self { cells, why: why.to_owned() }
    }
}

/// Writes the table on a terminal and GeoJSON elsewhere, unless the format is given. Nothing is written
/// as a table when there are no rows.
pub fn write(format: Option<PlaceFormat>, rows: impl FnOnce() -> Vec<Row>, collection: impl FnOnce() -> Value) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let format = format.unwrap_or(if out.is_terminal() { PlaceFormat::Table } else { PlaceFormat::Geojson });
    match format {
        PlaceFormat::Csv => return Err(Failure::new("csv is written for the rows of a CSV file (--column); use table or geojson")),
        PlaceFormat::Geojson => {
            serde_json::to_writer(&mut out, &collection()).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        PlaceFormat::Table => {
            let rows = rows();
            if rows.is_empty() {
                eprintln!("Nothing found.");
            } else {
                write_table(&mut out, &rows)?;
            }
        }
    }
    Ok(())
}

fn write_table(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    let header = HEADER.map(str::to_owned);
    let used: Vec<usize> = (0..HEADER.len()).filter(|column| rows.iter().any(|row| !row.cells[*column].is_empty())).collect();
    let width =
        |column: usize| rows.iter().map(|row| &row.cells).chain([&header]).map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADER.len()).map(width).collect();
    let mut line = |cells: &[String; 7], why: &str| {
        for column in &used {
            let gap = " ".repeat(widths[*column] - cells[*column].chars().count());
            let cell = &cells[*column];
            if IS_NUMBER[*column] { write!(out, "{gap}{cell}  ")? } else { write!(out, "{cell}{gap}  ")? }
        }
        writeln!(out, "{why}")
    };
    line(&header, "WHY")?;
    rows.iter().try_for_each(|row| line(&row.cells, &row.why))
}
