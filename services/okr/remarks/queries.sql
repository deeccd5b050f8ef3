-- name: get_remark(id)^
-- The state of a remark.
SELECT state FROM remarks WHERE id = :id;

-- name: lock_remark(id)^
-- The state of a remark, held until the transaction ends.
SELECT state FROM remarks WHERE id = :id FOR NO KEY UPDATE;

-- name: insert_remark(id, version, state)!
-- Adds a remark.
INSERT INTO remarks (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_remark(id, version, state, expected)!
-- Puts the next state of a remark in place of the one before it.
UPDATE remarks SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: list_remarks(objective, after, size)
-- What was said of an objective, oldest first, after the one given.
SELECT state FROM remarks
WHERE objective = :objective AND (:after::uuid IS NULL OR id > :after)
ORDER BY id LIMIT :size;

-- name: authors(objective, since)
-- Who has said something of an objective since an instant.
SELECT DISTINCT (state ->> 'author')::uuid AS person FROM remarks
WHERE objective = :objective AND (state ->> 'at')::timestamptz >= :since::timestamptz;
