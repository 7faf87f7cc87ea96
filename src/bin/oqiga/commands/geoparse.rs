//! `oqiga geoparse`.

use crate::args::Geoparse;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(_args: Geoparse) -> Result<Outcome, Failure> {
    Err(Failure::new("oqiga geoparse is not built yet"))
}
