-- Adds a batch's sums of hours, made beside its rows, to those that are there.
INSERT INTO usage_hourly BY NAME
SELECT
  hour, user_id, key_id, model, channel_id, group_name, username, key_name, calls, failures, prompt,
  completion, cached_read, quota, quota_list, quota_cost
FROM hours
ON CONFLICT DO UPDATE SET
  username = excluded.username,
  key_name = excluded.key_name,
  calls = calls + excluded.calls,
  failures = failures + excluded.failures,
  prompt = prompt + excluded.prompt,
  completion = completion + excluded.completion,
  cached_read = cached_read + excluded.cached_read,
  quota = quota + excluded.quota,
  quota_list = quota_list + excluded.quota_list,
  quota_cost = quota_cost + excluded.quota_cost;
