//! The edge: incidents over HTTP, to the browser map and to GIS tools.
//!
//! OGC API – Features stands at the root, and so does the map: a browser gets the page, a tool gets
//! JSON. This file is the route table; every resource has its own file with its parameters, its
//! response and a short handler. Only this module knows status codes.

mod access;
mod analysis;
mod analyst;
mod api;
mod app;
mod assets;
mod basemap;
mod body;
mod cache;
mod changes;
mod collections;
mod connect;
mod documents;
mod edit;
mod export;
mod extract;
mod facets;
mod gate;
mod guard;
mod health;
mod html;
mod items;
mod landing;
mod limits;
mod links;
mod metrics;
mod params;
mod places;
mod plain;
mod problem;
mod queryables;
mod ready;
mod serve;
mod session;
mod tiles;

pub use access::{Access, TOKEN_BYTES_MIN};
pub use analysis::{Analysis, PlaceQuery};
pub use app::{App, Setup};
pub use limits::{Limits, Rate};
pub use serve::{ServeError, bind, serve};

use plain::{Documents, Places};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;

/// Longest body of a request: a text of the intake limit, every character escaped.
pub const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Every route.
pub fn router(app: App) -> Router {
    Router::new()
        // OGC API - Features
        .route("/", get(landing::get))
        .route("/api", get(api::get))
        .route("/conformance", get(landing::conformance))
        .route("/collections", get(collections::list))
        .route("/collections/{collection}", get(collections::one))
        .route("/collections/{collection}/items", get(items::list).post(edit::create))
        .route("/collections/{collection}/items/{id}", get(items::one).put(edit::replace).patch(edit::patch).delete(edit::delete))
        .route("/collections/{collection}/items/{id}/revisions", get(edit::revisions))
        .route("/collections/{collection}/items/{id}/revisions/{number}/undo", post(edit::undo))
        .route("/collections/places", get(plain::about::<Places>))
        .route("/collections/places/items", get(plain::items::<Places>))
        .route("/collections/places/items/{id}", get(plain::item::<Places>))
        .route("/collections/places/queryables", get(plain::queryables::<Places>))
        .route("/collections/places/schema", get(plain::schema::<Places>))
        .route("/collections/documents", get(plain::about::<Documents>))
        .route("/collections/documents/items", get(plain::items::<Documents>))
        .route("/collections/documents/items/{id}", get(plain::item::<Documents>))
        .route("/collections/documents/queryables", get(plain::queryables::<Documents>))
        .route("/collections/documents/schema", get(plain::schema::<Documents>))
        .route("/changes", get(changes::get))
        .route("/collections/{collection}/queryables", get(queryables::queryables))
        .route("/collections/{collection}/schema", get(queryables::schema))
        .route("/export", get(export::get))
        .route("/facets", get(facets::facets_of))
        .route("/histogram", get(facets::histogram_of))
        // OGC API - Tiles
        .route("/collections/{collection}/tiles", get(tiles::sets))
        .route("/collections/{collection}/tiles/{set}", get(tiles::set))
        .route("/collections/{collection}/tiles/{set}/{z}/{y}/{x}", get(tiles::get))
        .route("/tileMatrixSets", get(tiles::matrix_sets))
        .route("/tileMatrixSets/{set}", get(tiles::matrix_set))
        .route("/tiles/{name}", get(tiles::tilejson))
        .route("/styles/{name}", get(tiles::style_of))
        // Places
        .route("/geocode", get(places::geocode))
        .route("/suggest", get(places::suggest))
        .route("/reverse", get(places::reverse))
        .route("/areas", get(places::areas))
        // Reports
        .route("/geoparse", post(extract::geoparse))
        .route("/extract", post(extract::extract))
        .route("/documents", post(documents::post))
        // The map and the server itself
        .route("/basemap/{z}/{x}/{y}", get(basemap::get))
        .route("/connect", get(connect::get))
        .route("/session", get(session::get).post(session::post))
        .route("/healthz", get(health::get))
        .route("/readyz", get(ready::get))
        .route("/metrics", get(metrics::get))
        .fallback(assets::get)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn(guard::time_limit))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), guard::reading))
        .layer(middleware::from_fn_with_state(app.clone(), limits::limit))
        .layer(middleware::from_fn_with_state(app.clone(), guard::host))
        .layer(middleware::from_fn_with_state(app.clone(), guard::headers))
        .layer(middleware::from_fn_with_state(app.clone(), metrics::count))
        .with_state(app)
}
