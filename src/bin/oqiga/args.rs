//! What can be typed: one variant a command, one struct of flags each.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use oqiga::gazetteer::Class;
use oqiga::text::Lang;

use crate::service_args::{Backup, ConfigCommand, Generate, Import, Restore, StoreOnly, TokenCommand};

/// Reads reports, finds the places and incidents in them, and serves them as map layers.
#[derive(Debug, Parser)]
#[command(name = "oqiga", version, about, arg_required_else_help = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the map and the layers
    Serve(Serve),
    /// Find and resolve the place names of a text
    Geoparse(Geoparse),
    /// Work out the incidents of a text, as GeoJSON
    Extract(Extract),
    /// Put documents into the store
    Ingest(Ingest),
    /// Put ready-made incidents into the store
    Import(Import),
    /// Write the incidents of the store in a format of your choice
    Export(Export),
    /// Copy a store while it is in use
    Backup(Backup),
    /// Put a backup in the place of a store
    Restore(Restore),
    /// Check that a store is whole: structure, checksums, spatial index, trail, served index
    Verify(StoreOnly),
    /// Give room that a store no longer needs back to the disk
    Compact(StoreOnly),
    /// Make, list and take back the tokens of a store
    #[command(subcommand)]
    Token(TokenCommand),
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Make completions and man pages
    #[command(subcommand, hide = true)]
    Generate(Generate),
    /// Find a place by name
    Geocode(Geocode),
    /// Complete the beginning of a name, as a search box does
    Suggest(Suggest),
    /// Find the place at a position
    Reverse(Reverse),
    /// Look at the bundled gazetteer, or build it
    #[command(subcommand)]
    Gazetteer(GazetteerCommand),
    /// Measure how good the analysis is
    #[command(subcommand)]
    Eval(EvalCommand),
    /// Fit the recogniser of a language or the resolver to annotated texts, and measure it
    Train(Train),
}

/// Flags of `oqiga serve`; what is not given is taken from the configuration file.
#[derive(Debug, ClapArgs)]
pub struct Serve {
    /// Configuration file; oqiga.toml in this folder when it is there
    #[arg(long, value_name = "FILE.toml", env = "OQIGA_CONFIG")]
    pub config: Option<PathBuf>,
    /// GeoPackage that keeps documents and incidents, made when it does not exist; or a PostgreSQL database [default: oqiga.gpkg]
    #[arg(long, value_name = "FILE.gpkg|postgres://…")]
    pub store: Option<PathBuf>,
    /// Streaming replica of the database to read from
    #[arg(long, value_name = "postgres://…", requires = "store")]
    pub read_store: Option<String>,
    /// Open the store for reading only: nobody can write
    #[arg(long)]
    pub read_only: bool,
    /// Serve the sample reports that ship with the program, from memory
    #[arg(long, conflicts_with = "store")]
    pub sample: bool,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// File that holds the token for writing, in one line
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Let only bearers of a token read
    #[arg(long)]
    pub private: bool,
    /// Name under which a proxy passes requests on to a loopback address; may be given many times
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// Origin whose pages may read this server, such as https://map.example, or *; may be given many times
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,
}

/// How one text is told from a stream of them.
#[derive(Debug, ClapArgs)]
pub struct TextInput {
    /// File to read; standard input when it is - or missing
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Language of the text (BCP 47), such as ar; told from the text when missing
    #[arg(long, value_parser = parse_lang)]
    pub lang: Option<Lang>,
    /// Country (ISO 3166-1 alpha-2) that the text is mostly about
    #[arg(long, value_name = "ISO")]
    pub country: Option<String>,
    /// Read one JSON document a line and write one answer a line
    #[arg(long)]
    pub ndjson: bool,
}

/// Flags of `oqiga geoparse`.
#[derive(Debug, ClapArgs)]
pub struct Geoparse {
    /// The text.
    #[command(flatten)]
    pub input: TextInput,
    /// How to write the answer; a table on a terminal, JSON elsewhere
    #[arg(long, value_enum)]
    pub format: Option<GeoparseFormat>,
    /// Show the candidates of every name with their scores
    #[arg(long)]
    pub explain: bool,
    /// Also show names that are plainly no place reference: people, streets
    #[arg(long)]
    pub all: bool,
    /// Count the particles written on an Arabic name to it: all of "ببيروت", not only "بيروت"
    #[arg(long)]
    pub whole_words: bool,
}

/// Formats of `oqiga geoparse`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GeoparseFormat {
    /// A table for people
    Table,
    /// One JSON object
    Json,
    /// A GeoJSON FeatureCollection
    Geojson,
    /// A page with the names marked in the text
    Html,
}

