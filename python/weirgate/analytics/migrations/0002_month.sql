-- Brings one month of calls, $table, to the shape of 0002.
INSERT INTO kinds
SELECT
  (SELECT coalesce(max(id), 0) FROM kinds) + row_number() OVER (),
  channel_id, model, upstream_model, group_name, endpoint, is_stream,
  end_reason, usage_source, status, overrun, price, node, journal
FROM (
  SELECT
    channel_id, model, upstream_model, group_name, endpoint, is_stream,
    end_reason, usage_source, status, overrun, price, node, journal
  FROM $table
  EXCEPT
  SELECT
    channel_id, model, upstream_model, group_name, endpoint, is_stream,
    end_reason, usage_source, status, overrun, price, node, journal
  FROM kinds
);

INSERT INTO payers
SELECT
  (SELECT coalesce(max(id), 0) FROM payers) + row_number() OVER (),
  user_id, key_id, username, key_name
FROM (
  SELECT user_id, key_id, username, key_name FROM $table
  EXCEPT SELECT user_id, key_id, username, key_name FROM payers
);

CREATE TABLE made (
  id              BIGINT NOT NULL,
  kind            INTEGER NOT NULL,
  payer           INTEGER NOT NULL,
  request_hi      UBIGINT NOT NULL,
  request_lo      UBIGINT NOT NULL,
  started_ms      BIGINT NOT NULL,
  first_byte_ms   BIGINT NOT NULL,
  ended_ms        BIGINT NOT NULL,
  prompt          BIGINT NOT NULL,
  completion      BIGINT NOT NULL,
  cached_read     BIGINT NOT NULL,
  cache_write_5m  BIGINT NOT NULL,
  cache_write_1h  BIGINT NOT NULL,
  reasoning       BIGINT NOT NULL,
  audio_in        BIGINT NOT NULL,
  audio_out       BIGINT NOT NULL,
  image_in        BIGINT NOT NULL,
  hold            BIGINT NOT NULL,
  quota_list      BIGINT NOT NULL,
  quota           BIGINT NOT NULL,
  quota_cost      BIGINT NOT NULL,
  attempt         BIGINT NOT NULL,
  place           BIGINT NOT NULL,
  ip              TEXT NOT NULL DEFAULT '',
  attempts        TEXT NOT NULL DEFAULT ''
);

INSERT INTO made
SELECT
  old.id, kinds.id, payers.id,
  coalesce(TRY_CAST('0x' || substr(request_id, 1, 16) AS UBIGINT), 0),
  coalesce(TRY_CAST('0x' || substr(request_id, 17, 16) AS UBIGINT), 0),
  started_ms, first_byte_ms, ended_ms, prompt, completion, cached_read, cache_write_5m,
  cache_write_1h, reasoning, audio_in, audio_out, image_in, hold, quota_list, quota, quota_cost,
  0, (segment << 32) + byte_offset, ip, attempts
FROM $table old
JOIN kinds USING (
  channel_id, model, upstream_model, group_name, endpoint, is_stream, end_reason, usage_source, status,
  overrun, price, node, journal
)
JOIN payers USING (user_id, key_id, username, key_name);

DROP TABLE $table;
ALTER TABLE made RENAME TO $table;
