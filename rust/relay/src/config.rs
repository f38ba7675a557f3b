//! What the gateway must know before it opens: addresses, workers, folders, secrets, limits.
//!
//! Read once from JSON at start and never changed; everything an admin may change while traffic
//! flows is in the published snapshot instead.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use serde::Deserialize;
use serde::de::Error as _;

use crate::journal::JournalConfig;

/// The start-up configuration of one node.
#[derive(Clone, Deserialize)]
pub struct Config {
    /// Public address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address of `/health`, `/ready` and `/metrics`; none switches that listener off.
    #[serde(default)]
    pub admin_listen: Option<SocketAddr>,
    /// Certificate and key of the public port; none: plain HTTP.
    #[serde(default)]
    pub tls: Option<TlsFiles>,
    /// PEM file of roots that providers' certificates may have besides the web's.
    #[serde(default)]
    pub upstream_ca: Option<PathBuf>,
    /// Worker threads, each with its own accept loop and upstream pool; at least 1.
    #[serde(default = "default_workers")]
    pub workers: usize,
    /// The Unix socket of the management plane.
    pub management_socket: PathBuf,
    /// The folder that holds the journal.
    pub data_dir: PathBuf,
    /// Where large uploads wait, in a folder of this node's own; none: `spool` in the data folder.
    #[serde(default)]
    pub spool_dir: Option<PathBuf>,
    /// Networks that may name the client's address in `X-Forwarded-For`; default none.
    #[serde(default)]
    pub trusted_proxies: Vec<IpNet>,
    /// Secret of the keyed hash by which keys are found; 64 hex digits in JSON.
    #[serde(deserialize_with = "hex_secret")]
    pub key_secret: [u8; 32],
    /// Number of this node, 0 to 1023.
    #[serde(default)]
    pub node: u16,
    /// One of several nodes of a database: money is spent from leases only.
    #[serde(default)]
    pub leases: bool,
    /// Caps on what a client may send and hold open.
    #[serde(default)]
    pub limits: Limits,
    /// How long streams may run on after `shutdown` was asked, in milliseconds.
    #[serde(default = "default_drain_timeout_ms")]
    pub drain_timeout_ms: u64,
    /// The journal's own settings.
    #[serde(default)]
    pub journal: JournalLimits,
    /// Whether limits are counted together with other nodes, in rounds that the management plane makes.
    #[serde(default)]
    pub together: bool,
    /// Whether each finished request is logged (target `weirgate::access`).
    #[serde(default)]
    pub access_log: bool,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Config")
            .field("listen", &self.listen)
            .field("admin_listen", &self.admin_listen)
            .field("tls", &self.tls)
            .field("upstream_ca", &self.upstream_ca)
            .field("workers", &self.workers)
            .field("management_socket", &self.management_socket)
            .field("data_dir", &self.data_dir)
            .field("spool_dir", &self.spool_dir)
            .field("trusted_proxies", &self.trusted_proxies)
            .field("key_secret", &"***")
            .field("node", &self.node)
            .field("leases", &self.leases)
            .field("limits", &self.limits)
            .field("drain_timeout_ms", &self.drain_timeout_ms)
            .field("journal", &self.journal)
            .field("together", &self.together)
            .field("access_log", &self.access_log)
            .finish()
    }
}

/// The PEM files of the public port's TLS.
#[derive(Clone, Debug, Deserialize)]
pub struct TlsFiles {
    /// The certificate, and behind it those that vouch for it.
    pub cert: PathBuf,
    /// Its private key: PKCS #8, PKCS #1 or SEC1.
    pub key: PathBuf,
}

