-- name: get_objective(id)^
-- The state of an objective.
SELECT state FROM objectives WHERE id = :id;

-- name: lock_objective(id)^
-- The state of an objective, held until the transaction ends.
SELECT state FROM objectives WHERE id = :id FOR NO KEY UPDATE;

-- name: share_objective(id)^
-- The state of an objective, which can't change until the transaction ends.
SELECT state FROM objectives WHERE id = :id FOR SHARE;

-- name: lock_objectives(ids)
-- The states of objectives, held until the transaction ends.
SELECT state FROM objectives WHERE id = ANY(:ids::uuid[]) ORDER BY id FOR NO KEY UPDATE;

-- name: insert_objective(id, version, state)!
-- Adds an objective.
INSERT INTO objectives (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_objective(id, version, state, expected)!
-- Puts the next state in place of the one before it.
UPDATE objectives SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: list_objectives(cycle, team, after, size)
-- Objectives by id, of a cycle and of a responsible or contributing team where given.
SELECT id, state FROM objectives
WHERE (:cycle::uuid IS NULL OR cycle = :cycle)
    AND (:team::uuid IS NULL OR teams @> jsonb_build_array(:team::uuid))
    AND (:after::uuid IS NULL OR id > :after)
ORDER BY id LIMIT :size;

-- name: objective_of_key_result(key_result)$
-- The objective that a key result belongs to.
SELECT objective FROM key_results WHERE id = :key_result;

-- name: objectives_of_key_results(key_results)
-- The objectives that key results belong to.
SELECT id, objective FROM key_results WHERE id = ANY(:key_results::uuid[]);

-- name: objectives_of_responsible_team(team, cycle)
-- The objectives of a cycle that a team answers for.
SELECT state FROM objectives WHERE cycle = :cycle AND responsible_team = :team ORDER BY id;

-- name: successors(ancestors)
-- The objectives that go on from others in another cycle.
SELECT state FROM objectives WHERE ancestor = ANY(:ancestors::uuid[]) ORDER BY id;

-- name: add_key_results(objective, key_results)!
-- Notes which objective key results belong to.
INSERT INTO key_results (id, objective)
SELECT added, :objective FROM unnest(:key_results::uuid[]) AS added
ON CONFLICT DO NOTHING;

-- name: lock_links()!
-- Lets one transaction at a time change what contributes to what: a loop takes two links.
SELECT pg_advisory_xact_lock(hashtext('okr-links'));

-- name: linked_key_results(key_results)
-- The objectives of key results, and whether they are aimed at no more: dropped, or replaced in
-- their proposal.
SELECT goal.id, goal.objective, NOT owner.state -> 'key_results' @> jsonb_build_array(
    jsonb_build_object('id', goal.id, 'state', 'open')
) AS dropped
FROM key_results AS goal JOIN objectives AS owner ON owner.id = goal.objective
WHERE goal.id = ANY(:key_results::uuid[]);

-- name: known_objectives(objectives)
-- Which of these objectives there are.
SELECT id FROM objectives WHERE id = ANY(:objectives::uuid[]);

-- name: is_reached_from(objective, targets)$
-- Whether a path of contributions leads from any of the targets to the objective.
WITH RECURSIVE reached (objective) AS (
    SELECT unnest(:targets::uuid[])
    UNION
    SELECT link.contributes_to FROM contributions AS link JOIN reached USING (objective)
)
SELECT EXISTS (SELECT FROM reached WHERE objective = :objective);

-- name: set_links(objective, targets)!
-- Replaces what an objective contributes to.
WITH gone AS (
    DELETE FROM contributions
    WHERE objective = :objective AND contributes_to <> ALL(:targets::uuid[])
)
INSERT INTO contributions (objective, contributes_to)
SELECT :objective, target FROM unnest(:targets::uuid[]) AS target
ON CONFLICT DO NOTHING;

-- name: unknown_teams(teams)
-- Which of these teams there are not.
SELECT team FROM unnest(:teams::uuid[]) AS team
WHERE NOT EXISTS (SELECT FROM teams WHERE id = team);
