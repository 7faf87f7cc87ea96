//! Gold articles as a linguist writes them: a text file with three parts.
//!
//! ```text
//! published: 2024-07-09
//! note: what is hard about it
//! ---
//! Headline
//!
//! The text.
//! ---
//! + fire/industrial_accident | Taraz, KZ / Zhambyl Region, KZ | 2024-07-08 | killed 3, injured 12
//! ? arrest | Taraz, KZ | 2024-07-08..2024-07-09 |
//! - a passage of the text that must not be coded
//! ```
//!
//! `+` is an incident that must be found, `?` one that may; then types, places and days, what is
//! right too after a slash, and the counts (`injured 33|27`: either; `injured 3|`: or none). Places
//! are written as the gazetteer finds them, with the country.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::gazetteer::search::Query;
use crate::gazetteer::{Class, Country, Gazetteer};
use crate::incidents::{CountField, TAXONOMY};
use crate::text::Lang;

use super::gold::{Article, Gold, GoldCount, GoldDate, GoldPlace, Passage};

/// Reads an article. `Err` names the line that cannot be understood.
pub fn read(id: &str, lang: Lang, file: &str, gazetteer: &Gazetteer) -> Result<Article, String> {
    let parts: Vec<&str> = file.split("\n---\n").collect();
    let &[head, text, gold] = parts.as_slice() else { return Err(format!("{id}: three parts are wanted, {} found", parts.len())) };
    let published = head.lines().find_map(|l| l.strip_prefix("published: ")).ok_or(format!("{id}: no line published:"))?;
    let published: Date = published.trim().parse().map_err(|error| format!("{id}: published: {error}"))?;
    let text = text.trim_matches('\n').to_owned();
    let (mut incidents, mut not_incidents) = (Vec::new(), Vec::new());
    for line in gold.lines().filter(|l| !l.trim().is_empty()) {
        let wrong = |why: String| format!("{id}: {why}: {line}");
        match line.split_at_checked(2) {
            Some(("- ", passage)) => {
                let at = text.find(passage.trim()).ok_or_else(|| wrong("this passage is not in the text".into()))?;
                let start = text[..at].chars().count();
                not_incidents.push(Passage { start, end: start + passage.trim().chars().count() });
            }
            Some((mark @ ("+ " | "? "), incident)) => {
                incidents.push(read_incident(incident, mark == "+ ", incidents.len() + 1, gazetteer).map_err(wrong)?);
            }
            _ => return Err(wrong("a line begins with +, ? or -".into())),
        }
    }
    Ok(Article { id: id.to_owned(), lang, published, text, incidents, not_incidents, toponyms: Vec::new(), times: Vec::new() })
}

fn read_incident(line: &str, required: bool, number: usize, gazetteer: &Gazetteer) -> Result<Gold, String> {
    let columns: Vec<&str> = line.splitn(4, '|').map(str::trim).collect();
    let &[types, places, days, counts] = columns.as_slice() else { return Err("type | place | day | counts are wanted".into()) };
    let mut types = types.split('/').map(|t| TAXONOMY.get(t).map(|known| known.id.clone()).ok_or(format!("no type {t}")));
    let event_type = types.next().ok_or("no type")??;
    let type_alt = types.collect::<Result<Vec<_>, _>>()?;
    let mut places = places.split(" / ").map(|name| read_place(name, gazetteer)).collect::<Result<Vec<_>, _>>()?;
    let place = places.remove(0);
    let (start, end) = days.split_once("..").unwrap_or((days, days));
    let day = |text: &str| text.parse::<Date>().map_err(|error| error.to_string());
    let counts = counts.split(',').filter(|c| !c.trim().is_empty()).map(read_count).collect::<Result<BTreeMap<_, _>, _>>()?;
    Ok(Gold {
        id: format!("i{number}"),
        required,
        event_type,
        type_alt,
        place,
        where_alt: places,
        date: GoldDate { start: day(start)?, end: day(end)? },
        counts,
        cluster: None,
    })
}

/// `Taraz, KZ`: the place that the gazetteer finds first.
fn read_place(name: &str, gazetteer: &Gazetteer) -> Result<GoldPlace, String> {
    let (place, country) = name.rsplit_once(',').ok_or_else(|| format!("a place and its country are wanted, not {name}"))?;
    let country = Country::parse(country.trim()).ok_or_else(|| format!("no country {country}"))?;
    let query = Query { name: place.trim(), country: Some(country), classes: &[], limit: 1, ..Query::default() };
    let answers = gazetteer.search(&query).map_err(|error| error.to_string())?;
    let found = gazetteer.place(answers.first().ok_or_else(|| format!("the gazetteer has no {name}"))?.place);
    let position = found.position();
    let (feature, src) = match found.class() {
        Class::Country => ("PCLI", None),
        Class::Admin1 => ("ADM1", None),
        Class::City => ("PPL", Some("cities500".to_owned())),
        _ => ("OTHER", None),
    };
    let country = found.country().map(|c| c.as_str().to_owned());
    Ok(GoldPlace { country, lat: position.lat, lon: position.lon, feature: feature.to_owned(), src })
}

/// `injured 33|27`.
fn read_count(text: &str) -> Result<(String, GoldCount), String> {
    let (field, values) = text.trim().split_once(' ').ok_or_else(|| format!("a field and a number are wanted, not {text}"))?;
    if !CountField::ALL.iter().any(|f| f.as_str() == field) {
        return Err(format!("no count {field}"));
    }
    let mut count = GoldCount::default();
    for (nth, value) in values.split('|').enumerate() {
        match (nth, value.trim()) {
            (_, "") => count.or_none = true,
            (0, value) => count.value = value.parse().map_err(|_| format!("no number {value}"))?,
            (_, value) => count.others.push(value.parse().map_err(|_| format!("no number {value}"))?),
        }
    }
    Ok((field.to_owned(), count))
}
