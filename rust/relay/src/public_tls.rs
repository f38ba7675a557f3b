//! TLS of the public port: certificate and key from two PEM files, read at start and again when they change.
//!
//! Stands before the HTTP of a connection (`listener`); the keeper looks at the files. Open connections keep the
//! certificate they began with, and files that cannot be used must never cost the one in force.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::TlsFiles;
use crate::error::StartError;

const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// Device, inode, size, seconds and nanoseconds of the last change; none for a file that is not there.
type Print = Option<(u64, u64, u64, i64, i64)>;
/// What tells one state of the two files from another.
type Prints = (Print, Print);

/// What is known of the files.
#[derive(Debug)]
struct Seen {
    /// At the last reading, good or not.
    read: Prints,
    /// At the last look.
    looked: Prints,
}

/// The certificate in force.
#[derive(Debug)]
pub(crate) struct PublicTls {
    files: TlsFiles,
    current: ArcSwap<ServerConfig>,
    seen: Mutex<Seen>,
}

impl PublicTls {
    /// Reads the files; the error names the one that is of no use.
    pub(crate) fn open(files: &TlsFiles) -> Result<Arc<Self>, StartError> {
        let prints = prints(files);
        let current = read(files)?;
        Ok(Arc::new(Self {
            files: files.clone(),
            current: ArcSwap::new(current),
            seen: Mutex::new(Seen {
                read: prints,
                looked: prints,
            }),
        }))
    }

    /// Reads the files again, for connections to come; on error the certificate in force stays.
    pub(crate) fn reload(&self) -> Result<(), StartError> {
        let prints = prints(&self.files);
        let mut seen = self.seen.lock();
        *seen = Seen {
            read: prints,
            looked: prints,
        };
        match read(&self.files) {
            Ok(fresh) => {
                self.current.store(fresh);
                tracing::info!(certificate = %self.files.cert.display(), "certificate read");
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "the new certificate is of no use; the old one stays");
                Err(error)
            }
        }
    }

    /// Reads the files again if they have changed and stood still since the last look, for they are written one
    /// after the other.
    pub(crate) fn reload_if_changed(&self) {
        let prints = prints(&self.files);
        let is_due = {
            let mut seen = self.seen.lock();
            let stood_still = std::mem::replace(&mut seen.looked, prints) == prints;
            stood_still && seen.read != prints
        };
        if is_due {
            // Said in the log, and there is nobody else to tell.
            drop(self.reload());
        }
    }

    /// Shakes hands within the time; true beside a connection that speaks HTTP/2. A handshake's messages are
    /// capped by rustls at 64 KiB.
    pub(crate) async fn accept(
        &self,
        stream: TcpStream,
        limit: Duration,
    ) -> io::Result<(TlsStream<TcpStream>, bool)> {
        let acceptor = TlsAcceptor::from(self.current.load_full());
        let stream = tokio::time::timeout(limit, acceptor.accept(stream)).await??;
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(HTTP2);
        Ok((stream, is_http2))
    }
}

fn prints(files: &TlsFiles) -> Prints {
    (print(&files.cert), print(&files.key))
}

/// Follows links: certificates are often replaced by turning one to another folder.
fn print(path: &Path) -> Print {
    let found = std::fs::metadata(path).ok()?;
    Some((
        found.dev(),
        found.ino(),
        found.size(),
        found.mtime(),
        found.mtime_nsec(),
    ))
}

fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>, StartError> {
    let of = |path: &Path, why: &dyn std::fmt::Display| {
        StartError::Tls(format!("{}: {why}", path.display()))
    };
    let certificates: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(&files.cert).and_then(Iterator::collect);
    let chain = certificates.map_err(|error| of(&files.cert, &error))?;
    if chain.is_empty() {
        return Err(of(&files.cert, &"holds no certificate"));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| of(&files.key, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StartError::Tls(error.to_string()))?;
    let mut config = versions
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| {
            let both = format!("{} with {}", files.cert.display(), files.key.display());
            StartError::Tls(format!("{both}: {error}"))
        })?;
    config.alpn_protocols = vec![HTTP2.to_vec(), HTTP1.to_vec()];
    config.ticketer = rustls::crypto::ring::Ticketer::new()
        .map_err(|error| StartError::Tls(error.to_string()))?;
    Ok(Arc::new(config))
}
