-- How many log rows match; the conditions are put in by the reader.
SELECT
  (SELECT count(*) FROM calls WHERE @calls@) + (SELECT count(*) FROM logs WHERE @others@);
