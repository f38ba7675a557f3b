-- Sums of hours by key as well: what asks for keys need not read every call. The sums that are there
-- wait in `hourly_before`: 0003_month.sql sums the calls anew, 0004 takes what no call tells any more.
CREATE TABLE hourly_before AS FROM usage_hourly;
DROP TABLE usage_hourly;
CREATE TABLE usage_hourly (
  hour               BIGINT NOT NULL,
  user_id            BIGINT NOT NULL,
  key_id             BIGINT NOT NULL,
  model              TEXT NOT NULL,
  channel_id         BIGINT NOT NULL,
  group_name         TEXT NOT NULL,
  username           TEXT NOT NULL,
  key_name           TEXT NOT NULL,
  calls              BIGINT NOT NULL,
  failures           BIGINT NOT NULL,
  prompt             BIGINT NOT NULL,
  completion         BIGINT NOT NULL,
  cached_read        BIGINT NOT NULL,
  quota              BIGINT NOT NULL,
  quota_list         BIGINT NOT NULL,
  quota_cost         BIGINT NOT NULL,
  PRIMARY KEY (hour, user_id, key_id, model, channel_id, group_name)
);
