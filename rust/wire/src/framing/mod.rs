//! Bytes to frames, however the bytes are cut.
//! Knows nothing of what a frame holds.

pub mod event_stream;
pub mod lines;
pub mod multipart;
pub mod sse;
