-- Adds the rows of `batch` to the table of the month that they ended in.
INSERT INTO $table BY NAME
SELECT $columns FROM batch;