/// Flags of `oqiga extract`.
#[derive(Debug, ClapArgs)]
pub struct Extract {
    /// The text.
    #[command(flatten)]
    pub input: TextInput,
    /// Day of publication; without it no relative date is resolved
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub published: Option<Date>,
    /// Say for each incident why it was found, and what was rejected
    #[arg(long)]
    pub explain: bool,
}

/// Flags of `oqiga ingest`.
#[derive(Debug, ClapArgs)]
pub struct Ingest {
    /// Files or folders to read; - is standard input
    #[arg(required = true, value_name = "FILE|DIR|-")]
    pub inputs: Vec<PathBuf>,
    /// GeoPackage to write to, made when it does not exist; or a PostgreSQL database
    #[arg(long, value_name = "FILE.gpkg|postgres://…", default_value = "oqiga.gpkg")]
    pub store: PathBuf,
    /// Day of publication of documents that do not tell it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub published: Option<Date>,
    /// Outlet or agency of the documents
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Address of the document
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Language of documents that do not tell it
    #[arg(long, value_parser = parse_lang)]
    pub lang: Option<Lang>,
    /// Read one JSON document a line
    #[arg(long)]
    pub ndjson: bool,
}

/// Flags of `oqiga export`.
#[derive(Debug, ClapArgs)]
pub struct Export {
    /// GeoPackage to read from, or a PostgreSQL database
    #[arg(long, value_name = "FILE.gpkg|postgres://…", default_value = "oqiga.gpkg")]
    pub store: PathBuf,
    /// Format to write
    #[arg(long, value_enum, default_value = "geojson")]
    pub format: ExportFormat,
    /// File to write; standard output when missing
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Which incidents; the same words as the server's query parameters
    #[command(flatten)]
    pub filter: FilterFlags,
}

/// Formats of `oqiga export`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// One GeoJSON FeatureCollection (RFC 7946)
    Geojson,
    /// One feature a line
    #[value(alias = "ndjson")]
    Geojsonl,
    /// A GeoJSON text sequence (RFC 8142)
    Geojsonseq,
    /// A table with coordinates
    Csv,
    /// The table with tags of the Humanitarian Exchange Language
    HxlCsv,
    /// The columns of ACLED
    AcledCsv,
    /// FlatGeobuf with a spatial index
    Fgb,
    /// A GeoPackage with the one layer
    Gpkg,
    /// GeoParquet 1.1
    Geoparquet,
    /// KML for Google Earth
    Kml,
    /// Vector tiles in one file
    Pmtiles,
}

/// The filter as flags: the same names and meanings as the query parameters of the server.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct FilterFlags {
    /// west,south,east,north in degrees
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    pub bbox: Option<String>,
    /// A day or an interval: 2022-01-05, 2022-01-01/2022-01-10, ../2022-01-10
    #[arg(long, value_name = "INTERVAL")]
    pub datetime: Option<String>,
    /// Types, separated by commas
    #[arg(long = "type", value_name = "TYPES")]
    pub event_type: Option<String>,
    /// Groups, separated by commas
    #[arg(long, value_name = "GROUPS")]
    pub group: Option<String>,
    /// Statuses, separated by commas; reported,claimed when missing
    #[arg(long, value_name = "STATUSES")]
    pub status: Option<String>,
    /// Countries (ISO 3166-1 alpha-2), separated by commas
    #[arg(long, value_name = "ISO")]
    pub country: Option<String>,
    /// Places (GeoNames ids) with all that lies in them, separated by commas
    #[arg(long, value_name = "IDS")]
    pub place: Option<String>,
    /// How exactly placed: 1 town, 2 near or part of a region, 3 country; separated by commas
    #[arg(long, value_name = "1,2,3")]
    pub precision: Option<String>,
    /// Outlets, separated by commas
    #[arg(long, value_name = "NAMES")]
    pub source: Option<String>,
    /// Ids of incidents, separated by commas
    #[arg(long, value_name = "IDS")]
    pub ids: Option<String>,
    /// CQL2 expression, such as "killed > 3"
    #[arg(long, value_name = "CQL2")]
    pub filter: Option<String>,
    /// Least confidence, 0 to 1
    #[arg(long, value_name = "0-1")]
    pub min_confidence: Option<String>,
    /// Words that the incident must contain
    #[arg(short, long, value_name = "TEXT")]
    pub q: Option<String>,
}

/// Which places a look-up by name may answer with.
#[derive(Debug, ClapArgs)]
pub struct PlaceChoice {
    /// Only places in this country (ISO 3166-1 alpha-2)
    #[arg(long, value_name = "ISO")]
    pub country: Option<String>,
    /// Only places of these classes, separated by commas: country, admin1, admin2, city, region, physical, facility
    #[arg(long, value_name = "CLASSES", value_delimiter = ',', value_parser = parse_class)]
    pub class: Vec<Class>,
    /// Most answers
    #[arg(long, default_value_t = 5)]
    pub limit: usize,
}

