//! Getting a feed over HTTP: conditional, compressed or not, within limits of size and time, to no
//! other host than the one that was configured, and to no private address.

use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use oqiga::store::SourceState;
use ureq::http::{StatusCode, Uri, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body};

use super::address::is_public;

/// Longest body, after it is unpacked.
const BODY_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Longest time for everything: names, connection, answer.
const TIME_MAX: Duration = Duration::from_secs(30);

/// Most redirects that are followed.
const REDIRECTS_MAX: usize = 5;

/// Who asks; operators of feeds want to know.
const USER_AGENT: &str = concat!("oqiga/", env!("CARGO_PKG_VERSION"));

/// What came.
pub enum Fetched {
    /// It is as it was the last time.
    Unchanged,
    /// The feed.
    Body(Vec<u8>),
}

/// Why nothing came.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct FetchError {
    what: String,
    /// When the server wants to be asked again.
    pub retry_after: Option<Duration>,
}

impl FetchError {
    /// A failure in words.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), retry_after: None }
    }
}

/// A client for one feed.
pub struct Fetcher {
    agent: Agent,
}

impl Fetcher {
    /// A client that may or may not connect to private addresses.
    pub fn new(allow_private: bool) -> Self {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .timeout_global(Some(TIME_MAX))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(USER_AGENT)
            // A proxy of the environment would resolve names where we cannot see it.
            .proxy(None)
            .tls_config(tls)
            .build();
        let resolver = Guarded { inner: DefaultResolver::default(), allow_private };
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), resolver) }
    }

    /// Gets the feed if it is other than the last time, and remembers what it is called now.
    pub fn get(&self, url: &str, state: &mut SourceState) -> Result<Fetched, FetchError> {
        let mut at: Uri = url.parse().map_err(|_| FetchError::new(format!("{url} is no address")))?;
        let home = at.host().unwrap_or_default().to_owned();
        for _ in 0..=REDIRECTS_MAX {
            let mut request = self.agent.get(&at).header(header::ACCEPT_ENCODING, "gzip").header(
                header::ACCEPT,
                "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
            );
            if let Some(etag) = &state.etag {
                request = request.header(header::IF_NONE_MATCH, etag);
            }
            if let Some(time) = &state.last_modified {
                request = request.header(header::IF_MODIFIED_SINCE, time);
            }
            let response = request.call().map_err(|error| FetchError::new(error.to_string()))?;
            let status = response.status();
            let text = |name: header::HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
            if status == StatusCode::NOT_MODIFIED {
                return Ok(Fetched::Unchanged);
            }
            if status.is_redirection() {
                at = redirected(&at, &text(header::LOCATION).unwrap_or_default(), &home)?;
                continue;
            }
            if !status.is_success() {
                let retry_after = text(header::RETRY_AFTER).and_then(|wait| wait.trim().parse().ok()).map(Duration::from_secs);
                return Err(FetchError { what: format!("the server answered {status}"), retry_after });
            }
            let (etag, last_modified) = (text(header::ETAG), text(header::LAST_MODIFIED));
            let packed = text(header::CONTENT_ENCODING).is_some_and(|encoding| encoding.eq_ignore_ascii_case("gzip"));
            let body = read(response.into_body(), packed)?;
            (state.etag, state.last_modified) = (etag, last_modified);
            return Ok(Fetched::Body(body));
        }
        Err(FetchError::new(format!("more than {REDIRECTS_MAX} redirects")))
    }
}

/// Where a redirect leads, when it stays on the host that the operator listed and does not step
/// down from https.
fn redirected(from: &Uri, to: &str, home: &str) -> Result<Uri, FetchError> {
    let wrong = |why: &str| FetchError::new(format!("a redirect to {to:?} was not followed: {why}"));
    let scheme = from.scheme_str().unwrap_or("http");
    let authority = from.authority().map(|authority| authority.as_str()).unwrap_or_default();
    let whole = match to {
        to if to.contains("://") => to.to_owned(),
        to if to.starts_with("//") => format!("{scheme}:{to}"),
        to if to.starts_with('/') => format!("{scheme}://{authority}{to}"),
        _ => return Err(wrong("wanted a whole address, or a path from the root")),
    };
    let to: Uri = whole.parse().map_err(|_| wrong("it is no address"))?;
    if !to.host().is_some_and(|host| host.eq_ignore_ascii_case(home)) {
        return Err(wrong("it leads to a host that is not in the configuration"));
    }
    match (scheme, to.scheme_str()) {
        (_, Some("https")) | ("http", Some("http")) => Ok(to),
        _ => Err(wrong("it leaves https")),
    }
}

/// Reads the body, unpacked, up to the limit: what unpacks to more than that is refused.
fn read(body: Body, packed: bool) -> Result<Vec<u8>, FetchError> {
    let reader = body.into_reader();
    let mut unpacked: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(reader)) } else { Box::new(reader) };
    let mut bytes = Vec::new();
    (&mut unpacked).take(BODY_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| FetchError::new(error.to_string()))?;
    if bytes.len() as u64 > BODY_BYTES_MAX {
        return Err(FetchError::new(format!("the feed is longer than {} MiB", BODY_BYTES_MAX >> 20)));
    }
    Ok(bytes)
}

/// Resolves names and leaves out addresses that are not public.
#[derive(Debug)]
struct Guarded {
    inner: DefaultResolver,
    allow_private: bool,
}

impl Resolver for Guarded {
    fn resolve(&self, uri: &Uri, config: &ureq::config::Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        for address in found.iter().filter(|address: &&SocketAddr| self.allow_private || is_public(address.ip())) {
            allowed.push(*address);
        }
        if allowed.is_empty() {
            let message = format!("{} is at a private address; set allow_private to allow it", uri.host().unwrap_or_default());
            return Err(ureq::Error::Io(std::io::Error::new(std::io::ErrorKind::PermissionDenied, message)));
        }
        Ok(allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_stays_on_its_host_and_on_https() {
        let check = |from: &str, to: &str, want: Option<&str>| {
            let found = redirected(&from.parse().unwrap(), to, "news.example").ok().map(|uri| uri.to_string());
            assert_eq!(found.as_deref(), want, "{from} {to}");
        };
        check("http://news.example/rss", "https://news.example/rss", Some("https://news.example/rss"));
        check("https://news.example/rss", "/feed", Some("https://news.example/feed"));
        check("https://news.example/rss", "http://news.example/rss", None);
        check("https://news.example/rss", "https://evil.example/rss", None);
        check("https://news.example/rss", "//evil.example/rss", None);
        check("https://news.example/rss", "file:///etc/passwd", None);
        check("https://news.example/rss", "", None);
    }
}
