//! Token counts of one call, in the one meaning that prices are computed from.
//! Families fill it; it must never be guessed here.

use serde::{Deserialize, Serialize};

use super::ToolCalls;

/// Token counts of one call. All are tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Input tokens, including cached reads and writes, audio and images.
    pub prompt: u64,
    /// Output tokens, including reasoning and audio.
    pub completion: u64,
    /// Input tokens read from the provider's cache.
    pub cached_read: u64,
    /// Input tokens written to a cache that lives five minutes (or the provider's only one).
    pub cache_write_5m: u64,
    /// Input tokens written to a cache that lives an hour.
    pub cache_write_1h: u64,
    /// Output tokens spent on reasoning.
    pub reasoning: u64,
    /// Input tokens of audio.
    pub audio_in: u64,
    /// Output tokens of audio.
    pub audio_out: u64,
    /// Input tokens of images.
    pub image_in: u64,
    /// Output tokens of images.
    #[serde(default, skip_serializing_if = "is_none")]
    pub image_out: u64,
    /// Images made; counted only where calls are priced by the image.
    #[serde(default, skip_serializing_if = "is_none")]
    pub images: u64,
    /// Calls of the provider's own tools.
    #[serde(default, skip_serializing_if = "ToolCalls::is_none")]
    pub tools: ToolCalls,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field by reference"
)]
const fn is_none(count: &u64) -> bool {
    *count == 0
}
