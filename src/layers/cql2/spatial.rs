//! Geometries: reading, checking, and how two of them lie to each other.
//!
//! Coordinates are taken as a plane, as CQL2 does; only a box may cross the antimeridian.

use geo::{BoundingRect, Coord, Geometry, LineString, MultiPolygon, Point, Polygon, Rect, Relate, Validation};

use super::Cql2Error;

/// How two geometries must lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They share a point.
    Intersects,
    /// They share none.
    Disjoint,
    /// They are the same.
    Equals,
    /// They share only edges.
    Touches,
    /// One runs through the other.
    Crosses,
    /// The first lies in the second.
    Within,
    /// The second lies in the first.
    Contains,
    /// They share a part of both.
    Overlaps,
}

impl Relation {
    /// By the name of its function.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "s_intersects" => Self::Intersects,
            "s_disjoint" => Self::Disjoint,
            "s_equals" => Self::Equals,
            "s_touches" => Self::Touches,
            "s_crosses" => Self::Crosses,
            "s_within" => Self::Within,
            "s_contains" => Self::Contains,
            "s_overlaps" => Self::Overlaps,
            _ => return None,
        })
    }

    /// Whether two geometries lie so.
    pub fn holds(self, a: &Geometry, b: &Geometry) -> bool {
        if let (Self::Equals, Geometry::Point(a), Geometry::Point(b)) = (self, a, b) {
            return near(*a, *b);
        }
        let (Some(of_a), Some(of_b)) = (a.bounding_rect(), b.bounding_rect()) else { return self == Self::Disjoint };
        if !meet(of_a, of_b) {
            return self == Self::Disjoint;
        }
        let matrix = a.relate(b);
        match self {
            Self::Intersects => matrix.is_intersects(),
            Self::Disjoint => matrix.is_disjoint(),
            Self::Equals => matrix.is_equal_topo(),
            Self::Touches => matrix.is_touches(),
            Self::Crosses => matrix.is_crosses(),
            Self::Within => matrix.is_within(),
            Self::Contains => matrix.is_contains(),
            Self::Overlaps => matrix.is_overlaps(),
        }
    }
}

/// Two points nearer than seven decimals, a centimetre, are the same: that is how exactly they are
/// written.
fn near(a: Point, b: Point) -> bool {
    (a.x() - b.x()).abs() < 1e-7 && (a.y() - b.y()).abs() < 1e-7
}

fn meet(a: Rect, b: Rect) -> bool {
    a.min().x <= b.max().x && b.min().x <= a.max().x && a.min().y <= b.max().y && b.min().y <= a.max().y
}

/// Whether a lower-case word is the name of a kind of geometry.
pub fn is_geometry(word: &str) -> bool {
    matches!(word, "point" | "linestring" | "polygon" | "multipoint" | "multilinestring" | "multipolygon" | "geometrycollection")
}

/// A box of four numbers, or of six with heights; two boxes when it crosses the antimeridian.
pub fn bbox(numbers: &[f64]) -> Result<Geometry, Cql2Error> {
    let (west, south, east, north) = match numbers {
        [west, south, east, north] | [west, south, _, east, north, _] => (*west, *south, *east, *north),
        _ => return Err(Cql2Error::new("wanted bbox(west, south, east, north)")),
    };
    if south > north || south.is_nan() || north.is_nan() {
        return Err(Cql2Error::new("wanted a bbox whose south is not above its north"));
    }
    let part = |west: f64, east: f64| {
        let corners = [(west, south), (east, south), (east, north), (west, north), (west, south)];
        Polygon::new(corners.map(Coord::from).into_iter().collect::<Vec<_>>().into(), Vec::new())
    };
    let geometry = if west <= east {
        Geometry::Polygon(part(west, east))
    } else {
        Geometry::MultiPolygon(MultiPolygon(vec![part(west, 180.0), part(-180.0, east)]))
    };
    in_range(&geometry)?;
    Ok(geometry)
}

/// A polygon of its rings.
pub fn polygon(rings: Vec<Vec<Coord>>) -> Result<Polygon, Cql2Error> {
    if rings.iter().any(|ring| ring.len() < 4 || ring.first() != ring.last()) {
        return Err(Cql2Error::new("wanted rings of at least four positions whose last is the first"));
    }
    let mut rings = rings.into_iter().map(LineString);
    let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    Ok(Polygon::new(outer, rings.collect()))
}

/// Refuses what lies off the earth or crosses itself.
pub fn check(geometry: &Geometry) -> Result<(), Cql2Error> {
    in_range(geometry)?;
    if !geometry.is_valid() {
        return Err(Cql2Error::new("wanted a valid geometry: this one crosses itself or has too few positions"));
    }
    Ok(())
}

fn in_range(geometry: &Geometry) -> Result<(), Cql2Error> {
    use geo::CoordsIter;
    let fits = |c: Coord| (-180.0..=180.0).contains(&c.x) && (-90.0..=90.0).contains(&c.y);
    match geometry.coords_iter().find(|c| !fits(*c)) {
        None => Ok(()),
        Some(c) => Err(Cql2Error::new(format!("wanted longitudes from -180 to 180 and latitudes from -90 to 90, got {} {}", c.x, c.y))),
    }
}
