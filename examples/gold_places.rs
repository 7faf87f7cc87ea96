//! Extracts incidents from gold articles with the places of the gold, so that the extraction can be
//! measured apart from the geoparsing:
//!
//! ```text
//! cargo run --release --example gold_places -- OUT ../shared/corpora/incidents ../shared/seed/gold.json
//! python3 ../shared/score/incidents.py --gold ../shared/corpora/incidents --pred OUT --by-lang --errors
//! ```
//!
//! Only the place and whether the name is an adjective are taken from the gold; what the text does
//! with a name (speaks, is a route …) is left to the rules.

use std::path::{Path, PathBuf};

use oqiga::gazetteer::{Class, Country, Gazetteer};
use oqiga::geo::LonLat;
use oqiga::incidents::{Site, Source, extract};
use oqiga::layers::feature::feature;
use oqiga::mentions::Usage;
use oqiga::text::offsets::CodePoints;
use oqiga::text::{Lang, Span, Text};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1).map(PathBuf::from);
    let out = args.next().ok_or("usage: gold_places OUT GOLD...")?;
    let gazetteer = Gazetteer::bundled()?;
    std::fs::create_dir_all(&out)?;
    for gold in args {
        for file in files(&gold)? {
            let article: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
            if article["schema"] == "incident-gold/1" {
                let answer = answer(&article, &gazetteer).ok_or("a gold article lacks a field")?;
                let id = article["id"].as_str().unwrap_or_default();
                std::fs::write(out.join(format!("{id}.geojson")), serde_json::to_string_pretty(&answer)?)?;
            }
        }
    }
    Ok(())
}

fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "json"));
    files.sort();
    Ok(files)
}

fn answer(article: &Value, gazetteer: &Gazetteer) -> Option<Value> {
    let original = article["text"].as_str()?;
    let text = Text::new(original, Lang::parse(article["lang"].as_str()?));
    let points = CodePoints::new(original);
    let sites: Vec<Site> = article["toponyms"].as_array()?.iter().filter_map(|t| site(t, &text, &points, gazetteer)).collect();
    let source = Source { doc_id: article["id"].as_str()?, published: article["published"].as_str()?.parse().ok(), ..Source::default() };
    let extraction = extract(&source, &text, &sites);
    let features: Vec<Value> = extraction
        .incidents
        .iter()
        .map(|incident| {
            let mut feature = json!(feature(incident, &points));
            feature["properties"]["explain"] = json!(incident.explain);
            feature
        })
        .collect();
    Some(json!({"id": article["id"], "type": "FeatureCollection", "features": features, "rejected": extraction.rejected}))
}

fn site(toponym: &Value, text: &Text<'_>, points: &CodePoints<'_>, gazetteer: &Gazetteer) -> Option<Site> {
    let place = toponym.get("resolved").filter(|r| !r.is_null())?;
    let span = Span::new(points.byte(toponym["start"].as_u64()? as usize), points.byte(toponym["end"].as_u64()? as usize));
    let feature = place["feature"].as_str().unwrap_or("PPL");
    let level = match feature {
        "PCLI" => Class::Country,
        "ADM1" => Class::Admin1,
        "ADM2" => Class::Admin2,
        "CONT" | "RGN" => Class::Region,
        "AIRP" => Class::Facility,
        f if f.starts_with("PPL") => Class::City,
        _ => Class::Physical,
    };
    // "Тульской области" is an area by its adjective; "the Kazakh police" is none.
    let adjective = toponym["form"] == "adj" && !matches!(level, Class::Admin1 | Class::Admin2);
    let position = LonLat::new(place["lon"].as_f64()?, place["lat"].as_f64()?)?;
    let admin1 = gazetteer.admin1_at(position).map(|id| gazetteer.place(id).name().to_owned());
    Some(Site {
        span,
        tokens: text.tokens_in(span),
        usage: if adjective { Usage::Adjective } else { Usage::Literal },
        level,
        name: place["name"].as_str()?.to_owned(),
        country: place["country"].as_str().and_then(Country::parse),
        country_name: None,
        admin1,
        geonameid: place["geonameid"].as_u64(),
        feature: feature.to_owned(),
        position,
        uncertainty_km: 5.0,
        confidence: 1.0,
        offset: false,
        unresolved: false,
        capital: feature == "PPLC",
        candidates: Vec::new(),
    })
}
