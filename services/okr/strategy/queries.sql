-- name: get_pillar(id)^
-- The state of a pillar.
SELECT state FROM pillars WHERE id = :id;

-- name: lock_pillar(id)^
-- The state of a pillar, held until the transaction ends.
SELECT state FROM pillars WHERE id = :id FOR NO KEY UPDATE;

-- name: insert_pillar(id, version, state)!
-- Adds a pillar.
INSERT INTO pillars (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_pillar(id, version, state, expected)!
-- Puts the next state of a pillar in place of the one before it.
UPDATE pillars SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: share_pillars(ids)
-- Those of these pillars that there are, none of which can be retired until the transaction ends.
SELECT state FROM pillars WHERE id = ANY(:ids::uuid[]) ORDER BY id FOR SHARE;

-- name: share_current_pillars()
-- The pillars that are current, none of which can change until the transaction ends.
SELECT state FROM pillars WHERE state ->> 'state' = 'current' ORDER BY id FOR SHARE;

-- name: list_pillars(place, id, size)
-- Pillars by their place, after the one given.
SELECT state FROM pillars
WHERE :place::integer IS NULL OR (place, id) > (:place, :id::uuid)
ORDER BY place, id LIMIT :size;
