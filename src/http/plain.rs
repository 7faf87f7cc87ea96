//! The collections beside the incidents, `places` and `documents`: about the layer, its items a page
//! at a time, one item, what can be asked. The same for both.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::layers::crs::Crs;
use crate::layers::plain::{self, Asked, Field, Row, documents, places};
use crate::store::Role;

use super::access;
use super::app::App;
use super::assets;
use super::collections::{ATTRIBUTION, LICENCE};
use super::html;
use super::items::{crs_of, etag, fresh, only_count, path_in, set_crs};
use super::landing::prefers_html;
use super::links::{Base, GEOJSON, HTML, JSON, Link};
use super::params::{LIMIT_DEFAULT, LIMIT_MAX, Params};
use super::problem::Problem;
use super::queryables::SCHEMA;

/// The parameters of a page.
const PAGE: &[&str] = &["limit", "offset", "resultType", "crs", "f"];

/// One of the collections.
pub trait Layer: Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;
    /// Its name for people.
    const TITLE: &'static str;
    /// What it holds.
    const DESCRIPTION: &'static str;
    /// The properties.
    const FIELDS: &'static [Field];
    /// The properties in the table of a page for people.
    const SHOWN: &'static [&'static str];
    /// The box around it.
    const BBOX: Option<[f64; 4]>;

    /// All features until `each` says no.
    fn each(app: &App, each: &mut dyn FnMut(&dyn Row) -> bool) -> Result<(), Problem>;

    /// A feature by its id, with the reference system of its position; `whole` for those who may see
    /// everything.
    fn find(app: &App, id: &str, crs: Crs, whole: bool) -> Result<Option<Value>, Problem>;
}

/// The places of the gazetteer.
pub struct Places;

impl Layer for Places {
    const NAME: &'static str = "places";
    const TITLE: &'static str = "Places";
    const DESCRIPTION: &'static str = "The places that the gazetteer knows";
    const FIELDS: &'static [Field] = places::FIELDS;
    const SHOWN: &'static [&'static str] = &["name", "country", "admin1", "class", "feature", "population"];
    const BBOX: Option<[f64; 4]> = Some([-180.0, -90.0, 180.0, 90.0]);

    fn each(app: &App, each: &mut dyn FnMut(&dyn Row) -> bool) -> Result<(), Problem> {
        if let Some(gazetteer) = app.analysis.all_places() {
            places::each(gazetteer, each);
        }
        Ok(())
    }

    fn find(app: &App, id: &str, crs: Crs, _: bool) -> Result<Option<Value>, Problem> {
        let place = app.analysis.all_places().and_then(|gazetteer| places::find(gazetteer, id));
        Ok(place.map(|place| plain::feature(&place, Self::FIELDS, crs)))
    }
}

/// The reports of the store.
pub struct Documents;

impl Layer for Documents {
    const NAME: &'static str = "documents";
    const TITLE: &'static str = "Documents";
    const DESCRIPTION: &'static str = "The reports that the incidents were found in; with a token, each with its text";
    const FIELDS: &'static [Field] = documents::FIELDS;
    const SHOWN: &'static [&'static str] = &["title", "published", "lang", "source", "url"];
    const BBOX: Option<[f64; 4]> = None;

    fn each(app: &App, each: &mut dyn FnMut(&dyn Row) -> bool) -> Result<(), Problem> {
        Ok(app.store.each_document(&mut |document| each(&document))?)
    }

    fn find(app: &App, id: &str, crs: Crs, whole: bool) -> Result<Option<Value>, Problem> {
        let Some(head) = app.store.document_head(id)? else { return Ok(None) };
        let mut feature = plain::feature(&head, Self::FIELDS, crs);
        if whole && let Some(document) = app.store.document(id)? {
            feature["properties"]["text"] = json!(document.text);
            feature["properties"]["incidents"] = json!(document.incidents);
        }
        Ok(Some(feature))
    }
}

/// About the layer.
pub async fn about<L: Layer>(base: Base, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    params.only(&[&["f"]])?;
    let page = html::wanted(&params, &headers)?;
    Ok(html::answer(L::TITLE, description::<L>(&base), page))
}

