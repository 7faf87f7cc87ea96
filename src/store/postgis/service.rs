//! The tables that a service needs beside the data: tokens, and how far each source was read.

use deadpool_postgres::Object;
use tokio_postgres::Row;

use super::super::{Author, Role, SourceState, Token};
use super::link::Trouble;
use super::wire::{Moment, Text};
use super::write::{Step, log};

/// All tokens, taken back or not, in the order in which they were made.
pub async fn tokens(client: &Object) -> Result<Vec<Token>, Trouble> {
    let statement = client.prepare_cached("SELECT name, hash, role, created, revoked FROM tokens ORDER BY number").await?;
    let mut tokens = Vec::new();
    for row in client.query(&statement, &[]).await? {
        let (hash, role): (&[u8], &str) = (row.try_get(1)?, row.try_get(2)?);
        // What cannot be read lets nobody in.
        let Some((hash, role)) = hash.try_into().ok().zip(Role::parse(role)) else { continue };
        let revoked = row.try_get::<_, Option<Moment>>(4)?.map(|moment| moment.0);
        tokens.push(Token { name: row.try_get(0)?, hash, role, created: row.try_get::<_, Moment>(3)?.0, revoked });
    }
    Ok(tokens)
}

/// Adds a token; `None` when there is one of its name.
pub async fn add_token(client: &mut Object, token: &Token, author: &Author, channel: &str) -> Result<Option<u64>, Trouble> {
    let transaction = client.transaction().await?;
    let statement =
        transaction.prepare_cached("INSERT INTO tokens (name, hash, role, created) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING").await?;
    let row: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
        [&Text(&token.name), &token.hash.as_slice(), &token.role.as_str(), &Moment(token.created)];
    if transaction.execute(&statement, &row).await? == 0 {
        return Ok(None);
    }
    let after = serde_json::json!({"role": token.role}).to_string();
    let revision =
        log(&transaction, Step { what: "token", id: &token.name, action: "create", before: None, after: Some(after) }, author, channel)
            .await?;
    transaction.commit().await?;
    Ok(Some(revision))
}

/// Takes a token back; `None` when there is none of the name that still counts.
pub async fn revoke_token(client: &mut Object, name: &str, author: &Author, channel: &str) -> Result<Option<u64>, Trouble> {
    let transaction = client.transaction().await?;
    let statement = transaction.prepare_cached("UPDATE tokens SET revoked = clock_timestamp() WHERE name = $1 AND revoked IS NULL").await?;
    if transaction.execute(&statement, &[&Text(name)]).await? == 0 {
        return Ok(None);
    }
    let revision =
        log(&transaction, Step { what: "token", id: name, action: "delete", before: None, after: None }, author, channel).await?;
    transaction.commit().await?;
    Ok(Some(revision))
}

/// How far a source was read.
pub async fn source(client: &Object, name: &str) -> Result<Option<SourceState>, Trouble> {
    let statement =
        client.prepare_cached("SELECT name, url, etag, last_modified, checked, next, failures, error FROM sources WHERE name = $1").await?;
    client.query_opt(&statement, &[&Text(name)]).await?.map(|row| state(&row)).transpose()
}

fn state(row: &Row) -> Result<SourceState, Trouble> {
    let time = |at: usize| -> Result<_, Trouble> { Ok(row.try_get::<_, Option<Moment>>(at)?.map(|moment| moment.0)) };
    Ok(SourceState {
        name: row.try_get(0)?,
        url: row.try_get(1)?,
        etag: row.try_get(2)?,
        last_modified: row.try_get(3)?,
        checked: time(4)?,
        next: time(5)?,
        failures: u32::try_from(row.try_get::<_, i64>(6)?).unwrap_or(u32::MAX),
        error: row.try_get(7)?,
    })
}

/// Keeps how far a source was read.
pub async fn put_source(client: &Object, state: &SourceState) -> Result<(), Trouble> {
    let statement = client
        .prepare_cached(
            "INSERT INTO sources (name, url, etag, last_modified, checked, next, failures, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (name) DO UPDATE SET url = $2, etag = $3, last_modified = $4, checked = $5, next = $6, failures = $7, error = $8",
        )
        .await?;
    client
        .execute(
            &statement,
            &[
                &Text(&state.name),
                &Text(&state.url),
                &state.etag.as_deref().map(Text),
                &state.last_modified.as_deref().map(Text),
                &state.checked.map(Moment),
                &state.next.map(Moment),
                &i64::from(state.failures),
                &state.error.as_deref().map(Text),
            ],
        )
        .await?;
    Ok(())
}
