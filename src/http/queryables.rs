//! `/collections/incidents/queryables` and `…/schema`: the properties of an incident, which can be
//! asked for and what each means (OGC API – Features Parts 3 and 5).

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::layers::fields::json_schema;

use super::collections::{INCIDENTS, require};
use super::links::Base;
use super::params::Params;
use super::problem::Problem;

/// Media type of JSON Schema.
pub const SCHEMA: &str = "application/schema+json";

/// What a filter may name.
pub async fn queryables(Path(collection): Path<String>, base: Base, params: Params) -> Result<Response, Problem> {
    require(&collection)?;
    document(&base, &params, INCIDENTS, "queryables", "What can be asked of incidents", json_schema())
}

/// What an incident is made of.
pub async fn schema(Path(collection): Path<String>, base: Base, params: Params) -> Result<Response, Problem> {
    require(&collection)?;
    document(&base, &params, INCIDENTS, "schema", "What an incident is made of", json_schema())
}

/// The properties of a layer as a document.
pub fn document(
    base: &Base,
    params: &Params,
    collection: &str,
    name: &str,
    title: &str,
    properties: Map<String, Value>,
) -> Result<Response, Problem> {
    params.only(&[&["f"]])?;
    super::landing::json_only(params)?;
    let body = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": base.href(&format!("/collections/{collection}/{name}")),
        "type": "object",
        "title": title,
        "properties": properties,
        "additionalProperties": false,
    });
    Ok(([(header::CONTENT_TYPE, SCHEMA), (header::CACHE_CONTROL, "public, max-age=3600")], body.to_string()).into_response())
}
