//! One place, as a view into the columns of the open file.

use super::format::{FLAG_BORROWED_POSITION, FLAG_CAPITAL};
use super::names::{Name, Names};
use super::{Class, Country, Inner, NameKind, PlaceId};
use crate::geo::LonLat;
use crate::text::{Lang, Script};

/// One place of the gazetteer. A view: it costs nothing to make and to copy.
#[derive(Clone, Copy)]
pub struct Place<'g> {
    gazetteer: &'g Inner,
    id: PlaceId,
}

impl<'g> Place<'g> {
    pub(super) fn new(gazetteer: &'g Inner, id: PlaceId) -> Self {
        Self { gazetteer, id }
    }

    /// Its number in this version of the gazetteer.
    pub fn id(&self) -> PlaceId {
        self.id
    }

    /// Its main name, in Latin letters.
    pub fn name(&self) -> &'g str {
        self.names().next().map_or("", |name| name.text)
    }

    /// Its id in GeoNames.
    pub fn geonameid(&self) -> Option<u64> {
        Some(u64::from(self.gazetteer.sections.geonameid.u32(self.row()))).filter(|id| *id != 0)
    }

    /// Where it lies; for an area, a point in it by which maps label it.
    pub fn position(&self) -> LonLat {
        let degrees = |fixed: i32| f64::from(fixed) / 100_000.0;
        let sections = &self.gazetteer.sections;
        LonLat { lon: degrees(sections.lon.i32(self.row())), lat: degrees(sections.lat.i32(self.row())) }
    }

    /// Whether its own position is unknown, so that [`Self::position`] is that of the area around it.
    pub fn has_borrowed_position(&self) -> bool {
        self.flags() & FLAG_BORROWED_POSITION != 0
    }

    /// What kind of thing it is.
    pub fn class(&self) -> Class {
        Class::from_u8(self.gazetteer.sections.class.u8(self.row()))
    }

    /// Its GeoNames feature code, such as `PPLC` or `ADM1`.
    pub fn feature(&self) -> &'g str {
        let number = usize::from(self.gazetteer.sections.feature.u8(self.row()));
        self.gazetteer.meta.features.get(number).map_or("", String::as_str)
    }

    /// Whether it is the capital of its country.
    pub fn is_capital(&self) -> bool {
        self.flags() & FLAG_CAPITAL != 0
    }

    /// Its country; `None` for what lies in several or in none.
    pub fn country(&self) -> Option<Country> {
        let at = self.row() * 2;
        let code = self.gazetteer.sections.country.as_ref().get(at..at + 2)?;
        Country::from_bytes([code[0], code[1]])
    }

    /// Its country as a place.
    pub fn country_place(&self) -> Option<PlaceId> {
        self.gazetteer.run(self.country()?).map(|run| run.place)
    }

    /// The first-level area that it lies in; `None` for such an area itself.
    pub fn admin1(&self) -> Option<PlaceId> {
        self.gazetteer.sections.admin1.u32(self.row()).checked_sub(1).map(PlaceId)
    }

    /// The second-level area that it lies in; `None` for such an area itself.
    pub fn admin2(&self) -> Option<PlaceId> {
        self.gazetteer.sections.admin2.u32(self.row()).checked_sub(1).map(PlaceId)
    }

    /// Its inhabitants, 0 when unknown; of an area, the sum of its towns when nothing better is known.
    pub fn population(&self) -> u64 {
        u64::from(self.gazetteer.sections.population.u32(self.row()))
    }

    /// How likely a text is to mean it, all else equal, 0 to 1: from inhabitants, rank as a seat of
    /// government and in how many languages it has a name.
    pub fn importance(&self) -> f32 {
        f32::from(self.gazetteer.sections.importance.u16(self.row())) / 65_535.0
    }

    /// The radius of a circle of its size in kilometres: how exact its position can be at best.
    pub fn radius_km(&self) -> f64 {
        f64::from(self.gazetteer.sections.radius.u16(self.row())) / 10.0
    }

    /// Its IANA time zone.
    pub fn timezone(&self) -> Option<&'g str> {
        let number = usize::from(self.gazetteer.sections.timezone.u16(self.row())).checked_sub(1)?;
        self.gazetteer.meta.timezones.get(number).map(String::as_str)
    }

    /// All its names, the main one first.
    pub fn names(&self) -> impl Iterator<Item = Name<'g>> + Clone + use<'g> {
        Names::of(self.gazetteer, self.id)
    }

    /// The name to show to a reader of `lang`: the one marked for the language, else one tagged with
    /// it, else the main name, which is what English readers see. A Kazakh reader is shown the Russian
    /// name before a Latin one.
    pub fn display_name(&self, lang: Lang) -> &'g str {
        let marked = |lang| self.names().find(|n| n.kind == NameKind::Display && n.lang == Some(lang));
        let is_tagged = |n: &Name<'_>| n.kind.is_proper() && n.kind != NameKind::Historical && n.lang == Some(lang);
        let tagged = || if lang == Lang::EN { None } else { self.names().find(is_tagged) };
        let name = marked(lang).or_else(tagged).or_else(|| if lang == Lang::KK { marked(Lang::RU) } else { None });
        name.map_or_else(|| self.name(), |name| name.text)
    }

    /// Whether it has a proper name in a script.
    pub fn is_named_in(&self, script: Script) -> bool {
        self.names().any(|name| name.kind.is_proper() && name.script() == script)
    }

    fn flags(&self) -> u8 {
        self.gazetteer.sections.flags.u8(self.row())
    }

    fn row(&self) -> usize {
        self.id.0 as usize
    }
}

impl std::fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} {:?})", self.name(), self.feature(), self.country())
    }
}
