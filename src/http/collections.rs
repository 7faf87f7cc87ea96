//! `/collections` and `/collections/{collection}`: the layers and what is known about them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use jiff::ToSpan;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::index::Snapshot;

use super::app::App;
use super::landing::json_only;
use super::links::{Base, GEOJSON, JSON};
use super::params::Params;
use super::problem::Problem;

/// The one layer so far.
pub const INCIDENTS: &str = "incidents";

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// `/collections`.
pub async fn list(State(app): State<App>, base: Base, params: Params) -> Result<Response, Problem> {
    params.only(&[&["f"]])?;
    json_only(&params)?;
    let links = [base.link("self", JSON, "/collections", "The layers")];
    let body = json!({"links": links, "collections": [incidents(&base, &app.index.snapshot())]});
    Ok(axum::Json(body).into_response())
}

/// `/collections/{collection}`.
pub async fn one(State(app): State<App>, Path(collection): Path<String>, base: Base, params: Params) -> Result<Response, Problem> {
    params.only(&[&["f"]])?;
    json_only(&params)?;
    require(&collection)?;
    Ok(axum::Json(incidents(&base, &app.index.snapshot())).into_response())
}

/// Refuses a collection that is not there.
pub fn require(collection: &str) -> Result<(), Problem> {
    if collection == INCIDENTS {
        return Ok(());
    }
    let collection: String = collection.chars().take(80).collect();
    Err(Problem::not_found(format!("there is no collection {collection:?}; there is {INCIDENTS}")))
}

fn incidents(base: &Base, snapshot: &Snapshot) -> Value {
    let links = [
        base.link("self", JSON, "/collections/incidents", "About this layer"),
        base.link("items", GEOJSON, "/collections/incidents/items", "The incidents as GeoJSON"),
        base.link("enclosure", GEOJSON, "/export?f=geojson", "All incidents in one file"),
        base.link("enclosure", "text/csv", "/export?f=csv", "All incidents as a table"),
    ];
    let bbox = snapshot.bounds().map_or([-180.0, -90.0, 180.0, 90.0], |b| [b.west, b.south, b.east, b.north]);
    let (start, end) = snapshot.days().unzip();
    json!({
        "id": INCIDENTS,
        "title": "Incidents",
        "description": "What happened, where and when, with the evidence (schema incident/1)",
        "attribution": "Places from GeoNames (CC BY 4.0); borders of the basemap from Natural Earth",
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "extent": {
            "spatial": {"bbox": [bbox], "crs": CRS84},
            "temporal": {"interval": [[start.map(|day| time(day, "00:00:00Z")), end.map(|day| time(day, "23:59:59Z"))]]},
        },
        "links": links,
    })
}

fn time(day: i32, clock: &str) -> String {
    format!("{}T{clock}", date(1970, 1, 1).saturating_add(day.days()))
}
