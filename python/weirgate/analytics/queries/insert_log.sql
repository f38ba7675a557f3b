-- Adds log entries that are not calls, from `entries`.
INSERT INTO logs BY NAME
SELECT
  id, created_ms, type, user_id, username, content, quota, key_id, key_name, model, channel_id,
  group_name, ip, request_id, other
FROM entries;
