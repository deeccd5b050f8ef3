-- name: lock_rows_of_source(objective_key_results, source)
-- What a source has said before of an objective's key results; the objective is held already.
SELECT state FROM recorded_values
WHERE source = :source AND key_result = ANY(:objective_key_results::uuid[])
FOR UPDATE;

-- name: rows_of_key_result(key_result)
-- The whole series of a key result.
SELECT state FROM recorded_values WHERE key_result = :key_result;

-- name: get_value(id)^
-- One row of a series.
SELECT state FROM recorded_values WHERE id = :id;

-- name: lock_value(id)^
-- One row of a series, held until the transaction ends.
SELECT state FROM recorded_values WHERE id = :id FOR UPDATE;

-- name: insert_value(id, version, state)!
-- Adds a row to a series.
INSERT INTO recorded_values (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_value(id, version, state, expected)!
-- Puts the next version of a row in place.
UPDATE recorded_values SET version = :version, state = :state::jsonb
WHERE id = :id AND version = :expected;

-- name: get_progress(id)^
-- The progress of a key result.
SELECT state FROM key_result_progress WHERE id = :id;

-- name: lock_progress(id)^
-- The progress of a key result, held until the transaction ends.
SELECT state FROM key_result_progress WHERE id = :id FOR UPDATE;

-- name: lock_progress_of_objective(objective)
-- The progress of all key results of an objective, held until the transaction ends.
SELECT state FROM key_result_progress WHERE objective = :objective ORDER BY id FOR UPDATE;

-- name: insert_progress(id, version, state)!
-- Begins the progress of a key result.
INSERT INTO key_result_progress (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_progress(id, version, state, expected)!
-- Puts the next progress of a key result in place.
UPDATE key_result_progress SET version = :version, state = :state::jsonb
WHERE id = :id AND version = :expected;
