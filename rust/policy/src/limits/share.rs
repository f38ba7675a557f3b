//! One limit that several nodes keep together without asking each other on a call's path.
//!
//! Each node holds a share (`left`) that it may give away by itself, and what it gave away turns
//! into counts. Every round the nodes tell each other counts and shares ([`Report`]), and divide
//! what nobody holds by recent demand, all from the same reports: the shares and counts of all
//! nodes together never exceed the limit. Two things may, by at most one call a node: the first
//! call in a while at a node whose share is used up elsewhere, and a node that joins.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use super::window::{Slot, Window};

/// Rounds that do not come for so long leave a node to its part of the limits.
const STALE_MS: i64 = 3_000;
/// Demand is kept in sixteenths of a call, so that it fades in steps.
const DEMAND_UNITS: u64 = 16;

/// How a node stands with the others; shared by all of its limits.
#[derive(Debug, Default)]
pub struct Team {
    nodes: AtomicUsize,
    settled_ms: AtomicI64,
}

impl Team {
    /// Notes that a round with so many nodes, this one among them, was settled.
    pub fn settled(&self, nodes: usize, now_ms: i64) {
        self.nodes.store(nodes, Ordering::Relaxed);
        self.settled_ms.store(now_ms, Ordering::Relaxed);
    }

    /// Returns how many nodes there were at last; at least this one.
    pub fn nodes(&self) -> usize {
        self.nodes.load(Ordering::Relaxed).max(1)
    }

    /// Tells whether the rounds stand still, so that each node keeps to its part.
    pub fn is_apart(&self, now_ms: i64) -> bool {
        let settled_ms = self.settled_ms.load(Ordering::Relaxed);
        now_ms.saturating_sub(settled_ms) > STALE_MS
    }

    /// Returns this node's part of a limit.
    pub(super) fn part(&self, limit: u64) -> u64 {
        limit / self.nodes() as u64
    }
}

/// The nodes of a round, by rising number, and which of them settles.
#[derive(Clone, Copy, Debug)]
pub struct Round<'a> {
    /// This node.
    pub me: u16,
    /// All that live, this one included.
    pub nodes: &'a [u16],
    /// Turns who gets what cannot be divided; the same at all nodes.
    pub number: u64,
}

/// What a node tells of one limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How much the limit allows, as that node knows it.
    pub limit: u64,
    /// What that node may still give away.
    pub left: u64,
    /// How much was asked of it lately.
    pub demand: u64,
    /// What it holds now: calls that run.
    pub running: u64,
    /// What it counted since its last report: how long ago, in milliseconds, and how much.
    pub counted: Vec<(i64, i64)>,
}

#[derive(Clone, Copy, Debug)]
struct Peer {
    node: u16,
    left: u64,
    demand: u64,
    running: u64,
}

/// This node's share of one limit.
#[derive(Clone, Debug)]
pub(super) struct Share {
    limit: u64,
    left: u64,
    asked: u64,
    demand: u64,
    peers: Vec<Peer>,
    unsent: Vec<(Slot, i64)>,
    others: Option<Window>,
    /// Share, demand and running calls as they were told last.
    told: Option<(u64, u64, u64)>,
}

impl Share {
    /// Begins with an equal part: so does every node that has not heard of the subject.
    pub(super) fn new(limit: u64, team: &Team) -> Self {
        Self {
            limit,
            left: team.part(limit),
            asked: 0,
            demand: 0,
            peers: Vec::new(),
            unsent: Vec::new(),
            others: None,
            told: None,
        }
    }

    /// Takes up a limit that was changed.
    pub(super) fn keep_to(&mut self, limit: u64, team: &Team) {
        if self.limit != limit {
            self.limit = limit;
            self.left = self.left.min(team.part(limit));
        }
    }

    /// Returns what the other nodes counted within the window.
    pub(super) fn others(&mut self, now_ms: i64) -> u64 {
        self.others.as_mut().map_or(0, |window| window.sum(now_ms))
    }

