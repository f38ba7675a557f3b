-- Adds counts of refused requests of one minute.
INSERT INTO refused_minutes (minute_s, reason, key_id, count) VALUES (?, ?, ?, ?);
