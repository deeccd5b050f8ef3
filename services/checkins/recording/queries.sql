-- name: get_check_in(id)^
-- A check-in.
SELECT state FROM check_ins WHERE id = :id;

-- name: lock_check_in(id)^
-- A check-in, held until the transaction ends.
SELECT state FROM check_ins WHERE id = :id FOR UPDATE;

-- name: insert_check_in(id, version, state)!
-- Adds a check-in.
INSERT INTO check_ins (id, version, state) VALUES (:id, :version, :state);

-- name: save_check_in(id, version, state, expected)!
-- Puts a correction in place of the version before it.
UPDATE check_ins SET version = :version, state = :state, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: next_number(objective)$
-- Gives the objective's next check-in number; others wait until the transaction ends.
INSERT INTO check_in_numbers (objective, last) VALUES (:objective, 1)
ON CONFLICT (objective) DO UPDATE SET last = check_in_numbers.last + 1
RETURNING last;

-- name: list_check_ins(objective, before, size)
-- An objective's check-ins, the newest first, before the one of a number.
SELECT state FROM check_ins
WHERE objective = :objective AND (:before::integer IS NULL OR number < :before::integer)
ORDER BY number DESC
LIMIT :size;
