-- name: lock_ref(place)!
-- Holds a reference until the transaction ends, whether or not it exists.
SELECT pg_advisory_xact_lock(:place::bigint);

-- name: find_ref(kind, system, key)^
-- What a reference names, and what its system last said.
SELECT id, body_hash, version FROM external_refs
WHERE kind = :kind AND system = :system AND key = :key;

-- name: keep_ref(kind, system, key, id, body_hash, version)!
-- Keeps what a reference's system last said, and the version that it made.
INSERT INTO external_refs (kind, system, key, id, body_hash, version)
VALUES (:kind, :system, :key, :id, :body_hash, :version)
ON CONFLICT (kind, system, key) DO UPDATE
SET body_hash = excluded.body_hash, version = excluded.version;
