-- Sums of charges and tokens of the calls that match.
SELECT coalesce(sum(quota), 0)::BIGINT, coalesce(sum(prompt + completion), 0)::BIGINT
FROM calls WHERE @calls@;
