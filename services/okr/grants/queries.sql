-- name: get_grant(id)^
-- The state of a grant.
SELECT state FROM grants WHERE id = :id;

-- name: lock_grant(id)^
-- The state of a grant, held until the transaction ends.
SELECT state FROM grants WHERE id = :id FOR NO KEY UPDATE;

-- name: insert_grant(id, version, state)!
-- Adds a grant.
INSERT INTO grants (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_grant(id, version, state, expected)!
-- Puts the next state of a grant in place of the one before it.
UPDATE grants SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: list_grants(after, size)
-- Grants, the newest first, after the one given.
SELECT state FROM grants WHERE :after::uuid IS NULL OR id < :after
ORDER BY id DESC LIMIT :size;
