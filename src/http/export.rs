//! `/export?f=…`: all incidents that pass the filter, as a file.
//!
//! The answer is made a piece at a time when the client is ready for it, so that a slow client
//! costs one piece of memory and no thread.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use http_body::Frame;

use crate::export::{About, Format, Kind, PIECE_BYTES};
use crate::index::Row;
use crate::layers::{filter, query};

use super::app::App;
use super::params::Params;
use super::problem::Problem;

/// The file.
pub async fn get(State(app): State<App>, params: Params) -> Result<Response, Problem> {
    params.only(&[filter::PARAMETERS, &["f"]])?;
    let name = params.get("f").unwrap_or("geojson");
    let kind = Kind::parse(name).ok_or_else(|| {
        let wanted = Kind::ALL.map(Kind::name).join(", ");
        Problem::parameter("f", format!("f: wanted one of {wanted}, got {name:?}"))
    })?;
    let filter = params.filter()?;
    let snapshot = app.index.snapshot();
    let rows = tokio::task::spawn_blocking(move || query::find(&snapshot, &filter).into_iter().cloned().collect::<Vec<_>>());
    let rows = rows.await.map_err(Problem::internal)?;
    let format = kind.format(About { filter: params.filter_pairs() });
    let mut response = Body::new(Pieces { rows: rows.into_iter(), format, state: Stage::Head }).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    let disposition = format!("attachment; filename=\"oqiga-incidents.{}\"", kind.name());
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Problem::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
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
    rows: std::vec::IntoIter<Arc<Row>>,
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
            let Some(row) = this.rows.next() else {
                this.format.tail(&mut piece);
                this.state = Stage::Done;
                break;
            };
            this.format.row(&row, &mut piece);
        }
        Poll::Ready(Some(Ok(Frame::data(piece.into()))))
    }
}
