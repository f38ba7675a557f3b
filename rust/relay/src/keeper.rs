//! The node's housekeeping thread: writes progress each second and refusals each minute, pays what
//! is owed to the journal, looks at the certificate's files, and serves the admin listener.
//!
//! Nothing on a request's path waits for it.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::public_tls::PublicTls;
use crate::state::clock;
use crate::state::shared::{Phase, Shared};
use crate::telemetry::admin;

const SECONDS_A_MINUTE: u32 = 60;

/// Starts the thread; it ends when the phase is `Stopped`.
pub(crate) fn start(
    shared: &Arc<Shared>,
    admin: Option<std::net::TcpListener>,
    public_tls: Option<&Arc<PublicTls>>,
    stopping: watch::Receiver<Phase>,
) -> std::io::Result<JoinHandle<()>> {
    let shared = Arc::clone(shared);
    let public_tls = public_tls.map(Arc::clone);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let name = "weirgate-keeper".to_owned();
    std::thread::Builder::new().name(name).spawn(move || {
        load_vocabularies();
        runtime.block_on(keep(&shared, admin, public_tls.as_deref(), stopping));
        runtime.shutdown_timeout(Duration::from_millis(200));
    })
}

/// Loads the token vocabularies now, here: the first call that needs one would otherwise stop its
/// worker for as long as that takes, and 16 MiB would come late.
fn load_vocabularies() {
    for model in ["gpt-4o", "gpt-4"] {
        let tokens = weirgate_wire::tokens::count(model, "one");
        tracing::debug!(model, tokens, "vocabulary loaded");
    }
}

async fn keep(
    shared: &Arc<Shared>,
    admin: Option<std::net::TcpListener>,
    public_tls: Option<&PublicTls>,
    mut stopping: watch::Receiver<Phase>,
) {
    let admin = admin.and_then(|socket| TcpListener::from_std(socket).ok());
    let serving = async {
        match admin {
            Some(listener) => admin::serve(shared, listener).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(serving);
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut seconds = 0_u32;
    loop {
        tokio::select! {
            () = &mut serving => {}
            _ = ticks.tick() => {
                shared.write_progress();
                shared.pay_owed();
                if let Some(tls) = public_tls {
                    tls.reload_if_changed();
                }
                seconds += 1;
                if seconds >= SECONDS_A_MINUTE {
                    seconds = 0;
                    shared.write_refusals();
                    shared.limits.expire(clock::now_ms());
                }
            }
            _ = stopping.wait_for(|phase| *phase == Phase::Stopped) => return,
        }
    }
}