    /// Returns when all that the others counted has left the window.
    pub(super) fn others_empty_in_ms(&mut self, now_ms: i64) -> i64 {
        let window = self.others.as_mut();
        window.map_or(0, |window| window.empty_in_ms(now_ms))
    }

    /// Returns when `amount` fits beside what the others counted; soon, where nobody knows.
    pub(super) fn wait_ms(&mut self, amount: u64, room: u64, now_ms: i64) -> i64 {
        let window = self.others.as_mut();
        let wait_ms = window.map_or(0, |window| window.wait_ms(amount, room, now_ms));
        wait_ms.max(1_000)
    }

    /// Returns what runs at the other nodes.
    pub(super) fn running_elsewhere(&self) -> u64 {
        self.peers
            .iter()
            .fold(0, |sum, peer| sum.saturating_add(peer.running))
    }

    /// Tells whether this node may give away so much; the first call in a while always passes.
    pub(super) fn fits(&self, amount: u64) -> bool {
        amount <= self.left || (self.demand == 0 && self.asked == 0)
    }

    /// Notes that so much was asked for, whatever came of it.
    pub(super) fn note(&mut self, amount: u64) {
        self.asked = self.asked.saturating_add(amount);
    }

    /// Gives so much away.
    pub(super) fn take(&mut self, amount: u64) {
        self.left = self.left.saturating_sub(amount);
    }

    /// Takes back what was given away; it stays in this node's hand.
    pub(super) fn put_back(&mut self, amount: u64) {
        self.left = self.left.saturating_add(amount).min(self.limit);
    }

    /// Counts for the next report.
    pub(super) fn count(&mut self, slot: Slot, amount: i64) {
        match self.unsent.iter_mut().rev().find(|(at, _)| *at == slot) {
            Some((_, counted)) => *counted = counted.saturating_add(amount),
            None => self.unsent.push((slot, amount)),
        }
    }

    /// Ends a round of asking, and returns what the others must know; none when they know it.
    pub(super) fn report(
        &mut self,
        own: Option<&Window>,
        running: u64,
        now_ms: i64,
    ) -> Option<Report> {
        let asked = std::mem::take(&mut self.asked).saturating_mul(DEMAND_UNITS);
        self.demand = (self.demand / 8 * 7)
            .saturating_add(self.demand % 8 * 7 / 8)
            .saturating_add(asked);
        let tells = (self.left, self.demand, running);
        if self.unsent.is_empty() && self.told == Some(tells) {
            return None;
        }
        self.told = Some(tells);
        let age = |slot| own.map_or(0, |window| window.age_ms(slot, now_ms));
        let counted = std::mem::take(&mut self.unsent);
        Some(Report {
            limit: self.limit,
            left: self.left,
            demand: self.demand,
            running,
            counted: counted
                .into_iter()
                .filter(|(_, amount)| *amount != 0)
                .map(|(slot, amount)| (age(slot), amount))
                .collect(),
        })
    }

    /// Takes another node's report in, which is `age_ms` old; `make` gives an empty window.
    pub(super) fn hear(
        &mut self,
        node: u16,
        report: &Report,
        age_ms: i64,
        now_ms: i64,
        make: impl Fn() -> Window,
    ) {
        self.hear_counts(report, age_ms, now_ms, make);
        let peer = Peer {
            node,
            left: report.left,
            demand: report.demand,
            running: report.running,
        };
        match self.peers.iter_mut().find(|known| known.node == node) {
            Some(known) => *known = peer,
            None => self.peers.push(peer),
        }
    }

    /// Takes in only what was counted: of a node that is gone, or of this one before its restart.
    pub(super) fn hear_counts(
        &mut self,
        report: &Report,
        age_ms: i64,
        now_ms: i64,
        make: impl Fn() -> Window,
    ) {
        for (age, amount) in &report.counted {
            let at_ms = now_ms.saturating_sub(age_ms.max(0).saturating_add((*age).max(0)));
            let window = self.others.get_or_insert_with(&make);
            window.shift(*amount, at_ms, now_ms);
        }
    }

