//! Which places lie in a place, for the filter `place`.

use crate::gazetteer::{Class, Gazetteer, PlaceId};

/// The GeoNames ids of a place and of all places in it by hierarchy; `None` when the gazetteer does
/// not have it.
pub fn places_inside(gazetteer: &Gazetteer, geonameid: u32) -> Option<Vec<u32>> {
    let outer = gazetteer.by_geonameid(u64::from(geonameid))?;
    let place = gazetteer.place(outer);
    let candidates: Vec<PlaceId> = match place.class() {
        Class::City | Class::Physical | Class::Facility => Vec::new(),
        Class::Region => gazetteer.members(outer).iter().flat_map(|country| gazetteer.places_in(*country)).collect(),
        Class::Country | Class::Admin1 | Class::Admin2 => {
            place.country().map(|country| gazetteer.places_in(country).collect()).unwrap_or_default()
        }
    };
    let inner = candidates.into_iter().filter(|id| gazetteer.is_within(*id, outer));
    let ids = inner.filter_map(|id| gazetteer.place(id).geonameid()).filter_map(|id| u32::try_from(id).ok());
    Some(std::iter::once(geonameid).chain(ids).collect())
}
