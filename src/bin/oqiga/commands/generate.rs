//! `oqiga generate`: completions for shells and man pages, made from the arguments themselves.

use clap::CommandFactory;

use crate::args::Args;
use crate::service_args::Generate;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(command: &Generate) -> Result<Outcome, Failure> {
    match command {
        Generate::Completions { shell } => clap_complete::generate(*shell, &mut Args::command(), "oqiga", &mut std::io::stdout()),
        Generate::Man { folder } => {
            std::fs::create_dir_all(folder)?;
            clap_mangen::generate_to(Args::command(), folder)?;
        }
    }
    Ok(Outcome::Done)
}
