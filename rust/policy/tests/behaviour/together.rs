//! Several nodes keep one limit: simulated in virtual time, with rounds out of step and demand
//! that moves about. What all of them let in is measured over every 60 seconds.

use std::sync::Arc;

use weirgate_policy::limits::{LimitSet, Meter, Round, SubjectReport, Taken, Team, Used};

const ROUND_MS: i64 = 200;
/// From a report's post until others can read it.
const LATENCY_MS: i64 = 5;
const MINUTE_MS: i64 = 60_000;
const START_MS: i64 = 1_700_000_000_000;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> i64 {
        i64::try_from(self.next() % end).unwrap()
    }

    fn chance(&mut self, per_second: f64) -> bool {
        (self.next() % 1_000_000) as f64 * 1e-6 < per_second / 1000.0
    }
}

struct Node {
    team: Arc<Team>,
    meter: Meter,
    next_ms: i64,
    read: usize,
    running: Vec<(i64, Taken)>,
    admitted: Vec<(i64, u64)>,
    asked: u64,
}

/// Nodes and what they told each other, in order: when, who, what.
struct House {
    nodes: Vec<Node>,
    stream: Vec<(i64, u16, Option<SubjectReport>)>,
    limits: LimitSet,
    random: Random,
    now_ms: i64,
    has_redis: bool,
}

impl House {
    fn new(count: usize, limits: LimitSet, seed: u64) -> Self {
        let mut random = Random(seed);
        let nodes = (0..count)
            .map(|_| {
                let team = Arc::new(Team::default());
                let mut meter = Meter::default();
                meter.join(&team);
                Node {
                    team,
                    meter,
                    next_ms: START_MS - 2_000 + random.below(200),
                    read: 0,
                    running: Vec::new(),
                    admitted: Vec::new(),
                    asked: 0,
                }
            })
            .collect();
        let mut house = Self {
            nodes,
            stream: Vec::new(),
            limits,
            random,
            now_ms: START_MS - 2_000,
            has_redis: true,
        };
        house.run(2_000, |_, _| 0.0, 1, 0);
        house
    }

    /// Runs for so long; `rate` says the calls a second at a node, each of so many tokens and milliseconds.
    fn run(&mut self, for_ms: i64, rate: impl Fn(usize, i64) -> f64, tokens: u64, lasts_ms: i64) {
        let end_ms = self.now_ms + for_ms;
        while self.now_ms < end_ms {
            self.now_ms += 1;
            for place in 0..self.nodes.len() {
                if self.nodes[place].next_ms <= self.now_ms {
                    self.round(place);
                }
                self.end_calls(place, tokens);
                if self.random.chance(rate(place, self.now_ms - START_MS)) {
                    self.call(place, tokens, lasts_ms);
                }
            }
        }
    }

    fn call(&mut self, place: usize, tokens: u64, lasts_ms: i64) {
        let (now_ms, limits) = (self.now_ms, &self.limits);
        let node = &mut self.nodes[place];
        node.asked += 1;
        let Ok(mut taken) = node.meter.enter(limits, now_ms) else {
            return;
        };
        if node
            .meter
            .ask(&mut taken, limits, tokens, 0, now_ms)
            .is_err()
        {
            node.meter.undo(&taken, now_ms);
            return;
        }
        node.admitted.push((now_ms, tokens));
        node.running.push((now_ms + lasts_ms, taken));
    }

    fn end_calls(&mut self, place: usize, tokens: u64) {
        let now_ms = self.now_ms;
        let node = &mut self.nodes[place];
        let meter = &mut node.meter;
        node.running.retain(|(end_ms, taken)| {
            let ends = *end_ms <= now_ms;
            if ends {
                meter.settle(taken, Used { tokens, charge: 0 }, now_ms);
            }
            !ends
        });
    }

    /// Reads, divides, reports and posts, as a node does each round.
    fn round(&mut self, place: usize) {
        let now_ms = self.now_ms;
        let all: Vec<u16> = (0..self.nodes.len() as u16).collect();
        let node = &mut self.nodes[place];
        // Out of step, and now and then late.
        node.next_ms = now_ms + ROUND_MS + self.random.below(40);
        if !self.has_redis {
            return;
        }
        for (at_ms, from, report) in self.stream.iter().skip(node.read) {
            if at_ms + LATENCY_MS > now_ms {
                break;
            }
            node.read += 1;
            if usize::from(*from) != place
                && let Some(report) = report
            {
                node.meter.hear(Some(*from), report, now_ms - at_ms, now_ms);
            }
        }
        let round = Round {
            me: place as u16,
            nodes: &all,
            number: (now_ms / ROUND_MS) as u64,
        };
        node.meter.divide(&round, now_ms);
        node.team.settled(all.len(), now_ms);
        let report = node.meter.report(now_ms);
        self.stream.push((now_ms, place as u16, report));
    }

    /// The least and the most that all nodes let in within 60 seconds, from a time on.
    fn per_minute(&self, from_ms: i64) -> (u64, u64) {
        let mut all: Vec<(i64, u64)> = self
            .nodes
            .iter()
            .flat_map(|node| node.admitted.clone())
            .collect();
        all.sort_unstable();
        let sum = |begin: i64| {
            let within = all
                .iter()
                .filter(|(at, _)| (begin..begin + MINUTE_MS).contains(at));
            within.map(|(_, amount)| amount).sum::<u64>()
        };
        let begins = (START_MS + from_ms..=self.now_ms - MINUTE_MS).step_by(500);
        let sums: Vec<u64> = begins.map(sum).collect();
        (*sums.iter().min().unwrap(), *sums.iter().max().unwrap())
    }
}

