-- Where one node's cursors are in a lake: consumer, position, its newest row's number, the next row id,
-- and up to when its calls were all here.
SELECT
  consumer, arg_max(position, number), max(number), max(next),
  max(CASE WHEN whole_ms = $for_ever THEN moved_ms ELSE whole_ms END)
FROM cursors
WHERE node = $node
GROUP BY consumer;
