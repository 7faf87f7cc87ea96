//! One file a command.

mod care;
mod config;
mod eval;
mod export;
mod extract;
mod gazetteer;
mod generate;
mod geocode;
mod geocode_table;
mod geoparse;
mod import;
mod ingest;
mod place_output;
mod reverse;
mod serve;
mod suggest;
mod token;
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
        Command::Import(args) => import::run(&args),
        Command::Export(args) => export::run(args),
        Command::Backup(args) => care::backup(&args),
        Command::Restore(args) => care::restore(&args),
        Command::Verify(args) => care::verify_store(&args),
        Command::Compact(args) => care::compact(&args),
        Command::Token(command) => token::run(&command),
        Command::Config(command) => config::run(&command),
        Command::Generate(command) => generate::run(&command),
        Command::Geocode(args) => geocode::run(args),
        Command::Suggest(args) => suggest::run(args),
        Command::Reverse(args) => reverse::run(args),
        Command::Gazetteer(args) => gazetteer::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Train(args) => train::run(args),
    }
}
