//! `/connect`: how to use the layer from the tools that people have, with snippets that work.

use axum::response::Response;
use quick_xml::escape::escape;

use super::html;
use super::links::Base;
use super::params::Params;
use super::problem::Problem;

/// The snippets, with `{base}` for the address of the server.
const CONTENT: &str = include_str!("connect.html");

/// The page.
pub async fn get(base: Base, params: Params) -> Result<Response, Problem> {
    params.only(&[])?;
    Ok(html::page("Use this layer elsewhere", &CONTENT.replace("{base}", &escape(base.href("")))))
}
