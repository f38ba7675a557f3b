-- Sums by hour.
SELECT
  hour, 0, '', '', sum(calls)::BIGINT, sum(quota)::BIGINT, sum(prompt + completion)::BIGINT
FROM usage_hourly
WHERE hour >= $start_s AND hour < $end_s
  AND ($groups::VARCHAR[] IS NULL OR list_contains($groups::VARCHAR[], group_name))
  AND ($users::BIGINT[] IS NULL OR list_contains($users::BIGINT[], user_id))
GROUP BY hour
ORDER BY hour;
