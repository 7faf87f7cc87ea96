//! `/session`: trades the key in the printed address for a cookie, and tells whether this browser
//! may write.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::access::{COOKIE, require_own_page};
use super::app::App;
use super::body::Json;
use super::params::Params;
use super::problem::Problem;

/// Longest key that is looked at.
const KEY_BYTES_MAX: usize = 1024;

/// How long a browser keeps the cookie; the server forgets it when it stops.
const COOKIE_AGE_S: u32 = 30 * 24 * 3600;

/// Whether this browser may write.
pub async fn get(State(app): State<App>, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    params.only(&[])?;
    let may = tokio::task::spawn_blocking(move || app.access.may_write(&headers));
    Ok(answer(may.await.map_err(Problem::internal)?))
}

/// Takes a key and gives a cookie.
pub async fn post(State(app): State<App>, params: Params, headers: HeaderMap, Json(body): Json) -> Result<Response, Problem> {
    params.only(&[])?;
    if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
        require_own_page(&headers)?;
    }
    let key = body.get("key").and_then(Value::as_str).filter(|key| key.len() <= KEY_BYTES_MAX);
    let key = key.ok_or_else(|| Problem::field("key", r#"key: wanted {"key": "…"}, the part after #key= of the printed address"#))?;
    let key = key.to_owned();
    let opened = tokio::task::spawn_blocking(move || app.access.open_session(&key));
    let Some(secret) = opened.await.map_err(Problem::internal)? else {
        return Err(Problem::new(StatusCode::FORBIDDEN, "this key is wrong or was used before; restart the server for a new one"));
    };
    let mut response = answer(true);
    let cookie = format!("{COOKIE}={secret}; Path=/; Max-Age={COOKIE_AGE_S}; HttpOnly; SameSite=Strict");
    response.headers_mut().insert(header::SET_COOKIE, cookie.parse().map_err(Problem::internal)?);
    Ok(response)
}

fn answer(write: bool) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], axum::Json(json!({"write": write}))).into_response()
}
