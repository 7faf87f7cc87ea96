//! The hand-written tables in `gazetteer/curated/`: names of countries, areas and towns, adjectives of
//! nationality, abbreviations. Their headers say what the columns mean.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::draft::{Draft, DraftId, Origin};
use super::paradigms;
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::text::{Lang, name_key};

/// A tab-separated table: comment lines, a line of column names, rows.
pub(super) struct Table {
    path: PathBuf,
    columns: HashMap<String, usize>,
    rows: Vec<(usize, Vec<String>)>,
}

/// One row of a [`Table`].
pub(super) struct Row<'t> {
    table: &'t Table,
    line: usize,
    fields: &'t [String],
}

impl Table {
    /// Reads a table of the folder; one that does not exist is empty.
    pub(super) fn read(folder: &Path, name: &str) -> Result<Self, GazetteerError> {
        let path = folder.join(name);
        let text = if path.exists() { fs::read_to_string(&path).map_err(GazetteerError::io("read", &path))? } else { String::new() };
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
        let header = lines.next().map_or("", |(_, line)| line);
        let columns: HashMap<String, usize> = header.split('\t').enumerate().map(|(i, name)| (name.trim().to_owned(), i)).collect();
        let rows = lines.map(|(number, line)| (number + 1, line.split('\t').map(|field| field.trim().to_owned()).collect())).collect();
        Ok(Self { path, columns, rows })
    }

    /// The rows in order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, fields)| Row { table: self, line: *line, fields })
    }
}

impl<'t> Row<'t> {
    /// A field by the name of its column; empty when the row or the table lacks it.
    pub(super) fn get(&self, column: &str) -> &'t str {
        self.table.columns.get(column).and_then(|i| self.fields.get(*i)).map_or("", String::as_str)
    }

    /// The language of the row.
    pub(super) fn lang(&self) -> Result<Lang, GazetteerError> {
        Lang::parse(self.get("lang")).ok_or_else(|| self.wrong("a language"))
    }

    /// The country of the row.
    pub(super) fn country(&self) -> Option<Country> {
        Country::parse(self.get("country"))
    }

    /// An error that names the row.
    pub(super) fn wrong(&self, wanted: &str) -> GazetteerError {
        GazetteerError::source(&self.table.path, format!("line {} should have {wanted}: {}", self.line, self.fields.join(" | ")))
    }
}

/// Adds the names of all curated tables to the places that the packages gave.
pub(super) fn add(draft: &mut Draft, folder: &Path) -> Result<(), GazetteerError> {
    add_country_names(draft, &Table::read(folder, "country_names.tsv")?)?;
    add_by_geonameid(draft, &Table::read(folder, "admin1_names.tsv")?, "admin1_names.tsv")?;
    add_by_geonameid(draft, &Table::read(folder, "place_names.tsv")?, "place_names.tsv")?;
    add_demonyms(draft, &Table::read(folder, "demonyms.tsv")?)?;
    add_abbreviations(draft, &Table::read(folder, "abbreviations.tsv")?)
}

fn add_country_names(draft: &mut Draft, table: &Table) -> Result<(), GazetteerError> {
    for row in table.rows() {
        let country = row.country().and_then(|country| draft.countries.get(&country).copied()).ok_or_else(|| row.wrong("a country"))?;
        let (lang, kind) = (row.lang()?, kind(&row)?);
        draft.places[country].add_name(row.get("name"), Some(lang), kind, Origin::Curated);
    }
    Ok(())
}

fn add_by_geonameid(draft: &mut Draft, table: &Table, name: &str) -> Result<(), GazetteerError> {
    let mut unknown = 0;
    for row in table.rows() {
        let geonameid: u32 = row.get("geonameid").parse().map_err(|_| row.wrong("a GeoNames id"))?;
        let place = draft.by_geonameid.get(&geonameid).or_else(|| draft.by_iso.get(row.get("iso"))).copied();
        if row.get("kind") == "wrong" {
            let wrong = name_key(row.get("name"));
            match place {
                Some(place) => draft.places[place].names.retain(|name| name_key(&name.text) != wrong),
                None => unknown += 1,
            }
            continue;
        }
        let (lang, kind) = (row.lang()?, kind(&row)?);
        match place {
            Some(place) => draft.places[place].add_name(row.get("name"), Some(lang), kind, Origin::Curated),
            None => unknown += 1,
        }
    }
    draft.tell(format!("{name}: {} names, {unknown} of places that no package has", table.rows.len()));
    Ok(())
}