/// Flags of `oqiga geocode`.
#[derive(Debug, ClapArgs)]
pub struct Geocode {
    /// Name of the place, in any script; with --column a CSV file, or - for standard input
    #[arg(value_name = "NAME|FILE.csv")]
    pub name: String,
    /// Which places may be answered.
    #[command(flatten)]
    pub choice: PlaceChoice,
    /// Find names in other scripts by their sound in the whole world too, not only in the country that is given
    #[arg(long)]
    pub sound_anywhere: bool,
    /// How to write the answer; a table on a terminal, GeoJSON elsewhere; of a CSV file, CSV or GeoJSON
    #[arg(long, value_enum)]
    pub format: Option<PlaceFormat>,
    /// Column of a CSV file that holds the names; every row is written out again with the place it means
    #[arg(long, value_name = "COLUMN")]
    pub column: Option<String>,
    /// Column that holds the country of each row (ISO 3166-1 alpha-2); empty cells leave it open
    #[arg(long, value_name = "COLUMN", requires = "column", conflicts_with = "country")]
    pub country_column: Option<String>,
}

/// Flags of `oqiga suggest`.
#[derive(Debug, ClapArgs)]
pub struct Suggest {
    /// Beginning of a name, in any script
    pub beginning: String,
    /// Which places may be answered.
    #[command(flatten)]
    pub choice: PlaceChoice,
    /// How to write the answer; a table on a terminal, GeoJSON elsewhere
    #[arg(long, value_enum)]
    pub format: Option<PlaceFormat>,
}

/// Flags of `oqiga reverse`.
#[derive(Debug, ClapArgs)]
pub struct Reverse {
    /// Degrees east
    #[arg(allow_hyphen_values = true)]
    pub lon: f64,
    /// Degrees north
    #[arg(allow_hyphen_values = true)]
    pub lat: f64,
    /// How to write the answer; a table on a terminal, GeoJSON elsewhere
    #[arg(long, value_enum)]
    pub format: Option<PlaceFormat>,
}

/// Formats of `oqiga geocode`, `oqiga suggest` and `oqiga reverse`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlaceFormat {
    /// A table for people
    Table,
    /// A GeoJSON FeatureCollection, best answer first
    Geojson,
    /// The rows of a CSV file with the places that they mean
    Csv,
}

/// The commands about the gazetteer.
#[derive(Debug, Subcommand)]
pub enum GazetteerCommand {
    /// Version, counts, sources and licences of the bundled gazetteer
    Info,
    /// Compile the gazetteer from downloaded packages (see gazetteer/README.md)
    Build(GazetteerBuild),
    /// Names for map labels, one JSON object a line
    Labels(GazetteerLabels),
    /// Learn the costs of letters for names in other scripts from the bundled gazetteer
    Learn(GazetteerLearn),
}

/// Flags of `oqiga gazetteer build`.
#[derive(Debug, ClapArgs)]
pub struct GazetteerBuild {
    /// Folder that gazetteer/fetch.sh filled
    pub packages: PathBuf,
    /// Folder to write to
    #[arg(long, value_name = "DIR", default_value = "gazetteer")]
    pub output: PathBuf,
}

/// Flags of `oqiga gazetteer labels`.
#[derive(Debug, ClapArgs)]
pub struct GazetteerLabels {
    /// Least inhabitants
    #[arg(long, default_value_t = 15_000)]
    pub min_population: u64,
}

/// What `oqiga eval` measures.
#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// How well place names are found and resolved in annotated texts
    Geoparse(EvalGeoparse),
    /// How well incidents are extracted from annotated articles
    Incidents(EvalIncidents),
    /// How well public sets of event sentences and time expressions are read
    Events(EvalEvents),
    /// How often a name in another script finds its place, with the aliases of that script hidden
    Gazetteer(EvalGazetteer),
}

