//! Handing over all incidents to several threads at once, from a store that reads them one after the
//! other.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::{StoreError, StoredIncident};

/// Who takes the runs: the number of a run, and its incidents.
pub type Take<'a> = &'a (dyn Fn(usize, &mut dyn Iterator<Item = StoredIncident>) + Sync);

/// Who takes incidents one after the other, and says whether there should be more.
pub type Each<'a> = &'a mut (dyn FnMut(StoredIncident) -> bool + 'a);

/// Incidents of a run.
const RUN_INCIDENTS: usize = 1024;

/// Most threads that take runs.
const THREADS_MAX: usize = 4;

/// How many threads take runs.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MAX)
}

/// Reads on this thread, as `read` hands them over, and lets others take what was read.
///
/// # Errors
/// What `read` says.
pub fn in_batches(read: &mut dyn FnMut(Each<'_>) -> Result<u64, StoreError>, take: Take<'_>) -> Result<u64, StoreError> {
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel(2 * threads());
        let receive = Arc::new(Mutex::new(receive));
        for _ in 0..threads() {
            let receive = receive.clone();
            scope.spawn(move || take_all(&receive, take));
        }
        // With the last of those who take the receiver must go, or a panic of theirs would leave us waiting.
        drop(receive);
        let (mut number, mut run) = (0, Vec::with_capacity(RUN_INCIDENTS));
        let revision = read(&mut |incident| {
            run.push(incident);
            if run.len() < RUN_INCIDENTS {
                return true;
            }
            number += 1;
            send.send((number - 1, std::mem::replace(&mut run, Vec::with_capacity(RUN_INCIDENTS)))).is_ok()
        })?;
        // Nobody takes only when they have panicked, which the end of the scope tells.
        let _ = send.send((number, run));
        Ok(revision)
    })
}

fn take_all(receive: &Mutex<Receiver<(usize, Vec<StoredIncident>)>>, take: Take<'_>) {
    loop {
        let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, run)) = next else { return };
        take(number, &mut run.into_iter());
    }
}
