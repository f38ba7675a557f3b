//! Same family on both ends: reads one event or one whole reply beside the bytes that pass through.
//! One scan of the JSON, no tree; must never fail a stream, whatever a provider sends.

use crate::canon::Usage;
use crate::family::reading::{ReplyReading, TextSink};

/// Reads one event's data or a whole reply; `so_far` is the usage reported by earlier events of the stream.
pub(crate) fn read_reply(
    _data: &[u8],
    _so_far: Option<&Usage>,
    _sink: &mut dyn TextSink,
) -> Option<ReplyReading> {
    None
}
