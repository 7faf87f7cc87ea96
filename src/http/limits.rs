//! How much one client may ask for: a bucket of requests that fills at a steady rate, kept as the
//! one moment at which it will be full again (the generic cell rate algorithm).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::problem::Problem;

/// Most clients that are remembered; those whose bucket is full are forgotten first.
const CLIENTS_MAX: usize = 65_536;

/// What a server lets its clients do.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Whether everybody who reaches the server may read.
    pub public_reading: bool,
    /// How often one client may ask; `None` is no limit.
    pub rate: Option<Rate>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Connections at once; more wait.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { public_reading: true, rate: None, trusted_proxies: Vec::new(), connections: 4096 }
    }
}

/// How often one client may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second in the long run.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

/// The clients of late.
pub struct Clients {
    rate: Option<Rate>,
    full_again: Mutex<HashMap<IpAddr, Instant>>,
}

impl Clients {
    /// Nobody yet.
    pub fn new(rate: Option<Rate>) -> Self {
        Self { rate: rate.filter(|rate| rate.per_second > 0), full_again: Mutex::default() }
    }

    /// Takes a request out of a client's bucket, or tells how long to wait for one.
    fn take(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let Some(rate) = self.rate else { return Ok(()) };
        let each = Duration::from_secs(1) / rate.per_second;
        let room = each * rate.burst.max(1);
        let mut clients = self.full_again.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= CLIENTS_MAX && !clients.contains_key(&client) {
            clients.retain(|_, full| *full > now);
            if clients.len() >= CLIENTS_MAX {
                // So many at once are a flood from many addresses: who is new waits.
                return Err(each);
            }
        }
        let full = clients.entry(client).or_insert(now);
        let after = (*full).max(now) + each;
        if after > now + room {
            return Err(after - (now + room));
        }
        *full = after;
        Ok(())
    }
}

/// Answers 429 to a client that asks too often. Probes are never refused.
pub async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    if matches!(request.uri().path(), "/healthz" | "/readyz") {
        return next.run(request).await;
    }
    match app.clients.take(client(&app, &request), Instant::now()) {
        Ok(()) => next.run(request).await,
        Err(wait) => {
            let seconds = u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX);
            Problem::too_many("this client asks too often; wait as long as Retry-After says", seconds).into_response()
        }
    }
}

/// Who asks: the address at the other end, or, when that is a trusted proxy, the last address that
/// the proxies do not vouch for. The network counts for IPv6, since one client has many addresses.
fn client(app: &App, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |info| info.0.ip());
    let trusted = &app.limits.trusted_proxies;
    let forwarded = request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> = forwarded.flat_map(|value| value.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    network(behind(peer, &hops, trusted))
}

fn behind(peer: IpAddr, hops: &[IpAddr], trusted: &[IpAddr]) -> IpAddr {
    let mut at = peer;
    for hop in hops.iter().rev() {
        if !trusted.contains(&at.to_canonical()) {
            break;
        }
        at = *hop;
    }
    at
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_a_burst_and_then_its_rate() {
        let clients = Clients::new(Some(Rate { per_second: 10, burst: 3 }));
        let (one, other, now) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]), Instant::now());
        for _ in 0..3 {
            assert_eq!(clients.take(one, now), Ok(()));
        }
        assert_eq!(clients.take(one, now), Err(Duration::from_millis(100)));
        assert_eq!(clients.take(other, now), Ok(()), "each has a bucket of its own");
        assert_eq!(clients.take(one, now + Duration::from_millis(100)), Ok(()));
        assert!(clients.take(one, now + Duration::from_millis(100)).is_err());
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let check = |peer: &str, hops: &[&str], want: &str| {
            let hops: Vec<_> = hops.iter().map(|hop| address(hop)).collect();
            assert_eq!(behind(address(peer), &hops, &[address("10.0.0.1"), address("10.0.0.2")]), address(want));
        };
        check("192.0.2.7", &["198.51.100.1"], "192.0.2.7");
        check("10.0.0.1", &["203.0.113.9", "198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["198.51.100.1", "10.0.0.2"], "198.51.100.1");
        check("10.0.0.1", &[], "10.0.0.1");
        assert_eq!(network(address("2001:db8:1:2:3:4:5:6")), address("2001:db8:1:2::"));
        assert_eq!(network(address("::ffff:192.0.2.7")), address("192.0.2.7"));
    }
}