/// What `/collections` says of the layer.
pub fn description<L: Layer>(base: &Base) -> Value {
    let path = format!("/collections/{}", L::NAME);
    let links = [
        base.link("self", JSON, &format!("{path}?f=json"), "About this layer"),
        base.link("alternate", HTML, &format!("{path}?f=html"), "About this layer, as a page"),
        Link { href: LICENCE.to_owned(), rel: "license", media_type: HTML, title: "Licence of the places (GeoNames)" },
        base.link("items", GEOJSON, &format!("{path}/items"), "The features as GeoJSON"),
        base.link("items", HTML, &format!("{path}/items?f=html"), "The features as pages"),
        base.link("http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA, &format!("{path}/queryables"), "What can be asked"),
        base.link("http://www.opengis.net/def/rel/ogc/1.0/schema", SCHEMA, &format!("{path}/schema"), "What a feature is made of"),
    ];
    let mut about = json!({
        "id": L::NAME,
        "title": L::TITLE,
        "description": L::DESCRIPTION,
        "attribution": ATTRIBUTION,
        "itemType": "feature",
        "crs": Crs::ALL.map(Crs::uri),
        "storageCrs": Crs::Crs84.uri(),
        "links": links,
    });
    if let Some(bbox) = L::BBOX {
        about["extent"] = json!({"spatial": {"bbox": [bbox], "crs": Crs::Crs84.uri()}});
    }
    about
}

/// A page of features.
pub async fn items<L: Layer>(State(app): State<App>, base: Base, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    params.only(&[plain::PARAMETERS, PAGE])?;
    let page = match params.get("f") {
        Some("geojson") => false,
        _ => html::wanted(&params, &headers)?,
    };
    let (limit, offset, crs) = (params.limit(LIMIT_DEFAULT, LIMIT_MAX)?, params.offset()?, crs_of(&params)?);
    let limit = if only_count(&params)? { 0 } else { limit };
    let pairs = params.pairs().filter(|(name, _)| plain::PARAMETERS.contains(name));
    let asked = Asked::parse(pairs, L::FIELDS)?;
    let etag = etag(&app, app.index.snapshot().revision(), &format!("{} {page}", base.href(&format!("{}{}", L::NAME, params.with(&[])))));
    if assets::matches(&headers, &etag) {
        return Ok(fresh(StatusCode::NOT_MODIFIED.into_response(), &etag));
    }
    let worker = app.clone();
    let work = move || -> Result<(Vec<Value>, usize), Problem> {
        let (mut features, mut matched) = (Vec::new(), 0);
        L::each(&worker, &mut |row| {
            if asked.passes(row, L::FIELDS) {
                if matched >= offset && features.len() < limit {
                    features.push(plain::feature(row, L::FIELDS, crs));
                }
                matched += 1;
            }
            true
        })?;
        Ok((features, matched))
    };
    let (features, matched) = app.gate.run(work).await??;
    let links = links::<L>(&base, &params, offset, limit, matched);
    if page {
        let shown = html::table(L::NAME, L::SHOWN, &features, &json!({"numberMatched": matched, "links": links}));
        return Ok(fresh(html::page(L::TITLE, &shown), &etag));
    }
    let body = json!({
        "type": "FeatureCollection",
        "numberMatched": matched,
        "numberReturned": features.len(),
        "timeStamp": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "links": links,
        "features": features,
    });
    let mut response = fresh(([(header::CONTENT_TYPE, GEOJSON)], body.to_string()).into_response(), &etag);
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    set_crs(response.headers_mut(), crs);
    Ok(response)
}

fn links<L: Layer>(base: &Base, params: &Params, offset: usize, limit: usize, matched: usize) -> Vec<Link> {
    let path = |changes: &[(&str, String)]| format!("/collections/{}/items{}", L::NAME, params.with(changes));
    let page = |offset: usize| path(&[("limit", limit.to_string()), ("offset", offset.to_string())]);
    let mut links = vec![
        base.link("self", GEOJSON, &path(&[]), "This page"),
        base.link("alternate", HTML, &path(&[("f", "html".to_owned())]), "This page for people"),
        base.link("collection", JSON, &format!("/collections/{}", L::NAME), "The layer"),
    ];
    if limit > 0 && offset + limit < matched {
        links.push(base.link("next", GEOJSON, &page(offset + limit), "The next page"));
    }
    if limit > 0 && offset > 0 {
        links.push(base.link("prev", GEOJSON, &page(offset.min(matched).saturating_sub(limit)), "The page before"));
    }
    links
}

/// One feature.
pub async fn item<L: Layer>(
    State(app): State<App>,
    Path(id): Path<String>,
    base: Base,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&[&["crs", "f"]])?;
    let page = match params.get("f") {
        Some("geojson") => false,
        None => prefers_html(&headers),
        _ => html::wanted(&params, &headers)?,
    };
    let crs = crs_of(&params)?;
    let whole = access::require(&app, &headers, Role::Read).await.is_ok();
    let (worker, asked) = (app.clone(), Arc::new(id));
    let wanted = asked.clone();
    let found = tokio::task::spawn_blocking(move || L::find(&worker, &wanted, crs, whole)).await.map_err(Problem::internal)??;
    let mut feature = found.ok_or_else(|| {
        let id: String = asked.chars().take(80).collect();
        Problem::not_found(format!("there is no {id:?} in {}", L::NAME))
    })?;
    let path = path_in(L::NAME, &asked);
    feature["links"] = json!([
        base.link("self", GEOJSON, &path, "This feature"),
        base.link("alternate", HTML, &format!("{path}?f=html"), "This feature as a page"),
        base.link("collection", JSON, &format!("/collections/{}", L::NAME), "The layer"),
    ]);
    if page {
        return Ok(html::answer(L::TITLE, feature, true));
    }
    // What is shown depends on who asks.
    let kept =
        [(header::CONTENT_TYPE, GEOJSON), (header::CACHE_CONTROL, "private, no-cache"), (header::VARY, "accept, authorization, cookie")];
    let mut response = (kept, feature.to_string()).into_response();
    set_crs(response.headers_mut(), crs);
    Ok(response)
}

/// What a filter may name.
pub async fn queryables<L: Layer>(base: Base, params: Params) -> Result<Response, Problem> {
    schema_document::<L>(&base, &params, "queryables", "What can be asked")
}

/// What a feature is made of.
pub async fn schema<L: Layer>(base: Base, params: Params) -> Result<Response, Problem> {
    schema_document::<L>(&base, &params, "schema", "What a feature is made of")
}

fn schema_document<L: Layer>(base: &Base, params: &Params, name: &str, title: &str) -> Result<Response, Problem> {
    super::queryables::document(base, params, L::NAME, name, title, plain::json_schema(L::FIELDS))
}
