//! What one worker thread owns: its upstream pool, its way to the management plane, its counters.
//!
//! Everything here is used by that one thread only, so its locks and counters are never contended.

use std::sync::Arc;
use std::time::Duration;

use crate::ask::Asker;
use crate::gather::Gather;
use crate::management::ManagementClient;
use crate::public_tls::PublicTls;
use crate::state::shared::Shared;
use crate::telemetry::metrics::WorkerMetrics;
use crate::upstream::dial::Dialer;
use crate::upstream::pool::Pool;

/// One worker's belongings.
#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) index: usize,
    pub(crate) shared: Arc<Shared>,
    pub(crate) pool: Pool,
    pub(crate) gather: Gather,
    pub(crate) management: ManagementClient,
    pub(crate) asker: Asker,
    pub(crate) dialer: Dialer,
    /// The public port's certificate; none: plain HTTP.
    pub(crate) public_tls: Option<Arc<PublicTls>>,
    pub(crate) metrics: Arc<WorkerMetrics>,
}

impl Worker {
    pub(crate) fn new(
        index: usize,
        shared: &Arc<Shared>,
        tls: &Arc<rustls::ClientConfig>,
        public_tls: Option<&Arc<PublicTls>>,
    ) -> Arc<Self> {
        let connect_timeout = shared
            .published
            .routing()
            .as_ref()
            .map_or(10_000, |routing| {
                routing.snapshot.options.connect_timeout_ms
            });
        Arc::new(Self {
            index,
            shared: Arc::clone(shared),
            gather: Gather::new(shared),
            pool: Pool::new(tls, Duration::from_millis(connect_timeout)),
            dialer: Dialer::new(tls, Duration::from_millis(connect_timeout)),
            asker: Asker::new(&shared.config.management_socket),
            management: ManagementClient::new(&shared.config.management_socket),
            public_tls: public_tls.map(Arc::clone),
            metrics: shared.metrics.worker(index),
        })
    }
}
