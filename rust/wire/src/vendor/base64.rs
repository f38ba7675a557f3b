//! Base64 (RFC 4648, with padding) for the few small texts that a wire form wraps in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Decodes a text; `None` when it is no base64.
pub(crate) fn base64_decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