fn add_demonyms(draft: &mut Draft, table: &Table) -> Result<(), GazetteerError> {
    let mut forms = 0;
    for row in table.rows() {
        let country = row.country().and_then(|country| draft.countries.get(&country).copied()).ok_or_else(|| row.wrong("a country"))?;
        let lang = row.lang()?;
        let words =
            paradigms::forms(row.get("paradigm"), row.get("adjective"), row.get("demonym")).ok_or_else(|| row.wrong("a known paradigm"))?;
        for form in words {
            draft.places[country].add_name(&form, Some(lang), NameKind::Demonym, Origin::Curated);
            forms += 1;
        }
    }
    draft.tell(format!("adjectives and words for peoples: {forms} forms of {} rows", table.rows.len()));
    Ok(())
}

fn add_abbreviations(draft: &mut Draft, table: &Table) -> Result<(), GazetteerError> {
    let towns = towns_by_key(draft);
    let mut unknown = Vec::new();
    for row in table.rows() {
        let lang = row.lang()?;
        let text = row.get("abbrev");
        let kind = match row.get("note") {
            "postal" => NameKind::Code,
            "historical" => NameKind::Historical,
            _ if is_abbreviated(text) => NameKind::Abbreviation,
            _ => NameKind::Alternative,
        };
        match meant(draft, &towns, &row) {
            Some(place) => draft.places[place].add_name(text, Some(lang), kind, Origin::Curated),
            None => unknown.push(text.to_owned()),
        }
    }
    if !unknown.is_empty() {
        draft.tell(format!("abbreviations of unknown places: {}", unknown.join(", ")));
    }
    Ok(())
}

/// The place of an abbreviation: the area; a town in it, when the area has another name; else what is
/// left of the two, the country at last.
fn meant(draft: &Draft, towns: &HashMap<(Country, String), DraftId>, row: &Row<'_>) -> Option<DraftId> {
    let country = row.country()?;
    let of_country = draft.countries.get(&country).copied();
    if row.get("admin1").is_empty() {
        return of_country;
    }
    let area = draft.by_iso.get(row.get("admin1")).copied();
    let wanted = name_key(row.get("place"));
    let is_area = area.is_some_and(|area| draft.places[area].names.iter().any(|name| name_key(&name.text) == wanted));
    if is_area {
        return area;
    }
    towns.get(&(country, wanted)).copied().filter(|town| area.is_none() || draft.places[*town].admin1 == area).or(area)
}

/// The most populous town of a name in each country.
fn towns_by_key(draft: &Draft) -> HashMap<(Country, String), DraftId> {
    const POPULATION_MIN: u64 = 100_000;
    let mut towns: HashMap<(Country, String), DraftId> = HashMap::new();
    for (id, place) in draft.places.iter().enumerate() {
        let (Class::City, Some(country), true) = (place.class, place.country, place.population >= POPULATION_MIN) else { continue };
        for name in place.names.iter().filter(|name| name.kind.is_proper()) {
            let town = towns.entry((country, name_key(&name.text))).or_insert(id);
            if draft.places[*town].population < place.population {
                *town = id;
            }
        }
    }
    towns
}

/// Written with dots, or short and in capitals.
fn is_abbreviated(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    text.contains('.') || (letters <= 6 && text.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase))
}

fn kind(row: &Row<'_>) -> Result<NameKind, GazetteerError> {
    Ok(match row.get("kind") {
        "display" => NameKind::Display,
        "formal" => NameKind::Official,
        "short" | "alternative" => NameKind::Alternative,
        "historical" => NameKind::Historical,
        "abbreviation" => NameKind::Abbreviation,
        _ => return Err(row.wrong("a known kind")),
    })
}
