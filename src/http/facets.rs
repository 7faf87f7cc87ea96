//! `/facets`: how many incidents there are of each type, status, country … under the filter, and
//! `/histogram`: how many began in each day, week, month ….

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::layers::facets::{Facet, facets};
use crate::layers::histogram::{BINS_MAX, Bin, Step, histogram};
use crate::layers::tiles::group_names;
use crate::layers::{FilterError, filter};

use super::app::App;
use super::assets;
use super::items::{etag, fresh};
use super::links::{Base, JSON};
use super::params::Params;
use super::problem::Problem;

/// Values of a facet unless asked otherwise.
const LIMIT_DEFAULT: usize = 50;
/// Most values of a facet.
const LIMIT_MAX: usize = 1000;

/// Counts by value.
pub async fn facets_of(State(app): State<App>, base: Base, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    params.only(&[filter::PARAMETERS, &["facets", "limit", "f"]])?;
    super::landing::json_only(&params)?;
    let (wanted, limit) = (wanted(&params)?, params.limit(LIMIT_DEFAULT, LIMIT_MAX)?);
    counted(app, base, params, headers, "/facets", move |snapshot, filter| {
        let found = crate::layers::query::find(snapshot, filter);
        let facets: Map<String, Value> = facets(snapshot, filter, &wanted, limit)
            .into_iter()
            .map(|counted| (counted.facet.name().to_owned(), json!({"values": counted.counts, "others": counted.others})))
            .collect();
        Ok(json!({"numberMatched": found.len(), "facets": facets}))
    })
    .await
}

/// Counts over time.
pub async fn histogram_of(State(app): State<App>, base: Base, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    params.only(&[filter::PARAMETERS, &["interval", "f"]])?;
    super::landing::json_only(&params)?;
    let step = step(&params)?;
    counted(app, base, params, headers, "/histogram", move |snapshot, filter| {
        let too_many =
            || FilterError::new("interval", format!("a longer interval: at most {BINS_MAX} bins"), step.map_or("auto", Step::name));
        let histogram = histogram(snapshot, filter, step).ok_or_else(too_many)?;
        let names = group_names();
        let bin = |bin: &Bin| {
            let groups = names.iter().zip(bin.groups).filter(|(_, count)| *count > 0);
            let groups: Map<String, Value> = groups.map(|(name, count)| (name.clone(), json!(count))).collect();
            json!({"start": bin.start, "end": bin.end, "count": bin.groups.iter().sum::<usize>(), "groups": groups})
        };
        Ok(json!({
            "numberMatched": histogram.matched,
            "interval": histogram.step.name(),
            "bins": histogram.bins.iter().map(bin).collect::<Vec<_>>(),
            "undated": histogram.undated,
        }))
    })
    .await
}

/// An answer that is counted from a snapshot and holds until the store changes.
async fn counted(
    app: App,
    base: Base,
    params: Params,
    headers: HeaderMap,
    path: &str,
    count: impl FnOnce(&crate::index::Snapshot, &crate::layers::Filter) -> Result<Value, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let filter = app.filter(&params)?;
    let snapshot = app.index.snapshot();
    let etag = etag(&app, snapshot.revision(), &base.href(&format!("{path}{}", params.with(&[]))));
    if assets::matches(&headers, &etag) {
        return Ok(fresh(StatusCode::NOT_MODIFIED.into_response(), &etag));
    }
    let body = tokio::task::spawn_blocking(move || count(&snapshot, &filter));
    let body = body.await.map_err(Problem::internal)??;
    Ok(fresh(([(header::CONTENT_TYPE, JSON)], body.to_string()).into_response(), &etag))
}

fn wanted(params: &Params) -> Result<Vec<Facet>, Problem> {
    let Some(names) = params.get("facets") else { return Ok(Facet::ALL.to_vec()) };
    let known = Facet::ALL.map(Facet::name).join(", ");
    let facet = |name: &str| {
        let found = Facet::ALL.into_iter().find(|facet| facet.name() == name.trim());
        found.ok_or_else(|| FilterError::new("facets", format!("facets of {known}, separated by commas"), name).into())
    };
    let mut facets: Vec<Facet> = names.split(',').map(facet).collect::<Result<_, Problem>>()?;
    let mut seen = std::collections::HashSet::new();
    facets.retain(|facet| seen.insert(*facet));
    Ok(facets)
}

fn step(params: &Params) -> Result<Option<Step>, Problem> {
    match params.get("interval") {
        None | Some("auto") => Ok(None),
        Some(name) => {
            let wanted = format!("auto, {}", Step::ALL.map(Step::name).join(", "));
            let found = Step::ALL.into_iter().find(|step| step.name() == name);
            found.map(Some).ok_or_else(|| FilterError::new("interval", wanted, name).into())
        }
    }
}
