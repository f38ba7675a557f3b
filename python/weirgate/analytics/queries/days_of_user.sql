-- One user, by day (UTC) and model.
SELECT
  (hour // 86400)::BIGINT * 86400 AS day, model, sum(calls)::BIGINT, sum(quota)::BIGINT,
  sum(prompt)::BIGINT, sum(completion)::BIGINT
FROM usage_hourly
WHERE hour >= $start_s AND hour <= $end_s AND user_id = $user_id
GROUP BY day, model
HAVING sum(calls) > 0
ORDER BY day, model;
