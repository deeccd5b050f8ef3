-- name: keep_pillars(rows)!
-- Keeps the states of pillars; an older version changes nothing.
INSERT INTO pillars (id, version, name, promise, place, state, proof_read)
SELECT id, version, name, promise, "order", state, proof_read
FROM jsonb_to_recordset(:rows::jsonb) AS given (
    id uuid, version integer, name jsonb, promise jsonb, "order" integer, state text,
    proof_read text[]
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name,
    promise = excluded.promise, place = excluded.place, state = excluded.state,
    proof_read = excluded.proof_read
WHERE pillars.version < excluded.version;
