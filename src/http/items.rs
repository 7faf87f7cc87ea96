//! `/collections/incidents/items`: the incidents that pass the filter, a page at a time, and
//! `/collections/incidents/items/{id}`: one of them.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::layers::{filter, geojson, query};

use super::app::App;
use super::assets;
use super::collections::{INCIDENTS, require};
use super::links::{Base, GEOJSON, JSON, Link};
use super::params::{LIMIT_DEFAULT, LIMIT_MAX, Params};
use super::problem::Problem;

const PAGE: &[&str] = &["limit", "offset", "resultType", "f"];

/// A page of incidents.
pub async fn list(
    State(app): State<App>,
    Path(collection): Path<String>,
    base: Base,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    require(&collection)?;
    params.only(&[filter::PARAMETERS, PAGE])?;
    geojson_only(&params)?;
    let (limit, offset) = (params.limit(LIMIT_DEFAULT, LIMIT_MAX)?, params.offset()?);
    let only_count = only_count(&params)?;
    let filter = params.filter()?;
    let snapshot = app.index.snapshot();
    let etag = etag(&app, snapshot.revision(), &base.href(&params.with(&[])));
    if assets::matches(&headers, &etag) {
        return Ok(fresh(StatusCode::NOT_MODIFIED.into_response(), &etag));
    }
    // Looking through a million incidents is some milliseconds: too long for an async thread.
    let body = tokio::task::spawn_blocking(move || {
        let found = query::find(&snapshot, &filter);
        let page = if only_count { &[] } else { &found[offset.min(found.len())..offset.saturating_add(limit).min(found.len())] };
        let mut body = br#"{"type":"FeatureCollection","features":["#.to_vec();
        for (i, row) in page.iter().enumerate() {
            if i > 0 {
                body.push(b',');
            }
            geojson::write_feature(row, "", &mut body);
        }
        let matched = if only_count { 0 } else { found.len() };
        let links = page_links(&base, &params, limit, offset, matched);
        let tail = format!(
            r#"],"numberMatched":{},"numberReturned":{},"timeStamp":"{}","links":{}}}"#,
            found.len(),
            page.len(),
            jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            serde_json::json!(links)
        );
        body.extend_from_slice(tail.as_bytes());
        body
    });
    let body = body.await.map_err(Problem::internal)?;
    Ok(fresh(([(header::CONTENT_TYPE, GEOJSON)], body).into_response(), &etag))
}

/// One incident.
pub async fn one(
    State(app): State<App>,
    Path((collection, id)): Path<(String, String)>,
    base: Base,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    require(&collection)?;
    params.only(&[&["f"]])?;
    geojson_only(&params)?;
    let snapshot = app.index.snapshot();
    let row = snapshot
        .get(&id)
        .ok_or_else(|| Problem::not_found(format!("there is no incident {:?}", id.chars().take(80).collect::<String>())))?;
    let path = format!("/collections/{INCIDENTS}/items/{}", percent_encoding::utf8_percent_encode(&id, percent_encoding::NON_ALPHANUMERIC));
    let etag = etag(&app, snapshot.revision(), &base.href(&path));
    if assets::matches(&headers, &etag) {
        return Ok(fresh(StatusCode::NOT_MODIFIED.into_response(), &etag));
    }
    let links = [
        base.link("self", GEOJSON, &path, "This incident"),
        base.link("alternate", "text/html", &format!("/#incident={}", row.id), "This incident on the map"),
        base.link("collection", JSON, "/collections/incidents", "The layer"),
    ];
    let mut body = Vec::new();
    geojson::write_feature(row, &format!(",\"links\":{}", serde_json::json!(links)), &mut body);
    Ok(fresh(([(header::CONTENT_TYPE, GEOJSON)], body).into_response(), &etag))
}

fn page_links(base: &Base, params: &Params, limit: usize, offset: usize, matched: usize) -> Vec<Link> {
    let path = |changes: &[(&str, String)]| format!("/collections/{INCIDENTS}/items{}", params.with(changes));
    let page = |offset: usize| path(&[("limit", limit.to_string()), ("offset", offset.to_string())]);
    let mut links = vec![base.link("self", GEOJSON, &path(&[]), "This page")];
    for (kind, format, title) in
        [("text/csv", "csv", "All of them as a table"), ("application/x-ndjson", "geojsonl", "All of them, one a line")]
    {
        let pairs = params.filter_pairs();
        let all = Params::from(pairs).with(&[("f", format.to_owned())]);
        links.push(base.link("alternate", kind, &format!("/export{all}"), title));
    }
    links.push(base.link("collection", JSON, "/collections/incidents", "The layer"));
    if offset.saturating_add(limit) < matched {
        links.push(base.link("next", GEOJSON, &page(offset + limit), "The next page"));
    }
    if offset > 0 {
        links.push(base.link("prev", GEOJSON, &page(offset.min(matched).saturating_sub(limit)), "The page before"));
    }
    links
}

/// Whether only the number is asked for: GDAL and others count so, in one request.
fn only_count(params: &Params) -> Result<bool, Problem> {
    match params.get("resultType") {
        None | Some("results") => Ok(false),
        Some("hits") => Ok(true),
        Some(other) => Err(Problem::parameter("resultType", format!("resultType: wanted results or hits, got {other:?}"))),
    }
}

fn geojson_only(params: &Params) -> Result<(), Problem> {
    match params.get("f") {
        None | Some("json" | "geojson") => Ok(()),
        Some(other) => Err(Problem::parameter("f", format!("f: wanted geojson here, got {other:?}; /export has more formats"))),
    }
}

/// What the answer depends on: the store, its last revision, the program and the address asked for.
fn etag(app: &App, revision: u64, address: &str) -> String {
    let parts = format!("{} {revision} {} {address}", app.store.id(), env!("CARGO_PKG_VERSION"));
    let hash: String = Sha256::digest(parts.as_bytes())[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{hash}\"")
}

/// Asked for again every time, and answered with 304 while nothing has changed.
fn fresh(mut response: Response, etag: &str) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(etag) = HeaderValue::from_str(etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}
