-- name: not_taken_in(objective)
-- An objective's check-ins of which okr has not yet taken in the version that stands.
SELECT said.state
FROM check_ins AS said
LEFT JOIN seen ON seen.kind = 'counted' AND seen.id = said.id::text
WHERE said.objective = :objective AND coalesce(seen.version, 0) < said.version;

-- name: last_of_team(objective, team)^
-- A team's last check-in on an objective.
SELECT state FROM check_ins
WHERE objective = :objective AND state ->> 'team' = (:team::uuid)::text
ORDER BY number DESC
LIMIT 1;
