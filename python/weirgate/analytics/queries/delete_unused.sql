-- Deletes shared values that no call has any more.
DELETE FROM $table WHERE id NOT IN (SELECT $column FROM calls);
