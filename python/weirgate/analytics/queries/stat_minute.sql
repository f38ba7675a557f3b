-- Calls and tokens of the calls that match; the reader asks for the last minute.
SELECT count(*), coalesce(sum(prompt + completion), 0)::BIGINT FROM calls WHERE @calls@;
