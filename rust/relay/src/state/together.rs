//! What this node and others tell each other of their limits, as bytes that the management plane carries.
//!
//! Each round it brings the others' bytes (`hear`), has what nobody holds divided (`divide`) and takes this node's
//! (`tell`). Nothing here is on a call's path, and nothing waits: while rounds stand still, each meter keeps to its part.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use weirgate_policy::limits::{Round, Subject, SubjectReport};

use super::limits::Limits;
use crate::error::PublishError;

/// The form of the bytes; another one is refused whole.
const VERSION: u8 = 1;
/// Subjects told in one round; those beyond have their turn in the next.
const MOST: usize = 20_000;

/// What is counted: a subject, or a user under the family's limit.
#[derive(Debug, Serialize, Deserialize)]
enum Counted {
    Subject(Subject),
    User(i64),
}

#[derive(Debug, Serialize, Deserialize)]
struct Told {
    version: u8,
    subjects: Vec<(Counted, SubjectReport)>,
}

impl Limits {
    /// Returns what the others must know since the last call; empty when that is nothing.
    pub(crate) fn tell(&self, now_ms: i64) -> Vec<u8> {
        let meters = self.meters.pin();
        let users = self.users.pin();
        let subjects = meters.iter().filter_map(|(subject, meter)| {
            let report = meter.lock().report(now_ms)?;
            Some((Counted::Subject(subject.clone()), report))
        });
        let of_users = users.iter().filter_map(|(id, user)| {
            let report = user.lock().report(now_ms)?;
            Some((Counted::User(*id), report))
        });
        let subjects: Vec<_> = subjects.chain(of_users).take(MOST).collect();
        if subjects.is_empty() {
            return Vec::new();
        }
        let told = Told {
            version: VERSION,
            subjects,
        };
        postcard::to_stdvec(&told).unwrap_or_default()
    }

    /// Takes in what another node told `age_ms` ago; of one that is gone (`None`) only what it counted.
    pub(crate) fn hear(
        &self,
        node: Option<u16>,
        bytes: &[u8],
        age_ms: i64,
        now_ms: i64,
    ) -> Result<(), PublishError> {
        let told: Told =
            postcard::from_bytes(bytes).map_err(|error| PublishError::Counts(error.to_string()))?;
        if told.version != VERSION {
            let version = told.version;
            return Err(PublishError::Counts(format!("form {version} is not known")));
        }
        for (counted, report) in told.subjects {
            match counted {
                Counted::Subject(subject) => {
                    let meter = self.meter(&subject);
                    meter.lock().hear(node, &report, age_ms, now_ms);
                }
                Counted::User(id) => self.user(id).lock().hear(node, &report, age_ms, now_ms),
            }
        }
        Ok(())
    }

    /// Divides what nobody holds of each limit, among nodes by rising number.
    pub(crate) fn divide(&self, me: u16, nodes: &[u16], number: u64, now_ms: i64) {
        let Some(team) = &self.team else { return };
        let round = Round { me, nodes, number };
        for (_, meter) in &self.meters.pin() {
            meter.lock().divide(&round, now_ms);
        }
        for (_, user) in &self.users.pin() {
            user.lock().divide(&round, now_ms);
        }
        team.settled(nodes.len(), now_ms);
    }

    /// Returns how many nodes count together, 0 where none do; and whether they are apart now.
    pub(crate) fn team(&self, now_ms: i64) -> (u64, bool) {
        self.team.as_ref().map_or((0, false), |team: &Arc<_>| {
            (team.nodes() as u64, team.is_apart(now_ms))
        })
    }
}
