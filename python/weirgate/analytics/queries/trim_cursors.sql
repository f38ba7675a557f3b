-- Forgets rows of cursors written before a time, but never a cursor's newest.
DELETE FROM cursors
WHERE moved_ms < $before_ms AND (node, consumer, number) NOT IN (
  SELECT (node, consumer, max(number)) FROM cursors GROUP BY node, consumer
);
