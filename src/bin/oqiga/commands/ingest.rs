//! `oqiga ingest`.

use crate::args::Ingest;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(_args: Ingest) -> Result<Outcome, Failure> {
    Err(Failure::new("oqiga ingest is not built yet"))
}
