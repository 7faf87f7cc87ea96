//! The columns of an ACLED export, so that scripts written for ACLED read our incidents. These are
//! ACLED-compatible columns and not ACLED data: what ACLED has no word for, such as a flood, has no
//! event type here, and what we do not know is empty.

use std::borrow::Cow;

use crate::incidents::{EventType, TAXONOMY};
use crate::index::{RowRef, rounded};

use super::Format;
use super::cells::{Cell, cells, number};
use super::csv::{harmless, line, shown};

/// The columns in their order.
const NAMES: [&str; 31] = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
];

/// Writer of the table.
pub struct Acled;

impl Format for Acled {
    fn head(&mut self, out: &mut Vec<u8>) {
        line(NAMES.into_iter().map(Cow::Borrowed), out);
    }

    fn row(&mut self, row: RowRef<'_>, out: &mut Vec<u8>) {
        let mut cells = cells(row);
        let mut column = |name: &str| cells.get_mut(number(name)).and_then(Option::take);
        let kind = column("event_type").and_then(|cell| TAXONOMY.types.iter().find(|kind| Some(kind.id.as_str()) == cell.text()));
        let date = shown(column("date_start"));
        let year = date.get(..4).unwrap_or_default().to_owned();
        let position = row.position();
        let degrees = |value: Option<f64>| value.map_or(Cow::Borrowed(""), |value| Cow::Owned(rounded(value).to_string()));
        // ACLED writes 0 where no death is reported.
        let killed = column("killed").and_then(|cell| cell.integer()).unwrap_or(0);
        let text = |text: Option<&'static str>| Cow::Borrowed(text.unwrap_or_default());
        let empty = || Cow::Borrowed("");
        let place = column("place_name").or_else(|| column("place_text"));
        let line_of: [Cow<'_, str>; 31] = [
            harmless(row.id().into()),
            date,
            year.into(),
            shown(column("time_precision")),
            text(kind.and_then(disorder)),
            text(kind.and_then(|kind| kind.acled_event_type.as_deref())),
            text(kind.and_then(|kind| kind.acled_sub_event_type.as_deref())),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            shown(column("country_name")),
            shown(column("admin1")),
            empty(),
            empty(),
            shown(place),
            degrees(position.map(|at| at.lat)),
            degrees(position.map(|at| at.lon)),
            shown(column("geo_precision")),
            shown(column("source_name")),
            empty(),
            shown(column("evidence_text").or_else(|| column("title"))),
            shown(Some(Cell::Integer(killed))),
            shown(column("status").map(|status| Cell::Text(format!("status={}", status.text().unwrap_or_default()).into()))),
            empty(),
        ];
        line(line_of.into_iter(), out);
    }

    fn tail(&mut self, _out: &mut Vec<u8>) {}
}

/// The disorder type that ACLED gives to an event and sub-event type.
fn disorder(kind: &EventType) -> Option<&'static str> {
    let of_sub = match kind.acled_sub_event_type.as_deref() {
        Some("Mob violence") => Some("Political violence"),
        Some("Violent demonstration") => Some("Demonstrations"),
        Some("Excessive force against protesters") => Some("Political violence; Demonstrations"),
        _ => None,
    };
    of_sub.or(match kind.acled_event_type.as_deref()? {
        "Battles" | "Explosions/Remote violence" | "Violence against civilians" => Some("Political violence"),
        "Protests" | "Riots" => Some("Demonstrations"),
        "Strategic developments" => Some("Strategic developments"),
        _ => None,
    })
}
