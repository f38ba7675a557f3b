-- Sums over whole hours.
SELECT
  coalesce(sum(calls), 0)::BIGINT,
  coalesce(sum(failures), 0)::BIGINT,
  coalesce(sum(quota), 0)::BIGINT,
  coalesce(sum(prompt), 0)::BIGINT,
  coalesce(sum(completion), 0)::BIGINT,
  coalesce(sum(cached_read), 0)::BIGINT
FROM usage_hourly
WHERE hour >= $start_s AND hour < $end_s
  AND ($groups::VARCHAR[] IS NULL OR list_contains($groups::VARCHAR[], group_name))
  AND ($users::BIGINT[] IS NULL OR list_contains($users::BIGINT[], user_id));
