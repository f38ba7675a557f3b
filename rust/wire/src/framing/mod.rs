//! Bytes to frames, however the bytes are cut.
//! Knows nothing of what a frame holds.

pub mod multipart;
pub mod sse;
