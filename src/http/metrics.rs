//! `/metrics`: how the service is doing, in the text format of Prometheus. Counts and times only:
//! no path that a client made up, no address, no word of a report.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::params::Params;
use super::problem::Problem;
use crate::store::Role;

/// The groups in which routes are counted, by the first part of their path; anything else is `other`.
const GROUPS: &[&str] = &[
    "/",
    "collections",
    "tiles",
    "export",
    "documents",
    "extract",
    "geoparse",
    "geocode",
    "suggest",
    "reverse",
    "basemap",
    "assets",
    "changes",
    "session",
    "healthz",
    "readyz",
    "metrics",
    "other",
];

/// Upper edges of the times until an answer begins, in seconds.
const EDGES_S: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

/// What is counted.
#[derive(Default)]
pub struct Metrics {
    groups: [Group; GROUPS.len()],
    under_way: AtomicU64,
}

/// What is counted of a group of routes.
#[derive(Default)]
struct Group {
    /// By the first digit of the status: 1xx to 5xx.
    answers: [AtomicU64; 5],
    /// 429 and 503: turned away.
    turned_away: AtomicU64,
    times: [AtomicU64; EDGES_S.len()],
    time_us: AtomicU64,
}

/// Counts a request and the time until its answer begins.
pub async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let group = &app.metrics.groups[group_of(request.uri().path())];
    let _under_way = UnderWay::begin(&app.metrics.under_way);
    let start = Instant::now();
    let response = next.run(request).await;
    let time = start.elapsed();
    let status = response.status().as_u16();
    group.answers[usize::from(status / 100).clamp(1, 5) - 1].fetch_add(1, Ordering::Relaxed);
    if matches!(status, 429 | 503) {
        group.turned_away.fetch_add(1, Ordering::Relaxed);
    }
    group.time_us.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    if let Some(bucket) = EDGES_S.iter().position(|edge| time.as_secs_f64() <= *edge) {
        group.times[bucket].fetch_add(1, Ordering::Relaxed);
    }
    response
}

/// A request that is being answered, counted until it is dropped, however it ends.
struct UnderWay<'a>(&'a AtomicU64);

impl<'a> UnderWay<'a> {
    fn begin(count: &'a AtomicU64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn group_of(path: &str) -> usize {
    let first = match path.trim_start_matches('/').split('/').next().unwrap_or_default() {
        "" => "/",
        first => first,
    };
    GROUPS.iter().position(|group| *group == first).unwrap_or(GROUPS.len() - 1)
}

/// The counts. A server that others can reach shows them to administrators only.
pub async fn get(State(app): State<App>, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    params.only(&[])?;
    let worker = app.clone();
    let documents = tokio::task::spawn_blocking(move || {
        if !worker.is_local() {
            worker.access.require(&headers, Role::Admin)?;
        }
        Ok::<_, Problem>(worker.store.counts()?.documents)
    });
    let documents = documents.await.map_err(Problem::internal)??;
    let mut text = String::with_capacity(8192);
    let mut one = |name: &str, help: &str, kind: &str, value: u64| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    };
    let snapshot = app.index.snapshot();
    one("oqiga_documents", "Documents that are kept.", "gauge", documents);
    one("oqiga_incidents", "Incidents that are served.", "gauge", snapshot.len() as u64);
    one("oqiga_revision", "Last revision of the store that is served.", "gauge", snapshot.revision());
    one("oqiga_requests_under_way", "Requests that are being answered.", "gauge", app.metrics.under_way.load(Ordering::Relaxed));
    app.metrics.write(&mut text);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

impl Metrics {
    fn write(&self, text: &mut String) {
        let _ = writeln!(text, "# HELP oqiga_requests_total Requests answered.\n# TYPE oqiga_requests_total counter");
        for (name, group) in GROUPS.iter().zip(&self.groups) {
            for (class, count) in group.answers.iter().enumerate() {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let _ = writeln!(text, "oqiga_requests_total{{route=\"{name}\",status=\"{}xx\"}} {count}", class + 1);
                }
            }
        }
        let _ = writeln!(text, "# HELP oqiga_turned_away_total Requests answered with 429 or 503.\n# TYPE oqiga_turned_away_total counter");
        for (name, group) in GROUPS.iter().zip(&self.groups) {
            let count = group.turned_away.load(Ordering::Relaxed);
            if count > 0 {
                let _ = writeln!(text, "oqiga_turned_away_total{{route=\"{name}\"}} {count}");
            }
        }
        let name = "oqiga_request_duration_seconds";
        let _ = writeln!(text, "# HELP {name} Time until an answer begins.\n# TYPE {name} histogram");
        for (route, group) in GROUPS.iter().zip(&self.groups) {
            let all: u64 = group.answers.iter().map(|count| count.load(Ordering::Relaxed)).sum();
            if all == 0 {
                continue;
            }
            let mut below = 0;
            for (edge, count) in EDGES_S.iter().zip(&group.times) {
                below += count.load(Ordering::Relaxed);
                let _ = writeln!(text, "{name}_bucket{{route=\"{route}\",le=\"{edge}\"}} {below}");
            }
            let sum = group.time_us.load(Ordering::Relaxed) as f64 / 1e6;
            let _ = writeln!(
                text,
                "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {all}\n{name}_sum{{route=\"{route}\"}} {sum}\n{name}_count{{route=\"{route}\"}} {all}"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_a_client_made_up_is_no_group_of_its_own() {
        let check = |path: &str, want: &str| assert_eq!(GROUPS[group_of(path)], want, "{path}");
        check("/", "/");
        check("/collections/incidents/items/inc_1", "collections");
        check("/healthz", "healthz");
        check("/wp-login.php", "other");
        check("/\"}\nevil 1", "other");
    }
}
