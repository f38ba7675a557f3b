-- Rows carry numbers for what they share; each such value is stored once. Months of calls are brought
-- to their new shape by 0002_month.sql.
CREATE TABLE kinds (
  id              INTEGER NOT NULL,
  channel_id      BIGINT NOT NULL,
  model           TEXT NOT NULL,
  upstream_model  TEXT NOT NULL,
  group_name      TEXT NOT NULL,
  endpoint        TEXT NOT NULL,
  is_stream       BOOLEAN NOT NULL,
  end_reason      TEXT NOT NULL,
  usage_source    TEXT NOT NULL,
  status          BIGINT NOT NULL,
  overrun         BOOLEAN NOT NULL,
  price           TEXT NOT NULL,
  node            BIGINT NOT NULL,
  journal         TEXT NOT NULL
);

-- Who paid: names are those of the time.
CREATE TABLE payers (
  id        INTEGER NOT NULL,
  user_id   BIGINT NOT NULL,
  key_id    BIGINT NOT NULL,
  username  TEXT NOT NULL,
  key_name  TEXT NOT NULL
);
