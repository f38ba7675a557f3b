-- One page of log rows, calls and others, newest first. The conditions are put in by the reader. First
-- the page's ids, from the few columns that the conditions name; then those rows with all they have.
-- Ids grow in the order of rows, so that the reader can ask the newest rows first: $above.
WITH page AS MATERIALIZED (
  SELECT id
  FROM (
    SELECT id FROM calls WHERE id > $above AND @calls@
    UNION ALL
    SELECT id FROM logs WHERE id > $above AND @others@
  )
  ORDER BY id DESC
  LIMIT @limit@ OFFSET @offset@
)
SELECT *
FROM (
  SELECT
    id, ended_ms AS created_ms,
    CASE WHEN status >= 400 AND quota = 0 THEN 5 ELSE 2 END AS type,
    user_id, username, '' AS content, quota, key_id, key_name, model, channel_id, group_name, ip,
    request_id, '' AS other, upstream_model, endpoint, is_stream, started_ms, first_byte_ms, prompt,
    completion, cached_read, cache_write_5m, cache_write_1h, reasoning, audio_in, audio_out,
    image_in, end_reason, usage_source, status, overrun, attempts, price
  FROM usage
  WHERE id IN (SELECT id FROM page)
  UNION ALL
  SELECT
    id, created_ms, type,
    user_id, username, content, quota, key_id, key_name, model, channel_id, group_name, ip,
    request_id, other, '', '', false, created_ms, 0, 0,
    0, 0, 0, 0, 0, 0, 0,
    0, '', '', 0, false, '', ''
  FROM logs
  WHERE id IN (SELECT id FROM page)
)
ORDER BY id DESC;
