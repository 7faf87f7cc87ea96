//! `/`: the map for a browser, the landing page of OGC API for a tool. `/conformance`: what the API
//! keeps to.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::assets;
use super::html;
use super::links::{Base, HTML, JSON, OPENAPI};
use super::params::Params;
use super::problem::Problem;

/// Title of the API wherever one is wanted.
pub const TITLE: &str = "Oqiga";

const DESCRIPTION: &str =
    "Incidents found in reports in Arabic, Russian, Kazakh and English, with their places and evidence, as map layers.";

/// What the API keeps to; only what is tested is declared.
const CONFORMS_TO: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
];

/// The map or the landing page.
pub async fn get(base: Base, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    // The page keeps its view in the address, so any other parameter is the map's own affair.
    let page = match params.get("f") {
        Some("html") => true,
        Some("json") => false,
        Some(other) => return Err(Problem::parameter("f", format!("f: wanted html or json, got {other:?}"))),
        None => prefers_html(&headers),
    };
    let mut response = if page { assets::page(&headers) } else { landing(&base) };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// `/conformance`.
pub async fn conformance(params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    params.only(&[&["f"]])?;
    let page = html::wanted(&params, &headers)?;
    Ok(html::answer("Standards", json!({"conformsTo": CONFORMS_TO}), page))
}

/// Refuses a format other than JSON where there is only that.
pub fn json_only(params: &Params) -> Result<(), Problem> {
    match params.get("f") {
        None | Some("json") => Ok(()),
        Some(other) => Err(Problem::parameter("f", format!("f: wanted json, got {other:?}"))),
    }
}

fn landing(base: &Base) -> Response {
    let links = [
        base.link("self", JSON, "/?f=json", "This document"),
        base.link("alternate", HTML, "/?f=html", "The map"),
        base.link("service-desc", OPENAPI, "/api", "The API, described for programs (OpenAPI 3.0)"),
        base.link("conformance", JSON, "/conformance", "The standards that the API keeps to"),
        base.link("data", JSON, "/collections", "The layers"),
        base.link("service-doc", HTML, "/connect", "How to use the layers from other tools"),
        base.link("http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", JSON, "/tileMatrixSets", "The tile grids"),
    ];
    axum::Json(json!({"title": TITLE, "description": DESCRIPTION, "links": links})).into_response()
}

/// Whether the client would rather have a page: a browser names text/html, GIS tools and scripts do not.
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weight_of = |wanted: &[&str]| {
        let ranges = accept.split(',').filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next()?;
            let weight = parts.find_map(|p| p.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            wanted.contains(&kind).then_some(weight)
        });
        ranges.fold(0.0, f32::max)
    };
    let html = weight_of(&["text/html", "application/xhtml+xml"]);
    html > 0.0 && html >= weight_of(&["application/json", "application/geo+json"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_map_and_a_tool_gets_json() {
        let check = |accept: &str, want: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(prefers_html(&headers), want, "{accept}");
        };
        check("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true);
        check("application/json, text/html;q=0.5", false);
        check("application/geo+json, application/json", false);
        check("*/*", false);
        check("", false);
    }
}
