-- Rows of calls with their texts, as questions and people read them; `calls` is all months.
CREATE OR REPLACE VIEW usage AS
SELECT
  calls.id,
  format('{:016x}{:016x}', request_hi, request_lo) AS request_id,
  user_id, key_id, channel_id, username, key_name, model, upstream_model, group_name, endpoint,
  is_stream, started_ms, first_byte_ms, ended_ms, prompt, completion, cached_read, cache_write_5m,
  cache_write_1h, reasoning, audio_in, audio_out, image_in, hold, quota_list, quota, quota_cost,
  end_reason, usage_source, status, overrun, ip,
  CASE WHEN attempts <> '' THEN attempts ELSE format(
    '[{{"channel_id":{},"key_index":{},"status":200,"ms":{},"error":""}}]',
    channel_id, attempt >> 32, attempt & 4294967295
  ) END AS attempts,
  price, node, journal, place >> 32 AS segment, place & 4294967295 AS byte_offset
FROM calls
JOIN kinds ON kinds.id = calls.kind
JOIN payers ON payers.id = calls.payer;
