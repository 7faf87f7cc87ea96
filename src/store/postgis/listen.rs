//! Hearing of what others write: `LISTEN` on a connection of its own.
//!
//! What is heard is only a hint to look; whoever follows the store asks for the changes after the
//! last revision that it has seen. So nothing is missed while nobody listens: after a disconnect the
//! last revision is read anew.

use std::future::poll_fn;
use std::time::Duration;

use tokio::sync::watch;
use tokio_postgres::AsyncMessage;
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::debug;

use super::address::{Address, cause};

/// How long to wait before connecting again, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// The channel of a schema.
pub fn channel(schema: &str) -> String {
    format!("oqiga_{schema}")
}

/// Listens for ever: the task ends with the runtime of the store.
pub async fn listen(address: Address, tls: MakeRustlsConnect, heard: watch::Sender<u64>) {
    let mut pause = PAUSES.0;
    loop {
        if let Err(error) = hear(&address, tls.clone(), &heard, &mut pause).await {
            // The calls that need the database report it; this is only about how soon news come.
            debug!(store = %address.shown, "Not listening for now: {}", cause(&error));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

async fn hear(
    address: &Address,
    tls: MakeRustlsConnect,
    heard: &watch::Sender<u64>,
    pause: &mut Duration,
) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = address.config.connect(tls).await?;
    let tell = |number: u64| {
        heard.send_if_modified(|last| std::mem::replace(last, number.max(*last)) < number);
    };
    let setup = async {
        // A name of small letters, digits and _ only, as the address was checked for.
        client.batch_execute(&format!("LISTEN {}", channel(&address.schema))).await?;
        client.query_one("SELECT last FROM feed", &[]).await
    };
    let mut setup = std::pin::pin!(setup);
    let mut ready = false;
    loop {
        tokio::select! {
            last = &mut setup, if !ready => {
                ready = true;
                *pause = PAUSES.0;
                tell(last?.get::<_, i64>(0).unsigned_abs());
            }
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                None => return Ok(()),
                Some(Err(error)) => return Err(error),
                Some(Ok(AsyncMessage::Notification(notice))) => tell(notice.payload().parse().unwrap_or(0)),
                Some(Ok(_)) => {}
            },
        }
    }
}
