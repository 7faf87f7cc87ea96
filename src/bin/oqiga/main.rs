//! The command line of Oqiga: reads the arguments, runs one command, turns its outcome into an
//! exit code (0 done, 1 nothing found, 2 error).

mod args;
mod commands;
mod config;
mod corpus;
mod feeds;
mod input;
mod school;
mod scoring;
mod service_args;
mod sources;
mod stores;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match commands::run(args.command) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NothingFound) => ExitCode::from(1),
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("oqiga: {failure}");
            ExitCode::from(2)
        }
    }
}

/// How a command ended when nothing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did what was asked.
    Done,
    /// It ran, and there was nothing to report.
    NothingFound,
}

/// Why a command could not do what was asked, in one line for a person.
#[derive(Debug)]
pub struct Failure {
    message: String,
    broken_pipe: bool,
}

impl Failure {
    /// A failure with its message: what was wanted, what was found, what to do.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), broken_pipe: false }
    }

    fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self { broken_pipe: error.kind() == std::io::ErrorKind::BrokenPipe, message: error.to_string() }
    }
}
