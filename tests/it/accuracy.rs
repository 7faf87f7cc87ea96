//! How good the extraction of incidents is must not fall.
//!
//! The articles in `tests/corpus` are ours and run everywhere; the development articles are not in the
//! repository, so the tests on them are skipped, by name, where they are absent.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use oqiga::gazetteer::Gazetteer;
use oqiga::incidents::evaluation::{Article, Figures, Tally, notes, times};
use oqiga::incidents::join;
use oqiga::intake::Document;
use oqiga::pipeline::Analyst;
use oqiga::text::Lang;

static ANALYST: LazyLock<Analyst> = LazyLock::new(|| Analyst::new(Gazetteer::bundled().expect("the gazetteer opens")));

fn document(article: &Article) -> Document {
    Document {
        id: article.id.clone(),
        text: article.text.clone(),
        lang: Some(article.lang),
        published: Some(article.published),
        ..Document::default()
    }
}

fn figures<'a>(articles: impl Iterator<Item = &'a Article>) -> Figures {
    let mut figures = Figures::default();
    for article in articles {
        figures.add(article, &ANALYST.extract(&document(article)).incidents);
    }
    figures
}

/// The articles of `tests/corpus`, with the number in their file name.
fn our_articles() -> Vec<(usize, Article)> {
    let mut articles = Vec::new();
    for lang in ["ar", "en", "kk", "ru"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(lang);
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder).expect("a folder a language").map(|e| e.expect("an entry").path()).collect();
        files.sort();
        for file in files {
            let name = file.file_stem().and_then(|n| n.to_str()).expect("a name").to_owned();
            let number: usize = name[..2].parse().expect("a number at the start of the name");
            let text = std::fs::read_to_string(&file).expect("readable");
            let id = format!("{lang}/{name}");
            let article = notes::read(&id, Lang::parse(lang).expect("a language"), &text, ANALYST.gazetteer());
            articles.push((number, article.expect("well written")));
        }
    }
    articles
}

/// The development articles, or `None` with a line that says what is skipped.
fn development_articles(test: &str) -> Option<Vec<Article>> {
    let data = std::env::var("OQIGA_EVAL_DATA").unwrap_or_else(|_| "../shared".to_owned());
    let Ok(entries) = std::fs::read_dir(Path::new(&data).join("corpora/incidents")) else {
        println!("skipped {test}: the evaluation data is not in {data} (set OQIGA_EVAL_DATA)");
        return None;
    };
    let mut files: Vec<PathBuf> =
        entries.map(|e| e.expect("an entry").path()).filter(|p| p.extension().is_some_and(|e| e == "json")).collect();
    files.sort();
    let read = |file: &PathBuf| serde_json::from_str(&std::fs::read_to_string(file).expect("readable")).expect("gold of the known schema");
    Some(files.iter().map(read).collect())
}

#[test]
fn our_articles_are_extracted_no_worse_than_before() {
    let articles = our_articles();
    assert!(articles.len() >= 100, "{}", articles.len());
    // Even articles were never looked at for the rules.
    let unseen = figures(articles.iter().filter(|(number, _)| number % 2 == 0).map(|(_, a)| a));
    let seen = figures(articles.iter().filter(|(number, _)| number % 2 == 1).map(|(_, a)| a));
    println!("seen {:.3}, unseen {:.3}", seen.detection.f1(), unseen.detection.f1());
    assert!(seen.detection.f1() >= 0.88 && seen.full.f1() >= 0.78, "{seen:?}");
    assert!(unseen.detection.f1() >= 0.81 && unseen.full.f1() >= 0.56, "{unseen:?}");
    assert!(unseen.false_in_passages + seen.false_in_passages <= 8, "{unseen:?} {seen:?}");
}

#[test]
fn the_development_articles_are_extracted_no_worse_than_before() {
    let Some(articles) = development_articles("the_development_articles_are_extracted_no_worse_than_before") else { return };
    let all = figures(articles.iter());
    println!("detection {:.3}, strict {:.3}, full {:.3}", all.detection.f1(), all.strict.f1(), all.full.f1());
    assert!(all.detection.f1() >= 0.92 && all.strict.f1() >= 0.91 && all.full.f1() >= 0.90, "{all:?}");
    assert!(all.false_in_passages <= 2 && all.false_at_places <= 2, "{all:?}");
    for lang in ["ar", "en", "kk", "ru"] {
        let one = figures(articles.iter().filter(|a| a.lang.as_str() == lang));
        assert!(one.detection.f1() >= 0.87, "{lang} {one:?}");
    }
}

#[test]
fn the_times_of_the_development_articles_are_told() {
    let Some(articles) = development_articles("the_times_of_the_development_articles_are_told") else { return };
    let mut all = Tally::default();
    articles.iter().for_each(|article| all += times(article));
    let share = all.right as f64 / (all.right + all.wrong + all.missed) as f64;
    assert!(share >= 0.95, "{all:?}");
}

#[test]
fn reports_of_one_incident_are_joined_across_languages_and_others_are_not() {
    let read = |id: &str, lang: Lang, text: &str| {
        let published = Some("2024-03-18".parse().expect("a date"));
        let document = Document { id: id.to_owned(), text: text.to_owned(), lang: Some(lang), published, ..Document::default() };
        ANALYST.extract(&document).incidents
    };
    let mut all = read("a", Lang::EN, "Three people were killed when a bus overturned near Taraz on Sunday.");
    all.extend(read("b", Lang::RU, "В воскресенье под Таразом перевернулся автобус, погибли четыре человека."));
    all.extend(read("c", Lang::EN, "Nine people were killed when a bus overturned in Taraz on Sunday."));
    all.extend(read("d", Lang::RU, "В воскресенье в Шымкенте перевернулся автобус, погибли три человека."));
    assert_eq!(all.len(), 4, "{all:#?}");
    let clusters = join::clusters(&all);
    let members: Vec<&[usize]> = clusters.iter().map(|c| c.members.as_slice()).collect();
    // The third report's toll cannot be of the same accident, the fourth is 150 km away.
    assert_eq!(members, [&[0, 1][..], &[2], &[3]]);
    assert!(clusters[0].reasons[0].1.contains("their days meet"), "{:?}", clusters[0].reasons);
    let tolls = join::tolls(&all, &clusters[0]);
    assert_eq!((tolls[0].value, tolls[0].range), (4, (3, 4)));
}
