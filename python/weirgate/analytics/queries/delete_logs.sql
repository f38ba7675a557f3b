-- Deletes other log entries made before a time in milliseconds.
DELETE FROM logs WHERE created_ms < ?;
