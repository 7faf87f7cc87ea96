//! The configuration file: what a service needs and is tiresome to type. Flags count more than the
//! file, the file more than the defaults. Every error names the line.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use oqiga::gazetteer::Country;
use oqiga::text::Lang;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::Failure;

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "oqiga.toml";

/// Everything that can be configured.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The server.
    pub server: Server,
    /// How much a client may ask for.
    pub limits: Limits,
    /// The log.
    pub log: Log,
    /// Feeds that are followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<Feed>,
    /// Folders that are watched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<Folder>,
}

/// `[server]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port.
    pub listen: SocketAddr,
    /// GeoPackage or the address of a database.
    pub store: PathBuf,
    /// Whether everybody who reaches the server may read.
    pub public_reading: bool,
    /// File with the token of the administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Names under which a proxy passes requests on to a loopback address.
    pub allow_host: Vec<String>,
    /// Origins whose pages may read.
    pub allow_origin: Vec<String>,
    /// Proxies that tell the client's address in `X-Forwarded-For`.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            store: PathBuf::from("oqiga.gpkg"),
            public_reading: true,
            token_file: None,
            allow_host: Vec::new(),
            allow_origin: Vec::new(),
            trusted_proxies: Vec::new(),
        }
    }
}

/// `[limits]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests a second that one client may make in the long run; 0 is no limit. A server that only
    /// this machine reaches has none unless it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<u32>,
    /// Requests that one client may make at once.
    pub burst: u32,
    /// Connections at once; more wait.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { requests_per_second: None, burst: 600, connections: 4096 }
    }
}

/// `[log]`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// How a line is written.
    pub format: LogFormat,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// `[[feeds]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// The outlet; stands as source of its documents.
    pub name: String,
    /// Address of an RSS, Atom or JSON feed.
    pub url: FeedUrl,
    /// Language (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lang")]
    pub lang: Option<Lang>,
    /// Country that it mostly writes about (ISO 3166-1 alpha-2).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "country")]
    pub country: Option<String>,
    /// 0 to 1: the confidence of its incidents is multiplied by it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "share")]
    pub trust: Option<f64>,
    /// Minutes from one look to the next.
    #[serde(default = "every_minutes")]
    pub every_minutes: u32,
    /// Whether it may be at an address that is not public: this machine, the local network.
    #[serde(default)]
    pub allow_private: bool,
}

/// `[[folders]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// The folder.
    pub path: PathBuf,
    /// The outlet of documents that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Language (BCP 47) of documents that do not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lang")]
    pub lang: Option<Lang>,
    /// Country (ISO 3166-1 alpha-2) of documents that do not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "country")]
    pub country: Option<String>,
    /// 0 to 1: the confidence of its incidents is multiplied by it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "share")]
    pub trust: Option<f64>,
    /// Seconds from one look to the next.
    #[serde(default = "every_seconds")]
    pub every_seconds: u32,
}

fn every_minutes() -> u32 {
    15
}

fn every_seconds() -> u32 {
    5
}

/// The address of a feed: http or https, without a name and password in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FeedUrl(pub String);

impl fmt::Display for FeedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FeedUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
        match host {
            Some(host) if !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace) => Ok(Self(text)),
            _ => Err(de::Error::custom(format!("wanted an address such as https://news.example/rss, got {text:?}"))),
        }
    }
}

fn lang<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Lang>, D::Error> {
    let tag = String::deserialize(deserializer)?;
    Lang::parse(&tag).map(Some).ok_or_else(|| de::Error::custom(format!("wanted a BCP 47 language tag such as ar, got {tag:?}")))
}

fn country<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let code = String::deserialize(deserializer)?;
    let known = Country::parse(&code).map(|country| Some(country.as_str().to_owned()));
    known.ok_or_else(|| de::Error::custom(format!("wanted an ISO 3166-1 alpha-2 code such as KZ, got {code:?}")))
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let number = f64::deserialize(deserializer)?;
    if (0.0..=1.0).contains(&number) {
        Ok(Some(number))
    } else {
        Err(de::Error::custom(format!("wanted a number from 0 to 1, got {number}")))
    }
}

impl Config {
    /// Reads the named file, or the default one when it is there; says which it was.
    pub fn load(named: Option<&Path>) -> Result<(Self, Option<PathBuf>), Failure> {
        let path = match named {
            Some(path) => path.to_owned(),
            None if Path::new(DEFAULT_FILE).is_file() => PathBuf::from(DEFAULT_FILE),
            None => return Ok((Self::default(), None)),
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Failure::new(format!("cannot read the configuration {}: {error}", path.display())))?;
        Ok((Self::parse(&text, &path.display().to_string())?, Some(path)))
    }

    fn parse(text: &str, name: &str) -> Result<Self, Failure> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let before = &text[..at];
            let (line, column) = (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
            Failure::new(format!("{name}, line {line}, column {column}: {}", error.message().replace('\n', " ")))
        })?;
        let mut names = std::collections::HashSet::new();
        for feed in &config.feeds {
            if !names.insert(&feed.name) {
                return Err(Failure::new(format!("{name}: two feeds are named {:?}; each needs a name of its own", feed.name)));
            }
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_points_at_its_line() {
        let check = |text: &str, want: &str| {
            let said = Config::parse(text, "oqiga.toml").unwrap_err().to_string();
            assert!(said.starts_with("oqiga.toml, line ") && said.contains(want) && !said.contains('\n'), "{said}");
        };
        check("[server]\nlisten = \"nowhere\"\n", "line 2, column 10: ");
        check("[server]\n\nport = 80\n", "line 3, column 1: unknown field `port`");
        check("[limits]\nburst = \"many\"\n", "line 2, column 9: ");
        check("[[feeds]]\nname = \"a\"\nurl = \"ftp://a.example\"\n", "line 3, column 7: wanted an address such as");
        check("[[feeds]]\nname = \"a\"\nurl = \"https://user:secret@a.example\"\n", "line 3");
        check(
            "[[feeds]]\nname = \"a\"\nurl = \"https://a.example\"\ncountry = \"Kazakhstan\"\n",
            "line 4, column 11: wanted an ISO 3166-1",
        );
        check("[[feeds]]\nname = \"a\"\nurl = \"https://a.example\"\ntrust = 3.0\n", "line 4, column 9: wanted a number from 0 to 1");
        check("[server\n", "line 1");
    }

    #[test]
    fn what_is_shown_can_be_read_again() {
        let text = "[server]\npublic_reading = false\n[[feeds]]\nname = \"a\"\nurl = \"https://a.example/rss\"\nlang = \"ru\"\n[[folders]]\npath = \"in\"\n";
        let shown = toml::to_string_pretty(&Config::parse(text, "a").unwrap()).unwrap();
        assert_eq!(toml::to_string_pretty(&Config::parse(&shown, "b").unwrap()).unwrap(), shown);
        assert!(shown.contains("public_reading = false") && shown.contains("every_minutes = 15"), "{shown}");
    }
}
