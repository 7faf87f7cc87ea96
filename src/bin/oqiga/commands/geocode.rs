//! `oqiga geocode`: places by name. With `--column` the names of a CSV file, which is `geocode_table`.

use oqiga::gazetteer::search::{Answer, Query};
use oqiga::gazetteer::{Country, Gazetteer};
use oqiga::text::Lang;
use serde_json::json;

use super::geocode_table;
use super::place_output::{self, Row};
use crate::args::{Geocode, PlaceChoice, PlaceFormat};
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: Geocode) -> Result<Outcome, Failure> {
    let gazetteer = Gazetteer::bundled().map_err(|e| Failure::new(e.to_string()))?;
    if let Some(column) = &args.column {
        return geocode_table::run(&gazetteer, &args, column);
    }
    let query = query(&gazetteer, &args.name, &args.choice, args.sound_anywhere)?;
    let answers = gazetteer.search(&query).map_err(|e| Failure::new(e.to_string()))?;
    if answers.is_empty() && std::path::Path::new(&args.name).is_file() {
        return Err(Failure::new(format!(
            "no place is called {}; to look up the names in that file say which column they are in: --column",
            args.name
        )));
    }
    write(&gazetteer, args.format, &answers)
}

/// The query that the flags ask for.
pub fn query<'q>(gazetteer: &Gazetteer, name: &'q str, choice: &'q PlaceChoice, sound_anywhere: bool) -> Result<Query<'q>, Failure> {
    let country = match choice.country.as_deref() {
        None => None,
        Some(code) => {
            Some(Country::parse(code).ok_or_else(|| Failure::new(format!("--country wants two letters such as KZ, not {code}")))?)
        }
    };
    if let Some(country) = country
        && gazetteer.country(country).is_none()
    {
        return Err(Failure::new(format!("no country has the code {country}")));
    }
    Ok(Query { name, country, classes: &choice.class, limit: choice.limit, sound_anywhere })
}

/// Writes answers to standard output.
pub fn write(gazetteer: &Gazetteer, format: Option<PlaceFormat>, answers: &[Answer<'_>]) -> Result<Outcome, Failure> {
    let features = || answers.iter().map(|answer| answer.to_feature(gazetteer, Lang::EN)).collect::<Vec<_>>();
    let rows = || answers.iter().map(|answer| Row::new(gazetteer, answer.place, Some(answer.score), &answer.why)).collect();
    place_output::write(format, rows, || json!({"type": "FeatureCollection", "features": features()}))?;
    Ok(if answers.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
