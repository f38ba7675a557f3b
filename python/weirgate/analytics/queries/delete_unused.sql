-- Deletes this node's shared values that no call has any more.
DELETE FROM $table
WHERE id > $first AND id < $behind AND id NOT IN (SELECT $column FROM calls);
