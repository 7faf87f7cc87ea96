//! `oqiga extract`.

use crate::args::Extract;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(_args: Extract) -> Result<Outcome, Failure> {
    Err(Failure::new("oqiga extract is not built yet"))
}
