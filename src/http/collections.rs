//! `/collections` and `/collections/{collection}`: the layers and what is known about them.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::export::Kind;
use crate::index::Snapshot;
use crate::layers::crs::Crs;

use super::app::App;
use super::html;
use super::links::{Base, GEOJSON, HTML, JSON, Link};
use super::params::Params;
use super::plain::{self, Documents, Places};
use super::problem::Problem;
use super::queryables::SCHEMA;

/// The layer of incidents.
pub const INCIDENTS: &str = "incidents";

/// What every layer says of where it comes from.
pub const ATTRIBUTION: &str = "Places from GeoNames (CC BY 4.0); borders of the basemap from Natural Earth";

/// Licence of the gazetteer that the places come from.
pub const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";

/// `/collections`.
pub async fn list(State(app): State<App>, base: Base, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    params.only(&[&["f"]])?;
    let page = html::wanted(&params, &headers)?;
    let links = [
        base.link("self", JSON, "/collections?f=json", "The layers"),
        base.link("alternate", HTML, "/collections?f=html", "The layers as a page"),
    ];
    let collections =
        [incidents(&base, &app.index.snapshot()), plain::description::<Places>(&base), plain::description::<Documents>(&base)];
    let body = json!({"links": links, "collections": collections});
    Ok(html::answer("Layers", body, page))
}

/// `/collections/{collection}`.
pub async fn one(
    State(app): State<App>,
    Path(collection): Path<String>,
    base: Base,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&[&["f"]])?;
    let page = html::wanted(&params, &headers)?;
    require(&collection)?;
    Ok(html::answer("Incidents", incidents(&base, &app.index.snapshot()), page))
}

/// Refuses a collection that is not there.
pub fn require(collection: &str) -> Result<(), Problem> {
    if collection == INCIDENTS {
        return Ok(());
    }
    let collection: String = collection.chars().take(80).collect();
    Err(Problem::not_found(format!("there is no collection {collection:?} here; there is {INCIDENTS}")))
}

fn incidents(base: &Base, snapshot: &Snapshot) -> Value {
    let mut links = vec![
        base.link("self", JSON, "/collections/incidents?f=json", "About this layer"),
        base.link("alternate", HTML, "/collections/incidents?f=html", "About this layer, as a page"),
        Link { href: LICENCE.to_owned(), rel: "license", media_type: HTML, title: "Licence of the places (GeoNames)" },
        base.link("items", GEOJSON, "/collections/incidents/items", "The incidents as GeoJSON"),
        base.link("items", HTML, "/collections/incidents/items?f=html", "The incidents as pages"),
        base.link(
            "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
            JSON,
            "/collections/incidents/tiles",
            "The incidents as vector tiles",
        ),
        base.link("http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA, "/collections/incidents/queryables", "What can be asked"),
        base.link("http://www.opengis.net/def/rel/ogc/1.0/schema", SCHEMA, "/collections/incidents/schema", "What an incident is made of"),
        base.link("describedby", JSON, "/tiles/incidents.json", "TileJSON for web maps"),
        base.link("style", "application/vnd.mapbox.style+json", "/styles/incidents.json", "The layer as designed, for MapLibre and QGIS"),
    ];
    links.extend(Kind::ALL.map(|kind| base.link("enclosure", kind.media_type(), &format!("/export?f={}", kind.name()), kind.title())));
    let bbox = snapshot.bounds().map_or([-180.0, -90.0, 180.0, 90.0], |b| [b.west, b.south, b.east, b.north]);
    let (start, end) = snapshot.days().unzip();
    json!({
        "id": INCIDENTS,
        "title": "Incidents",
        "description": "What happened, where and when, with the evidence (schema incident/1)",
        "attribution": ATTRIBUTION,
        "itemType": "feature",
        "crs": Crs::ALL.map(Crs::uri),
        "storageCrs": Crs::Crs84.uri(),
        "extent": {
            "spatial": {"bbox": [bbox], "crs": Crs::Crs84.uri()},
            "temporal": {"interval": [[start.map(|day| time(day, "00:00:00Z")), end.map(|day| time(day, "23:59:59Z"))]]},
        },
        "links": links,
    })
}

fn time(day: i32, clock: &str) -> String {
    format!("{}T{clock}", date(1970, 1, 1).saturating_add(day.days()))
}
