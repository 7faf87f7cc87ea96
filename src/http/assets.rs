//! The browser map: the built files of `web/dist`, inside the program.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::problem::Problem;

/// The page and its files.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Dist;

/// Files whose name changes with their content never change.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Other files are asked for again, and answered with 304 while they are the same.
const REVALIDATE: &str = "no-cache";

/// Any path that no route has: a file of the map, or nothing.
pub async fn get(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    match Dist::get(path).filter(|_| !path.ends_with(".pmtiles")) {
        Some(_) if request.method() != Method::GET && request.method() != Method::HEAD => {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} means nothing at /{path}", request.method())).into_response()
        }
        Some(found) => {
            let caching = if path.starts_with("assets/") { IMMUTABLE } else { REVALIDATE };
            file(path, &found, caching, request.headers())
        }
        None => Problem::not_found(format!("there is nothing at {}", request.uri().path())).into_response(),
    }
}

/// Whether a path is a file of the map.
pub fn is_file(path: &str) -> bool {
    Dist::get(path.trim_start_matches('/')).is_some()
}

/// The page of the map.
pub fn page(headers: &HeaderMap) -> Response {
    match Dist::get("index.html") {
        Some(found) => file("index.html", &found, REVALIDATE, headers),
        None => Problem::not_found("this program was built without the map").into_response(),
    }
}

/// The basemap archive with the hash of its content.
pub fn basemap() -> Option<(std::borrow::Cow<'static, [u8]>, String)> {
    Dist::get("basemap.pmtiles").map(|found| (found.data.clone(), etag(&found)))
}

fn file(path: &str, found: &EmbeddedFile, caching: &'static str, asked: &HeaderMap) -> Response {
    let etag = etag(found);
    let mut response = if matches(asked, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = axum::body::Body::from(bytes(found.data.clone()));
        ([(header::CONTENT_TYPE, media_type(path))], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

/// The bytes without a copy when they are part of the program.
pub fn bytes(data: std::borrow::Cow<'static, [u8]>) -> bytes::Bytes {
    match data {
        std::borrow::Cow::Borrowed(data) => bytes::Bytes::from_static(data),
        std::borrow::Cow::Owned(data) => bytes::Bytes::from(data),
    }
}

/// Whether the client already has what the tag names.
pub fn matches(asked: &HeaderMap, etag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|known| known.split(',').any(|tag| tag.trim() == "*" || strong(tag) == strong(etag)))
}

/// Weak, because compression changes the bytes and not the meaning.
fn etag(found: &EmbeddedFile) -> String {
    let hash: String = found.metadata.sha256_hash()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{hash}\"")
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "geojson" => "application/geo+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
