-- What the rows at and after a journal position charged, by one account column.
SELECT $account, sum(quota)::BIGINT, $extra
FROM usage
WHERE journal = $journal
  AND (segment > $segment OR (segment = $segment AND byte_offset >= $offset))
  AND $account > 0
GROUP BY $account
ORDER BY $account;
