-- One month of calls; $table is usage_YYYYMM, by the UTC month in which a call ended. `kind` and `payer`
-- are numbers of `kinds` and `payers`, of type $number. `attempt` is key index * 2^32 + milliseconds of a call's only
-- attempt when it went well on the row's own channel; `attempts` is then empty, else JSON.
-- `place` is segment * 2^32 + offset in the journal.
CREATE TABLE $table (
  id              BIGINT NOT NULL,
  kind            $number NOT NULL,
  payer           $number NOT NULL,
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
