//! A stream of 600,000 tokens adds less than 8 MiB to a gateway, whatever the families of client and provider.
//!
//! Short streams show it too: the heap's peak, counted by the allocator, stays below what buffers take at any length and so
//! much a token. A fault that adds 10 MiB at 600,000 tokens adds 1 MiB at 60,000, which that bound has no room for.
//!
//! A program of its own, which starts itself again for each length with an allocator that gives large memory back at once:
//! what an earlier stream left behind would hide what the next one takes. Client and provider are plain sockets in the same
//! process that keep nothing of what they say and read.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use peakmem_alloc::{INSTRUMENTED_SYSTEM, PeakMemAlloc, PeakMemAllocTrait as _};
use serde_json::json;
use tempfile::TempDir;
use weirgate_policy::KeyHasher;
use weirgate_relay::{Config, Gateway};

use super::families::Family;

/// Counts what the process holds.
#[global_allocator]
static HEAP: &PeakMemAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

const KEY: &str = "alicekey0000000000000000000000000000000000000001";
/// The bound of every pair, at every length.
const LIMIT: u64 = 8 * 1024 * 1024;
/// Of the heap, what buffers of both connections and events under way take at any length; 514 KB were seen.
const BUFFERS: u64 = 768 * 1024;
/// Names the length of the measured streams; the long run sets it to 600,000.
const LENGTH: &str = "LONG_STREAM_TOKENS";
const CI_TOKENS: usize = 60_000;
/// Streams of this length come first: what a process loads once does not count.
const FIRST: usize = 3_000;
/// What stands in the line of a pair, behind `PASS` or `FAIL`.
const OF_PAIR: &str = " long stream ";
/// Set in the process that measures.
const MEASURES: &str = "LONG_STREAM_MEASURES";
const EXACT_MEMORY: [(&str, &str); 2] = [
    ("MALLOC_MMAP_THRESHOLD_", "131072"),
    ("MALLOC_TRIM_THRESHOLD_", "131072"),
];
const PIECE: usize = 64 * 1024;
/// What is kept of a piece, so that a mark between two is seen.
const OVERLAP: usize = 64;

fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find(|line| line.starts_with(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes
        .and_then(|text| text.parse::<u64>().ok())
        .expect("a figure")
        * 1024
}

/// Answers call after call in the family of its path.
fn provide(listener: &TcpListener, tokens: &AtomicUsize) {
    for stream in listener.incoming() {
        let mut stream = stream.expect("a connection");
        let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let read = reader.read_until(b'\n', &mut head).expect("a head");
            assert!(read > 0, "no whole head");
        }
        let head = String::from_utf8(head).expect("a head is text");
        let target = head.split(' ').nth(1).expect("a target");
        let path = target.split('?').next().unwrap_or_default();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.parse::<u64>().expect("a length"))
        });
        let mut body = reader.take(length.expect("a length"));
        std::io::copy(&mut body, &mut std::io::sink()).expect("a body");
        let begin =
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        stream.write_all(begin).expect("a reader");
        let written = Family::of_path(path).write(tokens.load(Ordering::Acquire), &mut stream);
        written.expect("a reader to the end");
    }
}

fn gateway(folder: &TempDir, upstream: &str) -> Gateway {
    let config = json!({
        "listen": "127.0.0.1:0", "workers": 1, "data_dir": folder.path(), "key_secret": "07".repeat(32),
        "management_socket": folder.path().join("management.sock"), "journal": {"segment_bytes": 4_194_304}
    });
    let config = Config::from_json(config.to_string().as_bytes()).expect("a configuration");
    let gateway = Gateway::open(config).expect("a gateway");
    let channels: Vec<_> = Family::ALL
        .iter()
        .enumerate()
        .map(|(index, family)| family.channel(index + 1, upstream))
        .collect();
    let ratios: serde_json::Map<_, _> = Family::ALL
        .iter()
        .map(|family| (family.model(), json!("0.001")))
        .collect();
    let snapshot = json!({
        "version": 1, "channels": channels, "prices": {"model_ratio": ratios},
        "groups": {"ratio": {"default": "1"}, "usable": {"default": ""}, "auto": ["default"]},
        "options": {"allow_private_upstreams": true}
    });
    let published = gateway.publish_snapshot(snapshot.to_string().as_bytes());
    published.expect("a snapshot");
    let accounts = br#"{"last_entry":0,"users":[[1,1000000000]],"keys":[[1,1,1000000000,false]]}"#;
    gateway.load_accounts(accounts).expect("balances");
    let users = json!([{"id": 1, "username": "alice", "role": 1, "status": 1, "group": "default"}]);
    let published = gateway.publish_users(users.to_string().as_bytes());
    published.expect("users");
    let hash = KeyHasher::new(&[7; 32]).hash(KEY).to_hex();
    let keys = json!([{"id": 1, "user_id": 1, "hash": hash, "name": "key", "status": 1}]);
    let published = gateway.publish_keys(keys.to_string().as_bytes());
    published.expect("keys");
    gateway
}

