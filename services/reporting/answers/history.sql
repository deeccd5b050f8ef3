-- name: history_key_result(key_result)^
-- A key result with the title of its objective.
SELECT goal.id, goal.title, goal.kind, goal.unit, goal.state, goal.definitions, goal.objective,
    objectives.title AS objective_title
FROM key_results AS goal
LEFT JOIN objectives ON objectives.id = goal.objective
WHERE goal.id = :key_result
ORDER BY goal.objective
LIMIT 1;

-- name: history(key_result, first, stands, day, by_person, number, source, length)
-- A key result's series after a row: first what stands, of which the highest is current, then what
-- does not; each from the newest.
SELECT stands, day, by_person, number, source, effective_date, value, done, withdrawn,
    confidence, counted, reason, standing
FROM recorded_values
WHERE key_result = :key_result
    AND (
        :first::boolean
        OR (stands, day, by_person, number, source COLLATE "C") < (
            :stands::boolean, :day::date, :by_person::boolean, :number::integer,
            :source::text COLLATE "C"
        )
    )
ORDER BY stands DESC, day DESC, by_person DESC, number DESC, source COLLATE "C" DESC
LIMIT :length;
