//! What can be typed to look after a store and to run a service.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

/// Flags of `oqiga import`.
#[derive(Debug, ClapArgs)]
pub struct Import {
    /// File to read; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Format of the file; told from its name when missing
    #[arg(long, value_enum)]
    pub format: Option<ImportFormat>,
    /// GeoPackage to write to; made when it does not exist
    #[arg(long, value_name = "FILE.gpkg", default_value = "oqiga.gpkg")]
    pub store: PathBuf,
    /// Type of incidents that have none, such as fire
    #[arg(long = "type", value_name = "TYPE")]
    pub event_type: Option<String>,
    /// Source of incidents that name none
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
}

/// Formats of `oqiga import`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// GeoJSON: a FeatureCollection, or one feature a line
    Geojson,
    /// A table with lon, lat and columns of schema incident/1
    Csv,
    /// The columns of an ACLED export
    AcledCsv,
    /// The first point layer of a GeoPackage
    Gpkg,
}

/// Flags of commands about one store.
#[derive(Debug, ClapArgs)]
pub struct StoreOnly {
    /// GeoPackage to look at
    #[arg(long, value_name = "FILE.gpkg", default_value = "oqiga.gpkg")]
    pub store: PathBuf,
}

/// Flags of `oqiga backup`.
#[derive(Debug, ClapArgs)]
pub struct Backup {
    /// File to write; a file FILE.sha256 is written beside it
    #[arg(value_name = "FILE")]
    pub to: PathBuf,
    /// GeoPackage to copy; it may be in use
    #[arg(long, value_name = "FILE.gpkg", default_value = "oqiga.gpkg")]
    pub store: PathBuf,
}

/// Flags of `oqiga restore`.
#[derive(Debug, ClapArgs)]
pub struct Restore {
    /// Backup to put in place
    #[arg(value_name = "FILE")]
    pub from: PathBuf,
    /// Where to
    #[arg(long, value_name = "FILE.gpkg", default_value = "oqiga.gpkg")]
    pub store: PathBuf,
    /// Put it in the place of a store that is there; that one is kept as FILE.gpkg.before-restore
    #[arg(long)]
    pub replace: bool,
}

/// The commands about tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it, once
    Add(TokenAdd),
    /// The tokens of the store, without their secrets
    List(StoreOnly),
    /// Take a token back; running servers know within a second
    Revoke(TokenRevoke),
}

/// Flags of `oqiga token add`.
#[derive(Debug, ClapArgs)]
pub struct TokenAdd {
    /// Whose it is; stands in the trail of what is written with it
    pub name: String,
    /// What its bearer may do
    #[arg(long, value_enum, default_value = "contribute")]
    pub role: RoleName,
    /// GeoPackage that keeps its hash; made when it does not exist
    #[arg(long, value_name = "FILE.gpkg", default_value = "oqiga.gpkg")]
    pub store: PathBuf,
}

/// Flags of `oqiga token revoke`.
#[derive(Debug, ClapArgs)]
pub struct TokenRevoke {
    /// Whose it is
    pub name: String,
    /// GeoPackage that keeps it
    #[arg(long, value_name = "FILE.gpkg", default_value = "oqiga.gpkg")]
    pub store: PathBuf,
}

/// The roles, the weakest first; each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Read, where reading is not open to everybody
    Read,
    /// Put documents in
    Contribute,
    /// Correct and remove incidents
    Edit,
    /// Everything
    Admin,
}

/// The commands about the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the configuration that is in force, as TOML, with every default
    Show(ConfigShow),
}

/// Flags of `oqiga config show`.
#[derive(Debug, ClapArgs)]
pub struct ConfigShow {
    /// Configuration file; oqiga.toml in this folder when it is there
    #[arg(long, value_name = "FILE.toml", env = "OQIGA_CONFIG")]
    pub config: Option<PathBuf>,
}

/// The commands that packagers use.
#[derive(Debug, Subcommand)]
pub enum Generate {
    /// Completions for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Man pages, one a command, into a folder
    Man {
        /// Folder to write to
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}
