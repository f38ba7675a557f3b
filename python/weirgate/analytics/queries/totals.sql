-- Sums over whole hours; user 0 is everybody.
SELECT
  coalesce(sum(calls), 0)::BIGINT,
  coalesce(sum(failures), 0)::BIGINT,
  coalesce(sum(quota), 0)::BIGINT,
  coalesce(sum(prompt), 0)::BIGINT,
  coalesce(sum(completion), 0)::BIGINT,
  coalesce(sum(cached_read), 0)::BIGINT
FROM usage_hourly
WHERE hour >= $start_s AND hour < $end_s AND ($user_id = 0 OR user_id = $user_id);
