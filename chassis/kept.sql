-- name: unknown_as_yet(group_name, most)
-- Some of the records that wait for something that is not known here yet.
SELECT id FROM dead_letters WHERE group_name = :group_name AND kept
ORDER BY random() LIMIT :most;

-- name: forget_old(group_name, days)$
-- Gives up what was set aside more than `days` ago; gives how many.
WITH forgotten AS (
    DELETE FROM dead_letters
    WHERE group_name = :group_name
        AND died_at < clock_timestamp() - make_interval(days => :days)
    RETURNING id
)
SELECT count(*) FROM forgotten;

-- name: waiting(group_name)^
-- How many records are set aside, for how many seconds the first of them, and whether the group
-- is stopped for it.
SELECT count(*) AS records,
    coalesce(extract(epoch FROM clock_timestamp() - min(died_at)), 0)::float8 AS age,
    (SELECT count(*) FROM consumer_limits AS limits
     WHERE limits.group_name = :group_name AND stopped_at IS NOT NULL) AS stopped
FROM dead_letters WHERE group_name = :group_name;
