-- Sums by hour; user 0 is everybody.
SELECT
  hour, 0, '', '', sum(calls)::BIGINT, sum(quota)::BIGINT, sum(prompt + completion)::BIGINT
FROM usage_hourly
WHERE hour >= $start_s AND hour < $end_s AND ($user_id = 0 OR user_id = $user_id)
GROUP BY hour
ORDER BY hour;