/// Flags of `oqiga eval events`.
#[derive(Debug, ClapArgs)]
pub struct EvalEvents {
    /// Files with one JSON object a line: a text with `timex` spans or a `label` of 0 or 1
    #[arg(required = true, value_name = "FILE")]
    pub corpora: Vec<PathBuf>,
    /// Page to write the table into, such as docs/ACCURACY.md
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// Flags of `oqiga eval incidents`.
#[derive(Debug, ClapArgs)]
pub struct EvalIncidents {
    /// Folders of gold articles: JSON of schema incident-gold/1, or notes in folders named after the language
    #[arg(required = true, value_name = "CORPUS")]
    pub corpora: Vec<PathBuf>,
    /// Tell every incident that is missed, false or partly wrong
    #[arg(long)]
    pub errors: bool,
    /// Page to write the table into, such as docs/ACCURACY.md
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// Flags of `oqiga eval geoparse`.
#[derive(Debug, ClapArgs)]
pub struct EvalGeoparse {
    /// Annotated texts: files with one JSON object a line, or folders of articles (see docs/DATA.md)
    #[arg(required = true, value_name = "CORPUS")]
    pub corpora: Vec<PathBuf>,
    /// A corpus that the recognisers were fitted to; its texts are read by ones fitted without them
    #[arg(long, value_name = "CORPUS[=WEIGHT]")]
    pub names_from: Vec<String>,
    /// A corpus that the resolver was fitted to; its texts are resolved by one fitted without them
    #[arg(long, value_name = "CORPUS[=WEIGHT]")]
    pub places_from: Vec<String>,
    /// Splits to learn from and to measure, separated by commas
    #[arg(long, value_name = "SPLITS", default_value = "train,dev,valid,test")]
    pub split: String,
    /// Count the particles written on an Arabic name to it, as a corpus does that marks whole words
    #[arg(long)]
    pub whole_words: bool,
    /// Read texts of no such corpus with models fitted now, not with those that ship
    #[arg(long)]
    pub refit: bool,
    /// Parts that are left out in turn
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub folds: usize,
    /// Page to write the table into, such as docs/ACCURACY.md
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// Flags of `oqiga eval gazetteer`.
#[derive(Debug, ClapArgs)]
pub struct EvalGazetteer {
    /// Learn from all but one part of the countries, for each of this many parts; 0 measures the shipped costs only
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub folds: usize,
    /// Also search the whole world, not only the country of each query
    #[arg(long)]
    pub world: bool,
}

/// Flags of `oqiga gazetteer learn`.
#[derive(Debug, ClapArgs)]
pub struct GazetteerLearn {
    /// File to write the costs to
    #[arg(long, value_name = "FILE", default_value = "src/gazetteer/sounds/costs.tsv")]
    pub output: PathBuf,
}

/// Flags of `oqiga train`.
#[derive(Debug, ClapArgs)]
pub struct Train {
    /// What to fit: the recogniser of a language (BCP 47), such as kk, or the resolver, places
    #[arg(value_parser = parse_trainee)]
    pub what: Trainee,
    /// Annotated texts: files with one JSON object a line, or folders of articles (see docs/DATA.md);
    /// with =3 behind it a corpus weighs three times as much
    #[arg(required_unless_present = "slovnet", value_name = "CORPUS[=WEIGHT]")]
    pub corpora: Vec<String>,
    /// Train nothing: repack slovnet from this data folder of the Python package natasha
    #[arg(long, value_name = "DIR", requires = "output", conflicts_with = "corpora")]
    pub slovnet: Option<PathBuf>,
    /// Words that the repacked embedding keeps, the most frequent ones
    #[arg(long, default_value_t = 110_000)]
    pub words: usize,
    /// Folder of the language pack to write the weights to; nowhere when missing
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Learn only from texts of these splits, separated by commas, and from those without
    #[arg(long, value_name = "SPLITS")]
    pub split: Option<String>,
    /// Parts of the cross-validation
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub folds: usize,
    /// Show what was found wrongly and what was missed, one name a line
    #[arg(long)]
    pub errors: bool,
    /// Keep the texts of one event in one part
    #[arg(long)]
    pub fold_by_event: bool,
    /// Times that the texts are gone through
    #[arg(long, default_value_t = 12)]
    pub epochs: usize,
    /// Learning rate at the start
    #[arg(long, default_value_t = 0.1)]
    pub rate: f32,
    /// Penalty that drives useless weights to zero
    #[arg(long, default_value_t = 0.3)]
    pub l1: f32,
    /// Penalty that keeps weights small
    #[arg(long, default_value_t = 0.5)]
    pub l2: f32,
    /// A feature must be met this often to get a weight
    #[arg(long, default_value_t = 2)]
    pub count_min: u32,
    /// Share of tokens whose own letters are hidden at each step, so that context counts
    #[arg(long, default_value_t = 0.1)]
    pub hidden: f32,
}

/// What `oqiga train` fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trainee {
    /// The recogniser of a language.
    Lang(Lang),
    /// The weights by which a place is chosen.
    Places,
}

fn parse_trainee(word: &str) -> Result<Trainee, String> {
    if word == "places" { Ok(Trainee::Places) } else { parse_lang(word).map(Trainee::Lang) }
}

fn parse_lang(tag: &str) -> Result<Lang, String> {
    Lang::parse(tag).ok_or_else(|| format!("not a BCP 47 language tag such as ar, ru, kk or en: {tag}"))
}

fn parse_class(name: &str) -> Result<Class, String> {
    let class = Class::ALL.into_iter().find(|class| class.as_str() == name);
    class.ok_or_else(|| format!("one of country, admin1, admin2, city, region, physical, facility, not {name}"))
}

fn parse_date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("not a day written as YYYY-MM-DD: {text}"))
}
