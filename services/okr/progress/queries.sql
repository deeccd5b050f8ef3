-- name: lock_rows_of_source(objective_key_results, source)
-- What a source has said before of an objective's key results; the objective is held already.
SELECT state FROM recorded_values
WHERE source = :source AND key_result = ANY(:objective_key_results::uuid[])
FOR NO KEY UPDATE;

-- name: current_row(key_result)^
-- The row that a key result's value is taken from: the highest by day, person over machine,
-- number and source, of what counts.
SELECT state FROM recorded_values
WHERE key_result = :key_result AND counts_on IS NOT NULL
ORDER BY counts_on DESC, by_person DESC, number DESC, source COLLATE "C" DESC
LIMIT 1;

-- name: rows_of_key_result(key_result, day, by_person, number, source, size)
-- The series of a key result, the latest first, after a row where one is given.
SELECT state FROM recorded_values
WHERE key_result = :key_result AND (
    :day::text IS NULL
    OR (said_on, by_person, number, source COLLATE "C")
        < (:day::text, :by_person::boolean, :number::integer, :source::text)
)
ORDER BY said_on DESC, by_person DESC, number DESC, source COLLATE "C" DESC
LIMIT :size;

-- name: last_check_in(objective)$
-- The last day that a check-in on an objective is of; null when there is none.
SELECT max(said_on) FROM recorded_values
WHERE key_result IN (SELECT id FROM key_results WHERE objective = :objective) AND by_person;

-- name: get_value(id)^
-- One row of a series.
SELECT state FROM recorded_values WHERE id = :id;

-- name: lock_value(id)^
-- One row of a series, held until the transaction ends.
SELECT state FROM recorded_values WHERE id = :id FOR NO KEY UPDATE;

-- name: insert_value(id, version, state)!
-- Adds a row to a series.
INSERT INTO recorded_values (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_value(id, version, state, expected)!
-- Puts the next version of a row in place.
UPDATE recorded_values SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: get_progress(id)^
-- The progress of a key result.
SELECT state FROM key_result_progress WHERE id = :id;

-- name: lock_progress(id)^
-- The progress of a key result, held until the transaction ends.
SELECT state FROM key_result_progress WHERE id = :id FOR NO KEY UPDATE;

-- name: lock_progress_of_objective(objective)
-- The progress of all key results of an objective, held until the transaction ends.
SELECT state FROM key_result_progress WHERE objective = :objective ORDER BY id FOR NO KEY UPDATE;

-- name: newest_progress(objective)^
-- The progress that holds an objective's newest totals.
SELECT state FROM key_result_progress WHERE objective = :objective ORDER BY totals DESC LIMIT 1;

-- name: insert_progress(id, version, state)!
-- Begins the progress of a key result.
INSERT INTO key_result_progress (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_progress(id, version, state, expected)!
-- Puts the next progress of a key result in place.
UPDATE key_result_progress SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;
