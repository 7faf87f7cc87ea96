//! `/healthz`: that the server lives, and what it serves.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::app::App;
use super::params::Params;
use super::problem::Problem;

/// Version, gazetteer, and how much there is.
pub async fn get(State(app): State<App>, params: Params) -> Result<Response, Problem> {
    params.only(&[])?;
    let store = app.store.clone();
    let counts = tokio::task::spawn_blocking(move || store.counts()).await.map_err(Problem::internal)??;
    let body = json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "gazetteer": app.analysis.gazetteer(),
        "documents": counts.documents,
        "incidents": app.index.snapshot().len(),
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response())
}
