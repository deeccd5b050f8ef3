-- name: get_retro(id)^
-- A retro.
SELECT state FROM retros WHERE id = :id;

-- name: lock_retro(id)^
-- A retro, held until the transaction ends.
SELECT state FROM retros WHERE id = :id FOR UPDATE;

-- name: insert_retro(id, version, state)!
-- Adds a retro, unless its team has one of its cycle.
INSERT INTO retros (id, version, state) VALUES (:id, :version, :state)
ON CONFLICT (team, cycle) DO NOTHING;

-- name: save_retro(id, version, state, expected)!
-- Puts a correction in place of the version before it.
UPDATE retros SET version = :version, state = :state, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: retro_of(team, cycle)$
-- The retro that a team has completed for a cycle.
SELECT id FROM retros WHERE team = :team AND cycle = :cycle;

-- name: list_retros(team, cycle, before, size)
-- A team's retros, of one cycle or of all, the newest first, before the one with an id.
SELECT state FROM retros
WHERE team = :team
    AND (:cycle::uuid IS NULL OR cycle = :cycle::uuid)
    AND (:before::uuid IS NULL OR id < :before::uuid)
ORDER BY id DESC
LIMIT :size;
