//! One file a command.

mod eval;
mod export;
mod extract;
mod gazetteer;
mod geocode;
mod geoparse;
mod ingest;
mod place_output;
mod reverse;
mod serve;
mod train;

use crate::args::Command;
use crate::{Failure, Outcome};

/// Runs a command.
pub fn run(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Serve(args) => serve::run(args),
        Command::Geoparse(args) => geoparse::run(args),
        Command::Extract(args) => extract::run(args),
        Command::Ingest(args) => ingest::run(args),
        Command::Export(args) => export::run(args),
        Command::Geocode(args) => geocode::run(args),
        Command::Reverse(args) => reverse::run(args),
        Command::Gazetteer(args) => gazetteer::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Train(args) => train::run(args),
    }
}
