//! `/collections/incidents/items`: the incidents that pass the filter, a page at a time, and
//! `/collections/incidents/items/{id}`: one of them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::export::{About, Export, Kind};
use crate::index::{RowRef, Snapshot};
use crate::layers::crs::Crs;
use crate::layers::query::{self, Found};
use crate::layers::{filter, geojson};

use super::app::App;
use super::assets;
use super::collections::{INCIDENTS, require};
use super::export::of_accept;
use super::html;
use super::landing::prefers_html;
use super::links::{Base, GEOJSON, HTML, JSON, Link};
use super::params::{LIMIT_DEFAULT, LIMIT_MAX, Params};
use super::problem::Problem;

/// The parameters of a page.
pub const PAGE: &[&str] = &["limit", "offset", "after", "resultType", "crs", "f"];

/// A page of this many features is made while the client waits; longer ones are made aside.
const QUICK_FEATURES: usize = 2000;

/// The properties in the table of a page for people.
const SHOWN: &[&str] = &["title", "event_type", "status", "place_name", "country", "date_start", "source_name"];

/// What a page shows.
struct Page {
    limit: usize,
    offset: usize,
    /// Go on behind the incident of this number; the offset then only tells where that is.
    after: Option<i64>,
    only_count: bool,
    kind: Kind,
    /// Whether it is for people.
    html: bool,
    crs: Crs,
}

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
    let page = Page::read(&params, &headers)?;
    let filter = app.filter(&params)?;
    let snapshot = app.index.snapshot();
    let etag = etag(&app, snapshot.revision(), &format!("{} {} {}", base.href(&params.with(&[])), page.kind.name(), page.html));
    if assets::matches(&headers, &etag) {
        return Ok(fresh(StatusCode::NOT_MODIFIED.into_response(), &etag));
    }
    if query::is_cheap(&snapshot, &filter) && page.limit <= QUICK_FEATURES {
        let found = query::find(&snapshot, &filter);
        return Ok(fresh(page.answer(&base, &params, &snapshot, &found)?, &etag));
    }
    // Looking through a million incidents is some milliseconds: too long for an async thread.
    let key = params.filter_key();
    let response = tokio::task::spawn_blocking(move || {
        let found = app.found.get(snapshot.revision(), &key).unwrap_or_else(|| {
            let found = Arc::new(query::find(&snapshot, &filter));
            app.found.put(snapshot.revision(), key, found.clone());
            found
        });
        page.answer(&base, &params, &snapshot, &found)
    });
    Ok(fresh(response.await.map_err(Problem::internal)??, &etag))
}

impl Page {
    fn read(params: &Params, headers: &HeaderMap) -> Result<Self, Problem> {
        let html = matches!(params.get("f"), Some("html")) || (params.get("f").is_none() && prefers_html(headers));
        let kind = match params.get("f") {
            None => of_accept(headers, Kind::is_paged).unwrap_or(Kind::Geojson),
            Some("html") => Kind::Geojson,
            Some(name) => Kind::parse(name).filter(|kind| kind.is_paged()).ok_or_else(|| {
                let wanted = "f: wanted geojson, geojsonl, geojsonseq, csv or html here";
                Problem::parameter("f", format!("{wanted}, got {name:?}; /export has more formats"))
            })?,
        };
        let after = match params.get("after") {
            None => None,
            Some(_) => Some(params.number("after", 0..=i64::MAX, None, "the number that a next link gave")?),
        };
        Ok(Self {
            limit: params.limit(LIMIT_DEFAULT, LIMIT_MAX)?,
            offset: params.offset()?,
            after,
            only_count: only_count(params)?,
            kind,
            html,
            crs: crs_of(params)?,
        })
    }

