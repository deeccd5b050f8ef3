-- name: add_limit(group_name)!
-- Begins a group's row, when it sets something aside for the first time.
INSERT INTO consumer_limits (group_name) VALUES (:group_name) ON CONFLICT DO NOTHING;

-- name: lock_limit(group_name)$
-- Holds a group's row, so that its members count one after the other.
SELECT true FROM consumer_limits WHERE group_name = :group_name FOR UPDATE;

-- name: limit_of(group_name)^
-- What a group's rows say; asked once its row is held, to see what the last who held it did.
SELECT stopped_at, least(counted_from, passed) AS counted_from, accept, passed
FROM consumer_limits AS limits, LATERAL (
    SELECT coalesce(sum(passed), 0)::bigint AS passed FROM consumer_offsets AS held
    WHERE held.group_name = limits.group_name
) AS read
WHERE group_name = :group_name;

-- name: counted_dead_letters(group_name, counted_from)
-- After how many records each dead letter came that counts.
SELECT passed FROM dead_letters
WHERE group_name = :group_name AND passed > :counted_from AND NOT kept
ORDER BY passed;

-- name: save_limit(counted_from, accept, stopped, group_name)!
-- Keeps what was counted, and that the group stops.
UPDATE consumer_limits
SET counted_from = :counted_from, accept = :accept,
    stopped_at = CASE WHEN :stopped THEN coalesce(stopped_at, clock_timestamp()) END
WHERE group_name = :group_name;

-- name: stopped_since(group_name)$
-- Since when a group is stopped; null while it consumes.
SELECT stopped_at FROM consumer_limits WHERE group_name = :group_name;

-- name: go_on(accept, reason, group_name)$
-- Lets a group go on, and counts anew; gives the group, or null where it has read nothing.
INSERT INTO consumer_limits (group_name, counted_from, accept, accepted_at, reason)
SELECT group_name, sum(passed)::bigint, :accept, clock_timestamp(), :reason
FROM consumer_offsets WHERE group_name = :group_name
GROUP BY group_name
ON CONFLICT (group_name) DO UPDATE
    SET stopped_at = NULL, counted_from = excluded.counted_from, accept = excluded.accept,
        accepted_at = excluded.accepted_at, reason = excluded.reason
RETURNING group_name;
