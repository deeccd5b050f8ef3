-- name: keep_pillars(rows)!
-- Keeps the states of pillars; an older version changes nothing.
INSERT INTO pillars (id, version, name, promise, place, state)
SELECT id, version, name, promise, "order", state
FROM jsonb_to_recordset(:rows::jsonb) AS given (
    id uuid, version integer, name jsonb, promise jsonb, "order" integer, state text
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name,
    promise = excluded.promise, place = excluded.place, state = excluded.state
WHERE pillars.version < excluded.version;
