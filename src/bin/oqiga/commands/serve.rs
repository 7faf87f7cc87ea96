//! `oqiga serve`.

use crate::args::Serve;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(_args: Serve) -> Result<Outcome, Failure> {
    Err(Failure::new("oqiga serve is not built yet"))
}
