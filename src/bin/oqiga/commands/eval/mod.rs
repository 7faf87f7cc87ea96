//! `oqiga eval`: one file a subject.

mod geoparse;

use crate::args::EvalCommand;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: EvalCommand) -> Result<Outcome, Failure> {
    match args {
        EvalCommand::Geoparse(args) => geoparse::run(&args),
    }
}
