//! `oqiga gazetteer`.

use crate::args::GazetteerCommand;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(_args: GazetteerCommand) -> Result<Outcome, Failure> {
    Err(Failure::new("oqiga gazetteer is not built yet"))
}
