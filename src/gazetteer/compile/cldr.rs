//! Names from the Unicode Common Locale Data Repository: territories, ISO 3166-2 areas, and the
//! cities that stand for time zones. Every name has a language and is meant to be shown.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::draft::{Draft, DraftId, DraftPlace, Origin};
use super::generic;
use super::packages::Packages;
use crate::gazetteer::likeness::likeness;
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::text::Lang;

/// One name of a territory.
pub(super) struct TerritoryName {
    pub(super) text: String,
    pub(super) lang: Option<Lang>,
    /// The plain name of the plain locale, not a short form or that of a variant such as `ar-EG`.
    pub(super) is_preferred: bool,
}

/// Names of all territories (`KZ`, `143`) in all locales, plain locales first.
pub(super) fn territories(packages: &Packages<'_>) -> Result<BTreeMap<String, Vec<TerritoryName>>, GazetteerError> {
    let mut territories: BTreeMap<String, Vec<TerritoryName>> = BTreeMap::new();
    for locale in locales(packages, "cldr-localenames-full/main", "territories.json")? {
        let file = packages.json::<Value>(&format!("cldr-localenames-full/main/{locale}/territories.json"))?;
        let names = file["main"][&locale]["localeDisplayNames"]["territories"].as_object();
        for (code, name) in names.into_iter().flatten() {
            let (base, variant) = code.split_once("-alt-").unwrap_or((code, ""));
            let Some(text) = name.as_str().filter(|text| *text != base) else { continue };
            let name =
                TerritoryName { text: text.into(), lang: Lang::parse(&locale), is_preferred: variant.is_empty() && !locale.contains('-') };
            territories.entry(base.into()).or_default().push(name);
        }
    }
    Ok(territories)
}

/// Adds the names of first-level areas by their ISO 3166-2 codes.
pub(super) fn add_subdivision_names(draft: &mut Draft, packages: &Packages<'_>) -> Result<(), GazetteerError> {
    const FOLDER: &str = "unicode-cldr-core/usr/share/unicode/cldr/common/subdivisions";
    let mut by_code: HashMap<String, DraftId> = draft.by_iso.iter().map(|(iso, id)| (iso.replace('-', "").to_lowercase(), *id)).collect();
    let path = format!("{FOLDER}/en.xml");
    let english = subdivisions(&packages.text(&path)?).map_err(|e| GazetteerError::source(packages.path(&path), e))?;
    let (moved, left_out) = settle_codes(draft, &mut by_code, &english);
    let mut named = 0;
    for file in packages.list(FOLDER)?.iter().filter(|file| file.ends_with(".xml")) {
        let locale = file.trim_end_matches(".xml");
        let path = format!("{FOLDER}/{file}");
        let text = packages.text(&path)?;
        for (code, name) in subdivisions(&text).map_err(|e| GazetteerError::source(packages.path(&path), e))? {
            let Some(id) = by_code.get(&code) else { continue };
            let kind = if locale.contains('_') { NameKind::Alternative } else { NameKind::Display };
            draft.places[*id].add_name(&name, Lang::parse(locale), kind, Origin::Cldr);
            named += 1;
        }
    }
    draft.tell(format!("names of areas from CLDR: {named}; codes that have another meaning there: {moved} moved, {left_out} left out"));
    Ok(())
}

/// A code, the English name that CLDR gives it, and the area that has the code now.
type Coded<'a> = (&'a str, &'a str, DraftId);

/// Some countries gave the codes of their areas a new meaning after CLDR's edition: in Iran `IR-10` was Khuzestan
/// and is Isfahan. Where half of the names and more do not fit the areas of their codes, a name goes to the area
/// that it fits, or nowhere. Returns how many codes moved and how many were left out.
fn settle_codes(draft: &Draft, by_code: &mut HashMap<String, DraftId>, english: &[(String, String)]) -> (usize, usize) {
    const FITS_FROM: f64 = 0.85;
    const FITS_LOOSELY_FROM: f64 = 0.6;
    let mut by_level: BTreeMap<(Country, Class), Vec<Coded<'_>>> = BTreeMap::new();
    for (code, name) in english {
        let Some(id) = by_code.get(code).copied() else { continue };
        let Some(country) = draft.places[id].country else { continue };
        by_level.entry((country, draft.places[id].class)).or_default().push((code, name, id));
    }
    let (mut moved, mut left_out) = (0, 0);
    for codes in by_level.values() {
        let misfits = codes.iter().filter(|(_, name, id)| fit(&draft.places[*id], name) < FITS_LOOSELY_FROM).count();
        if misfits * 2 < codes.len() || misfits < 3 {
            continue;
        }
        for (code, name, _) in codes {
            let fits = codes.iter().map(|(_, _, id)| (fit(&draft.places[*id], name), *id));
            let (best, id) = fits.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).unwrap_or((0.0, 0));
            if best >= FITS_FROM {
                moved += usize::from(by_code.insert((*code).to_owned(), id) != Some(id));
            } else {
                by_code.remove(*code);
                left_out += 1;
            }
        }
    }
    (moved, left_out)
}

