//! Where the database is and how to get there: the address as a person writes it, taken apart, and
//! the form of it that may be shown, which never holds a password.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::super::StoreError;

/// The schema that holds our tables when the address does not name one.
const SCHEMA: &str = "oqiga";

/// Longest name of a schema, as PostgreSQL has it.
const SCHEMA_BYTES_MAX: usize = 63;

/// How long one attempt to connect to one host may take.
const CONNECT_WAIT: Duration = Duration::from_secs(5);

/// A server that says nothing for so long, though it was sent something, is taken for gone.
const SILENCE: Duration = Duration::from_secs(15);

/// An address `postgres://user:password@host:port/database?schema=…&sslmode=…&sslrootcert=…`, with
/// every other parameter that libpq knows and the driver understands, many hosts included.
#[derive(Clone)]
pub struct Address {
    /// What the driver needs, without the parameters that are ours.
    pub config: Config,
    /// The schema that holds our tables.
    pub schema: String,
    /// Whether the connection is encrypted; it is verified then, always.
    pub tls: bool,
    /// The certificates to trust instead of those of the system.
    pub root_certificate: Option<PathBuf>,
    /// The address without its password.
    pub shown: String,
}

impl Address {
    /// Whether this is the address of a database and not the name of a file.
    pub fn is_one(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    /// Takes an address apart. A password that it lacks is taken from `PGPASSWORD`.
    ///
    /// # Errors
    /// [`StoreError::Address`], which names the parameter and never the password.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let (before, query) = text.split_once('?').unwrap_or((text, ""));
        let shown = without_password(before);
        let wrong = |why: String| StoreError::Address { store: shown.clone(), why };
        let (mut schema, mut sslmode, mut root_certificate, mut passed_on) = (SCHEMA.to_owned(), None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = percent_decode_str(value).decode_utf8().map_err(|_| wrong(format!("the parameter {name} is not UTF-8")))?;
            match name {
                "schema" => schema = value.into_owned(),
                "sslmode" => sslmode = Some(value.into_owned()),
                "sslrootcert" => root_certificate = Some(PathBuf::from(value.as_ref())),
                "options" => return Err(wrong("the parameter options is ours; a schema is chosen with schema=NAME".to_owned())),
                _ => passed_on.push(pair),
            }
        }
        if !is_plain_name(&schema) {
            return Err(wrong(format!("schema={schema}: wanted small letters, digits and _, a letter first, at most {SCHEMA_BYTES_MAX}")));
        }
        let plain = if passed_on.is_empty() { before.to_owned() } else { format!("{before}?{}", passed_on.join("&")) };
        // The driver's own words name the parameter and not its value.
        let mut config: Config = plain.parse().map_err(|error: tokio_postgres::Error| wrong(cause(&error)))?;
        let tls = match sslmode.as_deref() {
            None => !config.get_hosts().iter().all(is_this_machine),
            Some("disable") => false,
            Some("require" | "verify-full") => true,
            Some(other) => return Err(wrong(format!("sslmode={other}: wanted disable, require or verify-full"))),
        };
        config.ssl_mode(if tls { SslMode::Require } else { SslMode::Disable });
        if config.get_password().is_none()
            && let Some(password) = std::env::var_os("PGPASSWORD")
        {
            config.password(password.to_string_lossy().as_bytes());
        }
        if config.get_application_name().is_none() {
            config.application_name("oqiga");
        }
        // That we are no other program, see `schema`. Plans that suit every month, made once a
        // connection: a table of hundreds of partitions is slow to plan and quick to read.
        let settings = ["oqiga.writing=on", "plan_cache_mode=force_generic_plan", "client_min_messages=warning"];
        let settings: String = settings.iter().map(|setting| format!(" -c {setting}")).collect();
        config.options(format!("-c search_path={schema},public{settings}"));
        config.connect_timeout(CONNECT_WAIT).tcp_user_timeout(SILENCE).keepalives_idle(SILENCE);
        Ok(Self { config, schema, tls, root_certificate, shown })
    }

    /// The same address, for whoever must find the server that takes writes among many hosts.
    pub fn to_write(&self) -> Self {
        let mut address = self.clone();
        address.config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        address
    }
}

/// Everything before the parameters, with the password left out.
fn without_password(before: &str) -> String {
    let Some((scheme, rest)) = before.split_once("://") else { return before.to_owned() };
    match rest.rsplit_once('@') {
        Some((who, place)) => format!("{scheme}://{}@{place}", who.split(':').next().unwrap_or_default()),
        None => before.to_owned(),
    }
}

fn is_plain_name(name: &str) -> bool {
    name.len() <= SCHEMA_BYTES_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !name.starts_with("pg_")
}

/// Whether what is sent there does not leave the machine.
fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// An error with what caused it, in one line.
pub fn cause(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let words = error.to_string();
        if !said.contains(&words) {
            said = format!("{said}: {words}");
        }
        next = error.source();
    }
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Address::parse(text).err().expect("a refusal").to_string()
    }

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "postgres://maria:s3cret@db.example/news",
            "postgres://maria:s3cret@a.example,b.example:5433/news?schema=east",
            "postgres://maria:s3c%40ret@db.example/news?sslmode=require",
        ] {
            let address = Address::parse(text).unwrap();
            assert!(!address.shown.contains("s3c") && address.shown.starts_with("postgres://maria@"), "{}", address.shown);
            assert!(!format!("{:?}", address.config).contains("s3c"));
        }
        for text in [
            "postgres://maria:s3cret@db.example:port/news",
            "postgres://maria:s3cret@db/news?nosuch=1",
            "postgres://a:s3cret@h/n?schema=A-B",
        ] {
            assert!(!refused(text).contains("s3cret"), "{}", refused(text));
        }
    }

    #[test]
    fn a_connection_that_leaves_the_machine_is_encrypted_unless_told_otherwise() {
        let tls = |text: &str| Address::parse(text).unwrap().tls;
        assert!(tls("postgres://db.example/news"));
        assert!(tls("postgres://localhost,db.example/news"));
        assert!(tls("postgres://localhost/news?sslmode=verify-full"));
        assert!(!tls("postgres://localhost/news"));
        assert!(!tls("postgres://127.0.0.1:5433/news"));
        assert!(!tls("postgres:///news?host=/run/postgresql"));
        assert!(!tls("postgres://db.example/news?sslmode=disable"));
    }

    #[test]
    fn what_means_nothing_is_named() {
        assert!(refused("postgres://h/n?sslmode=prefer").contains("sslmode=prefer"));
        assert!(refused("postgres://h/n?schema=Robert'); DROP").contains("schema="));
        assert!(refused("postgres://h/n?options=-c%20x").contains("options"));
        assert!(refused("postgres://h/n?colour=red").contains("colour"));
    }

    #[test]
    fn the_schema_is_ours_unless_named() {
        assert_eq!(Address::parse("postgres://localhost/n").unwrap().schema, "oqiga");
        assert_eq!(Address::parse("postgresql://localhost/n?schema=east_2").unwrap().schema, "east_2");
    }
}
