-- name: is_migrated()$
-- Whether the database has had any migration.
SELECT to_regclass('alembic_version') IS NOT NULL;

-- name: schema_step()$
-- The migration that the database has had last.
SELECT version_num FROM alembic_version;

-- name: holders(application)$
-- How many sessions hold an advisory lock under that name: the relay that leads, or workers.
SELECT count(DISTINCT activity.pid)
FROM pg_locks AS lock
JOIN pg_stat_activity AS activity ON activity.pid = lock.pid
WHERE lock.locktype = 'advisory' AND lock.granted
    AND activity.datname = current_database() AND activity.application_name = :application;

-- name: rebuild_is_due()$
-- Whether what was read lacks what a migration added since.
SELECT to_regclass('rebuild_due') IS NOT NULL;

-- name: positions()
-- How far each group has read each topic, and since when it was not seen at the end.
SELECT group_name, topic, min(topic_id) AS topic_id, count(DISTINCT topic_id) AS ids,
    coalesce(sum(lag), 0)::bigint AS lag,
    extract(epoch FROM clock_timestamp() - min(confirmed_at))::float8 AS age
FROM consumer_offsets
GROUP BY group_name, topic
ORDER BY group_name, topic;

-- name: set_aside_by_reason()
-- How many records are set aside, and why.
SELECT reason, count(*) AS records, min(died_at) AS since
FROM dead_letters
GROUP BY reason
ORDER BY reason;

-- name: stopped_groups()
-- Consumer groups that set too much aside to go on.
SELECT group_name FROM consumer_limits WHERE stopped_at IS NOT NULL
ORDER BY group_name;

-- name: oldest_transaction()$
-- Seconds since the oldest transaction of this database began; 0 when there is none but this, and
-- those of PostgreSQL's own vacuum, which nobody has to end.
SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::float8
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    AND usesysid IS NOT NULL;
