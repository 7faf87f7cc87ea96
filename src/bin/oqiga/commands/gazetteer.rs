//! `oqiga gazetteer`.

use std::fs;
use std::io::Write;
use std::time::Instant;

use oqiga::gazetteer::{Class, Gazetteer, SoundModel, bundled_hash, compile};
use oqiga::text::Lang;
use serde::Serialize;

use crate::args::{GazetteerBuild, GazetteerCommand, GazetteerLabels, GazetteerLearn};
use crate::{Failure, Outcome};

/// Runs the command.
pub fn run(args: GazetteerCommand) -> Result<Outcome, Failure> {
    match args {
        GazetteerCommand::Info => info(),
        GazetteerCommand::Build(args) => build(&args),
        GazetteerCommand::Labels(args) => labels(&args),
        GazetteerCommand::Learn(args) => learn(&args),
    }
}

fn info() -> Result<Outcome, Failure> {
    let info = Gazetteer::bundled().map_err(|e| Failure::new(e.to_string()))?.info();
    let mut out = std::io::stdout().lock();
    writeln!(out, "Gazetteer {}, content {}", info.version, &bundled_hash()[..16])?;
    writeln!(out, "{} places, {} names, {} different when folded\n", info.places, info.names, info.keys)?;
    writeln!(out, "Places by class")?;
    for (class, count) in &info.places_by_class {
        writeln!(out, "  {:<10} {count:>9}", class.as_str())?;
    }
    writeln!(out, "\nNames by script")?;
    for (script, count) in &info.names_by_script {
        writeln!(out, "  {:<10} {count:>9}", format!("{script:?}").to_lowercase())?;
    }
    writeln!(out, "\nSources")?;
    for source in &info.sources {
        writeln!(out, "  {} {}: {}. {}", source.name, source.version, source.used_for, source.licence)?;
    }
    Ok(Outcome::Done)
}

fn build(args: &GazetteerBuild) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let version_file = args.output.join("VERSION");
    let version = fs::read_to_string(&version_file).map_err(|e| Failure::new(format!("cannot read {}: {e}", version_file.display())))?;
    let inputs = compile::Inputs {
        packages: &args.packages,
        curated: &args.output.join("curated"),
        disputed: &args.output.join("../web/basemap/disputed.json"),
        version: version.trim(),
    };
    let built = compile::build(&inputs).map_err(|e| Failure::new(e.to_string()))?;
    for line in &built.report {
        eprintln!("{line}");
    }
    eprintln!("compiled: {} bytes in {:.1} s; packing", built.file.len(), started.elapsed().as_secs_f64());
    let packed = built.pack()?;
    let path = args.output.join("oqiga-gazetteer.zst");
    fs::write(&path, &packed).map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))?;
    eprintln!("{}: {} bytes, {:.1} s in all", path.display(), packed.len(), started.elapsed().as_secs_f64());
    Ok(Outcome::Done)
}

fn learn(args: &GazetteerLearn) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let gazetteer = Gazetteer::bundled().map_err(|e| Failure::new(e.to_string()))?;
    let costs = SoundModel::learn(&gazetteer, |_| true).to_text();
    let path = &args.output;
    fs::write(path, &costs).map_err(|e| Failure::new(format!("cannot write {}: {e}", path.display())))?;
    eprintln!("{}: {} costs in {:.1} s", path.display(), costs.lines().count() - 1, started.elapsed().as_secs_f64());
    Ok(Outcome::Done)
}

/// One city for the labels of the map.
#[derive(Serialize)]
struct Label<'g> {
    geonameid: u64,
    lon: f64,
    lat: f64,
    population: u64,
    rank: usize,
    capital: bool,
    country: String,
    name: LabelNames<'g>,
}

#[derive(Serialize)]
struct LabelNames<'g> {
    en: &'g str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ar: Option<&'g str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ru: Option<&'g str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kk: Option<&'g str>,
}

fn labels(args: &GazetteerLabels) -> Result<Outcome, Failure> {
    let gazetteer = Gazetteer::bundled().map_err(|e| Failure::new(e.to_string()))?;
    let is_city = |place: &oqiga::gazetteer::Place<'_>| place.class() == Class::City && place.feature() != "PPLX";
    let mut cities: Vec<_> =
        gazetteer.places().filter(is_city).filter(|place| place.population() >= args.min_population || place.is_capital()).collect();
    cities.sort_by(|a, b| b.importance().total_cmp(&a.importance()).then(a.id().cmp(&b.id())));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (rank, city) in cities.iter().enumerate() {
        let own = |lang| Some(city.display_name(lang)).filter(|name| *name != city.name());
        let label = Label {
            geonameid: city.geonameid().unwrap_or(0),
            lon: city.position().lon,
            lat: city.position().lat,
            population: city.population(),
            rank: rank + 1,
            capital: city.is_capital(),
            country: city.country().map_or_else(String::new, |country| country.to_string()),
            name: LabelNames { en: city.display_name(Lang::EN), ar: own(Lang::AR), ru: own(Lang::RU), kk: own(Lang::KK) },
        };
        serde_json::to_writer(&mut out, &label).map_err(std::io::Error::from)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(if cities.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
