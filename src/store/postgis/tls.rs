//! Encryption with rustls: the server's certificate is always verified, name included.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::StoreError;
use super::address::Address;

/// What makes encrypted connections to an address.
///
/// # Errors
/// [`StoreError::Address`] when there is no certificate to trust.
pub fn connector(address: &Address) -> Result<MakeRustlsConnect, StoreError> {
    let wrong = |why: String| StoreError::Address { store: address.shown.clone(), why };
    let mut roots = RootCertStore::empty();
    if let Some(path) = &address.root_certificate {
        let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let certificates = read.map_err(|error| wrong(format!("cannot read sslrootcert={}: {error}", path.display())))?;
        roots.add_parsable_certificates(certificates);
        if roots.is_empty() {
            return Err(wrong(format!("sslrootcert={} holds no certificate in PEM form", path.display())));
        }
    } else if address.tls {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(wrong("this system trusts no certificates; name the one to trust with sslrootcert=FILE".to_owned()));
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
