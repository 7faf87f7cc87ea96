//! `oqiga serve`: the map and the layers over HTTP. Standard output gets one line, the address.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use oqiga::gazetteer::Gazetteer;
use oqiga::http::{self, Access, Analysis, App, Setup, TOKEN_BYTES_MIN};
use oqiga::intake::sample;
use oqiga::layers::record::document_record;
use oqiga::pipeline::Analyst;
use oqiga::store::{Author, GeoPackage, Store};
use tracing::info;

use crate::args::Serve;
use crate::config::{Config, LogFormat};
use crate::{Failure, Outcome, feeds, stores};

/// Requests a second that one client may make of a server that others can reach, in the long run.
const PER_SECOND_DEFAULT: u32 = 100;

/// Runs the command.
pub fn run(args: Serve) -> Result<Outcome, Failure> {
    let (config, _) = Config::load(args.config.as_deref())?;
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "oqiga=info,warn".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match config.log.format {
        LogFormat::Text => log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(args, config))
}

async fn serve(args: Serve, config: Config) -> Result<Outcome, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(error.to_string());
    let Config { server, limits, feeds, folders, .. } = config;
    let token = args.token_file.or(server.token_file).as_deref().map(read_token).transpose()?;
    // The port first: it fails fast, and nothing has been made yet.
    let listener = http::bind(args.listen.unwrap_or(server.listen)).await.map_err(|error| failed(&error))?;
    let address = listener.local_addr()?;
    let analysis: Arc<dyn Analysis> = Arc::new(analyst()?);
    let path = args.store.unwrap_or(server.store);
    let store: Arc<dyn Store> = match (args.sample, args.read_only) {
        (true, _) => Arc::new(sample_store(&*analysis)?),
        (_, true) => stores::open_read_only(&path)?.into(),
        _ => stores::open(&path, args.read_store.as_deref())?.into(),
    };
    let access = Access::new(token.as_deref());
    access.use_store(store.clone());
    let key = (address.ip().is_loopback() && !args.read_only).then(|| access.make_key());
    if !access.is_possible() {
        info!("Writing is off: start with --token-file, or make a token with oqiga token add, to allow it");
    }
    let per_second = limits.requests_per_second.unwrap_or(if address.ip().is_loopback() { 0 } else { PER_SECOND_DEFAULT });
    let limits = http::Limits {
        public_reading: server.public_reading && !args.private,
        rate: (per_second > 0).then_some(http::Rate { per_second, burst: limits.burst }),
        trusted_proxies: server.trusted_proxies,
        connections: limits.connections,
    };
    let hosts = [args.allow_host, server.allow_host].concat();
    let origins = [args.allow_origin, server.allow_origin].concat();
    let app = App::new(Setup { store: store.clone(), analysis: analysis.clone(), access, hosts, origins, limits }, address)
        .map_err(|error| failed(&error))?;
    let following = if args.read_only { None } else { feeds::follow(feeds, folders, store, analysis)? };
    print_address(address, key.as_deref())?;
    http::serve(listener, app, stop_signal()).await.map_err(|error| failed(&error))?;
    if let Some(following) = following {
        following.stop();
    }
    Ok(Outcome::Done)
}

/// The analysis, with the bundled gazetteer warm, so that the first request does not wait for it.
fn analyst() -> Result<Analyst, Failure> {
    let gazetteer = Gazetteer::bundled().map_err(|error| Failure::new(error.to_string()))?;
    Ok(Analyst::new(gazetteer))
}

/// The sample reports, analysed into a store that is gone with the process.
fn sample_store(analysis: &dyn Analysis) -> Result<GeoPackage, Failure> {
    let failed = |error: oqiga::store::StoreError| Failure::new(error.to_string());
    let store = GeoPackage::in_memory().map_err(failed)?;
    for document in sample::documents() {
        let report = analysis.extract(&document);
        store.put(&document_record(&document, &report), &Author::new("oqiga", "sample")).map_err(failed)?;
    }
    Ok(store)
}

/// The line that a person opens in a browser. The key stands in the fragment, which browsers do not
/// send and servers do not log.
fn print_address(address: SocketAddr, key: Option<&str>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match key {
        Some(key) => writeln!(out, "http://{address}/#key={key}")?,
        None => writeln!(out, "http://{address}/")?,
    }
    Ok(out.flush()?)
}

fn read_token(path: &Path) -> Result<String, Failure> {
    let text =
        std::fs::read_to_string(path).map_err(|error| Failure::new(format!("cannot read the token file {}: {error}", path.display())))?;
    let token = text.trim();
    if token.len() < TOKEN_BYTES_MIN || token.contains(char::is_whitespace) {
        let wanted = format!("wanted one line with a token of at least {TOKEN_BYTES_MIN} characters without spaces");
        return Err(Failure::new(format!(
            "the token file {} holds no token: {wanted}, such as `openssl rand -hex 32` makes",
            path.display()
        )));
    }
    Ok(token.to_owned())
}

/// Resolves at Ctrl+C or when the service manager asks to stop.
async fn stop_signal() {
    let interrupt = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
