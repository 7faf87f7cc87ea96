//! What holds for every request: a time limit, who the request was meant for, and the headers that
//! tell a browser what the page may do.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::assets;
use super::problem::Problem;
use crate::store::Role;

/// Longest time until an answer begins. What streams afterwards may take as long as the client reads.
pub const REQUEST_TIME_MAX: Duration = Duration::from_secs(60);

/// The map needs blob workers and inline styles (MapLibre GL); no script but ours, no other host.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

/// Answers 503 when nothing came in time.
pub async fn time_limit(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIME_MAX, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!("the request took longer than {} s", REQUEST_TIME_MAX.as_secs());
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).into_response()
        }
    }
}

/// A server on a loopback address answers only under the machine's own names. Otherwise any web
/// page could read it by pointing a name of its own at 127.0.0.1 (DNS rebinding).
pub async fn host(State(app): State<App>, request: Request, next: Next) -> Response {
    if app.is_local() {
        let host =
            request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).or(request.uri().authority().map(|a| a.as_str()));
        let name = host.map(name_of).unwrap_or_default();
        if !is_own(name) && !app.hosts.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            let detail = format!("this server answers only to this machine, not as {name:?}; start it with --allow-host to add a name");
            return Problem::new(StatusCode::MISDIRECTED_REQUEST, detail).into_response();
        }
    }
    next.run(request).await
}

/// Paths that are open although reading is not: whether the server lives, how to log in, and the
/// empty page with its files and its basemap, which tell nothing about incidents.
const ALWAYS_OPEN: &[&str] = &["/healthz", "/readyz", "/session"];

/// Where public reading is switched off, lets only bearers of a token read.
pub async fn reading(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let page = path == "/" || path.starts_with("/basemap/") || assets::is_file(path);
    if app.limits.public_reading || ALWAYS_OPEN.contains(&path) || page {
        return next.run(request).await;
    }
    let headers = request.headers().clone();
    let guard = app.clone();
    // Looking the token up may touch the disk.
    match tokio::task::spawn_blocking(move || guard.access.may(&headers, Role::Read)).await {
        Ok(true) => next.run(request).await,
        _ => Problem::new(StatusCode::UNAUTHORIZED, "reading needs a token of this server, as Authorization: Bearer").into_response(),
    }
}

/// Adds the headers that every answer carries.
pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = next.run(request).await;
    let mut set = |name: HeaderName, value: &'static str| {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), payment=()");
    if app.origins.is_empty() {
        set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        return response;
    }
    let any = app.origins.iter().any(|allowed| allowed == "*");
    let headers = response.headers_mut();
    if any {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    } else {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = origin.filter(|origin| app.origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }
    response
}

/// The host without its port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, _)) => v6,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    }
}

/// An IP address cannot be pointed elsewhere, and `localhost` never leaves the machine.
fn is_own(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_localhost_are_the_machines_own_names() {
        let check = |host: &str, want: bool| assert_eq!(is_own(name_of(host)), want, "{host}");
        check("127.0.0.1:8080", true);
        check("[::1]:8080", true);
        check("localhost", true);
        check("LOCALHOST:80", true);
        check("evil.example:8080", false);
        check("localhost.evil.example", false);
        check("", false);
    }
}
