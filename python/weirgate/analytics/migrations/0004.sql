-- Sums whose calls are gone, in part or all, stay as they were: under key 0, without a name.
CREATE TABLE gone AS
SELECT held.hour, held.user_id, held.model, held.channel_id, held.group_name
FROM hourly_before held
LEFT JOIN (
  SELECT hour, user_id, model, channel_id, group_name, sum(calls + failures) AS found
  FROM usage_hourly
  GROUP BY ALL
) made USING (hour, user_id, model, channel_id, group_name)
WHERE coalesce(found, 0) < calls + failures;

DELETE FROM usage_hourly
WHERE (hour, user_id, model, channel_id, group_name) IN (FROM gone);

INSERT INTO usage_hourly BY NAME
SELECT held.*, 0 AS key_id, '' AS key_name
FROM hourly_before held SEMI JOIN gone USING (hour, user_id, model, channel_id, group_name);

DROP TABLE gone;
DROP TABLE hourly_before;
