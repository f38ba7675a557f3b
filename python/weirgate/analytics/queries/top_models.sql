-- The models that cost most; user 0 is everybody.
SELECT
  0, 0, '', model, sum(calls)::BIGINT, sum(quota)::BIGINT, sum(prompt + completion)::BIGINT
FROM usage_hourly
WHERE hour >= $start_s AND hour < $end_s AND ($user_id = 0 OR user_id = $user_id)
GROUP BY model
HAVING sum(calls) > 0
ORDER BY sum(quota) DESC, sum(calls) DESC, model
LIMIT 10;