fn requests(limit: u64) -> LimitSet {
    LimitSet {
        requests_per_minute: Some(limit),
        ..LimitSet::default()
    }
}

/// No 60 seconds hold more than the limit, and as many calls come through as it allows, from the second minute on.
fn assert_within(house: &House, limit: u64, per_mille: u64, what: &str) {
    let (_, most) = house.per_minute(0);
    let from_ms = START_MS + MINUTE_MS;
    let nodes = house.nodes.iter();
    let later = nodes.flat_map(|node| node.admitted.iter().filter(|(at, _)| *at >= from_ms));
    let total: u64 = later.map(|(_, amount)| amount).sum();
    let minutes = (house.now_ms - from_ms) as f64 / MINUTE_MS as f64;
    let mean = total as f64 / minutes;
    println!("{what}: limit {limit}, mean {mean:.1}, most {most}");
    assert!(
        mean * 1000.0 >= (limit * (1000 - per_mille)) as f64,
        "{what}: mean {mean} of {limit}"
    );
    assert!(
        most * 1000 <= limit * (1000 + per_mille),
        "{what}: {most} of {limit}"
    );
}

#[test]
fn three_nodes_keep_a_rate_within_three_per_cent() {
    for seed in 1..=2 {
        let mut even = House::new(3, requests(600), seed);
        even.run(660_000, |_, _| 20.0, 1, 0);
        assert_within(&even, 600, 30, "even demand");

        let mut single = House::new(3, requests(600), seed);
        single.run(660_000, |node, _| if node == 1 { 40.0 } else { 0.0 }, 1, 0);
        assert_within(&single, 600, 30, "one node's demand");

        let mut moving = House::new(3, requests(600), seed);
        let rate = |node, at_ms| {
            if usize::try_from(at_ms / 20_000).is_ok_and(|turn| turn % 3 == node) {
                60.0
            } else {
                0.5
            }
        };
        moving.run(660_000, rate, 1, 0);
        assert_within(&moving, 600, 30, "demand that moves");
    }
}

#[test]
fn one_node_keeps_a_rate_within_one_per_cent() {
    let mut house = House::new(1, requests(600), 7);
    house.run(660_000, |_, _| 60.0, 1, 0);
    assert_within(&house, 600, 10, "one node");
}

#[test]
fn three_nodes_keep_tokens_within_three_per_cent() {
    let limits = LimitSet {
        tokens_per_minute: Some(120_000),
        ..LimitSet::default()
    };
    for seed in 1..=3 {
        let mut house = House::new(3, limits.clone(), seed);
        house.run(660_000, |node, _| 10.0 * (1.0 + node as f64), 300, 0);
        assert_within(&house, 120_000, 30, "tokens");
    }
}

#[test]
fn a_burst_at_all_nodes_at_once_does_not_pass_the_limit() {
    for seed in 1..=10 {
        let mut house = House::new(3, requests(300), seed);
        house.run(3_000, |_, _| 900.0, 1, 0);
        let admitted: usize = house.nodes.iter().map(|node| node.admitted.len()).sum();
        assert!((297..=302).contains(&admitted), "{admitted}");
    }
}

#[test]
fn a_few_calls_far_below_the_limit_are_never_refused() {
    for seed in 1..=10 {
        let mut house = House::new(3, requests(30), seed);
        // One call in ten seconds at each node: 18 of 30 a minute.
        house.run(240_000, |_, _| 0.1, 1, 0);
        for node in &house.nodes {
            assert_eq!(node.admitted.len() as u64, node.asked);
        }
    }
}

#[test]
fn places_are_shared_and_all_of_them_are_used() {
    let limits = LimitSet {
        concurrency: Some(30),
        ..LimitSet::default()
    };
    for seed in 1..=3 {
        let mut house = House::new(3, limits.clone(), seed);
        let mut most = 0;
        let mut seen = Vec::new();
        for _ in 0..600 {
            house.run(100, |_, _| 20.0, 1, 2_000);
            let running = house
                .nodes
                .iter()
                .map(|node| node.running.len())
                .sum::<usize>();
            most = most.max(running);
            seen.push(running);
        }
        let later = &seen[100..];
        let mean = later.iter().sum::<usize>() as f64 / later.len() as f64;
        println!("places: most {most}, mean {mean:.1}");
        assert!(most <= 32, "{most}");
        assert!(mean >= 27.0, "{mean}");
    }
}

#[test]
fn without_rounds_each_node_keeps_to_its_part() {
    let mut house = House::new(3, requests(600), 3);
    house.run(70_000, |_, _| 20.0, 1, 0);
    house.has_redis = false;
    house.run(120_000, |_, _| 20.0, 1, 0);
    let (_, most) = house.per_minute(0);
    let (least, _) = house.per_minute(130_000);
    assert!(most <= 618, "{most}");
    // A window that begins just after a rush holds a little less.
    assert!(least >= 500, "{least}");
    house.has_redis = true;
    house.run(120_000, |_, _| 20.0, 1, 0);
    let (least, most) = house.per_minute(150_000);
    assert!(least >= 500, "{least}");
    assert!(most <= 618, "{most}");
}
