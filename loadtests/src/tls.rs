//! TLS for the rig: what a role shows at its port, and whom it trusts. One certificate of the run's own does for all.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use crate::Failure;

/// The certificate of a role's port; without it the port is plain.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Front {
    /// Certificate, PEM.
    #[arg(long, requires = "private_key")]
    cert: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long)]
    private_key: Option<PathBuf>,
}

impl Front {
    /// Returns what shakes hands, offering HTTP/2 and HTTP/1.1.
    pub(crate) fn acceptor(&self) -> Result<Option<TlsAcceptor>, Failure> {
        let (Some(cert), Some(key)) = (&self.cert, &self.private_key) else {
            return Ok(None);
        };
        let chain = CertificateDer::pem_file_iter(cert)?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(key)?;
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Some(TlsAcceptor::from(Arc::new(config))))
    }
}

/// Returns the settings of a client that trusts this certificate alone.
pub(crate) fn trusting(certificate: &Path) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(certificate)? {
        roots.add(certificate?)?;
    }
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
