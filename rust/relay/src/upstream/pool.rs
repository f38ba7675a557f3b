//! One worker's connections to the providers: kept-alive HTTP/1.1 and HTTP/2 over TCP and TLS.
//!
//! A connection never leaves its worker's thread. A kept-alive connection that the provider closed
//! before anything of a call was written is replaced silently; a call that was written is never sent twice from here.

use crate::maps::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http::uri::{Authority, Scheme};
use http::{HeaderValue, Request, Response, Uri};
use hyper::client::conn::http1;
use hyper_util::client::legacy::connect::Connection as _;
use parking_lot::Mutex;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::answer::UpstreamBody;
use super::body::RequestBody;
use super::connect::{Connector, Line};
use super::driven::Driven;
use super::egress::Reach;
use super::proxy::Proxy;
use super::shared::{Lane, Ride, Unanswered};
use crate::error::StartError;

/// How long an unused connection is kept; providers close theirs after 60 s and more.
const IDLE: Duration = Duration::from_secs(55);
/// Unused connections kept a provider and worker.
const IDLE_PER_HOST: usize = 512;
/// Bytes read from a provider at once; the cap keeps a waiting stream small.
const READ_BUFFER: usize = 64 * 1024;
/// How often a call is sent that no provider has begun.
const TRIES: u32 = 3;

/// An HTTP/1.1 connection of this pool.
pub(crate) type Wire = Driven<Line, RequestBody>;

/// Why nothing was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendError {
    /// No connection could be made.
    Connect,
    /// The connection broke off.
    Broken,
}

/// Whose connections can serve a request.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Origin {
    reach: Reach,
    is_tls: bool,
    authority: Authority,
    proxy: Option<Arc<Proxy>>,
}

/// A connection that waits for its next call.
#[derive(Debug)]
struct Idle {
    wire: Box<Wire>,
    since: Instant,
}

/// The connections to one origin.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// The value of the `host` header.
    host: Option<HeaderValue>,
    kept: Mutex<Kept>,
    /// The last connection was one that calls share.
    is_shared: AtomicBool,
    /// Held by the one call that opens a shared connection; the others wait to find it.
    opening: tokio::sync::Mutex<()>,
    /// Connections that could not be made.
    failures: AtomicU64,
}

/// What waits on a shelf.
#[derive(Debug, Default)]
struct Kept {
    idle: Vec<Idle>,
    /// Connections that calls share; the first are filled first, so that the last fall idle.
    lanes: Vec<Lane>,
}

/// The shelves of one worker, by origin; found once a call.
#[derive(Debug, Default)]
struct Shelves(Mutex<HashMap<Origin, Arc<Shelf>>>);

/// The connections of one worker.
#[derive(Debug)]
pub(crate) struct Pool {
    connector: Connector,
    shelves: Shelves,
}

enum Found {
    Own(Box<Wire>),
    Shared(Ride),
}

impl Shelf {
    fn new(origin: &Origin) -> Self {
        Self {
            host: host_of(origin),
            kept: Mutex::default(),
            is_shared: AtomicBool::new(false),
            opening: tokio::sync::Mutex::default(),
            failures: AtomicU64::new(0),
        }
    }

    /// Takes a connection that is still open, the last used first; `sweep` closes the old ones.
    fn take(&self) -> Option<Found> {
        let mut kept = self.kept.lock();
        if let Some(ride) = kept.lanes.iter_mut().find_map(Lane::board) {
            return Some(Found::Shared(ride));
        }
        while let Some(mut idle) = kept.idle.pop() {
            if idle.wire.is_ready() {
                return Some(Found::Own(idle.wire));
            }
        }
        None
    }

    /// Puts a connection back that can serve another call.
    pub(super) fn put(&self, mut wire: Box<Wire>) {
        if !wire.is_ready() {
            return;
        }
        let mut kept = self.kept.lock();
        if kept.idle.len() < IDLE_PER_HOST {
            let since = Instant::now();
            kept.idle.push(Idle { wire, since });
        }
    }

