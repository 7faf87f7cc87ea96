//! `oqiga suggest`: what a search box offers while a name is being typed.

use oqiga::gazetteer::Gazetteer;

use super::geocode;
use crate::args::Suggest;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: Suggest) -> Result<Outcome, Failure> {
    let gazetteer = Gazetteer::bundled().map_err(|e| Failure::new(e.to_string()))?;
    let query = geocode::query(&gazetteer, &args.beginning, &args.choice, false)?;
    let answers = gazetteer.suggest(&query).map_err(|e| Failure::new(e.to_string()))?;
    geocode::write(&gazetteer, args.format, &answers)
}
