-- name: offsets(group_name)
-- How far the tables are.
SELECT topic, partition, topic_id, next_offset FROM consumer_offsets
WHERE group_name = :group_name;

-- name: set_aside(group_name)
-- Which records are not in the tables because they were set aside.
SELECT topic, partition, record_offset FROM dead_letters WHERE group_name = :group_name;

-- name: statements_of_rows(tables)
-- What reads all rows of each table as JSON, without the columns that PostgreSQL computes.
SELECT cls.relname AS name, format(
    'SELECT (to_jsonb(it) - %L::text[])::text AS row FROM %I AS it',
    array(
        SELECT col.attname::text FROM pg_attribute AS col
        WHERE col.attrelid = cls.oid AND col.attgenerated <> ''
    ),
    cls.relname
) AS statement
FROM pg_class AS cls
WHERE cls.relnamespace = 'public'::regnamespace AND cls.relname = ANY(:tables::text[])
ORDER BY cls.relname;
