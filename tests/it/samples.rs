//! The sample reports, the first that a person sees of Oqiga, against what a careful analyst codes:
//! every required incident with its date and counts, and no other pin.

use std::collections::BTreeMap;

use oqiga::gazetteer::Gazetteer;
use oqiga::incidents::{Incident, Status};
use oqiga::intake::sample;
use oqiga::pipeline::Analyst;

/// One row of the gold table.
struct Gold {
    required: bool,
    types: Vec<&'static str>,
    places: Vec<&'static str>,
    country: &'static str,
    date: &'static str,
    counts: Vec<(&'static str, u64)>,
}

fn gold() -> BTreeMap<&'static str, Vec<Gold>> {
    let mut table: BTreeMap<&str, Vec<Gold>> = BTreeMap::new();
    for row in include_str!("samples.gold.tsv").lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [doc, need, types, places, country, date, ..] = cells[..] else { panic!("too few columns: {row}") };
        let counts = cells.get(6).copied().unwrap_or_default().split_whitespace().map(|count| {
            let (field, value) = count.split_once('=').expect("field=value");
            (field, value.parse().expect("a number"))
        });
        table.entry(doc).or_default().push(Gold {
            required: need == "required",
            types: types.split('|').collect(),
            places: places.split('|').collect(),
            country,
            date,
            counts: counts.collect(),
        });
    }
    table
}

impl Gold {
    fn is_about(&self, incident: &Incident) -> bool {
        let place = incident.place.as_ref();
        self.types.contains(&incident.event_type.as_str())
            && place.is_some_and(|place| self.places.contains(&place.name.as_str()))
            && place.is_some_and(|place| place.country.as_ref().map_or("-", |country| country.as_str()) == self.country)
    }

    fn is_right(&self, incident: &Incident) -> bool {
        let date = incident.date.as_ref().map(|date| date.start.to_string());
        let count = |field: &str| incident.counts.iter().find(|count| count.field.as_str() == field).map(|count| count.value);
        self.is_about(incident)
            && (self.date == "*" || date.as_deref() == Some(self.date))
            && self.counts.iter().all(|(field, value)| count(field) == Some(*value))
    }
}

fn told(incident: &Incident) -> String {
    let place = incident.place.as_ref().map_or("nowhere", |place| place.name.as_str());
    let date = incident.date.as_ref().map_or("undated".to_owned(), |date| date.start.to_string());
    let counts: Vec<String> = incident.counts.iter().map(|count| format!("{}={}", count.field.as_str(), count.value)).collect();
    format!("{} {place} {date} {}", incident.event_type, counts.join(" "))
}

#[test]
fn the_sample_map_shows_what_an_analyst_would_code_and_no_other_pin() {
    let analyst = Analyst::new(Gazetteer::bundled().expect("the gazetteer"));
    let gold = gold();
    let mut faults = Vec::new();
    for document in sample::documents() {
        let rows = &gold[document.id.as_str()];
        let report = analyst.extract(&document);
        let shown: Vec<&Incident> = report.incidents.iter().filter(|i| matches!(i.status, Status::Reported | Status::Claimed)).collect();
        for row in rows.iter().filter(|row| row.required) {
            if !shown.iter().any(|incident| row.is_right(incident)) {
                faults.push(format!(
                    "{}: {} {} {} {:?} is missing",
                    document.id,
                    row.types.join("|"),
                    row.places.join("|"),
                    row.date,
                    row.counts
                ));
            }
        }
        for incident in shown {
            if !rows.iter().any(|row| row.is_about(incident)) {
                faults.push(format!("{}: {} is false", document.id, told(incident)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
