//! One structured line a settled call, when the configuration asks for it (target
//! `weirgate::access`). Names and numbers only.

use crate::journal::UsageRow;
use crate::pipeline::route::hex;

/// Writes a call's line.
pub(crate) fn write(row: &UsageRow) {
    tracing::info!(
        target: "weirgate::access",
        request_id = %hex(&row.request_id),
        user_id = row.user_id,
        key_id = row.key_id,
        channel_id = row.channel_id,
        model = %row.model,
        endpoint = %row.endpoint,
        is_stream = row.is_stream,
        status = row.status,
        end_reason = row.end_reason.as_str(),
        usage_source = row.usage_source.as_str(),
        prompt = row.prompt,
        completion = row.completion,
        quota = row.quota,
        attempts = row.attempts.len(),
        first_byte_ms = if row.first_byte_ms == 0 { -1 } else { row.first_byte_ms - row.started_ms },
        total_ms = row.ended_ms - row.started_ms,
        "call"
    );
}
