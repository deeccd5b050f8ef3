-- name: insert_outbox(topics, keys, headers, payloads)!
-- Adds events to the outbox, in the order given.
INSERT INTO outbox (topic, key, headers, value)
SELECT topic, key, headers, value
FROM unnest(:topics::text[], :keys::text[], :headers::jsonb[], :payloads::bytea[])
    WITH ORDINALITY AS added (topic, key, headers, value, place)
ORDER BY place;

-- name: must_republish()$
-- Whether the database was restored and not republished since.
SELECT EXISTS (SELECT FROM republish_due);

-- name: next_batch(under_way, size)
-- The oldest events that are not yet in Kafka, nor on their way.
SELECT seq, topic, key, headers, value, created_at FROM outbox
WHERE seq <> ALL(:under_way::bigint[]) ORDER BY seq LIMIT :size;

-- name: delete_sent(seqs)!
-- Forgets events that Kafka has committed.
DELETE FROM outbox WHERE seq = ANY(:seqs::bigint[]);

-- name: outbox_depth()^
-- How many events wait, counted up to 10,000, and for how many seconds the oldest has.
SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT 10000) AS waiting) AS depth,
    coalesce(
        (
            SELECT extract(epoch FROM clock_timestamp() - created_at)
            FROM outbox ORDER BY seq LIMIT 1
        ),
        0
    )::float8 AS age;
