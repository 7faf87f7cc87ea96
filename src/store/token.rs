//! Who may do what: tokens with roles, of which a store keeps only hashes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What the bearer of a token may do; each role may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Read, where reading is not open to everybody.
    Read,
    /// Put documents in.
    Contribute,
    /// Correct and remove incidents.
    Edit,
    /// See how the service is doing, and everything else.
    Admin,
}

impl Role {
    /// All roles, the weakest first.
    pub const ALL: [Self; 4] = [Self::Read, Self::Contribute, Self::Edit, Self::Admin];

    /// Its name on the command line, in the file and in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Contribute => "contribute",
            Self::Edit => "edit",
            Self::Admin => "admin",
        }
    }

    /// The role of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// A token as it is kept: everything but the secret itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Whose it is; stands in the trail of what its bearer writes.
    pub name: String,
    /// SHA-256 of the secret. The secret has 256 random bits, so a slow hash would add nothing.
    pub hash: [u8; 32],
    /// What its bearer may do.
    pub role: Role,
    /// When it was made.
    pub created: Timestamp,
    /// When it was taken back.
    pub revoked: Option<Timestamp>,
}

impl Token {
    /// The hash of a secret.
    pub fn hash(secret: &str) -> [u8; 32] {
        Sha256::digest(secret.as_bytes()).into()
    }
}

/// How far a source has been read, for the next time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceState {
    /// Its name in the configuration.
    pub name: String,
    /// Its address or folder.
    pub url: String,
    /// What the server called the version that was read last.
    pub etag: Option<String>,
    /// When the server said that version was made.
    pub last_modified: Option<String>,
    /// When it was last asked.
    pub checked: Option<Timestamp>,
    /// Not to be asked before.
    pub next: Option<Timestamp>,
    /// How often in a row it could not be read.
    pub failures: u32,
    /// Why it could not be read the last time.
    pub error: Option<String>,
}
