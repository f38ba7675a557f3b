//! An upload of 100 MB passes in constant memory, large JSON in its own size. A program of its own: what it measures is
//! the whole process, one test at a time.
//!
//! Client and provider are plain sockets that keep nothing of what they send and read.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Mutex, MutexGuard};
use std::thread::JoinHandle;

use serde_json::json;
use tempfile::TempDir;
use weirgate_policy::KeyHasher;
use weirgate_relay::{Config, Gateway};

const KEY: &str = "alicekey0000000000000000000000000000000000000001";
const FILE_BYTES: usize = 100 * 1024 * 1024;
const JSON_BYTES: usize = 30 * 1024 * 1024;
const PIECE: usize = 1024 * 1024;
/// The gateway's own memory may grow by a fifth of the upload at most.
const MAX_GROWTH: u64 = 20 * 1024 * 1024;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    let guard = ONE_AT_A_TIME.lock();
    // Loaded at start beside the first calls; 100 MB that are not the upload's.
    weirgate_wire::tokens::warm_up();
    guard.unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Bytes of memory that the process uses; what it used before does not count towards the peak from now on.
fn present() -> u64 {
    std::fs::write("/proc/self/clear_refs", "5").expect("a peak that begins anew");
    memory("VmRSS:")
}

/// Bytes of memory that the process has used at most.
fn peak() -> u64 {
    memory("VmHWM:")
}

fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find(|line| line.starts_with(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes
        .and_then(|text| text.parse::<u64>().ok())
        .expect("a peak")
        * 1024
}

/// Answers one request; returns how long its body was.
fn provider(listener: &TcpListener) -> usize {
    let (mut stream, _) = listener.accept().expect("a connection");
    let mut buffer = vec![0; 64 * 1024];
    let mut head = Vec::new();
    let end = loop {
        let read = stream.read(&mut buffer).expect("a head");
        head.extend_from_slice(&buffer[..read]);
        if let Some(at) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let text = String::from_utf8_lossy(&head[..end]).to_ascii_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|text| text.parse().ok()).expect("a length");
    let mut seen = head.len() - end;
    while seen < length {
        let read = stream.read(&mut buffer).expect("a body");
        assert!(read > 0, "cut after {seen} bytes");
        seen += read;
    }
    let body = r#"{"text":"heard","object":"chat.completion","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).expect("an answer");
    seen
}

fn gateway(folder: &TempDir, upstream: &str) -> Gateway {
    let config = json!({
        "listen": "127.0.0.1:0", "workers": 1, "data_dir": folder.path(), "key_secret": "07".repeat(32),
        "management_socket": folder.path().join("management.sock"), "journal": {"segment_bytes": 4_194_304}
    });
    let config = Config::from_json(config.to_string().as_bytes()).expect("a configuration");
    let gateway = Gateway::open(config).expect("a gateway");
    let hash = KeyHasher::new(&[7; 32]).hash(KEY).to_hex();
    let snapshot = json!({
        "version": 1,
        "channels": [{"id": 1, "type": 1, "name": "one", "status": 1, "base_url": upstream, "keys": ["sk-upstream"],
            "weight": 1, "priority": 0, "groups": ["default"], "models": ["renamed"], "model_mapping": {"renamed": "other-model"}}],
        "groups": {"ratio": {"default": "1"}, "usable": {"default": ""}, "auto": ["default"]},
        "prices": {"model_ratio": {"renamed": "1"}},
        "options": {"allow_private_upstreams": true}
    });
    gateway
        .publish_snapshot(snapshot.to_string().as_bytes())
        .expect("a snapshot");
    gateway
        .load_accounts(
            br#"{"last_entry":0,"users":[[1,1000000000]],"keys":[[1,1,1000000000,false]]}"#,
        )
        .expect("balances");
    let users = json!([{"id": 1, "username": "alice", "role": 1, "status": 1, "group": "default"}]);
    gateway
        .publish_users(users.to_string().as_bytes())
        .expect("users");
    let keys = json!([{"id": 1, "user_id": 1, "hash": hash, "name": "key", "status": 1}]);
    gateway
        .publish_keys(keys.to_string().as_bytes())
        .expect("keys");
    gateway
}

/// A gateway before a provider that reads one call.
struct Stage {
    gateway: Gateway,
    provider: JoinHandle<usize>,
    client: TcpStream,
    _folder: TempDir,
}

impl Stage {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let upstream = format!("http://{}", listener.local_addr().expect("an address"));
        let provider = std::thread::spawn(move || provider(&listener));
        let folder = TempDir::new().expect("a folder");
        let gateway = gateway(&folder, &upstream);
        let address = gateway.serve().expect("a port");
        Self {
            client: TcpStream::connect(address).expect("a connection"),
            gateway,
            provider,
            _folder: folder,
        }
    }

    /// Sends `filler` megabytes between `start` and `end`; returns what the provider read and how much the memory grew.
    fn call(
        mut self,
        head: &str,
        start: &[u8],
        filler: u8,
        bytes: usize,
        end: &[u8],
    ) -> (usize, u64) {
        let piece = vec![filler; PIECE];
        let length = start.len() + bytes + end.len();
        let before = present();
        let head = format!(
            "POST {head}\r\nhost: gateway\r\nauthorization: Bearer sk-{KEY}\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n"
        );
        self.client.write_all(head.as_bytes()).expect("a head");
        self.client.write_all(start).expect("a start");
        for _ in 0..bytes / piece.len() {
            self.client.write_all(&piece).expect("a piece");
        }
        self.client.write_all(end).expect("an end");
        let mut answer = String::new();
        self.client.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let grown = peak().saturating_sub(before);
        let seen = self.provider.join().expect("the provider");
        self.gateway.shutdown(1_000);
        (seen, grown)
    }
}

#[test]
fn an_upload_of_100_mb_passes_in_constant_memory() {
    let _guard = alone();
    let start = b"--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nrenamed\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\n";
    let end = b"\r\n--b--\r\n";
    let head = "/v1/audio/transcriptions HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=b";

    let (seen, grown) = Stage::new().call(head, start, 7, FILE_BYTES, end);

    let renamed = "other-model".len() - "renamed".len();
    assert_eq!(seen, start.len() + FILE_BYTES + end.len() + renamed);
    println!("100 MB upload: {} KiB", grown / 1024);
    assert!(grown < MAX_GROWTH, "memory grew by {grown} bytes");
}

#[test]
fn json_of_30_mb_is_in_memory_once() {
    let _guard = alone();
    let start = br#"{"model":"renamed","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,"#;
    let end = br#""}}]}]}"#;
    let head = "/v1/chat/completions HTTP/1.1\r\ncontent-type: application/json";

    let (seen, grown) = Stage::new().call(head, start, b'A', JSON_BYTES, end);

    let renamed = "other-model".len() - "renamed".len();
    assert_eq!(seen, start.len() + JSON_BYTES + end.len() + renamed);
    println!("30 MB of JSON: {} KiB", grown / 1024);
    let most = JSON_BYTES as u64 * 3 / 2;
    assert!(grown < most, "memory grew by {grown} bytes");
}