/// Caps on what a client may send and hold open.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Bytes of all headers of a request; default 32 KiB. Nothing above 64 KiB has an effect.
    pub header_bytes: usize,
    /// Headers of a request; default 100, and no more over HTTP/1.1.
    pub headers: usize,
    /// Bytes of path and query; default 16 KiB.
    pub target_bytes: usize,
    /// Time for a request head to arrive once its first byte has, in milliseconds; default 10 s.
    pub header_timeout_ms: u64,
    /// Time for a TLS handshake, in milliseconds; default 10 s.
    pub tls_handshake_timeout_ms: u64,
    /// Bytes of a request body after decompression; default 128 MiB.
    pub body_bytes: usize,
    /// Uploads above this many bytes wait on disk, JSON above it counts against `memory_bytes`; default 1 MiB.
    pub spool_above_bytes: usize,
    /// Bytes of all uploads on disk together; at the cap new ones are refused. Default 8 GiB.
    pub spool_bytes: u64,
    /// Bytes of all large JSON bodies in memory together; at the cap new ones are refused. Default 1 GiB.
    pub memory_bytes: u64,
    /// Longest pause inside a request body, in milliseconds; default 30 s.
    pub body_timeout_ms: u64,
    /// How long an idle kept-alive connection stays open, in milliseconds; default 120 s.
    pub idle_timeout_ms: u64,
    /// Connections of all workers together; default 16,384.
    pub max_connections: usize,
    /// Parallel HTTP/2 streams a connection; default 200.
    pub h2_streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_bytes: 32 * 1024,
            headers: 100,
            target_bytes: 16 * 1024,
            header_timeout_ms: 10_000,
            tls_handshake_timeout_ms: 10_000,
            body_bytes: 128 * 1024 * 1024,
            spool_above_bytes: 1024 * 1024,
            spool_bytes: 8 * 1024 * 1024 * 1024,
            memory_bytes: 1024 * 1024 * 1024,
            body_timeout_ms: 30_000,
            idle_timeout_ms: 120_000,
            max_connections: 16_384,
            h2_streams: 200,
        }
    }
}

/// Sizes and ages of the usage journal.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default)]
pub struct JournalLimits {
    /// Bytes of a segment, allocated ahead; default 64 MiB.
    pub segment_bytes: u32,
    /// Bytes of all segments together; at the cap new requests are refused. Default 4 GiB.
    pub cap_bytes: u64,
    /// How long a drained segment is kept, in milliseconds; default 3 days.
    pub keep_ms: i64,
    /// Drained segments go earlier while all together take more than this; default 1 GiB.
    pub keep_bytes: u64,
}

impl Default for JournalLimits {
    fn default() -> Self {
        let journal = JournalConfig::default();
        Self {
            segment_bytes: journal.segment_bytes,
            cap_bytes: journal.cap_bytes,
            keep_ms: journal.keep_ms,
            keep_bytes: journal.keep_bytes,
        }
    }
}

impl JournalLimits {
    /// Returns the journal's settings, on this node's clock.
    pub(crate) fn to_config(self) -> JournalConfig {
        JournalConfig {
            segment_bytes: self.segment_bytes,
            cap_bytes: self.cap_bytes,
            keep_ms: self.keep_ms,
            keep_bytes: self.keep_bytes,
            clock_ms: crate::state::clock::now_ms,
            ..JournalConfig::default()
        }
    }
}

impl Config {
    /// Returns the folder in which this node's uploads wait; nothing else is in it.
    pub(crate) fn spool_folder(&self) -> PathBuf {
        match &self.spool_dir {
            Some(folder) => folder.join(format!("weirgate-uploads-{}", self.node)),
            None => self.data_dir.join("spool"),
        }
    }

    /// Reads the configuration from JSON; the error names the wrong field.
    pub fn from_json(document: &[u8]) -> Result<Self, crate::StartError> {
        serde_json::from_slice(document).map_err(crate::StartError::Config)
    }
}

fn default_workers() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

const fn default_drain_timeout_ms() -> u64 {
    30_000
}

fn hex_secret<'de, D: serde::Deserializer<'de>>(source: D) -> Result<[u8; 32], D::Error> {
    let text = <std::borrow::Cow<'de, str>>::deserialize(source)?;
    let mut secret = [0_u8; 32];
    decode_hex(text.as_bytes(), &mut secret)
        .ok_or_else(|| D::Error::custom("key_secret must be 64 hex digits"))?;
    Ok(secret)
}

fn decode_hex(text: &[u8], target: &mut [u8; 32]) -> Option<()> {
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in target.iter_mut().zip(text.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        let high = char::from(*high).to_digit(16)?;
        let low = char::from(*low).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(())
}
