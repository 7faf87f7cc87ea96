//! The places of the gazetteer as a layer.

use std::borrow::Cow;

use serde_json::{Value as Json, json};

use crate::gazetteer::{Gazetteer, Place};
use crate::geo::LonLat;
use crate::layers::cql2::Kind;
use crate::text::Lang;

use super::{Field, Row};

/// The properties, in the order of [`Row::value`].
pub const FIELDS: &[Field] = &[
    Field { name: "geonameid", kind: Kind::Number, title: "GeoNames id", description: "Number of the place in GeoNames" },
    Field { name: "name", kind: Kind::Text, title: "Name", description: "Name of the place in English" },
    Field { name: "country", kind: Kind::Text, title: "Country code", description: "ISO 3166-1 alpha-2 code of the country" },
    Field { name: "admin1", kind: Kind::Text, title: "Region", description: "First-level administrative division" },
    Field { name: "class", kind: Kind::Text, title: "Class", description: "country, admin1, admin2, city, region, physical or facility" },
    Field { name: "feature", kind: Kind::Text, title: "Feature code", description: "GeoNames feature code" },
    Field { name: "population", kind: Kind::Number, title: "Population", description: "People who live there, 0 when unknown" },
    Field { name: "radius_km", kind: Kind::Number, title: "Radius", description: "Radius of the place in kilometres" },
];

/// Every place that has a GeoNames id, until `each` says no.
pub fn each(gazetteer: &Gazetteer, each: &mut dyn FnMut(&dyn Row) -> bool) {
    for place in gazetteer.places() {
        if let Some(geonameid) = place.geonameid()
            && !each(&OfGazetteer { gazetteer, place, geonameid })
        {
            return;
        }
    }
}

/// One place by its GeoNames id.
pub fn find<'a>(gazetteer: &'a Gazetteer, id: &str) -> Option<impl Row + use<'a>> {
    let geonameid = id.parse().ok()?;
    let place = gazetteer.place(gazetteer.by_geonameid(geonameid)?);
    Some(OfGazetteer { gazetteer, place, geonameid })
}

struct OfGazetteer<'a> {
    gazetteer: &'a Gazetteer,
    place: Place<'a>,
    geonameid: u64,
}

impl Row for OfGazetteer<'_> {
    fn id(&self) -> Cow<'_, str> {
        self.geonameid.to_string().into()
    }

    fn position(&self) -> Option<LonLat> {
        Some(self.place.position())
    }

    fn day(&self) -> Option<i32> {
        None
    }

    fn value(&self, field: usize) -> Json {
        let place = &self.place;
        match field {
            0 => json!(self.geonameid),
            1 => json!(place.display_name(Lang::EN)),
            2 => json!(place.country()),
            3 => json!(place.admin1().map(|area| self.gazetteer.place(area).display_name(Lang::EN))),
            4 => json!(place.class()),
            5 => json!(place.feature()),
            6 => json!(place.population()),
            _ => json!(place.radius_km()),
        }
    }
}
