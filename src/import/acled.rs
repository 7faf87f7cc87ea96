//! The columns of an ACLED export. Its types and sub-types become those of our taxonomy; what has
//! no counterpart is of type `other`, and the words of ACLED stay in the title.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{Defaults, ImportError, position};
use crate::geo::LonLat;
use crate::incidents::TAXONOMY;

/// Columns without which a table is no ACLED export.
pub const NEEDED: &[&[&str]] = &[&["event_date"], &["event_type"], &["latitude"], &["longitude"]];

/// The position and properties of a line.
pub fn line(
    header: &[String],
    line: &::csv::StringRecord,
    defaults: &Defaults<'_>,
) -> Result<(Option<LonLat>, Map<String, Value>), ImportError> {
    let cell = |name: &str| header.iter().position(|column| column == name).and_then(|at| line.get(at)).unwrap_or_default().trim();
    let mut properties = Map::new();
    let mut set = |name: &str, text: &str| {
        if !text.is_empty() {
            properties.insert(name.to_owned(), Value::from(text));
        }
    };
    let (kind, sub_kind) = (cell("event_type"), cell("sub_event_type"));
    set("event_type", event_type(kind, sub_kind));
    set("place_name", cell("location"));
    set("place_text", cell("location"));
    set("country_name", cell("country"));
    set("admin1", cell("admin1"));
    set("source_name", cell("source"));
    set("evidence_text", cell("notes"));
    let what = if sub_kind.is_empty() { kind } else { sub_kind };
    let title = if cell("location").is_empty() { what.to_owned() } else { format!("{what}: {}", cell("location")) };
    set("title", &title);
    set("country", (defaults.country_named)(cell("country")).as_ref().map_or("", |country| country.as_str()));
    if let Some(id) = Some(cell("event_id_cnty")).filter(|id| !id.is_empty()) {
        set("id", &format!("acled_{id}"));
    }
    let day = day(cell("event_date"))
        .ok_or_else(|| ImportError::value("event_date", "a day as 2022-01-05 or 05 January 2022", cell("event_date")))?;
    let (start, end, precision) = match cell("time_precision") {
        "2" => (day, day, "approx"),
        "3" => (day.first_of_month(), day.last_of_month(), "month"),
        _ => (day, day, "day"),
    };
    set("date_start", &start.to_string());
    set("date_end", &end.to_string());
    set("date_precision", precision);
    for (name, column) in [("time_precision", "time_precision"), ("geo_precision", "geo_precision"), ("killed", "fatalities")] {
        let Some(text) = Some(cell(column)).filter(|text| !text.is_empty()) else { continue };
        let number: i64 = text.parse().map_err(|_| ImportError::value(column, "a whole number", text))?;
        // A nought says that no death is known of, not that nobody died.
        if number > 0 {
            properties.insert(name.to_owned(), Value::from(number));
        }
    }
    let actors: Vec<Value> = ["actor1", "actor2"]
        .into_iter()
        .filter(|column| !cell(column).is_empty())
        .map(|column| {
            let code = if column == "actor1" { cell("inter1") } else { cell("inter2") };
            json!({"name": cell(column), "role": role(code)})
        })
        .collect();
    properties.insert("actors".to_owned(), Value::from(actors));
    Ok((position(cell("longitude"), cell("latitude"))?, properties))
}

/// Our type for one of theirs: the first of the taxonomy that names the sub-type, else the type.
fn event_type(kind: &str, sub_kind: &str) -> &'static str {
    let same =
        |ours: &Option<String>, theirs: &str| ours.as_deref().is_some_and(|ours| !theirs.is_empty() && ours.eq_ignore_ascii_case(theirs));
    let types = &TAXONOMY.types;
    let found =
        types.iter().find(|t| same(&t.acled_sub_event_type, sub_kind)).or_else(|| types.iter().find(|t| same(&t.acled_event_type, kind)));
    found.map_or("other", |found| found.id.as_str())
}

/// The role of ACLED's eight kinds of actors, by number or name.
fn role(code: &str) -> &'static str {
    match code {
        "1" | "State forces" => "security_forces",
        "5" | "6" | "Rioters" | "Protesters" => "participant",
        "7" | "Civilians" => "victim",
        _ => "participant",
    }
}

fn day(text: &str) -> Option<Date> {
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    ["%d %B %Y", "%d-%B-%Y", "%d %b %Y", "%d-%b-%Y", "%d/%m/%Y"].iter().find_map(|format| Date::strptime(format, text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(row: &str) -> Result<(Option<LonLat>, Map<String, Value>), ImportError> {
        let header = "event_id_cnty,event_date,time_precision,event_type,sub_event_type,actor1,inter1,country,admin1,location,latitude,longitude,geo_precision,source,notes,fatalities";
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        let defaults = Defaults {
            event_type: None,
            source_name: None,
            country_named: &|name| (name == "Kazakhstan").then(|| crate::gazetteer::Country::parse("KZ"))?,
        };
        line(&header, &::csv::StringRecord::from(row.split(',').collect::<Vec<_>>()), &defaults)
    }

    #[test]
    fn a_line_becomes_an_incident_and_a_nought_no_count() {
        let (at, properties) =
            read("KAZ1,05 January 2022,1,Protests,Peaceful protest,Protesters (Kazakhstan),6,Kazakhstan,Mangystau,Zhanaozen,43.34,52.86,1,Vlast,On 5 January people gathered.,0").unwrap();
        assert_eq!(at, LonLat::new(52.86, 43.34));
        let text = |name: &str| properties[name].as_str().unwrap();
        assert_eq!((text("id"), text("event_type"), text("country"), text("date_start")), ("acled_KAZ1", "protest", "KZ", "2022-01-05"));
        assert_eq!((text("title"), text("date_precision")), ("Peaceful protest: Zhanaozen", "day"));
        assert!(!properties.contains_key("killed"));
    }

    #[test]
    fn a_month_is_a_month_and_a_bad_day_is_named() {
        let row = |day: &str, precision: &str| format!("K,{day},{precision},Riots,Mob violence,,,Kazakhstan,,Aktau,43.65,51.2,2,S,N,3");
        let (_, properties) = read(&row("2022-01-05", "3")).unwrap();
        assert_eq!(
            (&properties["date_start"], &properties["date_end"], &properties["killed"]),
            (&json!("2022-01-01"), &json!("2022-01-31"), &json!(3))
        );
        assert!(read(&row("yesterday", "1")).unwrap_err().to_string().contains("event_date: wanted a day"));
    }
}
