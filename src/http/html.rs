//! Resources as plain pages, for people who follow the links of the API in a browser
//! (OGC API – Features, requirements class HTML).

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use quick_xml::escape::escape;
use serde_json::Value;

use super::landing::prefers_html;
use super::params::Params;
use super::problem::Problem;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1rem;color-scheme:light dark}\
     dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}\
     table{border-collapse:collapse}td,th{border:1px solid #8884;padding:.2rem .5rem;text-align:start;vertical-align:top}\
     pre{overflow:auto;padding:.7rem;border:1px solid #8884;border-radius:.3rem}nav a{margin-inline-end:1rem}";

/// Longest list that is shown; the JSON has all.
const MEMBERS_MAX: usize = 1000;

/// Deepest structure that is laid out.
const DEPTH_MAX: usize = 12;

/// Whether a page is wanted where there is JSON too.
pub fn wanted(params: &Params, headers: &HeaderMap) -> Result<bool, Problem> {
    match params.get("f") {
        Some("html") => Ok(true),
        Some("json") => Ok(false),
        Some(other) => Err(Problem::parameter("f", format!("f: wanted json or html, got {other:?}"))),
        None => Ok(prefers_html(headers)),
    }
}

/// JSON, or a page that says the same.
pub fn answer(title: &str, body: Value, page: bool) -> Response {
    let mut response = if page { self::page(title, &shown(&body, 0)) } else { axum::Json(body).into_response() };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response
}

/// A page with some content.
pub fn page(title: &str, content: &str) -> Response {
    let title = escape(title);
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title} – Oqiga</title><style>{STYLE}</style></head>\
         <body><nav><a href=\"/\">Map</a><a href=\"/?f=json\">API</a><a href=\"/collections?f=html\">Layers</a><a href=\"/connect\">Connect</a></nav><h1>{title}</h1>{content}</body></html>"
    );
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

/// Features of a layer as a table of some of their properties.
pub fn table(collection: &str, columns: &[&str], features: &[Value], links: &Value) -> String {
    let mut out = String::from("<table><tr><th>id</th>");
    columns.iter().for_each(|name| out.push_str(&format!("<th>{name}</th>")));
    out.push_str("</tr>");
    for feature in features {
        let id = feature["id"].as_str().unwrap_or_default();
        out.push_str(&format!("<tr><td><a href=\"{}?f=html\">{}</a></td>", escape(super::items::path_in(collection, id)), escape(id)));
        for name in columns {
            let text = match &feature["properties"][*name] {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            out.push_str(&format!("<td dir=\"auto\">{}</td>", escape(&text)));
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
    out.push_str(&shown(links, 0));
    out
}

fn shown(value: &Value, depth: usize) -> String {
    if depth > DEPTH_MAX {
        return "…".to_owned();
    }
    match value {
        Value::Object(link) if link.contains_key("href") => {
            let text = |name: &str| link.get(name).and_then(Value::as_str).unwrap_or_default();
            let title = if text("title").is_empty() { text("href") } else { text("title") };
            if !is_address(text("href")) || text("href").contains('{') {
                return format!("{} <small>{}</small>", escape(title), escape(text("href")));
            }
            format!(
                "<a href=\"{}\">{}</a> <small>{} {}</small>",
                escape(text("href")),
                escape(title),
                escape(text("rel")),
                escape(text("type"))
            )
        }
        Value::Object(members) => {
            let rows: String = members
                .iter()
                .map(|(name, value)| format!("<dt>{}</dt><dd dir=\"auto\">{}</dd>", escape(name.as_str()), shown(value, depth + 1)))
                .collect();
            format!("<dl>{rows}</dl>")
        }
        Value::Array(members) if members.iter().all(|member| !member.is_object() && !member.is_array()) => {
            members.iter().take(MEMBERS_MAX).map(|member| shown(member, depth + 1)).collect::<Vec<_>>().join("<br>")
        }
        Value::Array(members) => {
            let items: String = members.iter().take(MEMBERS_MAX).map(|member| format!("<li>{}</li>", shown(member, depth + 1))).collect();
            format!("<ul>{items}</ul>")
        }
        Value::String(text) if is_address(text) => format!("<a href=\"{0}\">{0}</a>", escape(text.as_str())),
        Value::String(text) => escape(text.as_str()).into_owned(),
        other => other.to_string(),
    }
}

/// No scheme that runs something: some of these come from reports.
fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_of_strangers_is_only_text() {
        let page = shown(&json!({"<b>": "<script>", "url": "javascript:alert(1)", "links": [{"href": "javascript:x", "title": "<i>"}]}), 0);
        assert!(!page.contains("<script>") && !page.contains("<b>") && !page.contains("<i>") && !page.contains("href"), "{page}");
    }
}
