//! `oqiga config show`: the configuration that is in force, with every default.

use crate::config::Config;
use crate::service_args::ConfigCommand;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(command: &ConfigCommand) -> Result<Outcome, Failure> {
    let ConfigCommand::Show(args) = command;
    let (config, path) = Config::load(args.config.as_deref())?;
    match path {
        Some(path) => println!("# {} with the defaults of everything it leaves out", path.display()),
        None => println!("# no configuration file: every value is the default"),
    }
    print!("{}", toml::to_string_pretty(&config).map_err(|error| Failure::new(error.to_string()))?);
    Ok(Outcome::Done)
}
