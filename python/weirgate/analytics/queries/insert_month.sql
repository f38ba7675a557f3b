-- Adds the rows of `batch` that ended in one month to that month's table.
INSERT INTO $table BY NAME
SELECT $columns FROM batch WHERE month = ?;
