-- One user, by hour and model.
SELECT
  hour, user_id, max(username), model, sum(calls)::BIGINT, sum(quota)::BIGINT,
  sum(prompt + completion)::BIGINT
FROM usage_hourly
WHERE hour >= $start_s AND hour <= $end_s
  AND (user_id = $user_id OR username = $username)
  AND ($groups::VARCHAR[] IS NULL OR list_contains($groups::VARCHAR[], group_name))
  AND ($users::BIGINT[] IS NULL OR list_contains($users::BIGINT[], user_id))
GROUP BY hour, user_id, model
HAVING sum(calls) > 0
ORDER BY hour, model;
