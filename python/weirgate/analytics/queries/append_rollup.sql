-- Adds a batch's sums of hours as rows of their own, with the node that they are of.
INSERT INTO usage_hourly BY NAME
SELECT
  hour, user_id, key_id, model, channel_id, group_name, username, key_name, calls, failures, prompt,
  completion, cached_read, quota, quota_list, quota_cost, $node AS node
FROM hours;