    /// Divides what nobody holds; `used` is what this node counted, or runs, itself.
    pub(super) fn settle(&mut self, round: &Round<'_>, used: u64, now_ms: i64) {
        self.peers.retain(|peer| round.nodes.contains(&peer.node));
        let elsewhere = self.others(now_ms).saturating_add(self.running_elsewhere());
        let room = self.limit.saturating_sub(used).saturating_sub(elsewhere);
        let fresh = self.limit / (round.nodes.len().max(1) as u64);
        let standing = |node: &u16| {
            if *node == round.me {
                return (self.left, self.demand);
            }
            let peer = self.peers.iter().find(|peer| peer.node == *node);
            peer.map_or((fresh, 0), |peer| (peer.left, peer.demand))
        };
        let standings: Vec<(u64, u64)> = round.nodes.iter().map(standing).collect();
        let targets = targets(room, &standings, round.number);
        let Some(place) = round.nodes.iter().position(|node| *node == round.me) else {
            return;
        };
        let target = targets.get(place).copied().unwrap_or(0);
        if self.left >= target {
            self.left = target;
            return;
        }
        let held = standings
            .iter()
            .fold(0_u64, |sum, (left, _)| sum.saturating_add(*left));
        let free = u128::from(room.saturating_sub(held));
        let wants = standings.iter().zip(&targets);
        let wanted: u128 = wants
            .map(|((left, _), target)| u128::from(target.saturating_sub(*left)))
            .sum();
        let mine = u128::from(target - self.left);
        let grant = if free >= wanted {
            mine
        } else {
            free * mine / wanted.max(1)
        };
        self.left = self.left.saturating_add(u64::try_from(grant).unwrap_or(0));
    }

    /// Tells whether nothing would be lost by forgetting it.
    pub(super) fn is_idle(&mut self, now_ms: i64) -> bool {
        self.others(now_ms) == 0
            && self.unsent.is_empty()
            && self.asked == 0
            && self.demand == 0
            && self
                .peers
                .iter()
                .all(|peer| peer.demand == 0 && peer.running == 0)
    }
}

/// Divides the room: while there is enough, each gets what it asks for in a while and an even part of the rest; when
/// it is short, by demand, where who shows none keeps an eighth of an even part.
fn targets(room: u64, standings: &[(u64, u64)], number: u64) -> Vec<u64> {
    let count = standings.len().max(1) as u64;
    let needs = standings
        .iter()
        .map(|(_, demand)| demand.div_ceil(DEMAND_UNITS / 2));
    let needed = needs.clone().fold(0_u64, u64::saturating_add);
    if needed <= room {
        let (even, over) = ((room - needed) / count, (room - needed) % count);
        let turn = |place: usize| (place as u64).wrapping_add(number) % count;
        let parts = needs.enumerate();
        return parts
            .map(|(place, need)| need + even + u64::from(turn(place) < over))
            .collect();
    }
    by_demand(room, standings, number)
}

fn by_demand(room: u64, standings: &[(u64, u64)], number: u64) -> Vec<u64> {
    let count = standings.len().max(1) as u128;
    let demand: u128 = standings
        .iter()
        .map(|(_, demand)| u128::from(*demand))
        .sum();
    let weights: Vec<u128> = standings
        .iter()
        .map(|(_, own)| u128::from(*own) * 8 * count + demand)
        .collect();
    let whole = weights.iter().sum::<u128>().max(1);
    let room = u128::from(room);
    let mut made: Vec<u128> = weights.iter().map(|weight| room * weight / whole).collect();
    let over = usize::try_from(room - made.iter().sum::<u128>()).unwrap_or(0);
    let turn = usize::try_from(u128::from(number) % count).unwrap_or(0);
    let mut order: Vec<usize> = (0..standings.len()).collect();
    order.sort_by_key(|place| {
        let rest = weights
            .get(*place)
            .map_or(0, |weight| room * weight % whole);
        (
            std::cmp::Reverse(rest),
            (place + turn) % standings.len().max(1),
        )
    });
    for place in order.into_iter().take(over) {
        if let Some(target) = made.get_mut(place) {
            *target += 1;
        }
    }
    made.into_iter()
        .map(|target| u64::try_from(target).unwrap_or(u64::MAX))
        .collect()
}
