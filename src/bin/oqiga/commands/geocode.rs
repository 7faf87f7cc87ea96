//! `oqiga geocode`.

use crate::args::Geocode;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(_args: Geocode) -> Result<Outcome, Failure> {
    Err(Failure::new("oqiga geocode is not built yet"))
}
