-- name: hold_name(name)$
-- Takes the name of a static group member, for as long as the session lives.
SELECT pg_try_advisory_lock(hashtext('soihtu-member'), hashtext(:name));

-- name: stored_offsets(group_name, topics)
-- How far the group has read these partitions.
SELECT topic, partition, topic_id, next_offset, confirmed_at FROM consumer_offsets
WHERE group_name = :group_name AND topic = ANY(:topics::text[]);

-- name: add_offset(group_name, topic, partition, topic_id, next_offset)!
-- Begins the row of a partition that the group reads for the first time.
INSERT INTO consumer_offsets (group_name, topic, partition, topic_id, next_offset)
VALUES (:group_name, :topic, :partition, :topic_id, :next_offset)
ON CONFLICT DO NOTHING;

-- name: lock_offsets(group_name, topics, partitions)
-- Holds the rows of a batch's partitions, so that two members can't apply the same records.
SELECT topic, partition, next_offset FROM consumer_offsets
WHERE group_name = :group_name
    AND (topic, partition) IN (SELECT * FROM unnest(:topics::text[], :partitions::int[]))
ORDER BY topic, partition
FOR UPDATE;

-- name: advance_offsets(topics, partitions, next_offsets, passed, times, group_name)!
-- Moves the rows of a batch's partitions past what was applied.
UPDATE consumer_offsets AS held
SET next_offset = read.next_offset,
    passed = held.passed + read.passed,
    last_event_at = greatest(held.last_event_at, read.last_event_at)
FROM unnest(
    :topics::text[], :partitions::int[], :next_offsets::bigint[], :passed::bigint[],
    :times::timestamptz[]
) AS read (topic, partition, next_offset, passed, last_event_at)
WHERE held.group_name = :group_name
    AND held.topic = read.topic AND held.partition = read.partition;

-- name: mark_seen(kinds, ids, versions)$
-- Notes versions of aggregates; answers the subjects of which as new a one was applied before.
WITH given AS (
    SELECT * FROM unnest(:kinds::text[], :ids::text[], :versions::int[]) AS one (kind, id, version)
), newer AS (
    INSERT INTO seen (kind, id, version) SELECT kind, id, version FROM given
    ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version
        WHERE seen.version < excluded.version
    RETURNING kind, id
)
SELECT CASE WHEN (SELECT count(*) FROM newer) = cardinality(:ids::text[]) THEN '{}'::text[] ELSE
    ARRAY(SELECT kind || '/' || id FROM given EXCEPT SELECT kind || '/' || id FROM newer)
END;

-- name: note_position(topics, partitions, lags, group_name)!
-- Notes how far from the end each partition is, and when it was seen to be at the end.
UPDATE consumer_offsets AS held
SET lag = read.lag,
    confirmed_at = CASE WHEN read.lag = 0 THEN clock_timestamp() ELSE held.confirmed_at END
FROM unnest(:topics::text[], :partitions::int[], :lags::bigint[]) AS read (topic, partition, lag)
WHERE held.group_name = :group_name
    AND held.topic = read.topic AND held.partition = read.partition;

-- name: freshness(group_name)^
-- As of when a group's tables are: its last event, since when each partition is known to be
-- read to its end, and how many records are still to come. `confirmed_at` is null until every
-- partition was read to its end once, `lag` until it is known of every partition.
SELECT max(last_event_at) AS as_of,
    CASE WHEN bool_and(confirmed_at IS NOT NULL) THEN min(confirmed_at) END AS confirmed_at,
    CASE WHEN bool_and(lag IS NOT NULL) THEN sum(lag)::bigint END AS lag
FROM consumer_offsets WHERE group_name = :group_name;