    fn answer(&self, base: &Base, params: &Params, snapshot: &Snapshot, found: &Found) -> Result<Response, Problem> {
        let mut cursor = match self.after {
            Some(number) => found.after(snapshot, number),
            None => found.start(),
        };
        if self.after.is_none() && self.offset > 0 {
            found.skip(snapshot, &mut cursor, self.offset);
        }
        let limit = if self.only_count { 0 } else { self.limit };
        let mut rows: Vec<RowRef<'_>> = Vec::with_capacity(limit.min(found.len()));
        while rows.len() < limit
            && let Some(row) = found.next(snapshot, &mut cursor)
        {
            rows.push(row);
        }
        let more = !self.only_count && found.next(snapshot, &mut cursor).is_some();
        let links = self.links(base, params, found.len(), rows.last().filter(|_| more).map(|row| row.number()));
        let mut response = match self.kind {
            Kind::Geojson if self.html => {
                let features = rows.iter().map(|row| {
                    let properties: serde_json::Value = serde_json::from_str(row.properties()).unwrap_or_default();
                    serde_json::json!({"id": row.id(), "properties": properties})
                });
                let features: Vec<_> = features.collect();
                let shown = html::table(INCIDENTS, SHOWN, &features, &serde_json::json!({"numberMatched": found.len(), "links": links}));
                html::page("Incidents", &shown)
            }
            Kind::Geojson => {
                let body = feature_collection(&rows, self.crs, found.len(), &links);
                ([(header::CONTENT_TYPE, GEOJSON)], body).into_response()
            }
            kind => {
                let mut body = Vec::new();
                let mut export = Export::new(kind, About { filter: params.filter_pairs() }, &mut body).map_err(Problem::internal)?;
                rows.iter().try_for_each(|row| export.row(*row)).map_err(Problem::internal)?;
                export.finish().map_err(Problem::internal)?;
                ([(header::CONTENT_TYPE, kind.media_type())], body).into_response()
            }
        };
        let headers = response.headers_mut();
        set_crs(headers, self.crs);
        headers.append(header::VARY, HeaderValue::from_static("accept"));
        headers.insert("ogc-numbermatched", HeaderValue::from(found.len()));
        headers.insert("ogc-numberreturned", HeaderValue::from(rows.len()));
        for link in links.iter().filter(|link| matches!(link.rel, "next" | "prev")) {
            let value = format!("<{}>; rel=\"{}\"; type=\"{}\"", link.href, link.rel, link.media_type);
            headers.append(header::LINK, HeaderValue::from_str(&value).map_err(Problem::internal)?);
        }
        Ok(response)
    }

    /// Where else to go; `last` is the last incident of this page when there are more.
    fn links(&self, base: &Base, params: &Params, matched: usize, last: Option<i64>) -> Vec<Link> {
        let kind = self.kind.media_type();
        let path = |changes: &[(&str, String)]| format!("/collections/{INCIDENTS}/items{}", params.with(changes));
        let mut links = vec![base.link("self", kind, &path(&[]), "This page")];
        links.push(base.link("alternate", HTML, &path(&[("f", "html".to_owned())]), "This page for people"));
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != self.kind) {
            let all = params.filter_with(&[("f", kind.name().to_owned())]);
            links.push(base.link("alternate", kind.media_type(), &format!("/export{all}"), kind.title()));
        }
        links.push(base.link("collection", JSON, "/collections/incidents", "The layer"));
        if let Some(last) = last {
            let next = [("limit", self.limit.to_string()), ("offset", (self.offset + self.limit).to_string()), ("after", last.to_string())];
            links.push(base.link("next", kind, &path(&next), "The next page"));
        }
        if self.offset > 0 && !self.only_count {
            let before = self.offset.min(matched).saturating_sub(self.limit);
            let kept = params.without("after").with(&[("limit", self.limit.to_string()), ("offset", before.to_string())]);
            links.push(base.link("prev", kind, &format!("/collections/{INCIDENTS}/items{kept}"), "The page before"));
        }
        links
    }
}

