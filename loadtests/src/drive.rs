//! The driver: closed loop (every connection sends its next call when the last is answered) or open loop (calls are due at
//! fixed times and latency counts from the due time), plain and streamed. Prints `name=value` pairs for `loadtests/run`.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use clap::Args;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use memchr::memmem;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::{Failure, tls};

/// What is sent, to whom, for how long.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Port of the gateway on 127.0.0.1.
    #[arg(long)]
    port: u16,
    /// The key that the gateway knows.
    #[arg(long, default_value = "sk-load")]
    key: String,
    /// The model, which chooses the upstream's script.
    #[arg(long, default_value = "load-plain")]
    model: String,
    /// Connections held open.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Seconds that are counted.
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// Seconds before counting starts.
    #[arg(long, default_value_t = 1.0)]
    warmup: f64,
    /// Bytes of the request body.
    #[arg(long, default_value_t = 1024)]
    body: usize,
    /// Calls a second of the open loop; without it the loop is closed.
    #[arg(long)]
    rate: Option<f64>,
    /// Asks for a stream.
    #[arg(long)]
    stream: bool,
    /// The gateway's certificate, PEM: it is called over TLS, by HTTP/1.1.
    #[arg(long)]
    ca: Option<PathBuf>,
    /// Bytes a second that a reader takes, for the slow-reader case.
    #[arg(long)]
    read_rate: Option<usize>,
}

#[derive(Debug, Default)]
struct Tally {
    calls: u64,
    chunks: u64,
    bytes: u64,
    errors: u64,
    latencies_us: Vec<u64>,
    first_us: Vec<u64>,
}

type Shared = Rc<RefCell<Tally>>;

struct Window {
    from: Instant,
    until: Instant,
}

/// Runs the load and returns the line of figures.
pub(crate) async fn run(options: Options) -> Result<String, Failure> {
    let tls = options.ca.as_deref().map(tls::trusting).transpose()?;
    let tls = tls.map(|config| TlsConnector::from(Arc::new(config)));
    let start = Instant::now();
    let from = start + Duration::from_secs_f64(options.warmup);
    let window = Rc::new(Window {
        from,
        until: from + Duration::from_secs_f64(options.seconds),
    });
    let tally: Shared = Rc::default();
    let local = tokio::task::LocalSet::new();
    for number in 0..options.connections {
        let (options, tally, window) = (options.clone(), Rc::clone(&tally), Rc::clone(&window));
        let tls = tls.clone();
        local.spawn_local(async move {
            connection(number, &options, tls.as_ref(), (&tally, &window)).await;
        });
    }
    let until = window.until;
    local
        .run_until(async { tokio::time::sleep_until(until.into()).await })
        .await;
    drop(local);
    Ok(report(&options, &tally.borrow()))
}

fn payload(options: &Options) -> Bytes {
    let stream = if options.stream {
        ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
    } else {
        ""
    };
    let head = format!(
        "{{\"model\":\"{}\",\"max_tokens\":200{stream},\"messages\":[{{\"role\":\"user\",\"content\":\"",
        options.model
    );
    let tail = "\"}]}";
    let filler = options.body.saturating_sub(head.len() + tail.len());
    let text: String = "the quick brown fox jumps over the lazy dog "
        .chars()
        .cycle()
        .take(filler)
        .collect();
    Bytes::from(format!("{head}{text}{tail}"))
}

async fn connection(
    number: usize,
    options: &Options,
    tls: Option<&TlsConnector>,
    (tally, window): (&Shared, &Window),
) {
    let body = payload(options);
    let mut due = Instant::now() + spread(number, options);
    loop {
        let Ok(mut sender) = connect(options.port, tls).await else {
            tally.borrow_mut().errors += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        loop {
            if options.rate.is_some() {
                tokio::time::sleep_until(due.into()).await;
            } else {
                due = Instant::now();
            }
            if call(&mut sender, options, &body, due, (tally, window))
                .await
                .is_err()
            {
                tally.borrow_mut().errors += 1;
                break;
            }
            due += interval(options);
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a number of connections is far below 2^52"
)]
fn interval(options: &Options) -> Duration {
    options.rate.map_or(Duration::ZERO, |rate| {
        Duration::from_secs_f64(options.connections as f64 / rate)
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a number of connections is small"
)]
fn spread(number: usize, options: &Options) -> Duration {
    interval(options) / (options.connections.max(1) as u32) * (number as u32)
}

async fn connect(
    port: u16,
    tls: Option<&TlsConnector>,
) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    match tls {
        Some(tls) => {
            let name = ServerName::try_from("localhost")?;
            speak(tls.connect(name, stream).await?).await
        }
        None => speak(stream).await,
    }
}

async fn speak<S>(stream: S) -> Result<SendRequest<Full<Bytes>>, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::task::spawn_local(async move { drop(connection.await) });
    Ok(sender)
}

async fn call(
    sender: &mut SendRequest<Full<Bytes>>,
    options: &Options,
    body: &Bytes,
    due: Instant,
    (tally, window): (&Shared, &Window),
) -> Result<(), Failure> {
    sender.ready().await?;
    let request = Request::builder()
        .method(Method::POST)
        .uri("/v1/chat/completions")
        .header(header::HOST, "127.0.0.1")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {}", options.key))
        .body(Full::new(body.clone()))?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let mut incoming = response.into_body();
    let mut first = None;
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        first.get_or_insert_with(|| due.elapsed());
        if Instant::now() >= window.from {
            let mut tally = tally.borrow_mut();
            // Events, not reads: a gateway may put several that are ready into one write.
            tally.chunks += memmem::find_iter(&data, b"\n\n").count() as u64;
            tally.bytes += data.len() as u64;
        }
        if let Some(rate) = options.read_rate {
            tokio::time::sleep(Duration::from_micros(
                (data.len() * 1_000_000 / rate.max(1)) as u64,
            ))
            .await;
        }
    }
    if !status.is_success() {
        return Err(format!("status {status}").into());
    }
    count(tally, window, due, first);
    Ok(())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "microseconds of one call fit 64 bits"
)]
fn count(tally: &Shared, window: &Window, due: Instant, first: Option<Duration>) {
    if Instant::now() < window.from {
        return;
    }
    let mut tally = tally.borrow_mut();
    tally.calls += 1;
    tally.latencies_us.push(due.elapsed().as_micros() as u64);
    tally
        .first_us
        .push(first.unwrap_or_default().as_micros() as u64);
}

fn quantile(sorted: &[u64], per_mille: usize) -> u64 {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get(last * per_mille / 1000)
        .copied()
        .unwrap_or_default()
}

fn report(options: &Options, tally: &Tally) -> String {
    let mut latencies = tally.latencies_us.clone();
    latencies.sort_unstable();
    let mut firsts = tally.first_us.clone();
    firsts.sort_unstable();
    format!(
        "calls={} chunks={} bytes={} errors={} seconds={} p50_us={} p99_us={} first_p50_us={} first_p99_us={}",
        tally.calls,
        tally.chunks,
        tally.bytes,
        tally.errors,
        options.seconds,
        quantile(&latencies, 500),
        quantile(&latencies, 990),
        quantile(&firsts, 500),
        quantile(&firsts, 990),
    )
}
