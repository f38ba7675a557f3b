-- Says where a cursor of a lake is now.
INSERT INTO cursors (node, number, consumer, position, next, moved_ms, whole_ms)
VALUES ($node, $number, $consumer, $position, $next, $moved_ms, $whole_ms);
