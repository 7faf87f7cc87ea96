//! The way to heavy work: off the async threads, no more at once than there are cores, and no
//! longer a queue than can be served in reasonable time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::problem::Problem;

/// Most requests that wait for each core.
const WAITING_PER_CORE: usize = 16;

/// When a client that was turned away may try again.
const RETRY_AFTER_S: u32 = 5;

/// Lets a limited number of analyses run at once.
pub struct Gate {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    waiting_max: usize,
}

impl Gate {
    /// A gate for the cores of this machine.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { permits: Arc::new(Semaphore::new(cores)), waiting: AtomicUsize::new(0), waiting_max: cores * WAITING_PER_CORE }
    }

    /// Runs blocking work when there is room for it.
    ///
    /// # Errors
    /// 503 when too many wait already, 500 when the work panicked.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let place = Place::take(&self.waiting);
        if place.before >= self.waiting_max {
            return Err(Problem::busy("too many reports are being read at once; try again in a moment", RETRY_AFTER_S));
        }
        // The semaphore is never closed.
        let permit = self.permits.clone().acquire_owned().await.map_err(Problem::internal)?;
        drop(place);
        let outcome = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when the client is gone and nobody waits for it.
            let _permit = permit;
            work()
        });
        outcome.await.map_err(Problem::internal)
    }
}

/// A place in the queue, given back when dropped, however the request ends.
struct Place<'a> {
    waiting: &'a AtomicUsize,
    before: usize,
}

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Self {
        Self { before: waiting.fetch_add(1, Ordering::Relaxed), waiting }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_in_the_work_is_an_answer_and_the_gate_stays_open() {
        let gate = Gate::new();
        for _ in 0..100 {
            assert!(gate.run(|| panic!("hostile input")).await.is_err());
        }
        assert_eq!(gate.run(|| 7).await, Ok(7));
        assert_eq!(gate.waiting.load(Ordering::Relaxed), 0);
    }
}
