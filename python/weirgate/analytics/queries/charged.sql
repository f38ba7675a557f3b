-- What all calls of a store have cost; in a lake those of one node.
SELECT coalesce(sum(quota), 0)::BIGINT FROM usage_hourly WHERE @node@;
