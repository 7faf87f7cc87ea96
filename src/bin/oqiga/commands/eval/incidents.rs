//! `oqiga eval incidents`: extracts incidents from gold articles and counts what is right.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oqiga::gazetteer::Gazetteer;
use oqiga::incidents::evaluation::{Article, Figures, Tally, errors, matches, notes, times};
use oqiga::incidents::{Incident, join};
use oqiga::intake::Document;
use oqiga::pipeline::Analyst;
use oqiga::text::Lang;

use crate::args::EvalIncidents;
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: &EvalIncidents) -> Result<Outcome, Failure> {
    let gazetteer = Gazetteer::bundled().map_err(|error| Failure::new(error.to_string()))?;
    let mut articles = Vec::new();
    for corpus in &args.corpora {
        read_corpus(corpus, &gazetteer, &mut articles)?;
    }
    if articles.is_empty() {
        return Ok(Outcome::NothingFound);
    }
    let analyst = Analyst::new(gazetteer);
    // By corpus, in the order given, and by language in it.
    let mut figures: BTreeMap<(usize, String), (Figures, Tally)> = BTreeMap::new();
    let mut all: Vec<Incident> = Vec::new();
    let mut known: Vec<(usize, String)> = Vec::new();
    for (corpus, article) in &articles {
        let document = Document {
            id: article.id.clone(),
            text: article.text.clone(),
            lang: Some(article.lang),
            published: Some(article.published),
            ..Document::default()
        };
        let report = analyst.extract(&document);
        for row in [String::new(), article.lang.as_str().to_owned()] {
            let (figures, days) = figures.entry((*corpus, row)).or_default();
            figures.add(article, &report.incidents);
            *days += times(article);
        }
        for (found, gold) in matches(article, &report.incidents) {
            let gold = &article.incidents[gold];
            known.push((all.len() + found, gold.cluster.clone().unwrap_or_else(|| format!("{}.{}", article.id, gold.id))));
        }
        all.extend(report.incidents.iter().cloned());
        if args.errors {
            errors(article, &report.incidents).iter().for_each(|line| println!("{line}"));
        }
    }
    let table = table(&args.corpora, &figures, &articles);
    let joins = joins(&all, &known);
    let table = format!(
        "{table}\nReports joined across documents: precision {:.3} and recall {:.3} of the pairs.\n",
        joins.precision(),
        joins.recall()
    );
    print!("{table}");
    if let Some(page) = &args.write {
        super::write_table(page, "incidents", &table)?;
    }
    Ok(Outcome::Done)
}

/// Reads the articles of a folder, of its folders by language, or one file.
fn read_corpus(corpus: &Path, gazetteer: &Gazetteer, articles: &mut Vec<(usize, Article)>) -> Result<(), Failure> {
    let number = articles.last().map_or(0, |(last, _)| last + 1);
    let mut files = Vec::new();
    list(corpus, &mut files)?;
    files.sort();
    for file in files {
        let fail = |error: &dyn std::fmt::Display| Failure::new(format!("cannot read {}: {error}", file.display()));
        let text = std::fs::read_to_string(&file).map_err(|error| fail(&error))?;
        let article = if file.extension().is_some_and(|e| e == "json") {
            serde_json::from_str::<Article>(&text).map_err(|error| fail(&error))?
        } else {
            let folder = file.parent().and_then(Path::file_name).and_then(|n| n.to_str()).unwrap_or_default();
            let lang = Lang::parse(folder).ok_or_else(|| fail(&"its folder is not named after a language"))?;
            let name = file.file_stem().and_then(|n| n.to_str()).unwrap_or_default();
            notes::read(&format!("{folder}/{name}"), lang, &text, gazetteer).map_err(|error| fail(&error))?
        };
        articles.push((number, article));
    }
    Ok(())
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::new(format!("cannot read {}: {error}", path.display()));
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let gold = path.extension().is_some_and(|e| e == "json" || e == "txt");
        if path.is_dir() || gold {
            list(&path, files)?;
        }
    }
    Ok(())
}

/// How well reports of one incident are joined: pairs of incidents that stand for gold ones.
fn joins(all: &[Incident], known: &[(usize, String)]) -> Tally {
    let mut cluster = vec![0; all.len()];
    for (number, found) in join::clusters(all).iter().enumerate() {
        found.members.iter().for_each(|&member| cluster[member] = number);
    }
    let mut tally = Tally::default();
    for (nth, (a, gold_a)) in known.iter().enumerate() {
        for (b, gold_b) in &known[nth + 1..] {
            if all[*a].doc_id == all[*b].doc_id {
                continue;
            }
            match (cluster[*a] == cluster[*b], gold_a == gold_b) {
                (true, true) => tally.right += 1,
                (true, false) => tally.wrong += 1,
                (false, true) => tally.missed += 1,
                (false, false) => {}
            }
        }
    }
    tally
}

/// One row a corpus and language.
fn table(corpora: &[PathBuf], figures: &BTreeMap<(usize, String), (Figures, Tally)>, articles: &[(usize, Article)]) -> String {
    let mut out = String::from(
        "| corpus | language | articles | detection P | R | F1 | type, place, date right F1 | counts right too F1 | counts F1 | times right | false in passages / at places |\n|-|-|-|-|-|-|-|-|-|-|-|\n",
    );
    for ((corpus, lang), (f, days)) in figures {
        let name = corpora.get(*corpus).and_then(|c| c.file_name()).and_then(|n| n.to_str()).unwrap_or_default();
        let of = |a: &&(usize, Article)| a.0 == *corpus && (lang.is_empty() || a.1.lang.as_str() == lang);
        let count = articles.iter().filter(of).count();
        let lang = if lang.is_empty() { "all" } else { lang };
        out += &format!(
            "| {name} | {lang} | {count} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {} / {} | {} / {} |\n",
            f.detection.precision(),
            f.detection.recall(),
            f.detection.f1(),
            f.strict.f1(),
            f.full.f1(),
            f.counts.f1(),
            days.right,
            days.right + days.wrong + days.missed,
            f.false_in_passages,
            f.false_at_places,
        );
    }
    out
}
