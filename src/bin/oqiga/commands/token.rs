//! `oqiga token`: who may do what with a server. The secret is printed once; the store keeps its hash.

use jiff::Timestamp;
use oqiga::store::{Author, Role, Token};

use crate::service_args::{RoleName, StoreOnly, TokenAdd, TokenCommand, TokenRevoke};
use crate::{Failure, Outcome, stores};

/// Longest name of a token.
const NAME_CHARS_MAX: usize = 64;

/// Runs the command.
pub fn run(command: &TokenCommand) -> Result<Outcome, Failure> {
    match command {
        TokenCommand::Add(args) => add(args),
        TokenCommand::List(args) => list(args),
        TokenCommand::Revoke(args) => revoke(args),
    }
}

fn add(args: &TokenAdd) -> Result<Outcome, Failure> {
    let name = args.name.as_str();
    let is_name =
        !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX && name.chars().all(|c| c.is_alphanumeric() || "-_.@".contains(c));
    if !is_name {
        return Err(Failure::new(format!("not a name for a token: {name:?}; wanted up to {NAME_CHARS_MAX} letters, digits, or - _ . @")));
    }
    let role = match args.role {
        RoleName::Read => Role::Read,
        RoleName::Contribute => Role::Contribute,
        RoleName::Edit => Role::Edit,
        RoleName::Admin => Role::Admin,
    };
    let secret = secret();
    let token = Token { name: name.to_owned(), hash: Token::hash(&secret), role, created: Timestamp::now(), revoked: None };
    let store = stores::open(&args.store, None)?;
    if !store.add_token(&token, &Author::new("oqiga", "token add")).map_err(failed)? {
        return Err(Failure::new(format!(
            "there is a token named {name} already; names are not used twice, so that the trail stays clear"
        )));
    }
    eprintln!("oqiga: keep this token; it is shown only now");
    println!("{secret}");
    Ok(Outcome::Done)
}

fn list(args: &StoreOnly) -> Result<Outcome, Failure> {
    let tokens = stores::open_read_only(&args.store)?.tokens().map_err(failed)?;
    for token in &tokens {
        let state = token.revoked.map_or_else(|| "in force".to_owned(), |at| format!("revoked {at:.0}"));
        println!("{}\t{}\tcreated {:.0}\t{state}", token.name, token.role.as_str(), token.created);
    }
    Ok(if tokens.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

fn revoke(args: &TokenRevoke) -> Result<Outcome, Failure> {
    // Nothing is made to take back what it cannot hold.
    drop(stores::open_read_only(&args.store)?);
    let store = stores::open(&args.store, None)?;
    if !store.revoke_token(&args.name, &Author::new("oqiga", "token revoke")).map_err(failed)? {
        return Err(Failure::new(format!("there is no token named {} in force", args.name)));
    }
    println!("{}\trevoked", args.name);
    Ok(Outcome::Done)
}

fn failed(error: oqiga::store::StoreError) -> Failure {
    Failure::new(error.to_string())
}

/// 256 random bits in hexadecimal, with a beginning by which scanners for leaked secrets know it.
fn secret() -> String {
    let mut bytes = [0u8; 32];
    // Without randomness of the system nothing else here would be safe either.
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("oqiga_{hex}")
}
