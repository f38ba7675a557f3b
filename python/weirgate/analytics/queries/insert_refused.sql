-- Adds counts of refused requests of one minute, from `refused`.
INSERT INTO refused_minutes BY NAME
SELECT minute_s, reason, key_id, count FROM refused;
