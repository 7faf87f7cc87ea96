//! The tables that a service needs beside the data: tokens, and how far each source was read.

use rusqlite::{Connection, OptionalExtension, params};

use super::super::{Author, Role, SourceState, Token};
use super::write::writing;

/// All tokens, taken back or not, in the order in which they were made.
pub fn tokens(connection: &Connection) -> rusqlite::Result<Vec<Token>> {
    let mut statement = connection.prepare_cached("SELECT name, hash, role, created, revoked FROM oqiga_tokens ORDER BY rowid")?;
    let rows = statement.query_map([], |row| {
        let (hash, role): (String, String) = (row.get(1)?, row.get(2)?);
        let time = |text: String| text.parse().ok();
        Ok((row.get(0)?, hash, role, row.get::<_, String>(3).map(time)?, row.get::<_, Option<String>>(4)?))
    })?;
    let mut tokens = Vec::new();
    for row in rows {
        let (name, hash, role, created, revoked): (String, String, String, Option<jiff::Timestamp>, Option<String>) = row?;
        // What cannot be read lets nobody in.
        let Some((hash, role)) = unhex(&hash).zip(Role::parse(&role)) else { continue };
        let created = created.unwrap_or_default();
        tokens.push(Token { name, hash, role, created, revoked: revoked.map(|at| at.parse().unwrap_or(created)) });
    }
    Ok(tokens)
}

/// Adds a token; `false` when there is one of its name.
pub fn add_token(connection: &mut Connection, token: &Token, author: &Author) -> rusqlite::Result<bool> {
    writing(connection, author, |trail| {
        let hash: String = token.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let added = trail.transaction.execute(
            "INSERT INTO oqiga_tokens (name, hash, role, created) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            params![token.name, hash, token.role.as_str(), token.created.to_string()],
        )?;
        if added > 0 {
            let after = serde_json::json!({"role": token.role});
            trail.revision("token", &token.name, "create", None, Some(&after))?;
        }
        Ok(added > 0)
    })
}

/// Takes a token back; `false` when there is none of the name that still counts.
pub fn revoke_token(connection: &mut Connection, name: &str, author: &Author) -> rusqlite::Result<bool> {
    writing(connection, author, |trail| {
        let sql = "UPDATE oqiga_tokens SET revoked = ?2 WHERE name = ?1 AND revoked IS NULL";
        let revoked = trail.transaction.execute(sql, params![name, trail.now])?;
        if revoked > 0 {
            trail.revision("token", name, "delete", None, None)?;
        }
        Ok(revoked > 0)
    })
}

/// How far a source was read.
pub fn source(connection: &Connection, name: &str) -> rusqlite::Result<Option<SourceState>> {
    connection
        .prepare_cached("SELECT name, url, etag, last_modified, checked, next, failures, error FROM sources WHERE name = ?1")?
        .query_row([name], |row| {
            let time = |at: usize| row.get::<_, Option<String>>(at).map(|text| text.and_then(|text| text.parse().ok()));
            Ok(SourceState {
                name: row.get(0)?,
                url: row.get(1)?,
                etag: row.get(2)?,
                last_modified: row.get(3)?,
                checked: time(4)?,
                next: time(5)?,
                failures: row.get(6)?,
                error: row.get(7)?,
            })
        })
        .optional()
}

/// Keeps how far a source was read.
pub fn put_source(connection: &Connection, state: &SourceState) -> rusqlite::Result<()> {
    let time = |at: Option<jiff::Timestamp>| at.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string());
    connection
        .prepare_cached(
            "INSERT INTO sources (name, url, etag, last_modified, checked, next, failures, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (name) DO UPDATE SET url = ?2, etag = ?3, last_modified = ?4, checked = ?5, next = ?6, failures = ?7, error = ?8",
        )?
        .execute(params![
            state.name,
            state.url,
            state.etag,
            state.last_modified,
            time(state.checked),
            time(state.next),
            state.failures,
            state.error
        ])?;
    Ok(())
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0u8; 32];
    if text.len() != 64 {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(bytes)
}
