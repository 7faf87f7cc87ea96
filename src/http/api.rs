//! `/api`: the API described for programs, OpenAPI 3.0, kept by hand in `openapi.json` because the
//! generators write 3.1 and OGC API – Features wants 3.0. Tests hold it to the routes and limits.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::links::OPENAPI;
use super::params::Params;
use super::problem::Problem;

/// The document.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// Hands out the document.
pub async fn get(params: Params) -> Result<Response, Problem> {
    params.only(&[&["f"]])?;
    super::landing::json_only(&params)?;
    Ok(([(header::CONTENT_TYPE, OPENAPI), (header::CACHE_CONTROL, "public, max-age=3600")], DOCUMENT).into_response())
}