/// Makes a call and reads its answer without keeping it.
fn read_stream(address: SocketAddr, client: Family, model: &str) {
    let (path, body) = client.call(model);
    let body = body.to_string();
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer sk-{KEY}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("a request");
    let mut buffer = vec![0; OVERLAP + PIECE];
    let (mut kept, mut is_ended) = (0, false);
    loop {
        let read = stream.read(&mut buffer[kept..]).expect("an answer");
        if read == 0 {
            break;
        }
        let filled = kept + read;
        is_ended |= memchr::memmem::find(&buffer[..filled], client.last()).is_some();
        let from = filled.saturating_sub(OVERLAP);
        buffer.copy_within(from..filled, 0);
        kept = filled - from;
    }
    let tail = String::from_utf8_lossy(&buffer[..kept]);
    assert!(is_ended, "no last event, but {tail}");
    assert!(tail.ends_with("0\r\n\r\n"), "broken off behind {tail}");
}

/// What a stream took at its peak, in bytes.
struct Taken {
    /// Of the process's memory.
    resident: u64,
    /// Of what was allocated: nearly the same in every run.
    heap: u64,
}

fn take(address: SocketAddr, client: Family, provider: Family) -> Taken {
    std::fs::write("/proc/self/clear_refs", "5").expect("a peak that begins anew");
    let before = memory("VmRSS:");
    HEAP.reset_peak_memory();
    read_stream(address, client, &provider.model());
    Taken {
        resident: memory("VmHWM:").saturating_sub(before),
        heap: u64::try_from(HEAP.get_peak_memory()).expect("a figure"),
    }
}

/// The bound of a pair's heap.
fn heap_limit(client: Family, provider: Family, length: usize) -> u64 {
    // A responses stream says its whole text once more at the end, which has to be at hand there to be written, or is one
    // line to be read: 6 bytes a token. A stream that passes is read by its beginning alone.
    let says_all = client != provider && [client, provider].contains(&Family::Responses);
    if says_all && length > CI_TOKENS {
        // Buffers that grow by doubling make another figure a token of every length.
        return LIMIT;
    }
    let eighths_a_token = if says_all { 56 } else { 1 };
    let tokens = u64::try_from(length).expect("a length");
    BUFFERS + tokens * eighths_a_token / 8
}

fn measure(length: usize) {
    weirgate_wire::tokens::warm_up();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let upstream = format!("http://{}", listener.local_addr().expect("an address"));
    let tokens = Arc::new(AtomicUsize::new(FIRST));
    let of_provider = Arc::clone(&tokens);
    std::thread::spawn(move || provide(&listener, &of_provider));
    let folder = TempDir::new().expect("a folder");
    let gateway = gateway(&folder, &upstream);
    let address = gateway.serve().expect("a port");
    let pairs = || {
        Family::ALL
            .into_iter()
            .flat_map(|to| Family::ALL.map(|of| (of, to)))
    };
    for (client, provider) in pairs() {
        read_stream(address, client, &provider.model());
    }
    tokens.store(length, Ordering::Release);
    let mut failed = 0;
    for (client, provider) in pairs() {
        let taken = take(address, client, provider);
        let limit = heap_limit(client, provider, length);
        let holds = taken.resident < LIMIT && taken.heap < limit;
        failed += u32::from(!holds);
        println!(
            "{}{OF_PAIR}{} over {} of {length} tokens: +{} KiB, heap {} of {} KiB",
            if holds { "PASS" } else { "FAIL" },
            client.name(),
            provider.name(),
            taken.resident / 1024,
            taken.heap / 1024,
            limit / 1024,
        );
    }
    gateway.shutdown(1_000);
    assert_eq!(failed, 0, "pairs that take too much");
}

#[test]
fn a_long_stream_adds_less_than_8_mib_over_every_pair_of_families() {
    let given = std::env::var_os(LENGTH).and_then(|text| text.into_string().ok());
    let length = given.map_or(CI_TOKENS, |text| text.parse().expect("a number"));
    if std::env::var_os(MEASURES).is_some() {
        measure(length);
        return;
    }
    let itself = std::env::current_exe().expect("this program");
    let mut again = Command::new(itself);
    again.args(["--nocapture", "--test-threads=1"]);
    again.envs(EXACT_MEMORY).env(MEASURES, "1");
    let ended = again.output().expect("this program once more");
    let said = String::from_utf8_lossy(&ended.stdout);
    // The first of them stands behind the test's own name.
    let words = ["PASS", "FAIL"];
    let lines = said.lines().filter(|line| line.contains(OF_PAIR));
    let lines = lines.map(|line| {
        let at = words.iter().find_map(|word| line.find(word));
        line.split_at(at.unwrap_or(0)).1
    });
    println!("\n{}", lines.collect::<Vec<_>>().join("\n"));
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{} {errors}", ended.status);
}
