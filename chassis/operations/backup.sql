-- name: keep_tables()!
-- Has the swap of a rebuild wait until the transaction ends: a dump finds tables by their names,
-- after its snapshot was taken.
SELECT pg_advisory_xact_lock_shared(hashtext('soihtu-swap'));

-- name: server_version()$
-- The server's version, as a number: 180004 is 18.4.
SELECT current_setting('server_version_num')::integer;

-- name: snapshot()$
-- The name of what this transaction sees, for a dump that sees the same.
SELECT pg_export_snapshot();

-- name: schema_version()$
-- The migration that the database has had last.
SELECT version_num FROM alembic_version;

-- name: positions()
-- How far each group has read each partition.
SELECT group_name, topic, topic_id, partition, next_offset FROM consumer_offsets
ORDER BY group_name, topic, partition;
