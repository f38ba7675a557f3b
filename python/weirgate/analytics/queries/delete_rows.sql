-- Deletes calls that ended before a time in milliseconds.
DELETE FROM $table WHERE ended_ms < ?;
