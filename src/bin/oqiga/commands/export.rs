//! `oqiga export`.

use crate::args::Export;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(_args: Export) -> Result<Outcome, Failure> {
    Err(Failure::new("oqiga export is not built yet"))
}