fn feature_collection(rows: &[RowRef<'_>], crs: Crs, matched: usize, links: &[Link]) -> Vec<u8> {
    let mut body = Vec::with_capacity(512 + rows.iter().map(|row| row.open_feature().len() + 2).sum::<usize>());
    body.extend_from_slice(br#"{"type":"FeatureCollection","features":["#);
    for (i, row) in rows.iter().enumerate() {
        if i > 0 {
            body.push(b',');
        }
        geojson::write_feature_in(*row, crs, "", &mut body);
    }
    let tail = format!(
        r#"],"numberMatched":{matched},"numberReturned":{},"timeStamp":"{}","links":{}}}"#,
        rows.len(),
        jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        serde_json::json!(links)
    );
    body.extend_from_slice(tail.as_bytes());
    body
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
    params.only(&[&["crs", "f"]])?;
    let page = match params.get("f") {
        Some("geojson") => false,
        _ => html::wanted(&params, &headers)?,
    };
    let crs = crs_of(&params)?;
    let snapshot = app.index.snapshot();
    let row = snapshot.get(&id).ok_or_else(|| no_incident(&id))?;
    let path = path_of(&id);
    let etag = etag_of(row);
    if assets::matches(&headers, &etag) {
        return Ok(fresh(StatusCode::NOT_MODIFIED.into_response(), &etag));
    }
    let links = [
        base.link("self", GEOJSON, &path, "This incident"),
        base.link("alternate", HTML, &format!("{path}?f=html"), "This incident as a page"),
        base.link("related", HTML, &format!("/#incident={}", row.id()), "This incident on the map"),
        base.link("collection", JSON, "/collections/incidents", "The layer"),
    ];
    if page {
        let properties: serde_json::Value = serde_json::from_str(row.properties()).unwrap_or_default();
        let position = row.position().map(|at| crs.coordinates(at));
        let shown = serde_json::json!({"id": row.id(), "position": position, "properties": properties, "links": links});
        return Ok(html::answer("Incident", shown, true));
    }
    let mut body = Vec::new();
    geojson::write_feature_in(row, crs, &format!(",\"links\":{}", serde_json::json!(links)), &mut body);
    let mut response = fresh(([(header::CONTENT_TYPE, GEOJSON)], body).into_response(), &etag);
    set_crs(response.headers_mut(), crs);
    Ok(response)
}

/// What an incident is like now, as the `If-Match` of a change wants it: changes when it does, and
/// only then.
pub fn etag_of(row: RowRef<'_>) -> String {
    let hash: String = Sha256::digest(row.open_feature().as_bytes())[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

/// The reference system that is asked for.
pub fn crs_of(params: &Params) -> Result<Crs, Problem> {
    Ok(params.get("crs").map_or(Ok(Crs::default()), |value| filter::crs("crs", value))?)
}

/// Says in which reference system the positions are.
pub fn set_crs(headers: &mut HeaderMap, crs: Crs) {
    if let Ok(value) = HeaderValue::from_str(&format!("<{}>", crs.uri())) {
        headers.insert("content-crs", value);
    }
}

/// The path of an incident.
pub fn path_of(id: &str) -> String {
    path_in(INCIDENTS, id)
}

/// The path of a feature of a collection.
pub fn path_in(collection: &str, id: &str) -> String {
    format!("/collections/{collection}/items/{}", percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC))
}

/// That there is no such incident.
pub fn no_incident(id: &str) -> Problem {
    Problem::not_found(format!("there is no incident {:?}", id.chars().take(80).collect::<String>()))
}

/// Whether only the number is asked for: GDAL and others count so, in one request.
pub fn only_count(params: &Params) -> Result<bool, Problem> {
    match params.get("resultType") {
        None | Some("results") => Ok(false),
        Some("hits") => Ok(true),
        Some(other) => Err(Problem::parameter("resultType", format!("resultType: wanted results or hits, got {other:?}"))),
    }
}

/// What the answer depends on: the store, its last revision, the program and the address asked for.
pub fn etag(app: &App, revision: u64, address: &str) -> String {
    let parts = format!("{} {revision} {} {address}", app.store.id(), env!("CARGO_PKG_VERSION"));
    let hash: String = Sha256::digest(parts.as_bytes())[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{hash}\"")
}

/// Asked for again every time, and answered with 304 while nothing has changed.
pub fn fresh(mut response: Response, etag: &str) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(etag) = HeaderValue::from_str(etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}
