-- The id of the newest row of all; 0: there is none. Taken from the tables' statistics, not from rows.
SELECT greatest(
  (SELECT coalesce(max(id), 0) FROM calls), (SELECT coalesce(max(id), 0) FROM logs)
);
