//! Reading the text that a command is to work on, with errors that name the file and the line.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use oqiga::diagnostic::Diagnostic;
use oqiga::intake::{self, Document, Limits, ndjson};
use rayon::prelude::*;

use crate::args::TextInput;
use crate::{Failure, Outcome};

/// Largest file that is read as one text: 64 MiB. Archives go in as `--ndjson`.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How many lines are worked on at once: enough to keep all cores busy, few enough that memory does
/// not grow with the stream.
const BATCH_LINES: usize = 256;
/// A batch is also cut at this many bytes.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// The longest line that is read; the rest of a longer one is skipped and told.
const LINE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The bytes of a file, or of standard input when it is missing or `-`.
pub fn read_bytes(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(file)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| unreadable(file, &error))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Failure::new(format!("the text is larger than {} MiB; split it, or send it as --ndjson", FILE_BYTES_MAX >> 20)));
    }
    Ok(bytes)
}

/// The one document of a command that is not given `--ndjson`.
pub fn read_document(input: &TextInput) -> Result<(Document, Vec<Diagnostic>), Failure> {
    let bytes = read_bytes(input.file.as_deref())?;
    let (mut document, diagnostics) = intake::read(&bytes, Limits::DEFAULT).map_err(|error| match &input.file {
        Some(path) => Failure::new(format!("{}: {error}", path.display())),
        None => Failure::new(error.to_string()),
    })?;
    complete(&mut document, input);
    Ok((document, diagnostics))
}

/// Works on every line of NDJSON input on all cores and writes the answers in the order of the
/// lines. A bad line is told on standard error with its number, and the rest goes on.
pub fn each_line(input: &TextInput, answer: impl Fn(&Document) -> String + Sync) -> Result<Outcome, Failure> {
    let mut lines = Lines { reader: BufReader::with_capacity(1 << 20, open(input.file.as_deref())?), number: 0 };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut answered, mut failed) = (0usize, 0usize);
    loop {
        let batch = lines.batch().map_err(|error| unreadable(input.file.as_deref(), &error))?;
        if batch.is_empty() {
            break;
        }
        let answers: Vec<Result<String, String>> = batch
            .par_iter()
            .map(|(number, line)| {
                let line = line.as_ref().map_err(|problem| format!("line {number}: {problem}"))?;
                let mut document = ndjson::parse(&String::from_utf8_lossy(line)).map_err(|error| format!("line {number}: {error}"))?;
                complete(&mut document, input);
                Ok(answer(&document))
            })
            .collect();
        for result in answers {
            match result {
                Ok(line) => {
                    answered += 1;
                    writeln!(out, "{line}")?;
                }
                Err(problem) => {
                    failed += 1;
                    eprintln!("oqiga: {problem}");
                }
            }
        }
        out.flush()?;
    }
    match (answered, failed) {
        (0, 0) => Ok(Outcome::NothingFound),
        (0, _) => Err(Failure::new("no line could be read as a document; see the lines above")),
        _ => Ok(Outcome::Done),
    }
}

/// What the flags say of a document that does not say it itself.
fn complete(document: &mut Document, input: &TextInput) {
    document.lang = document.lang.or(input.lang);
    if document.country.is_none() {
        document.country.clone_from(&input.country);
    }
}

fn open(file: Option<&Path>) -> Result<Box<dyn Read>, Failure> {
    match file.filter(|path| *path != Path::new("-")) {
        None => Ok(Box::new(std::io::stdin().lock())),
        Some(path) => Ok(Box::new(std::fs::File::open(path).map_err(|error| unreadable(file, &error))?)),
    }
}

fn unreadable(file: Option<&Path>, error: &std::io::Error) -> Failure {
    let name = file.map_or("standard input".to_owned(), |path| path.display().to_string());
    Failure::new(format!("cannot read {name}: {error}"))
}

/// The lines of a stream, numbered from 1, in batches.
struct Lines<R> {
    reader: R,
    number: usize,
}

/// The number of a line, and its bytes or what is wrong with it.
type NumberedLine = (usize, Result<Vec<u8>, String>);

impl<R: BufRead> Lines<R> {
    /// The next lines; empty at the end. A line that is too long comes as the sentence to tell.
    fn batch(&mut self) -> std::io::Result<Vec<NumberedLine>> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < BATCH_LINES && bytes < BATCH_BYTES {
            let mut line = Vec::new();
            if self.reader.by_ref().take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            self.number += 1;
            if line.len() > LINE_BYTES_MAX && !line.ends_with(b"\n") {
                self.skip_line()?;
                batch.push((self.number, Err(format!("longer than {} MiB, left out", LINE_BYTES_MAX >> 20))));
                continue;
            }
            if line.iter().any(|b| !b.is_ascii_whitespace()) {
                bytes += line.len();
                batch.push((self.number, Ok(line)));
            }
        }
        Ok(batch)
    }

    fn skip_line(&mut self) -> std::io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let end = buffer.iter().position(|b| *b == b'\n');
            let used = end.map_or(buffer.len(), |at| at + 1);
            let is_over = end.is_some() || buffer.is_empty();
            self.reader.consume(used);
            if is_over {
                return Ok(());
            }
        }
    }
}
