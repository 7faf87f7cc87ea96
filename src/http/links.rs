//! Links from one resource to the next, absolute because GIS tools take them as they stand.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::Serialize;

/// Media type of GeoJSON.
pub const GEOJSON: &str = "application/geo+json";
/// Media type of JSON.
pub const JSON: &str = "application/json";
/// Media type of an OpenAPI 3.0 document.
pub const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";
/// Media type of a page.
pub const HTML: &str = "text/html";

/// A link (RFC 8288) as OGC API writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Where to.
    pub href: String,
    /// How it relates to the resource that holds it.
    pub rel: &'static str,
    /// What comes back.
    #[serde(rename = "type")]
    pub media_type: &'static str,
    /// For people.
    pub title: &'static str,
}

/// The address under which the client sees this server, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// The address of the request, as a proxy before us tells it or as the client asked.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| {
            headers.get(name).and_then(|value| value.to_str().ok()).map(|value| value.split(',').next().unwrap_or(value).trim())
        };
        let scheme = text("x-forwarded-proto").filter(|scheme| *scheme == "https").unwrap_or("http");
        let host = text("x-forwarded-host").or_else(|| text(header::HOST.as_str())).filter(|host| is_host(host)).unwrap_or("localhost");
        Self(format!("{scheme}://{host}"))
    }

    /// A link to a path of this server.
    pub fn link(&self, rel: &'static str, media_type: &'static str, path: &str, title: &'static str) -> Link {
        Link { href: self.href(path), rel, media_type, title }
    }

    /// The address of a path of this server.
    pub fn href(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        // HTTP/2 has the host in the target and not in a header.
        if !parts.headers.contains_key(header::HOST)
            && let Some(host) = parts.uri.authority().map(|authority| authority.as_str()).filter(|host| is_host(host))
        {
            return Ok(Self(format!("http://{host}")));
        }
        Ok(Self::of(&parts.headers))
    }
}

/// A host with or without port, and nothing that could break out of a link.
fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 255
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(pairs: &[(&'static str, &'static str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        Base::of(&headers).0
    }

    #[test]
    fn links_carry_the_address_that_the_client_used() {
        assert_eq!(base(&[("host", "127.0.0.1:8080")]), "http://127.0.0.1:8080");
        assert_eq!(
            base(&[("host", "127.0.0.1:8080"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "map.example")]),
            "https://map.example"
        );
    }

    #[test]
    fn a_host_that_could_break_out_of_a_link_is_not_repeated() {
        assert_eq!(base(&[("host", "evil.example/\"><script>")]), "http://localhost");
        assert_eq!(base(&[("host", "a"), ("x-forwarded-proto", "javascript")]), "http://a");
    }
}
