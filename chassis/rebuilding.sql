-- name: hold_rebuild()$
-- Takes the one place of who rebuilds, for as long as the session lives.
SELECT pg_try_advisory_lock(hashtext('soihtu-rebuild'));

-- name: nobody_backs_up()$
-- Takes the place of who swaps tables, for as long as the session lives, unless a backup has it.
SELECT pg_try_advisory_lock(hashtext('soihtu-swap'));

-- name: wait_for_backups()!
-- Waits for that place until no backup has it.
SELECT pg_advisory_lock(hashtext('soihtu-swap'));

-- name: schema_version()$
-- The migration that the database has got to.
SELECT string_agg(version_num, ',' ORDER BY version_num) FROM alembic_version;

-- name: no_migration()
-- Keeps migrations out until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('soihtu-migrate'));

-- name: begin_anew()!
-- Forgets what an earlier rebuild left, finished or not, and makes room for new tables.
DO $$ BEGIN
    DROP SCHEMA IF EXISTS rebuilding CASCADE;
    DROP SCHEMA IF EXISTS previous CASCADE;
    CREATE SCHEMA rebuilding;
END $$;

-- name: statements_of_tables(tables)
-- What makes tables as the serving ones are, without indexes, under the same names and grants.
WITH given AS (
    SELECT cls.oid, cls.relname, cls.reloptions, cls.relacl
    FROM pg_class AS cls
    WHERE cls.relnamespace = 'public'::regnamespace AND cls.relkind = 'r'
        AND cls.relname = ANY(:tables::text[])
)
SELECT 1 AS step, relname, format(
    'CREATE TABLE rebuilding.%I (LIKE public.%I INCLUDING ALL EXCLUDING INDEXES)', relname, relname
) AS statement FROM given
UNION ALL
SELECT 2, relname, format(
    'ALTER TABLE rebuilding.%I SET (%s)', relname, array_to_string(reloptions, ', ')
) FROM given WHERE reloptions IS NOT NULL
UNION ALL
SELECT 3, relname, format(
    'COMMENT ON TABLE rebuilding.%I IS %L', relname, obj_description(oid, 'pg_class')
) FROM given WHERE obj_description(oid, 'pg_class') IS NOT NULL
UNION ALL
SELECT 4, relname, format(
    'GRANT %s ON rebuilding.%I TO %s', held.privilege_type, relname,
    CASE WHEN held.grantee = 0 THEN 'PUBLIC' ELSE held.grantee::regrole::text END
) FROM given CROSS JOIN LATERAL aclexplode(relacl) AS held
UNION ALL
SELECT 5, relname, format(
    'ALTER TABLE rebuilding.%I ADD CONSTRAINT %I %s', relname, rule.conname,
    pg_get_constraintdef(rule.oid)
) FROM given JOIN pg_constraint AS rule ON rule.conrelid = given.oid AND rule.contype IN ('p', 'u')
ORDER BY step, relname, statement;

-- name: statements_of_indexes(tables, needed, early)
-- What makes the indexes of tables that no constraint has made: those that folding needs, or the
-- rest. Names without a schema, so that they are found by the search path.
SELECT pg_get_indexdef(made.indexrelid, 0, true) AS statement
FROM pg_index AS made
JOIN pg_class AS named ON named.oid = made.indexrelid
JOIN pg_class AS cls ON cls.oid = made.indrelid
WHERE cls.relnamespace = 'public'::regnamespace AND cls.relname = ANY(:tables::text[])
    AND NOT EXISTS (SELECT FROM pg_constraint AS rule WHERE rule.conindid = made.indexrelid)
    AND (made.indisunique OR named.relname = ANY(:needed::text[])) = :early::boolean
ORDER BY named.relname;

-- name: limit_swap()!
-- Has the swap end, and the serving rows be free, should whoever makes it be stopped.
DO $$ BEGIN
    SET LOCAL idle_in_transaction_session_timeout = '20s';
    SET LOCAL transaction_timeout = '60s';
END $$;

-- name: hold_group(group_name)
-- Has the serving worker wait before its next batch.
SELECT topic, partition FROM consumer_offsets
WHERE group_name = :group_name ORDER BY topic, partition FOR UPDATE;

-- name: rebuilt_offsets(group_name)
-- How far the rows that were rebuilt have come.
SELECT topic, partition, passed, last_event_at FROM consumer_offsets
WHERE group_name = :group_name;

-- name: swap()!
-- Puts what was rebuilt in the place of the serving tables, which are kept as `previous`. Dead
-- letters are those of the rebuild, which has met every record that there is, and counted them
-- anew; those that were there before keep their ids and times.
DO $$
DECLARE given name;
BEGIN
    CREATE SCHEMA previous;
    FOR given IN
        SELECT tablename FROM pg_tables
        WHERE schemaname = 'rebuilding'
            AND tablename NOT IN ('consumer_offsets', 'consumer_limits', 'dead_letters')
        ORDER BY tablename
    LOOP
        EXECUTE format('ALTER TABLE public.%I SET SCHEMA previous', given);
        EXECUTE format('ALTER TABLE rebuilding.%I SET SCHEMA public', given);
    END LOOP;
    CREATE TABLE previous.dead_letters AS SELECT * FROM public.dead_letters
        WHERE group_name IN (SELECT group_name FROM rebuilding.consumer_offsets);
    DELETE FROM public.dead_letters AS held
        WHERE group_name IN (SELECT group_name FROM rebuilding.consumer_offsets)
        AND NOT EXISTS (
            SELECT FROM rebuilding.dead_letters AS again
            WHERE (again.group_name, again.topic, again.partition, again.record_offset)
                = (held.group_name, held.topic, held.partition, held.record_offset)
                AND again.value IS NOT DISTINCT FROM held.value
        );
    INSERT INTO public.dead_letters SELECT * FROM rebuilding.dead_letters
        ON CONFLICT (group_name, topic, partition, record_offset) DO UPDATE
        SET reason = excluded.reason, passed = excluded.passed, kept = excluded.kept;
    DROP SCHEMA rebuilding CASCADE;
    DROP TABLE IF EXISTS public.rebuild_due;
END $$;

-- name: place_group(group_name, topics, partitions, topic_ids, next_offsets, counts, times, at)!
-- Has the group's rows say how far the tables that were swapped in are; all is in that was there.
INSERT INTO consumer_offsets (
    group_name, topic, partition, topic_id, next_offset, passed, last_event_at, lag, confirmed_at
)
SELECT :group_name, topic, partition, topic_id, next_offset, passed, last_event_at, 0,
    :at
FROM unnest(
    :topics::text[], :partitions::int[], :topic_ids::text[], :next_offsets::bigint[],
    :counts::bigint[], :times::timestamptz[]
) AS read (topic, partition, topic_id, next_offset, passed, last_event_at)
ORDER BY topic, partition
ON CONFLICT (group_name, topic, partition) DO UPDATE SET topic_id = excluded.topic_id,
    next_offset = excluded.next_offset, passed = excluded.passed,
    last_event_at = excluded.last_event_at, lag = excluded.lag,
    confirmed_at = excluded.confirmed_at;

-- name: dead_letters_of(group_name)$
-- How many records of a group are set aside; those that wait for something unknown don't count.
SELECT count(*) FROM dead_letters WHERE group_name = :group_name AND NOT kept;
