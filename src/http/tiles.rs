//! The layer as vector tiles: OGC API – Tiles with the tile matrix set WebMercatorQuad, TileJSON for
//! web maps, and a MapLibre style. The filter stands in the query string of each.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::index::square::{Tile, ZOOM_MAX};
use crate::layers::tiles::{self, Options, PROPERTIES_DEFAULT, group_names};
use crate::layers::{FilterError, filter, query, style};
use crate::store::geopackage::columns;

use super::app::App;
use super::assets;
use super::collections::{INCIDENTS, require};
use super::items::{etag, fresh};
use super::landing::json_only;
use super::links::{Base, JSON};
use super::params::Params;
use super::problem::Problem;

/// Media type of a vector tile.
pub const MVT: &str = "application/vnd.mapbox-vector-tile";

/// The one tile matrix set.
pub const MATRIX_SET: &str = "WebMercatorQuad";
const MATRIX_SET_URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
const MATRIX_CRS: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";

/// Parameters that say what is in a tile.
const CONTENT: &[&str] = &["properties", "clusters"];

/// Rows that are looked at while a client waits; more are looked at aside, and the tile is kept.
const QUICK_ROWS: usize = 20_000;

/// One tile.
pub async fn get(
    State(app): State<App>,
    Path((collection, set, z, y, x)): Path<(String, String, String, String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    require(&collection)?;
    require_set(&set)?;
    params.only(&[filter::PARAMETERS, CONTENT, &["f"]])?;
    mvt_only(&params)?;
    let (tile, options, filter) = (coordinate(&z, &y, &x)?, options(&params)?, app.filter(&params)?);
    let snapshot = app.index.snapshot();
    let question = format!("{z}/{y}/{x}{}", params.with(&[]));
    let etag = etag(&app, snapshot.revision(), &question);
    if assets::matches(&headers, &etag) {
        return Ok(fresh(StatusCode::NOT_MODIFIED.into_response(), &etag));
    }
    let quick = tiles::cost(&snapshot, tile) <= QUICK_ROWS && (!filter.asks_texts() || query::is_cheap(&snapshot, &filter));
    let bytes = if quick {
        Bytes::from(tiles::tile(&snapshot, &filter, tile, &options))
    } else if let Some(known) = app.tiles.get(snapshot.revision(), &question) {
        known
    } else {
        let revision = snapshot.revision();
        let made = tokio::task::spawn_blocking(move || Bytes::from(tiles::tile(&snapshot, &filter, tile, &options)));
        let made = made.await.map_err(Problem::internal)?;
        if made.len() <= 2 * tiles::TILE_BYTES_MAX {
            app.tiles.put(revision, question, made.clone());
        }
        made
    };
    let response = if bytes.is_empty() {
        StatusCode::NO_CONTENT.into_response()
    } else {
        ([(header::CONTENT_TYPE, HeaderValue::from_static(MVT))], bytes).into_response()
    };
    Ok(fresh(response, &etag))
}

/// The tile sets of the layer.
pub async fn sets(Path(collection): Path<String>, base: Base, params: Params) -> Result<Response, Problem> {
    require(&collection)?;
    params.only(&[filter::PARAMETERS, CONTENT, &["f"]])?;
    json_only(&params)?;
    let links = [base.link("self", JSON, &format!("/collections/{INCIDENTS}/tiles"), "The tile sets")];
    let body = json!({"links": links, "tilesets": [tileset(&base, &params)]});
    Ok(axum::Json(body).into_response())
}

/// About the one tile set.
pub async fn set(Path((collection, set)): Path<(String, String)>, base: Base, params: Params) -> Result<Response, Problem> {
    require(&collection)?;
    require_set(&set)?;
    params.only(&[filter::PARAMETERS, CONTENT, &["f"]])?;
    json_only(&params)?;
    Ok(axum::Json(tileset(&base, &params)).into_response())
}

fn tileset(base: &Base, params: &Params) -> Value {
    let kept = params.without("f").with(&[]);
    let path = format!("/collections/{INCIDENTS}/tiles/{MATRIX_SET}");
    let mut item = json!(base.link("item", MVT, &format!("{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}{kept}"), "A tile"));
    item["templated"] = json!(true);
    let links = [
        json!(base.link("self", JSON, &format!("{path}{kept}"), "About these tiles")),
        item,
        json!(base.link(
            "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
            JSON,
            &format!("/tileMatrixSets/{MATRIX_SET}"),
            "The grid"
        )),
        json!(base.link("describedby", JSON, &format!("/tiles/{INCIDENTS}.json{kept}"), "TileJSON")),
    ];
    json!({
        "title": "Incidents as vector tiles",
        "dataType": "vector",
        "crs": MATRIX_CRS,
        "tileMatrixSetURI": MATRIX_SET_URI,
        "links": links,
    })
}

/// The tile matrix sets.
pub async fn matrix_sets(base: Base, params: Params) -> Result<Response, Problem> {
    params.only(&[&["f"]])?;
    json_only(&params)?;
    let links = [base.link("self", JSON, &format!("/tileMatrixSets/{MATRIX_SET}"), "The grid")];
    let set = json!({"id": MATRIX_SET, "title": "Google Maps Compatible for the World", "uri": MATRIX_SET_URI, "links": links});
    Ok(axum::Json(json!({"tileMatrixSets": [set]})).into_response())
}

/// The grid of the tiles.
pub async fn matrix_set(Path(set): Path<String>, params: Params) -> Result<Response, Problem> {
    require_set(&set)?;
    params.only(&[&["f"]])?;
    json_only(&params)?;
    const HALF_M: f64 = 20_037_508.342_789_244;
    let matrix = |z: u8| {
        let side = 1u64 << z;
        let cell = 2.0 * HALF_M / 256.0 / side as f64;
        // A standardized pixel is 0.28 mm on a side.
        json!({
            "id": z.to_string(),
            "scaleDenominator": cell / 0.000_28,
            "cellSize": cell,
            "cornerOfOrigin": "topLeft",
            "pointOfOrigin": [-HALF_M, HALF_M],
            "tileWidth": 256,
            "tileHeight": 256,
            "matrixWidth": side,
            "matrixHeight": side,
        })
    };
    let body = json!({
        "id": MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": MATRIX_SET_URI,
        "crs": MATRIX_CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": (0..=ZOOM_MAX).map(matrix).collect::<Vec<_>>(),
    });
    Ok(axum::Json(body).into_response())
}

/// The layer for web maps (TileJSON 3.0).
pub async fn tilejson(State(app): State<App>, Path(name): Path<String>, base: Base, params: Params) -> Result<Response, Problem> {
    require_json(&name)?;
    params.only(&[filter::PARAMETERS, CONTENT])?;
    let options = options(&params)?;
    app.filter(&params)?;
    let bounds =
        app.index.snapshot().bounds().map_or([-180.0, -85.0, 180.0, 85.0], |b| [b.west, b.south.max(-85.0), b.east, b.north.min(85.0)]);
    let numbers = ["geo_precision", "uncertainty_km", "confidence", "geonameid", "time_precision"];
    let kind = |name: &str| if numbers.contains(&name) || name.ends_with("_count") { "Number" } else { "String" };
    let fields: Map<String, Value> = options.properties.iter().map(|name| (name.clone(), json!(kind(name)))).collect();
    let mut of_clusters: Map<String, Value> = group_names().into_iter().map(|name| (name, json!("Number"))).collect();
    for (name, kind) in [
        ("point_count", "Number"),
        ("country_level", "Number"),
        ("latest", "String"),
        ("expansion_zoom", "Number"),
        ("one_place", "Boolean"),
    ] {
        of_clusters.insert(name.to_owned(), json!(kind));
    }
    let body = json!({
        "tilejson": "3.0.0",
        "name": "Incidents",
        "description": "What happened, where and when; clusters where there are many",
        "attribution": super::collections::ATTRIBUTION,
        "scheme": "xyz",
        "tiles": [base.href(&format!("/collections/{INCIDENTS}/tiles/{MATRIX_SET}/{{z}}/{{y}}/{{x}}{}", params.with(&[])))],
        "minzoom": 0,
        "maxzoom": ZOOM_MAX,
        "bounds": bounds,
        "vector_layers": [
            {"id": "incidents", "description": "Single incidents", "minzoom": 0, "maxzoom": ZOOM_MAX, "fields": fields},
            {"id": "clusters", "description": "Several incidents near each other", "minzoom": 0, "maxzoom": ZOOM_MAX, "fields": of_clusters},
        ],
    });
    Ok(([(header::CACHE_CONTROL, "no-cache")], axum::Json(body)).into_response())
}

/// The layer as designed, for MapLibre and QGIS.
pub async fn style_of(State(app): State<App>, Path(name): Path<String>, base: Base, params: Params) -> Result<Response, Problem> {
    require_json(&name)?;
    params.only(&[filter::PARAMETERS, CONTENT])?;
    app.filter(&params)?;
    let tilejson = base.href(&format!("/tiles/{INCIDENTS}.json{}", params.with(&[])));
    Ok(([(header::CACHE_CONTROL, "no-cache")], axum::Json(style::style("Oqiga incidents", &tilejson))).into_response())
}

fn require_set(set: &str) -> Result<(), Problem> {
    if set == MATRIX_SET {
        return Ok(());
    }
    Err(Problem::not_found(format!("there is no tile matrix set {:?}; there is {MATRIX_SET}", set.chars().take(80).collect::<String>())))
}

fn require_json(name: &str) -> Result<(), Problem> {
    match name.strip_suffix(".json") {
        Some(collection) => require(collection),
        None => Err(Problem::not_found(format!("there is {INCIDENTS}.json here"))),
    }
}

fn mvt_only(params: &Params) -> Result<(), Problem> {
    match params.get("f") {
        None | Some("mvt" | "pbf") => Ok(()),
        Some(other) => Err(Problem::parameter("f", format!("f: wanted mvt, got {other:?}"))),
    }
}

fn coordinate(z: &str, y: &str, x: &str) -> Result<Tile, Problem> {
    let wrong = || {
        let wanted = format!("a zoom from 0 to {ZOOM_MAX} and a row and column of that zoom");
        Problem::parameter("tile", format!("tile: wanted {wanted}, got {z}/{y}/{x}").chars().take(200).collect::<String>())
    };
    let plain = x.strip_suffix(".mvt").or_else(|| x.strip_suffix(".pbf")).unwrap_or(x);
    let (zoom, row, column) = (z.parse().ok(), y.parse().ok(), plain.parse().ok());
    zoom.zip(row).zip(column).and_then(|((z, y), x)| Tile::new(z, x, y)).ok_or_else(wrong)
}

fn options(params: &Params) -> Result<Options, Problem> {
    let properties = match params.get("properties") {
        None => PROPERTIES_DEFAULT.iter().map(|name| (*name).to_owned()).collect(),
        Some("*") => std::iter::once("id").chain(columns()).map(str::to_owned).collect(),
        Some("") => Vec::new(),
        Some(names) => {
            let known = |name: &str| name == "id" || columns().any(|column| column == name);
            let mut seen = std::collections::BTreeSet::new();
            for name in names.split(',').map(str::trim) {
                if !known(name) {
                    return Err(FilterError::new("properties", "names of properties of an incident, or *", name).into());
                }
                seen.insert(name);
            }
            seen.into_iter().map(str::to_owned).collect()
        }
    };
    let clusters = match params.get("clusters") {
        None | Some("true") => true,
        Some("false") => false,
        Some(other) => return Err(FilterError::new("clusters", "true or false", other).into()),
    };
    Ok(Options { properties, clusters })
}
