//! `oqiga geocode`.

use oqiga::gazetteer::search::Query;
use oqiga::gazetteer::{Country, Gazetteer};
use oqiga::text::Lang;
use serde_json::json;

use super::place_output::{self, Row};
use crate::args::Geocode;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: Geocode) -> Result<Outcome, Failure> {
    let country = match args.country.as_deref() {
        None => None,
        Some(code) => {
            Some(Country::parse(code).ok_or_else(|| Failure::new(format!("--country wants two letters such as KZ, not {code}")))?)
        }
    };
    let gazetteer = Gazetteer::bundled().map_err(|e| Failure::new(e.to_string()))?;
    if let Some(country) = country
        && gazetteer.country(country).is_none()
    {
        return Err(Failure::new(format!("no country has the code {country}")));
    }
    let query = Query { name: &args.name, country, classes: &[], limit: args.limit };
    let answers = gazetteer.search(&query).map_err(|e| Failure::new(e.to_string()))?;
    let features = || answers.iter().map(|answer| answer.to_feature(&gazetteer, Lang::EN)).collect::<Vec<_>>();
    let rows = || answers.iter().map(|answer| Row::new(&gazetteer, answer.place, Some(answer.score), &answer.why)).collect();
    place_output::write(args.format, rows, || json!({"type": "FeatureCollection", "features": features()}))?;
    Ok(if answers.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
