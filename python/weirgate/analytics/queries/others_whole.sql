-- Up to when the calls of all other nodes are in the lake, by what each said last.
SELECT min(whole_ms)
FROM (
  SELECT arg_max(whole_ms, number) AS whole_ms, max(moved_ms) AS moved_ms
  FROM cursors
  WHERE node <> $node
  GROUP BY node
)
WHERE moved_ms >= $since_ms;
