//! `oqiga train`: fits the tagger of a language to annotated texts, or measures it on parts of
//! them that it has not seen.

use std::collections::BTreeMap;
use std::path::Path;

use oqiga::mentions::tagger::{EntityKind, Example, Recipe, Score, Tagger, measure, repack_slovnet, train};
use oqiga::text::{Lang, Span};
use serde::Deserialize;

use crate::args::Train;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: Train) -> Result<Outcome, Failure> {
    if let (Some(data), Some(output)) = (&args.slovnet, &args.output) {
        return repack(data, output, args.words);
    }
    let recipe = Recipe { epochs: args.epochs, rate: args.rate, l1: args.l1, l2: args.l2, count_min: args.count_min, hidden: args.hidden };
    let mut documents = Vec::new();
    for corpus in &args.corpora {
        documents.extend(read_corpus(corpus, args.split.as_deref())?);
    }
    if documents.is_empty() {
        return Ok(Outcome::NothingFound);
    }
    let mut tests = Vec::new();
    for corpus in &args.test {
        tests.push((corpus, read_corpus(corpus, None)?));
    }
    if args.folds > 1 || args.fold_by_event {
        cross_validate(args.lang, &documents, recipe, &args);
        return Ok(Outcome::Done);
    }
    let examples: Vec<Example> = documents.into_iter().map(|d| d.example).collect();
    let tagger = train(args.lang, &examples, recipe);
    let file = tagger.encode()?;
    eprintln!("{} texts, {} features, {} bytes", examples.len(), tagger.features(), file.len());
    for (corpus, documents) in tests {
        let examples: Vec<Example> = documents.into_iter().map(|d| d.example).collect();
        report(&corpus.display().to_string(), &tagger, args.lang, &examples);
    }
    if let Some(output) = &args.output {
        write(output, &file)?;
    }
    Ok(Outcome::Done)
}

/// Writes the weights of slovnet from the archives in the package `natasha`.
fn repack(data: &Path, output: &Path, words: usize) -> Result<Outcome, Failure> {
    let read = |name: &str| {
        let path = data.join(name);
        std::fs::read(&path).map_err(|error| Failure::new(format!("cannot read {}: {error}; give the folder natasha/data", path.display())))
    };
    let navec = read("emb/navec_news_v1_1B_250K_300d_100q.tar")?;
    let slovnet = read("model/slovnet_ner_news_v1.tar")?;
    let file = repack_slovnet(&navec, &slovnet, words).map_err(|error| Failure::new(error.to_string()))?;
    eprintln!("{} bytes", file.len());
    write(output, &file)?;
    Ok(Outcome::Done)
}

fn write(output: &Path, file: &[u8]) -> Result<(), Failure> {
    std::fs::write(output, file).map_err(|error| Failure::new(format!("cannot write {}: {error}", output.display())))
}

/// A document of a training corpus.
struct Document {
    example: Example,
    event: String,
    group: usize,
}

/// One line of a corpus: offsets are Unicode code points.
#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    toponyms: Vec<Name>,
    #[serde(default)]
    entities: Vec<Name>,
    split: Option<String>,
    event: Option<String>,
    weight: Option<f32>,
}

#[derive(Deserialize)]
struct Name {
    start: usize,
    end: usize,
    #[serde(default)]
    ignore: bool,
    /// `organization` or `person`; all else is a place.
    kind: Option<String>,
}

fn read_corpus(path: &Path, split: Option<&str>) -> Result<Vec<Document>, Failure> {
    let content = std::fs::read_to_string(path).map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))?;
    let mut documents = Vec::new();
    for (number, line) in content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line: Line = serde_json::from_str(line)
            .map_err(|error| Failure::new(format!("{} line {}: not a document of a corpus: {error}", path.display(), number + 1)))?;
        if let (Some(wanted), Some(split)) = (split, &line.split)
            && !wanted.split(',').any(|w| w == split)
        {
            continue;
        }
        let mut bytes: Vec<usize> = line.text.char_indices().map(|(at, _)| at).collect();
        bytes.push(line.text.len());
        let mut names = Vec::new();
        let mut ignored = Vec::new();
        for name in line.toponyms.iter().chain(&line.entities) {
            let (Some(&start), Some(&end)) = (bytes.get(name.start), bytes.get(name.end)) else {
                eprintln!("{} line {}: a span ends past the text and is left out", path.display(), number + 1);
                continue;
            };
            let kind = match name.kind.as_deref() {
                Some("organization") => EntityKind::Organization,
                Some("person") => EntityKind::Person,
                _ => EntityKind::Place,
            };
            if name.ignore {
                ignored.push(Span::new(start, end));
            } else {
                names.push((Span::new(start, end), kind));
            }
        }
        let example = Example { text: line.text, names, ignored, hints: Vec::new(), weight: line.weight.unwrap_or(1.0) };
        let group = documents.len();
        documents.push(Document { example, event: line.event.unwrap_or_default(), group });
    }
    Ok(documents)
}

/// Trains on all parts but one and measures on that one, for each part.
fn cross_validate(lang: Lang, documents: &[Document], recipe: Recipe, args: &Train) {
    let events: BTreeMap<&str, usize> = documents.iter().map(|d| (d.event.as_str(), 0)).collect();
    let events: BTreeMap<&str, usize> = events.into_keys().enumerate().map(|(i, event)| (event, i)).collect();
    let folds = if args.fold_by_event { events.len() } else { args.folds };
    let fold_of = |d: &Document| if args.fold_by_event { events[d.event.as_str()] } else { d.group % folds };
    let mut total = Score::default();
    for fold in 0..folds {
        let (test, learn): (Vec<&Document>, Vec<&Document>) = documents.iter().partition(|d| fold_of(d) == fold);
        let copy = |documents: Vec<&Document>| documents.into_iter().map(|d| d.example.clone()).collect::<Vec<_>>();
        let (test, learn) = (copy(test), copy(learn));
        let tagger = train(lang, &learn, recipe);
        total.add(report(&format!("part {} of {folds}", fold + 1), &tagger, lang, &test));
    }
    print_score("all parts", total);
}

fn report(title: &str, tagger: &Tagger, lang: Lang, examples: &[Example]) -> Score {
    let score = measure(tagger, lang, examples, EntityKind::Place);
    print_score(title, score);
    score
}

fn print_score(title: &str, score: Score) {
    let (exact_p, exact_r, exact_f) = score.rates(score.exact);
    let (p, r, f) = score.rates(score.overlapping);
    println!(
        "{title}: gold {} found {}; exact P {exact_p:.3} R {exact_r:.3} F1 {exact_f:.3}; overlap P {p:.3} R {r:.3} F1 {f:.3}",
        score.gold, score.found
    );
}
