//! How long a node may spend what it leased, and how much it is given: rules and arithmetic only.
//!
//! Times are milliseconds of a clock that goes on while the machine sleeps. A node counts from before it sent its
//! renewal, the others by the database's clock from when that arrived: so it stops first, whatever is lost or late.

/// How long a lease lives after its node was last heard of.
pub const TTL_MS: i64 = 60_000;
/// No new hold at this age, counted by the node.
pub const HOLD_MS: i64 = TTL_MS / 4 * 3;
/// Others take the lease at this age, counted by the database.
pub const DEAD_MS: i64 = TTL_MS / 4 * 5;
/// Rounds without a call after which a lease goes back.
pub const IDLE_ROUNDS: u32 = 10;

/// What a node asks of one account; quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The least that lets one waiting call go on.
    pub least: i64,
    /// What lets all of them go on.
    pub all: i64,
    /// What the node spent of it in the last seconds.
    pub ahead: i64,
}

/// Returns until when a node may hold whose renewal was sent at `sent_ms` and answered.
#[must_use]
pub const fn hold_until_ms(sent_ms: i64) -> i64 {
    sent_ms.saturating_add(HOLD_MS)
}

/// Returns what of `available` is leased: with room enough a few seconds ahead, near the end just the holds, and
/// nothing that would let no call go on.
#[must_use]
pub const fn grant(available: i64, ask: Ask) -> i64 {
    let least = if ask.least > 0 { ask.least } else { 0 };
    let all = if ask.all > least { ask.all } else { least };
    let more = if ask.ahead > all { ask.ahead } else { all };
    let target = all.saturating_add(more);
    if available <= 0 || available < least {
        0
    } else if available / 4 >= target {
        target
    } else if available >= all {
        all
    } else {
        available
    }
}

#[cfg(test)]
mod tests {
    use super::{Ask, DEAD_MS, HOLD_MS, TTL_MS, grant, hold_until_ms};

    const ASK: Ask = Ask {
        least: 10,
        all: 30,
        ahead: 100,
    };

    #[test]
    fn a_node_stops_before_others_take() {
        assert_eq!((HOLD_MS, DEAD_MS), (45_000, 75_000));
        assert!(hold_until_ms(0) < TTL_MS && TTL_MS < DEAD_MS);
        assert_eq!(hold_until_ms(i64::MAX), i64::MAX);
    }

    #[test]
    fn plenty_gives_seconds_ahead() {
        assert_eq!(grant(520, ASK), 130);
        assert_eq!(grant(1_000_000, Ask { ahead: 0, ..ASK }), 60);
    }

    #[test]
    fn near_the_end_it_is_just_the_holds() {
        assert_eq!(grant(519, ASK), 30);
        assert_eq!(grant(30, ASK), 30);
        assert_eq!(grant(29, ASK), 29);
        assert_eq!(grant(10, ASK), 10);
    }

    #[test]
    fn what_helps_nobody_is_not_given() {
        assert_eq!(grant(9, ASK), 0);
        assert_eq!(grant(0, Ask::default()), 0);
        assert_eq!(grant(-5, ASK), 0);
        assert_eq!(
            grant(
                i64::MAX,
                Ask {
                    least: i64::MAX,
                    all: i64::MAX,
                    ahead: 0
                }
            ),
            i64::MAX
        );
    }
}