/// How much a name is like the nearest name that the area has, 0 to 1.
fn fit(place: &DraftPlace, name: &str) -> f64 {
    let letters = |name: &str| generic::bare_key(name).chars().collect::<Vec<char>>();
    let wanted = letters(name);
    place.names.iter().map(|own| likeness(&letters(&own.text), &wanted)).fold(0.0, f64::max)
}

/// Code and name of each `<subdivision type="kzala">Almaty</subdivision>`.
fn subdivisions(xml: &str) -> Result<Vec<(String, String)>, quick_xml::Error> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    let mut code: Option<String> = None;
    let mut name = String::new();
    loop {
        match reader.read_event()? {
            Event::Start(start) if start.name().as_ref() == "subdivision" => {
                name.clear();
                let attribute = start.try_get_attribute("type").ok().flatten();
                code = attribute.map(|attribute| attribute.value.into_owned());
            }
            Event::Text(text) if code.is_some() => name.push_str(&text),
            Event::GeneralRef(reference) if code.is_some() => {
                if let Some(c) = reference.resolve_char_ref()? {
                    name.push(c);
                } else if &*reference == "amp" {
                    name.push('&');
                }
            }
            Event::End(end) if end.name().as_ref() == "subdivision" => {
                found.extend(code.take().map(|code| (code, std::mem::take(&mut name))));
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// Adds the names of the cities that stand for time zones: `Asia/Almaty` is Алматы, ألماتي, 阿拉木图.
pub(super) fn add_timezone_cities(draft: &mut Draft, packages: &Packages<'_>) -> Result<(), GazetteerError> {
    let mut zones: BTreeMap<String, Vec<(Lang, String)>> = BTreeMap::new();
    for locale in locales(packages, "cldr-dates-full/main", "timeZoneNames.json")?.into_iter().filter(|locale| !locale.contains('-')) {
        let Some(lang) = Lang::parse(&locale) else { continue };
        let file = packages.json::<Value>(&format!("cldr-dates-full/main/{locale}/timeZoneNames.json"))?;
        exemplar_cities(&file["main"][&locale]["dates"]["timeZoneNames"]["zone"], "", &mut |zone, city| {
            zones.entry(zone.into()).or_default().push((lang, city.into()));
        });
    }
    let mut cities: HashMap<(&str, &str), DraftId> = HashMap::new();
    for (id, place) in draft.places.iter().enumerate().filter(|(_, place)| place.class == Class::City) {
        let Some(zone) = place.timezone.as_deref() else { continue };
        let names = place.names.iter().filter(|name| name.kind.is_proper() && name.text.is_ascii());
        for name in names.map(|name| name.text.as_str()) {
            let best = cities.entry((zone, name)).or_insert(id);
            if draft.places[*best].population < place.population {
                *best = id;
            }
        }
    }
    let joined: Vec<(DraftId, Vec<(Lang, String)>)> = zones
        .iter()
        .filter_map(|(zone, names)| {
            let by_id = zone.rsplit('/').next().unwrap_or_default().replace('_', " ");
            let english = names.iter().find(|(lang, _)| *lang == Lang::EN).map(|(_, name)| name.as_str());
            let city = english.into_iter().chain([by_id.as_str()]).find_map(|name| cities.get(&(zone.as_str(), name)))?;
            Some((*city, names.clone()))
        })
        .collect();
    draft.tell(format!("cities named by CLDR time zones: {} of {}", joined.len(), zones.len()));
    for (id, names) in joined {
        for (lang, name) in names {
            // GeoNames' main names are those of English news; CLDR has Aqtau and Kiev.
            let kind = if lang == Lang::EN { NameKind::Alternative } else { NameKind::Display };
            draft.places[id].add_name(&name, Some(lang), kind, Origin::Cldr);
        }
    }
    Ok(())
}

/// Calls `each` with zone and city for each `exemplarCity` below a node.
fn exemplar_cities(node: &Value, path: &str, each: &mut dyn FnMut(&str, &str)) {
    for (key, value) in node.as_object().into_iter().flatten() {
        match value {
            Value::String(city) if key == "exemplarCity" => each(path, city),
            Value::Object(_) if path.is_empty() => exemplar_cities(value, key, each),
            Value::Object(_) => exemplar_cities(value, &format!("{path}/{key}"), each),
            _ => {}
        }
    }
}

/// Adds the world regions that CLDR names: continents' parts, the European Union.
pub(super) fn add_world_regions(draft: &mut Draft, packages: &Packages<'_>) -> Result<(), GazetteerError> {
    let territories = territories(packages)?;
    let groups = groups(&packages.text("unicode-cldr-core/usr/share/unicode/cldr/common/supplemental/supplementalData.xml")?);
    for region in WORLD_REGIONS {
        let mut place = DraftPlace::new(Class::Region, region.feature);
        place.position = crate::geo::LonLat::new(region.lon, region.lat);
        place.radius_km = Some(region.radius_km);
        place.importance = Some(0.8);
        collect_countries(&groups, region.code, &mut place.members);
        for name in territories.get(region.code).into_iter().flatten() {
            let kind = if name.is_preferred { NameKind::Display } else { NameKind::Alternative };
            place.add_name(&name.text, name.lang, kind, Origin::Cldr);
        }
        draft.add(place);
    }
    Ok(())
}

/// The territories that each group holds: `143` is `TM TJ KG KZ UZ`. The lines are
/// `<group type="143" contains="TM TJ KG KZ UZ"/>`; those with a status are superseded.
fn groups(xml: &str) -> HashMap<String, Vec<String>> {
    let attribute =
        |line: &str, name: &str| line.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    let lines = xml.lines().filter(|line| line.trim_start().starts_with("<group ") && !line.contains("status=\"deprecated\""));
    let mut groups: HashMap<String, Vec<String>> = HashMap::new();
    for line in lines {
        if let (Some(code), Some(contains)) = (attribute(line, "type"), attribute(line, "contains")) {
            groups.entry(code).or_insert_with(|| contains.split_whitespace().map(str::to_owned).collect());
        }
    }
    groups
}

fn collect_countries(groups: &HashMap<String, Vec<String>>, code: &str, countries: &mut BTreeSet<Country>) {
    match groups.get(code) {
        Some(parts) => parts.iter().for_each(|part| collect_countries(groups, part, countries)),
        None => countries.extend(Country::parse(code)),
    }
}

struct WorldRegion {
    code: &'static str,
    feature: &'static str,
    lon: f64,
    lat: f64,
    radius_km: f64,
}

/// UN M49 regions with a point to label them by. Continents come from GeoNames.
const WORLD_REGIONS: &[WorldRegion] = &[
    region("003", 260.0 - 360.0, 45.0, 3000.0),
    region("011", -1.5, 12.0, 1500.0),
    region("013", -87.0, 14.5, 900.0),
    region("014", 37.5, 1.0, 1600.0),
    region("015", 13.0, 27.0, 2200.0),
    region("017", 18.5, 2.0, 1500.0),
    region("018", 23.5, -25.0, 1000.0),
    region("019", -85.0, 12.0, 6500.0),
    region("021", -100.0, 50.0, 3000.0),
    region("029", -72.0, 18.5, 1200.0),
    region("030", 115.0, 37.0, 2200.0),
    region("034", 76.0, 22.0, 2000.0),
    region("035", 112.0, 8.0, 2000.0),
    region("039", 15.0, 42.0, 1300.0),
    region("053", 150.0, -28.0, 2500.0),
    region("054", 158.0, -8.0, 1500.0),
    region("057", 155.0, 8.0, 1800.0),
    region("061", -165.0, -12.0, 2500.0),
    region("143", 66.0, 44.5, 1300.0),
    region("145", 43.0, 32.0, 1500.0),
    region("151", 40.0, 54.0, 2000.0),
    region("154", 12.0, 60.0, 1200.0),
    region("155", 7.0, 49.0, 700.0),
    region("202", 20.0, -2.0, 3000.0),
    region("419", -70.0, -10.0, 4000.0),
    region("EU", 10.5, 49.5, 1500.0),
    region("EZ", 8.5, 47.0, 1300.0),
];

const fn region(code: &'static str, lon: f64, lat: f64, radius_km: f64) -> WorldRegion {
    WorldRegion { code, feature: "RGN", lon, lat, radius_km }
}

/// The locales of a package that have a file, plain ones first, so that `ar` comes before `ar-EG`.
fn locales(packages: &Packages<'_>, folder: &str, file: &str) -> Result<Vec<String>, GazetteerError> {
    let mut locales = packages.list(folder)?;
    locales.retain(|locale| locale != "root" && locale != "und" && packages.path(&format!("{folder}/{locale}/{file}")).exists());
    locales.sort_by_key(|locale| (locale.len(), locale.clone()));
    Ok(locales)
}