    /// Adds a connection, unless calls at the same moment have opened one that still has room.
    fn share(&self, mut lane: Lane) -> Option<Found> {
        self.is_shared.store(true, Ordering::Relaxed);
        let mut kept = self.kept.lock();
        if let Some(ride) = kept.lanes.iter_mut().find_map(Lane::board) {
            return Some(Found::Shared(ride));
        }
        let ride = lane.board();
        kept.lanes.push(lane);
        ride.map(Found::Shared)
    }

    /// Closes what was unused for too long; false when nothing is left.
    fn sweep(&self) -> bool {
        let mut kept = self.kept.lock();
        kept.idle.retain(|idle| idle.since.elapsed() < IDLE);
        kept.lanes.retain(|lane| !lane.is_done(IDLE));
        !kept.idle.is_empty() || !kept.lanes.is_empty()
    }
}

impl Shelves {
    fn of(&self, origin: &Origin) -> Arc<Shelf> {
        let mut shelves = self.0.lock();
        if let Some(shelf) = shelves.get(origin) {
            return Arc::clone(shelf);
        }
        let shelf = Arc::new(Shelf::new(origin));
        shelves.insert(origin.clone(), Arc::clone(&shelf));
        shelf
    }

    /// Forgets origins that have nothing left and that no call uses.
    fn sweep(&self) {
        let mut shelves = self.0.lock();
        shelves.retain(|_, shelf| shelf.sweep() || Arc::strong_count(shelf) > 1);
    }
}

fn host_of(origin: &Origin) -> Option<HeaderValue> {
    let usual = if origin.is_tls { 443 } else { 80 };
    let text = match origin.authority.port_u16() {
        Some(port) if port == usual => origin.authority.host(),
        _ => origin.authority.as_str(),
    };
    HeaderValue::from_str(text).ok()
}

impl Pool {
    pub(crate) fn new(tls: &Arc<rustls::ClientConfig>, connect_timeout: Duration) -> Self {
        Self {
            connector: Connector::new(tls, connect_timeout, true),
            shelves: Shelves::default(),
        }
    }

    /// Closes what was unused for too long; to be called now and then.
    pub(crate) fn sweep(&self) {
        self.shelves.sweep();
    }

    /// Sends a request, through a channel's proxy if it has one; ends with the answer's head.
    pub(crate) async fn send(
        &self,
        mut request: Box<Request<RequestBody>>,
        reach: Reach,
        proxy: Option<&Arc<Proxy>>,
    ) -> Result<Response<UpstreamBody>, SendError> {
        let origin = origin(request.uri(), reach, proxy).ok_or(SendError::Connect)?;
        let shelf = self.shelves.of(&origin);
        let mut tries = 0;
        loop {
            let found = shelf.take();
            let is_fresh = found.is_none();
            let found = match found {
                Some(found) => found,
                None => Box::pin(self.open(&origin, &shelf, request.uri())).await?,
            };
            let sent = match found {
                Found::Own(wire) => exchange(&shelf, wire, request).await,
                Found::Shared(ride) => {
                    tries += 1;
                    match Box::pin(ride.send(request)).await {
                        Err(Unanswered::Unbegun(unbegun)) if tries < TRIES => {
                            request = unbegun;
                            continue;
                        }
                        sent => sent.map_err(|_unanswered| None),
                    }
                }
            };
            match sent {
                Ok(response) => return Ok(response),
                // Nothing had been written: the provider closed a connection that looked open.
                Err(Some(unsent)) if !is_fresh => request = unsent,
                Err(_) => return Err(SendError::Broken),
            }
        }
    }

    /// Opens a connection; where calls share one, each waits for the one that opens it, and fails with it.
    async fn open(&self, origin: &Origin, shelf: &Shelf, uri: &Uri) -> Result<Found, SendError> {
        if !shelf.is_shared.load(Ordering::Relaxed) {
            return self.connect(origin, shelf, uri).await;
        }
        let failures = shelf.failures.load(Ordering::Relaxed);
        let _turn = shelf.opening.lock().await;
        if let Some(found) = shelf.take() {
            return Ok(found);
        }
        if shelf.failures.load(Ordering::Relaxed) != failures {
            return Err(SendError::Connect);
        }
        let opened = self.connect(origin, shelf, uri).await;
        if opened.is_err() {
            shelf.failures.fetch_add(1, Ordering::Relaxed);
        }
        opened
    }

