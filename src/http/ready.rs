//! `/readyz`: whether requests should be sent here: the store can be read, and what is served is
//! as new as what is kept.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::app::App;
use super::params::Params;
use super::problem::Problem;

/// When a probe may come again.
const RETRY_AFTER_S: u32 = 1;

/// 200 when ready, 503 when not.
pub async fn get(State(app): State<App>, params: Params) -> Result<Response, Problem> {
    params.only(&[])?;
    let worker = app.clone();
    let refreshed = tokio::task::spawn_blocking(move || worker.refresh()).await.map_err(Problem::internal)?;
    if let Err(error) = refreshed {
        tracing::warn!(error = %error, "Not ready: {error}");
        return Err(Problem::busy("the store cannot be read", RETRY_AFTER_S));
    }
    let body = json!({"status": "ready", "revision": app.index.snapshot().revision()});
    Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response())
}
