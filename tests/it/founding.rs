//! The founding article, an Arabic news report of January 2022, through the whole chain: from the
//! file to GeoJSON. The article is not ours and not in the repository; the test runs where the
//! evaluation data is (`OQIGA_EVAL_DATA`, else `../shared`) and says so where it is not.

use std::path::PathBuf;

use oqiga::gazetteer::Gazetteer;
use oqiga::incidents::evaluation::{Article, Figures};
use oqiga::intake::Document;
use oqiga::pipeline::Analyst;
use serde_json::Value;

use crate::harness::{evaluation_data, folder, oqiga};

/// The folder of the article, or `None` after a line that says that the test is left out.
fn seed(test: &str) -> Option<PathBuf> {
    evaluation_data(test, "seed")
}

fn extract(seed: &std::path::Path, flags: &[&str]) -> Value {
    let folder = folder();
    let output = oqiga(folder.path()).arg("extract").arg(seed.join("article.txt")).args(flags).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("standard output is JSON")
}

fn gold(seed: &std::path::Path) -> (Value, Article) {
    let text = std::fs::read_to_string(seed.join("gold.json")).expect("the gold");
    (serde_json::from_str(&text).expect("JSON"), serde_json::from_str(&text).expect("an article"))
}

#[test]
fn every_place_name_of_the_founding_article_is_found_and_resolved() {
    let Some(seed) = seed("every_place_name_of_the_founding_article_is_found_and_resolved") else { return };
    let answer = extract(&seed, &["--published", "2022-01-10"]);
    let (gold, _) = gold(&seed);
    let found = answer["toponyms"].as_array().expect("toponyms");
    let names: Vec<&Value> = gold["toponyms"].as_array().expect("toponyms").iter().filter(|t| t["form"] == "name").collect();
    assert_eq!(names.len(), 18);
    for name in names {
        let (start, end) = (name["start"].as_u64(), name["end"].as_u64());
        let wanted = &name["resolved"];
        let hit = found.iter().find(|t| t["start"].as_u64() < end && start < t["end"].as_u64());
        let hit = hit.unwrap_or_else(|| panic!("{} is not found", name["surface"]));
        assert_eq!(hit["country"], wanted["country"], "{}", name["surface"]);
        if let Some(geonameid) = wanted["geonameid"].as_u64() {
            assert_eq!(hit["geonameid"].as_u64(), Some(geonameid), "{} is {}", name["surface"], hit["name"]);
        }
    }
}

#[test]
fn the_founding_article_gives_its_incidents_and_no_false_one() {
    let Some(seed) = seed("the_founding_article_gives_its_incidents_and_no_false_one") else { return };
    let answer = extract(&seed, &["--published", "2022-01-10"]);
    let features = answer["features"].as_array().expect("features");
    let on_the_map = |f: &&Value| matches!(f["properties"]["status"].as_str(), Some("reported" | "claimed"));
    let shown: Vec<&Value> = features.iter().filter(on_the_map).collect();
    assert!(shown.iter().any(|f| f["properties"]["arrested"] == 8000), "the 8,000 arrests");
    for feature in &shown {
        let country = feature["properties"]["country"].as_str();
        assert!(!matches!(country, Some("RU" | "KG" | "AM" | "BY" | "TJ")), "{}", feature["properties"]["title"]);
    }
    let (_, article) = gold(&seed);
    let document =
        Document { id: article.id.clone(), text: article.text.clone(), published: Some(article.published), ..Document::default() };
    let report = Analyst::new(Gazetteer::bundled().expect("the gazetteer")).extract(&document);
    let mut figures = Figures::default();
    figures.add(&article, &report.incidents);
    assert!(figures.detection.right >= 7, "{} of the 7 required incidents", figures.detection.right);
    assert!(figures.full.right >= 7, "{} of them with place, date and counts", figures.full.right);
    assert_eq!((figures.false_in_passages, figures.false_at_places), (0, 0));
}

#[test]
fn without_a_day_of_publication_no_date_is_invented() {
    let Some(seed) = seed("without_a_day_of_publication_no_date_is_invented") else { return };
    let answer = extract(&seed, &[]);
    for feature in answer["features"].as_array().expect("features") {
        let dates = ["date_start", "date_end", "published"].map(|field| feature["properties"][field].as_str());
        assert_eq!(dates, [None; 3], "{}", feature["properties"]["title"]);
    }
}
