//! `/export?f=…`: all incidents that pass the filter, as a file.
//!
//! What can be written piece by piece is made when the client is ready for it, so that a slow client
//! costs one piece of memory and no thread. Formats with an index at their beginning are gathered
//! in a temporary file first, behind the gate.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body::Frame;
use tokio_util::io::ReaderStream;

use crate::export::{About, Archive, Format, Kind, PIECE_BYTES, Writer};
use crate::index::Snapshot;
use crate::layers::filter;
use crate::layers::query::{self, Cursor, Found};

use super::app::App;
use super::params::Params;
use super::problem::Problem;

/// Longest name of a file.
const NAME_CHARS_MAX: usize = 120;

/// The file.
pub async fn get(State(app): State<App>, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    params.only(&[filter::PARAMETERS, &["f"]])?;
    let kind = kind(&params, &headers)?;
    let filter = app.filter(&params)?;
    let snapshot = app.index.snapshot();
    let about = About { filter: params.filter_pairs() };
    let name = file_name(&about, kind);
    let reading = snapshot.clone();
    let found = tokio::task::spawn_blocking(move || query::find(&reading, &filter)).await.map_err(Problem::internal)?;
    let body = match kind.writer(about).map_err(Problem::internal)? {
        Writer::Stream(format) => Body::new(Pieces { cursor: found.start(), snapshot, found, format, state: Stage::Head }),
        Writer::Whole(archive) => {
            let file = app.gate.run(move || gathered(archive, &snapshot, &found)).await?.map_err(Problem::internal)?;
            Body::from_stream(ReaderStream::with_capacity(tokio::fs::File::from_std(file), PIECE_BYTES))
        }
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    let disposition = format!("attachment; filename=\"{name}\"");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Problem::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// The whole export in a file that is gone when it is closed.
fn gathered(mut archive: Box<dyn Archive>, snapshot: &Snapshot, found: &Found) -> std::io::Result<std::fs::File> {
    found.rows(snapshot).try_for_each(|row| archive.row(row))?;
    archive.finish()
}

/// The format by `f`, else by `Accept`.
fn kind(params: &Params, headers: &HeaderMap) -> Result<Kind, Problem> {
    let known = || Kind::ALL.map(Kind::name).join(", ");
    if let Some(name) = params.get("f") {
        return Kind::parse(name).ok_or_else(|| Problem::parameter("f", format!("f: wanted one of {}, got {name:?}", known())));
    }
    if let Some(kind) = of_accept(headers, |_| true) {
        return Ok(kind);
    }
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    let takes_any = accept
        .split(',')
        .any(|range| matches!(range.split(';').next().unwrap_or_default().trim(), "*/*" | "application/*" | "application/json" | ""));
    if takes_any {
        return Ok(Kind::Geojson);
    }
    Err(Problem::new(StatusCode::NOT_ACCEPTABLE, format!("no format of {accept:?} is here; f takes one of {}", known())))
}

/// The format that `Accept` names, if it names one.
pub fn of_accept(headers: &HeaderMap, offered: impl Fn(Kind) -> bool) -> Option<Kind> {
    let accept = headers.get(header::ACCEPT)?.to_str().ok()?;
    accept.split(',').find_map(|range| {
        let wanted = range.split(';').next()?.trim();
        let plain = |kind: Kind| kind.media_type().split(';').next().is_some_and(|name| name == wanted);
        Kind::ALL.into_iter().find(|kind| offered(*kind) && plain(*kind))
    })
}

/// A name that tells what is inside.
fn file_name(about: &About, kind: Kind) -> String {
    let mut name = String::from("oqiga-incidents");
    for (parameter, value) in &about.filter {
        if matches!(parameter.as_str(), "filter" | "filter-lang" | "filter-crs" | "bbox-crs") {
            continue;
        }
        let plain: String =
            value.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | '-') { c } else { '_' }).collect();
        name.push('-');
        name.push_str(&plain);
    }
    if about.filter.iter().any(|(parameter, _)| parameter == "filter") {
        name.push_str("-filtered");
    }
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    format!("{name}.{}", kind.extension())
}

/// Where an export stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Head,
    Rows,
    Done,
}

/// The body of an export.
struct Pieces {
    snapshot: Arc<Snapshot>,
    found: Found,
    cursor: Cursor,
    format: Box<dyn Format>,
    state: Stage,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        if this.state == Stage::Done {
            return Poll::Ready(None);
        }
        let mut piece = Vec::with_capacity(PIECE_BYTES + PIECE_BYTES / 4);
        if this.state == Stage::Head {
            this.format.head(&mut piece);
            this.state = Stage::Rows;
        }
        while piece.len() < PIECE_BYTES {
            let Some(row) = this.found.next(&this.snapshot, &mut this.cursor) else {
                this.format.tail(&mut piece);
                this.state = Stage::Done;
                break;
            };
            this.format.row(row, &mut piece);
        }
        Poll::Ready(Some(Ok(Frame::data(piece.into()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_filter_and_breaks_out_of_nothing() {
        let about = |pairs: &[(&str, &str)]| About { filter: pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect() };
        assert_eq!(file_name(&about(&[]), Kind::Geojson), "oqiga-incidents.geojson");
        assert_eq!(file_name(&about(&[("country", "KZ"), ("q", "\"x\r\n/")]), Kind::Acled), "oqiga-incidents-KZ-_x___.acled.csv");
    }
}
