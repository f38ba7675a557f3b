-- Usage store, first shape. Usage rows live in one table a month (usage_YYYYMM, made by ingest from
-- queries/create_month.sql) behind the view `usage`; the other log types in `logs`. `cursors` says how
-- far each source has been taken in and moves in the transaction that adds the rows.
CREATE TABLE cursors (
  consumer  TEXT NOT NULL,
  position  TEXT NOT NULL,
  moved_ms  BIGINT NOT NULL
);
INSERT INTO cursors VALUES ('journal', '', 0), ('outbox', '', 0);

-- Ids of rows are node * 2^42 + next, whatever source a row comes from.
CREATE TABLE sequence (next BIGINT NOT NULL);
INSERT INTO sequence VALUES (1);

CREATE TABLE months (month INTEGER NOT NULL);

CREATE TABLE logs (
  id          BIGINT NOT NULL,
  created_ms  BIGINT NOT NULL,
  type        INTEGER NOT NULL,
  user_id     BIGINT NOT NULL,
  username    TEXT NOT NULL,
  content     TEXT NOT NULL,
  quota       BIGINT NOT NULL,
  key_id      BIGINT NOT NULL,
  key_name    TEXT NOT NULL,
  model       TEXT NOT NULL,
  channel_id  BIGINT NOT NULL,
  group_name  TEXT NOT NULL,
  ip          TEXT NOT NULL,
  request_id  TEXT NOT NULL,
  other       TEXT NOT NULL
);

-- Added up with the rows, outlives them.
CREATE TABLE usage_hourly (
  hour               BIGINT NOT NULL,
  user_id            BIGINT NOT NULL,
  model              TEXT NOT NULL,
  channel_id         BIGINT NOT NULL,
  group_name         TEXT NOT NULL,
  username           TEXT NOT NULL,
  calls              BIGINT NOT NULL,
  failures           BIGINT NOT NULL,
  prompt             BIGINT NOT NULL,
  completion         BIGINT NOT NULL,
  cached_read        BIGINT NOT NULL,
  quota              BIGINT NOT NULL,
  quota_list         BIGINT NOT NULL,
  quota_cost         BIGINT NOT NULL,
  PRIMARY KEY (hour, user_id, model, channel_id, group_name)
);

-- Requests refused before any money was held, by minute, reason and key (0: no known key).
CREATE TABLE refused_minutes (
  minute_s  BIGINT NOT NULL,
  reason    TEXT NOT NULL,
  key_id    BIGINT NOT NULL,
  count     BIGINT NOT NULL
);
