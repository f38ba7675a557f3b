//! A full disk: holds are refused cleanly, what is open still settles, a start says what is wrong
//! or makes do with less, and nothing is lost. On a real small filesystem where one may be
//! mounted, else on a disk that is told to be full.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use weirgate_relay::journal::{DiskOp, Fault, Faults, Journal, JournalConfig, JournalError};

use crate::support::{all_rows, call, config, flush, row};

const ENOSPC: i32 = 28;

/// A filesystem of one MiB, unmounted at the end.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            println!("not run: a real full disk (mounting a filesystem is not permitted here)");
        }
        mounted.then_some(Self { folder })
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    /// Takes all space that is left.
    fn fill(&self) -> PathBuf {
        let path = self.folder.path().join("filler");
        let mut filler = std::fs::File::create(&path).unwrap();
        for size in [64 << 10, 4 << 10, 512] {
            while filler.write_all(&vec![7; size]).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.folder.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}

fn segments_of_256k() -> JournalConfig {
    JournalConfig {
        segment_bytes: 256 << 10,
        ..config()
    }
}

fn start(folder: &Path) -> Result<Journal, JournalError> {
    Journal::open(folder, segments_of_256k()).map(|(journal, _)| journal)
}

#[test]
fn on_a_full_disk_holds_are_refused_and_all_open_ones_settle() {
    let Some(disk) = SmallDisk::mount() else {
        return told_full();
    };
    let journal = start(&disk.journal()).unwrap();
    let mut open = Vec::new();
    let mut refused = None;
    for number in 0..100_000 {
        match journal.append_hold(&row(number)) {
            Ok(_) => open.push(number),
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    let refused = refused.expect("one MiB is not enough for all");
    assert!(matches!(refused, JournalError::Full { .. }), "{refused}");
    disk.fill();
    for number in &open {
        journal.append_settle(&row(*number)).unwrap();
    }
    flush(&journal);
    assert_eq!(all_rows(&journal), open);
    assert!(!journal.metrics().failed, "a full disk is no broken disk");
}

/// The same on a disk that says so: no segment but the first is ever allocated.
fn told_full() {
    #[derive(Debug, Default)]
    struct Full(AtomicBool);
    impl Faults for Full {
        fn next(&self, operation: DiskOp) -> Option<Fault> {
            let is_full = operation == DiskOp::Allocate && self.0.swap(true, Ordering::SeqCst);
            is_full.then_some(Fault::Fails(ENOSPC))
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let config = JournalConfig {
        faults: Some(Arc::new(Full::default())),
        ..segments_of_256k()
    };
    let (journal, _) = Journal::open(folder.path(), config).unwrap();
    let mut open = Vec::new();
    while journal.append_hold(&row(open.len() as u64)).is_ok() {
        open.push(open.len() as u64);
    }
    for number in &open {
        journal.append_settle(&row(*number)).unwrap();
    }
    flush(&journal);
    assert_eq!(all_rows(&journal), open);
}

#[test]
fn a_start_on_a_full_disk_settles_what_was_open_in_the_space_it_had() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let journal = start(&disk.journal()).unwrap();
    for number in 0..100 {
        call(&journal, number);
    }
    for number in 100..120 {
        journal.append_hold(&row(number)).unwrap();
    }
    flush(&journal);
    disk.fill();
    drop(journal);
    let (journal, recovery) = Journal::open(&disk.journal(), segments_of_256k()).unwrap();
    assert_eq!(recovery.open_holds.len(), 20);
    for hold in &recovery.open_holds {
        journal.append_settle(hold).unwrap();
    }
    flush(&journal);
    assert_eq!(all_rows(&journal), (0..120).collect::<Vec<_>>());
}

#[test]
fn a_start_without_any_room_names_the_folder_each_time_and_grows_nothing() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    let journal = start(&disk.journal()).unwrap();
    for number in 0..100 {
        call(&journal, number);
    }
    drop(journal);
    // Take even what the first start gives back.
    drop(start(&disk.journal()).unwrap());
    let journal = start(&disk.journal()).unwrap();
    drop(journal);
    cut_last_segment(&disk.journal());
    let filler = disk.fill();
    let files = || std::fs::read_dir(disk.journal()).unwrap().count();
    let before = files();
    for _ in 0..5 {
        let error = start(&disk.journal()).unwrap_err();
        assert!(matches!(error, JournalError::NoRoom { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains(&disk.journal().display().to_string()));
        assert!(text.contains("free disk space"));
        assert_eq!(files(), before, "a start that fails leaves nothing behind");
    }
    std::fs::remove_file(filler).unwrap();
    let journal = start(&disk.journal()).unwrap();
    assert_eq!(all_rows(&journal), (0..100).collect::<Vec<_>>());
}

/// Gives back the unused space of the last segment, as a start does.
fn cut_last_segment(folder: &Path) {
    let last = crate::support::segments(folder).pop().unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(last).unwrap();
    file.set_len(64).unwrap();
}
