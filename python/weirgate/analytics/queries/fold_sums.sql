-- The sums of some hours, one row a node and group of calls.
CREATE TEMP TABLE folded AS
SELECT
  hour, user_id, key_id, model, channel_id, group_name, max(username) AS username,
  max(key_name) AS key_name, sum(calls)::BIGINT AS calls, sum(failures)::BIGINT AS failures,
  sum(prompt)::BIGINT AS prompt, sum(completion)::BIGINT AS completion,
  sum(cached_read)::BIGINT AS cached_read, sum(quota)::BIGINT AS quota,
  sum(quota_list)::BIGINT AS quota_list, sum(quota_cost)::BIGINT AS quota_cost, node
FROM usage_hourly
WHERE list_contains($hours::BIGINT[], hour)
GROUP BY ALL;
