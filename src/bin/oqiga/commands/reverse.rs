//! `oqiga reverse`.

use crate::args::Reverse;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(_args: Reverse) -> Result<Outcome, Failure> {
    Err(Failure::new("oqiga reverse is not built yet"))
}
