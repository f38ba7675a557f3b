-- What subjects of one scope used before their limits began to count: requests of the day, and the
-- charges of the day, week and month.
WITH wanted AS (
  SELECT
    unnest($subjects::VARCHAR[]) AS subject,
    unnest($since_ms::BIGINT[]) AS since_ms,
    unnest($day_ms::BIGINT[]) AS day_ms,
    unnest($week_ms::BIGINT[]) AS week_ms,
    unnest($month_ms::BIGINT[]) AS month_ms
),
ended AS (
  SELECT $subject AS subject, ended_ms, quota
  FROM usage
  WHERE ended_ms >= $earliest_ms
)
SELECT
  subject,
  count(*) FILTER (ended_ms >= day_ms)::BIGINT,
  coalesce(sum(quota) FILTER (ended_ms >= day_ms), 0)::BIGINT,
  coalesce(sum(quota) FILTER (ended_ms >= week_ms), 0)::BIGINT,
  coalesce(sum(quota) FILTER (ended_ms >= month_ms), 0)::BIGINT
FROM wanted JOIN ended USING (subject)
WHERE ended_ms < since_ms
GROUP BY subject;
