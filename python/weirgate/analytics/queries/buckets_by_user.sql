-- All models together, by hour and user.
SELECT
  hour, user_id, arg_max(username, hour), '', sum(calls)::BIGINT, sum(quota)::BIGINT,
  sum(prompt + completion)::BIGINT
FROM usage_hourly
WHERE hour >= $start_s AND hour <= $end_s
  AND ($groups::VARCHAR[] IS NULL OR list_contains($groups::VARCHAR[], group_name))
  AND ($users::BIGINT[] IS NULL OR list_contains($users::BIGINT[], user_id))
GROUP BY hour, user_id
HAVING sum(calls) > 0
ORDER BY hour, user_id;
