-- The most calls of a minute, of the calls that match.
SELECT coalesce(max(made), 0)::BIGINT
FROM (SELECT count(*) AS made FROM calls WHERE @calls@ GROUP BY ended_ms // 60000);
