//! `oqiga train`: fits the recogniser of a language, or the resolver, to annotated texts, and measures
//! it on the parts of those texts that it has not seen.

use std::collections::BTreeMap;
use std::path::Path;

use oqiga::gazetteer::Gazetteer;
use oqiga::mentions::tagger::{EntityKind, Recipe, Score, repack_slovnet};
use oqiga::mentions::{self, Mention, Models};
use oqiga::text::{Lang, Span, Text};
use rayon::prelude::*;

use crate::args::{Train, Trainee};
use crate::corpus::Gold;
use crate::school::{self, Recognisers, Studied};
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: Train) -> Result<Outcome, Failure> {
    if let (Some(data), Some(output)) = (&args.slovnet, &args.output) {
        return repack(data, output, args.words);
    }
    let gazetteer = Gazetteer::bundled().map_err(|error| Failure::new(error.to_string()))?;
    let lang = match args.what {
        Trainee::Lang(lang) => Some(lang),
        Trainee::Places => None,
    };
    let studied = school::read(&args.corpora, args.split.as_deref(), lang, args.folds.max(2), args.fold_by_event)?;
    let studied: Vec<&Studied> = studied.iter().collect();
    if studied.is_empty() {
        return Ok(Outcome::NothingFound);
    }
    let Some(lang) = lang else {
        let weights = school::weights_without(&gazetteer, &studied, None).to_table();
        match &args.output {
            Some(output) => write(&output.join("weights.tsv"), weights.as_bytes())?,
            None => print!("{weights}"),
        }
        return Ok(Outcome::Done);
    };
    let recipe = Recipe { epochs: args.epochs, rate: args.rate, l1: args.l1, l2: args.l2, count_min: args.count_min, hidden: args.hidden };
    let recognisers = Recognisers::fit(&gazetteer, &studied, lang, recipe);
    measure(&gazetteer, &studied, lang, &recognisers, args.errors);
    if let Some(output) = &args.output {
        write(&output.join("judge.tsv"), recognisers.judge_without(None).to_table().as_bytes())?;
        if let Some(tagger) = school::tagger_without(&gazetteer, &studied, lang, recipe) {
            let file = tagger.encode()?;
            eprintln!("{} texts, {} features, {} bytes", studied.len(), tagger.features(), file.len());
            write(&output.join("tagger.zst"), &file)?;
        }
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
    write(&output.join("slovnet.zst"), &file)?;
    Ok(Outcome::Done)
}

fn write(output: &Path, file: &[u8]) -> Result<(), Failure> {
    std::fs::write(output, file).map_err(|error| Failure::new(format!("cannot write {}: {error}", output.display())))
}

/// Prints the scores by corpus: of all that finds place names together, and of the tagger alone, each
/// text read by models that have not seen its part.
fn measure(gazetteer: &Gazetteer, studied: &[&Studied], lang: Lang, recognisers: &Recognisers, errors: bool) {
    let scores: Vec<(&str, [Score; 2])> = studied
        .par_iter()
        .map(|studied| {
            let document = &studied.document;
            let text = Text::new(&document.text, Some(lang));
            let models = Models { tagger: recognisers.tagger(studied.part), judge: recognisers.judge(studied.part) };
            let found = mentions::find_with(&text, gazetteer, models);
            if errors {
                print_errors(studied, &found);
            }
            let found: Vec<Span> = found.iter().filter(|m| m.is_place_reference()).map(|m| m.span).collect();
            let hints = mentions::hints(&text, gazetteer);
            let tagged = models.tagger.map(|tagger| tagger.tag(&text, &hints)).unwrap_or_default();
            let of_places = tagged.iter().filter(|span| span.kind == EntityKind::Place);
            let tagged: Vec<Span> = of_places.map(|s| text.span_over(&s.tokens)).collect();
            let (ignored, gold): (Vec<&Gold>, Vec<&Gold>) = document.toponyms.iter().partition(|name| name.ignore);
            let [ignored, gold] = [ignored, gold].map(|names| names.iter().map(|name| name.span).collect::<Vec<Span>>());
            (studied.corpus.as_str(), [Score::of(&gold, &found, &ignored), Score::of(&gold, &tagged, &ignored)])
        })
        .collect();
    let mut total: BTreeMap<&str, [Score; 2]> = BTreeMap::new();
    for (corpus, score) in scores {
        let sums = total.entry(corpus).or_default();
        sums.iter_mut().zip(score).for_each(|(sum, part)| sum.add(part));
    }
    for (corpus, [whole, tagger]) in total {
        print_score(&format!("{corpus}, parts not seen, recogniser"), whole);
        print_score(&format!("{corpus}, parts not seen, tagger alone"), tagger);
    }
}

/// The names of one text that were found wrongly, missed or cut wrongly, with what stands around them.
fn print_errors(studied: &Studied, found: &[Mention]) {
    const AROUND: usize = 40;
    let Studied { corpus, document, .. } = studied;
    let around = |span: Span| {
        let (start, end) = (span.start as usize, span.end as usize);
        let before: Vec<char> = document.text[..start].chars().rev().take(AROUND).collect();
        let before: String = before.into_iter().rev().collect();
        let after: String = document.text[end..].chars().take(AROUND).collect();
        format!("{before}[{}]{after}", &document.text[span.range()]).replace(['\n', '\r'], " ")
    };
    let found: Vec<&Mention> = found.iter().filter(|m| m.is_place_reference()).collect();
    for mention in &found {
        let (by, usage, chance) = (mention.found_by, mention.usage, mention.chance);
        match document.toponyms.iter().find(|name| name.span.overlaps(mention.span)) {
            None => println!("{corpus}\tfalse\t{by:?}\t{usage:?}\t{chance:.2}\t{}", around(mention.span)),
            Some(name) if name.span != mention.span && !name.ignore => {
                let [ours, wanted] = [mention.span, name.span].map(|span| &document.text[span.range()]);
                println!("{corpus}\tbounds\t{by:?}\t{usage:?}\t{chance:.2}\t{ours} | {wanted}");
            }
            Some(_) => {}
        }
    }
    for name in document.toponyms.iter().filter(|name| !name.ignore && !found.iter().any(|m| m.span.overlaps(name.span))) {
        println!("{corpus}\tmissed\t\t\t\t{}", around(name.span));
    }
}

fn print_score(title: &str, score: Score) {
    let (exact_p, exact_r, exact_f) = score.rates(score.exact);
    let (p, r, f) = score.rates(score.overlapping);
    println!(
        "{title}: gold {} found {}; exact P {exact_p:.3} R {exact_r:.3} F1 {exact_f:.3}; overlap P {p:.3} R {r:.3} F1 {f:.3}",
        score.gold, score.found
    );
}
