//! `/basemap/{z}/{x}/{y}`: countries, waters and labels under the incidents, as vector tiles out of
//! the archive inside the program.

use std::io::Read;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use pmtiles::{AsyncBackend, AsyncPmTilesReader, BackendResponse, Compression, PmtError, TileCoord};
use tokio::sync::OnceCell;

use super::app::App;
use super::assets;
use super::params::Params;
use super::problem::Problem;

/// Deepest zoom of the tile scheme.
const ZOOM_MAX: u8 = 30;

/// Tiles change only with the program.
const CACHING: &str = "public, max-age=3600";

/// The archive, opened at the first tile.
#[derive(Default)]
pub struct Basemap(OnceCell<Option<Archive>>);

struct Archive {
    tiles: AsyncPmTilesReader<Embedded>,
    etag: String,
}

/// One tile.
pub async fn get(
    State(app): State<App>,
    Path((z, x, y)): Path<(String, String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&[])?;
    let coordinate = coordinate(&z, &x, &y)?;
    let archive = app.basemap.0.get_or_try_init(open).await?;
    let archive = archive.as_ref().ok_or_else(|| Problem::not_found("this program was built without a basemap"))?;
    let mut response = if assets::matches(&headers, &archive.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match archive.tiles.get_tile(coordinate).await.map_err(Problem::internal)? {
            Some(tile) => tile_response(tile, archive.tiles.get_header().tile_compression, &headers)?,
            None => StatusCode::NO_CONTENT.into_response(),
        }
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHING));
    response.headers_mut().insert(header::ETAG, HeaderValue::from_str(&archive.etag).map_err(Problem::internal)?);
    Ok(response)
}

fn coordinate(z: &str, x: &str, y: &str) -> Result<TileCoord, Problem> {
    let wanted = format!("a zoom from 0 to {ZOOM_MAX} and a column and row of that zoom");
    let wrong = || Problem::parameter("tile", format!("tile: wanted {wanted}, got {z}/{x}/{y}"));
    let y = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf")).unwrap_or(y);
    let zoom: u8 = z.parse().ok().filter(|z| *z <= ZOOM_MAX).ok_or_else(wrong)?;
    let (x, y) = x.parse().ok().zip(y.parse().ok()).ok_or_else(wrong)?;
    TileCoord::new(zoom, x, y).ok().ok_or_else(wrong)
}

async fn open() -> Result<Option<Archive>, Problem> {
    let Some((data, etag)) = assets::basemap() else { return Ok(None) };
    let tiles = AsyncPmTilesReader::try_from_source(Embedded(assets::bytes(data))).await.map_err(Problem::internal)?;
    Ok(Some(Archive { tiles, etag }))
}

fn tile_response(tile: Bytes, compression: Compression, asked: &HeaderMap) -> Result<Response, Problem> {
    let kind = [(header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile"), (header::VARY, "accept-encoding")];
    match compression {
        Compression::Gzip if accepts_gzip(asked) => Ok((kind, [(header::CONTENT_ENCODING, "gzip")], tile).into_response()),
        Compression::Gzip => {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&tile[..]).read_to_end(&mut plain).map_err(Problem::internal)?;
            Ok((kind, plain).into_response())
        }
        _ => Ok((kind, tile).into_response()),
    }
}

fn accepts_gzip(asked: &HeaderMap) -> bool {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        matches!(name.trim(), "gzip" | "*") && weight.trim().replace(' ', "") != "q=0"
    })
}

/// The archive as part of the program.
struct Embedded(Bytes);

impl AsyncBackend for Embedded {
    async fn read(&self, offset: u64, length: usize) -> Result<BackendResponse, PmtError> {
        let start = usize::try_from(offset).map_or(self.0.len(), |start| start.min(self.0.len()));
        let end = start.saturating_add(length).min(self.0.len());
        Ok(BackendResponse::new(self.0.slice(start..end)))
    }
}
