//! One write for all journal records of a scheduler turn. Calls put their record into the journal's memory and wait here;
//! when every task that could run has run, the turn's records go to the file in one `pwrite` and the calls go on together,
//! which also lets their own writes follow each other closely. Must never keep a call waiting for more than that turn.
//!
//! A `pwrite` a record took 2.3 of 32 µs a call, and calls that go on one by one wake provider and client one by one.

use std::sync::Arc;
use std::task::{Poll, Waker};

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::journal::JournalError;
use crate::state::shared::Shared;

/// Those who wait for the next write.
#[derive(Debug, Default)]
struct Round {
    number: u64,
    waiting: Vec<Waker>,
    /// Emptied list of the last round, used again.
    spare: Vec<Waker>,
    /// The number of the last round that could not be written, and why.
    failed: Option<(u64, String)>,
}

/// The turns of one worker.
#[derive(Debug)]
pub(crate) struct Gather {
    shared: Arc<Shared>,
    round: Mutex<Round>,
    bell: Notify,
}

impl Gather {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
            round: Mutex::default(),
            bell: Notify::new(),
        }
    }

    /// Writes what was gathered, turn by turn; runs as a task of the worker whose calls wait.
    pub(crate) async fn run(&self) {
        loop {
            self.bell.notified().await;
            self.write();
        }
    }

    fn write(&self) {
        let written = self.shared.journal.flush();
        let mut woken = {
            let mut round = self.round.lock();
            if let Err(error) = written {
                round.failed = Some((round.number, error.to_string()));
            }
            round.number += 1;
            let spare = std::mem::take(&mut round.spare);
            std::mem::replace(&mut round.waiting, spare)
        };
        for waiter in woken.drain(..) {
            waiter.wake();
        }
        self.round.lock().spare = woken;
    }

    /// Waits until everything that was appended before is in the file.
    pub(crate) async fn written(&self) -> Result<(), JournalError> {
        let mut joined: Option<(u64, Waker)> = None;
        std::future::poll_fn(|cx| {
            let mut round = self.round.lock();
            match &joined {
                Some((number, _)) if *number < round.number => {
                    return Poll::Ready(round.outcome(*number));
                }
                Some((_, waker)) if waker.will_wake(cx.waker()) => return Poll::Pending,
                Some(_) | None => {}
            }
            if round.waiting.is_empty() {
                self.bell.notify_one();
            }
            round.waiting.push(cx.waker().clone());
            joined = Some((round.number, cx.waker().clone()));
            Poll::Pending
        })
        .await
    }
}

impl Round {
    fn outcome(&self, number: u64) -> Result<(), JournalError> {
        match &self.failed {
            Some((failed, reason)) if *failed == number => Err(JournalError::Unavailable {
                reason: reason.clone(),
            }),
            Some(_) | None => Ok(()),
        }
    }
}