    async fn connect(&self, origin: &Origin, shelf: &Shelf, uri: &Uri) -> Result<Found, SendError> {
        let (reach, proxy) = (origin.reach, origin.proxy.as_deref());
        let stream = self.connector.connect(uri, reach, proxy).await;
        let stream = stream.map_err(|_unreachable| SendError::Connect)?;
        if stream.connected().is_negotiated_h2() {
            // Boxed: HTTP/1.1 needs less room to begin.
            let lane = Box::pin(Lane::begin(stream)).await;
            let lane = lane.map_err(|_broken| SendError::Connect)?;
            return shelf.share(lane).ok_or(SendError::Connect);
        }
        shelf.is_shared.store(false, Ordering::Relaxed);
        let shaken = http1::Builder::new()
            .max_buf_size(READ_BUFFER)
            .handshake(stream);
        let (sender, wire) = shaken.await.map_err(|_broken| SendError::Connect)?;
        Ok(Found::Own(Box::new(Driven::new(sender, wire))))
    }
}

/// One call over a connection of its own. An error carries the request when nothing of it was written.
async fn exchange(
    shelf: &Arc<Shelf>,
    mut wire: Box<Wire>,
    mut request: Box<Request<RequestBody>>,
) -> Result<Response<UpstreamBody>, Option<Box<Request<RequestBody>>>> {
    let whole = request.uri().clone();
    if let Some(host) = &shelf.host {
        request
            .headers_mut()
            .entry(http::header::HOST)
            .or_insert_with(|| host.clone());
    }
    *request.uri_mut() = origin_form(&whole);
    let mut reply = std::pin::pin!(wire.sender.try_send_request(*request));
    let answered = std::future::poll_fn(|cx| wire.drive(cx, |cx| reply.as_mut().poll(cx))).await;
    match answered {
        Ok(response) => {
            let shelf = Arc::clone(shelf);
            Ok(response.map(|body| UpstreamBody::driven(body, wire, shelf)))
        }
        Err(mut error) => Err(error.take_message().map(|mut unsent| {
            *unsent.uri_mut() = whole;
            Box::new(unsent)
        })),
    }
}

fn origin(uri: &Uri, reach: Reach, proxy: Option<&Arc<Proxy>>) -> Option<Origin> {
    Some(Origin {
        reach,
        is_tls: uri.scheme() == Some(&Scheme::HTTPS),
        authority: uri.authority()?.clone(),
        proxy: proxy.cloned(),
    })
}

/// Returns path and query alone, as HTTP/1.1 wants them.
fn origin_form(uri: &Uri) -> Uri {
    let path = uri.path_and_query().cloned();
    path.map_or_else(|| Uri::from_static("/"), Uri::from)
}

/// Returns the TLS settings shared by all workers: ring, TLS 1.2 and 1.3, the web's roots and those of a PEM file.
pub(crate) fn tls_config(further: Option<&Path>) -> Result<Arc<rustls::ClientConfig>, StartError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StartError::Tls(error.to_string()))?;
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(file) = further {
        add_roots(&mut roots, file)
            .map_err(|why| StartError::Tls(format!("{}: {why}", file.display())))?;
    }
    let builder = builder.with_root_certificates(roots);
    Ok(Arc::new(builder.with_no_client_auth()))
}

fn add_roots(roots: &mut RootCertStore, file: &Path) -> Result<(), String> {
    let before = roots.len();
    let found = CertificateDer::pem_file_iter(file).map_err(|error| error.to_string())?;
    for certificate in found {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.len() == before {
        return Err("holds no certificate".to_owned());
    }
    Ok(())
}
