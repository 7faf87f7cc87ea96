//! Names from the Unicode Common Locale Data Repository: territories, ISO 3166-2 areas, and the
//! cities that stand for time zones. Every name has a language and is meant to be shown.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::draft::{Draft, DraftId, DraftPlace, Origin};
use super::packages::Packages;
use crate::gazetteer::likeness::likeness;
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::text::{Lang, name_key};

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

/// Countries whose areas ISO 3166-2 has numbered anew, Iran in 2020 and Morocco in 2015. CLDR keeps the
/// numbers from before, where IR-07 is Tehran and not Fars; there the English name finds the area.
const NUMBERED_ANEW: [&str; 2] = ["ir", "ma"];
/// How alike such a name and one of the area's are at least.
const LIKENESS_MIN: f64 = 0.8;

/// Adds the names of first-level areas by their ISO 3166-2 codes.
pub(super) fn add_subdivision_names(draft: &mut Draft, packages: &Packages<'_>) -> Result<(), GazetteerError> {
    const FOLDER: &str = "unicode-cldr-core/usr/share/unicode/cldr/common/subdivisions";
    let mut by_code: HashMap<String, DraftId> = draft.by_iso.iter().map(|(iso, id)| (iso.replace('-', "").to_lowercase(), *id)).collect();
    let english = format!("{FOLDER}/en.xml");
    let names = subdivisions(&packages.text(&english)?).map_err(|e| GazetteerError::source(packages.path(&english), e))?;
    for (code, name) in &names {
        let Some(country) = NUMBERED_ANEW.iter().find(|country| code.starts_with(**country)) else { continue };
        match area_of_name(draft, country, name) {
            Some(area) => by_code.insert(code.clone(), area),
            None => by_code.remove(code),
        };
    }
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
    draft.tell(format!("names of areas from CLDR: {named}"));
    Ok(())
}

/// The first- or second-level area of a country that has a name most like an English one.
fn area_of_name(draft: &Draft, country: &str, name: &str) -> Option<DraftId> {
    let country = Country::parse(&country.to_uppercase())?;
    let letters = |name: &str| -> Vec<char> { name_key(name).chars().filter(|c| !c.is_whitespace()).collect() };
    let wanted = letters(name);
    let areas = draft.by_iso.values().filter(|id| draft.places[**id].country == Some(country));
    let alike = areas.map(|id| {
        let names = draft.places[*id].names.iter().map(|name| likeness(&letters(&name.text), &wanted));
        (names.fold(0.0, f64::max), *id)
    });
    let (best, area) = alike.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
    (best >= LIKENESS_MIN).then_some(area)
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
