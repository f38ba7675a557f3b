-- The oldest hours before a time that have several rows for the same sum of one node.
SELECT DISTINCT hour
FROM (
  SELECT hour
  FROM usage_hourly
  WHERE hour < $before_s
  GROUP BY hour, node, user_id, key_id, model, channel_id, group_name
  HAVING count(*) > 1
)
ORDER BY hour
LIMIT $hours;
