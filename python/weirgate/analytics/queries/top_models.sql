-- The models that cost most.
SELECT
  0, 0, '', model, sum(calls)::BIGINT, sum(quota)::BIGINT, sum(prompt + completion)::BIGINT
FROM usage_hourly
WHERE hour >= $start_s AND hour < $end_s
  AND ($groups::VARCHAR[] IS NULL OR list_contains($groups::VARCHAR[], group_name))
  AND ($users::BIGINT[] IS NULL OR list_contains($users::BIGINT[], user_id))
GROUP BY model
HAVING sum(calls) > 0
ORDER BY sum(quota) DESC, sum(calls) DESC, model
LIMIT 10;
