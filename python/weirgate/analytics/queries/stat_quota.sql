-- Sum of charges of the calls that match.
SELECT coalesce(sum(quota), 0)::BIGINT FROM calls WHERE @calls@;
