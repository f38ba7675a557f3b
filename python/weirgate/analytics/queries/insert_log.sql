-- Adds one log entry that is not a call.
INSERT INTO logs (
  id, created_ms, type, user_id, username, content, quota, key_id, key_name, model, channel_id,
  group_name, ip, request_id, other
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
