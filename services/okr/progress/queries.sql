-- name: lock_rows_of_sources(key_results, sources)
-- What sources have said before of key results; their objectives are held already.
SELECT state FROM recorded_values
WHERE source = ANY(:sources::text[]) AND key_result = ANY(:key_results::uuid[])
FOR NO KEY UPDATE;

-- name: current_rows(key_results)
-- The rows that key results' values are taken from: of each the highest by day, person over
-- machine, number and source, of what counts.
SELECT newest.state FROM unnest(:key_results::uuid[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT state FROM recorded_values
    WHERE key_result = asked.id AND counts_on IS NOT NULL
    ORDER BY counts_on DESC, by_person DESC, number DESC, source COLLATE "C" DESC
    LIMIT 1
) AS newest;

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
-- The last day that a check-in on an objective is of; null when there is none. Check-ins are
-- numbered from 1; what a machine says, or is carried, has 0.
SELECT max(said_on) FROM recorded_values
WHERE key_result IN (SELECT id FROM key_results WHERE objective = :objective) AND number > 0;

-- name: get_value(id)^
-- One row of a series.
SELECT state FROM recorded_values WHERE id = :id;

-- name: lock_value(id)^
-- One row of a series, held until the transaction ends.
SELECT state FROM recorded_values WHERE id = :id FOR NO KEY UPDATE;

-- name: put_values(ids, versions, states)!
-- Adds rows to series, or puts the next versions of rows in place.
INSERT INTO recorded_values (id, version, state)
SELECT id, version, state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS given (id, version, state)
ON CONFLICT (id) DO UPDATE
SET version = excluded.version, state = excluded.state, changed_at = DEFAULT
WHERE recorded_values.version = excluded.version - 1;

-- name: get_progress(id)^
-- The progress of a key result.
SELECT state FROM key_result_progress WHERE id = :id;

-- name: lock_progress(id)^
-- The progress of a key result, held until the transaction ends.
SELECT state FROM key_result_progress WHERE id = :id FOR NO KEY UPDATE;

-- name: lock_progress_of_objectives(objectives)
-- The progress of all key results of objectives, held until the transaction ends.
SELECT state FROM key_result_progress
WHERE objective = ANY(:objectives::uuid[])
ORDER BY id
FOR NO KEY UPDATE;

-- name: progress_of_objective(objective)
-- The progress of an objective's key results, that with the newest totals first.
SELECT state FROM key_result_progress WHERE objective = :objective ORDER BY totals DESC, id;

-- name: put_progress(ids, versions, states)!
-- Begins the progress of key results, or puts the next in place.
INSERT INTO key_result_progress (id, version, state)
SELECT id, version, state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS given (id, version, state)
ON CONFLICT (id) DO UPDATE
SET version = excluded.version, state = excluded.state, changed_at = DEFAULT
WHERE key_result_progress.version = excluded.version - 1;
