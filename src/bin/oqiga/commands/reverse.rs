//! `oqiga reverse`.

use oqiga::gazetteer::Gazetteer;
use oqiga::geo::LonLat;
use oqiga::text::Lang;
use serde_json::json;

use super::place_output::{self, Row};
use crate::args::Reverse;
use crate::{Failure, Outcome};

/// How many towns are told.
const TOWNS: usize = 3;

/// Runs the command.
pub fn run(args: Reverse) -> Result<Outcome, Failure> {
    let at = LonLat::new(args.lon, args.lat).ok_or_else(|| {
        let swapped = if LonLat::new(args.lat, args.lon).is_some() { "; the longitude comes first" } else { "" };
        Failure::new(format!("longitude is -180 to 180 and latitude -90 to 90, not {} {}{swapped}", args.lon, args.lat))
    })?;
    let gazetteer = Gazetteer::bundled().map_err(|e| Failure::new(e.to_string()))?;
    let found = gazetteer.around(at, TOWNS);
    let features = || found.iter().map(|found| found.to_feature(&gazetteer, Lang::EN)).collect::<Vec<_>>();
    let rows = || found.iter().map(|found| Row::new(&gazetteer, found.place, None, &found.why)).collect();
    place_output::write(args.format, rows, || json!({"type": "FeatureCollection", "features": features()}))?;
    Ok(if found.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
