-- Sums one month of calls, $table, by hour and key.
INSERT INTO usage_hourly BY NAME
SELECT
  ended_ms // 3600000 * 3600 AS hour,
  user_id, key_id, model, channel_id, group_name,
  arg_max(username, ended_ms) AS username,
  arg_max(key_name, ended_ms) AS key_name,
  count(*) FILTER (NOT (status >= 400 AND quota = 0)) AS calls,
  count(*) FILTER (status >= 400 AND quota = 0) AS failures,
  sum(prompt)::BIGINT AS prompt,
  sum(completion)::BIGINT AS completion,
  sum(cached_read)::BIGINT AS cached_read,
  sum(quota)::BIGINT AS quota,
  sum(quota_list)::BIGINT AS quota_list,
  sum(quota_cost)::BIGINT AS quota_cost
FROM $table AS calls
JOIN kinds ON kinds.id = calls.kind
JOIN payers ON payers.id = calls.payer
GROUP BY ALL;
