-- Adds the rows of `batch` to the hourly sums. A call that failed and cost nothing counts as failure.
INSERT INTO usage_hourly
SELECT
  ended_ms // 3600000 * 3600 AS hour,
  user_id,
  model,
  channel_id,
  group_name,
  arg_max(username, ended_ms),
  count(*) FILTER (WHERE NOT (status >= 400 AND quota = 0)),
  count(*) FILTER (WHERE status >= 400 AND quota = 0),
  sum(prompt),
  sum(completion),
  sum(cached_read),
  sum(quota),
  sum(quota_list),
  sum(quota_cost)
FROM batch
GROUP BY ALL
ON CONFLICT DO UPDATE SET
  username = excluded.username,
  calls = calls + excluded.calls,
  failures = failures + excluded.failures,
  prompt = prompt + excluded.prompt,
  completion = completion + excluded.completion,
  cached_read = cached_read + excluded.cached_read,
  quota = quota + excluded.quota,
  quota_list = quota_list + excluded.quota_list,
  quota_cost = quota_cost + excluded.quota_cost;
