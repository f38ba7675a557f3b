//! Counts tokens when the provider did not say them: small prompts at once, large ones on the
//! worker's own few blocking threads, never on the thread that carries traffic.

use bytes::Bytes;
use weirgate_wire::{Endpoint, prompt_tokens_estimate};

/// Bodies up to this size are counted in place (about 1 ms).
pub(crate) const INLINE_BYTES: usize = 32 * 1024;

/// Returns the tokens of a request's prompt.
pub(crate) async fn prompt_tokens(endpoint: Endpoint, body: Bytes, model: String) -> u64 {
    if body.len() <= INLINE_BYTES {
        return prompt_tokens_estimate(endpoint, &body, &model);
    }
    let by_size = body.len() as u64 / crate::state::live::BYTES_PER_TOKEN;
    let counting =
        tokio::task::spawn_blocking(move || prompt_tokens_estimate(endpoint, &body, &model));
    counting.await.unwrap_or(by_size)
}
