
-- A lake has many writers, each with numbers of its own from node * 2^42 on. A cursor is its newest
-- row, nothing is ever updated: `number` counts a node's rows, `next` is its next row id, and its calls
-- that ended before `whole_ms` are all here. Sums of hours are added as rows, with the node they are of.
ALTER TABLE kinds ALTER id TYPE BIGINT;
ALTER TABLE payers ALTER id TYPE BIGINT;
ALTER TABLE usage_hourly ADD COLUMN node BIGINT DEFAULT 0;
DROP TABLE sequence;
DROP TABLE cursors;
CREATE TABLE cursors (
  node      BIGINT NOT NULL,
  number    BIGINT NOT NULL,
  consumer  TEXT NOT NULL,
  position  TEXT NOT NULL,
  next      BIGINT NOT NULL,
  moved_ms  BIGINT NOT NULL,
  whole_ms  BIGINT NOT NULL
);
