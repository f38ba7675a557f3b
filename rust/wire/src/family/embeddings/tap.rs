//! Same family on both ends: embeddings replies have usage and errors where chat has them, so one reader serves both.

use crate::endpoint::Endpoint;
use crate::reply::{ReplyFacts, reply_facts};

/// Reads usage and error beside the bytes that pass through.
pub(crate) fn facts(body: &[u8]) -> ReplyFacts {
    reply_facts(Endpoint::Embeddings, body)
}
