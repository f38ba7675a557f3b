//! `kill -9` of a process that appends: whatever it was told is written is there afterwards.
//! The child is this very test, told by the environment to be the child.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use weirgate_relay::journal::ProgressEntry;

use crate::support::{flush, id_of, number_of, open, row, rows_from};

const CHILD: &str = "WEIRGATE_TEST_JOURNAL_CHILD";
const NAME: &str = "kill::a_killed_writer_loses_nothing_that_it_was_told_is_written";
const ROUNDS: u64 = 20;

/// Appends from three threads until killed, and says each acknowledged word on standard output.
fn child(order: &str) {
    let (folder, first) = order.split_once('|').unwrap();
    let first: u64 = first.parse().unwrap();
    let (journal, recovery) = open(Path::new(folder));
    for hold in &recovery.open_holds {
        journal.append_settle(hold).unwrap();
        say(&format!("settled {}", number_of(hold)));
    }
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let journal = &journal;
            scope.spawn(move || {
                for number in (first + thread..).step_by(3) {
                    journal.append_hold(&row(number)).unwrap();
                    say(&format!("held {number}"));
                    if number % 7 == 0 {
                        let progress = ProgressEntry {
                            request_id: id_of(number),
                            quota: 5,
                            ..ProgressEntry::default()
                        };
                        journal.append_progress(&[progress]).unwrap();
                        say(&format!("moved {number}"));
                    }
                    if number % 20 != 0 {
                        journal.append_settle(&row(number)).unwrap();
                        say(&format!("settled {number}"));
                    }
                }
            });
        }
    });
}

/// One write(2) a line, so that a kill cannot hold a word back.
fn say(word: &str) {
    let line = format!("\n#{word}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}

#[derive(Default)]
struct Heard {
    held: BTreeSet<u64>,
    moved: BTreeSet<u64>,
    settled: BTreeSet<u64>,
}

impl Heard {
    fn hear(&mut self, line: &str) -> bool {
        let Some((word, number)) = line.strip_prefix('#').and_then(|line| line.split_once(' '))
        else {
            return false;
        };
        // A line that the kill cut short says nothing sure.
        let Ok(number) = number.parse() else {
            return false;
        };
        match word {
            "held" => self.held.insert(number),
            "moved" => self.moved.insert(number),
            "settled" => self.settled.insert(number),
            _ => false,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the child learns its order from the environment; no setting of the product is read"
)]
fn order() -> Option<String> {
    std::env::var(CHILD).ok()
}

#[test]
fn a_killed_writer_loses_nothing_that_it_was_told_is_written() {
    if let Some(order) = order() {
        return child(&order);
    }
    let folder = tempfile::tempdir().unwrap();
    let mut heard = Heard::default();
    for round in 0..ROUNDS {
        let first = round * 1_000_000;
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--nocapture", "--test-threads=1"])
            .env(CHILD, format!("{}|{first}", folder.path().display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(writer.stdout.take().unwrap());
        let enough = 50 + round * 97;
        let (mut words, mut line) = (0, String::new());
        while lines.read_line(&mut line).is_ok_and(|length| length > 0) {
            // The last line may be cut; its number would then be another.
            if line.ends_with('\n') && heard.hear(line.trim_end()) {
                words += 1;
            }
            if words == enough {
                writer.kill().unwrap();
            }
            line.clear();
        }
        assert!(words >= enough, "the child ended by itself");
        assert!(!writer.wait().unwrap().success());
    }
    check(folder.path(), &heard);
}

fn check(folder: &Path, heard: &Heard) {
    let (journal, recovery) = open(folder);
    assert!(recovery.warnings.len() <= 1, "{:?}", recovery.warnings);
    let mut seen = BTreeSet::new();
    let (rows, cursor) = rows_from(&journal, weirgate_relay::journal::Position::START);
    for number in rows {
        assert!(seen.insert(number), "row {number} came twice");
    }
    for number in &heard.settled {
        assert!(seen.contains(number), "settle {number} is lost");
    }
    for hold in &recovery.open_holds {
        let number = number_of(hold);
        assert!(!seen.contains(&number));
        if heard.moved.contains(&number) {
            assert_eq!(hold.quota, 5, "its last stated charge");
        }
        journal.append_settle(hold).unwrap();
    }
    flush(&journal);
    seen.extend(rows_from(&journal, cursor).0);
    for number in &heard.held {
        assert!(seen.contains(number), "hold {number} is lost");
    }
    assert!(heard.settled.len() > 1_000, "{}", heard.settled.len());
}
