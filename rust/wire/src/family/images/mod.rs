//! Family `images`: generations, edits and variations; JSON or a form from the client, JSON or events back.
//! Paths `/v1/images/...`; errors have the `OpenAI` shape; a stream ends with `image_*.completed` and has no `[DONE]`.
//! Bytes mostly pass through; generations are read and written for vendors that have a form of their own.

pub mod client_reply;
pub mod client_request;
pub(crate) mod tap;

use crate::canon::Usage;

/// Input tokens that an image to be edited is held as: one of 1024 × 1024 at high fidelity, rounded up
/// (`OpenAI`'s image guide, read 2026-11-21).
pub(crate) const INPUT_TOKENS: u64 = 8_192;

/// Output tokens of an image by quality: square, then the two long sizes (`OpenAI`'s image guide, read 2026-11-21).
const OUTPUT_TOKENS: [(&str, u64, u64); 3] = [
    ("low", 272, 408),
    ("medium", 1_056, 1_584),
    ("high", 4_160, 6_240),
];

/// Returns what a call will use: tokens for models priced by them, a count for models priced by the image.
pub(crate) fn expected(
    prompt: u64,
    images: u64,
    size: Option<&str>,
    quality: Option<&str>,
) -> Usage {
    let is_square = matches!(size, Some("1024x1024" | "512x512" | "256x256"));
    let known = quality.unwrap_or("auto");
    // An unknown quality, `auto` among them, may turn out the dearest.
    let dearest = OUTPUT_TOKENS.last();
    let row = OUTPUT_TOKENS
        .iter()
        .find(|(name, _, _)| *name == known)
        .or(dearest);
    let each = row.map_or(
        0,
        |(_, square, long)| if is_square { *square } else { *long },
    );
    Usage {
        prompt: prompt.max(1),
        completion: each.saturating_mul(images),
        images,
        ..Usage::default()
    }
}
