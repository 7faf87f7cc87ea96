//! `oqiga eval`: one file a subject.

mod events;
mod gazetteer;
mod geoparse;
mod incidents;

use std::path::Path;

use crate::args::EvalCommand;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: EvalCommand) -> Result<Outcome, Failure> {
    match args {
        EvalCommand::Gazetteer(args) => gazetteer::run(&args),
        EvalCommand::Geoparse(args) => geoparse::run(&args),
        EvalCommand::Incidents(args) => incidents::run(&args),
        EvalCommand::Events(args) => events::run(&args),
    }
}

/// Writes a table into a page, between the line `<!-- oqiga eval SUBJECT -->` and `<!-- end -->`.
fn write_table(page: &Path, subject: &str, table: &str) -> Result<(), Failure> {
    const END: &str = "<!-- end -->\n";
    let begins = format!("<!-- oqiga eval {subject} -->\n");
    let unusable = |problem: &str| Failure::new(format!("cannot write the table into {}: {problem}", page.display()));
    let text = std::fs::read_to_string(page).map_err(|error| unusable(&error.to_string()))?;
    let begin = text.find(&begins).ok_or_else(|| unusable(&format!("it has no line <!-- oqiga eval {subject} -->")))? + begins.len();
    let end = text[begin..].find(END).ok_or_else(|| unusable("it has no line <!-- end --> after the table"))? + begin;
    std::fs::write(page, format!("{}{table}{}", &text[..begin], &text[end..])).map_err(|error| unusable(&error.to_string()))
}
