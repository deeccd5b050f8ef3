-- name: serves_team(team)$
-- Whether there is such a team.
SELECT EXISTS (SELECT FROM teams WHERE id = :team);

-- name: serves_objective(objective)$
-- Whether there is such an objective.
SELECT EXISTS (SELECT FROM objectives WHERE id = :objective);

-- name: serves_teams_of(person, roles, day)
-- The teams in which a person has one of these roles on a day.
SELECT DISTINCT team FROM directory_memberships
WHERE person = :person AND team IS NOT NULL AND role = ANY(:roles::text[])
    AND since <= :day AND (until IS NULL OR until >= :day);

-- name: serves_goals(teams, cycle)
-- The goals that teams are responsible for or contribute to: those of a cycle where one is given,
-- else those that are not closed, in cycles that are not.
SELECT goal.id
FROM objectives AS goal
LEFT JOIN cycles AS frame ON frame.id = goal.cycle
WHERE (
        goal.responsible_team = ANY(:teams::uuid[])
        OR goal.contributing_teams && :teams::uuid[]
    )
    AND CASE
        WHEN :cycle::uuid IS NOT NULL THEN goal.cycle = :cycle::uuid
        ELSE goal.state <> 'closed' AND frame.state IS DISTINCT FROM 'closed'
    END
ORDER BY frame.start_date DESC NULLS LAST, goal.id;

-- name: serves_steps(objectives, most)
-- Objectives and all that they contribute to, over at most so many steps.
WITH RECURSIVE reached (id, steps) AS (
    SELECT id, 0 FROM unnest(:objectives::uuid[]) AS asked (id)
    UNION
    SELECT target.id, reached.steps + 1
    FROM reached
    JOIN objectives AS goal ON goal.id = reached.id
    CROSS JOIN LATERAL unnest(goal.contributes_to) AS target (id)
    WHERE reached.steps < :most::integer
)
SELECT goal.id, goal.title, goal.benefit, goal.from_what, goal.to_what, goal.state,
    coalesce(goal.proof_read, ARRAY[]::text[]) AS proof_read,
    coalesce(goal.serves, ARRAY[]::uuid[]) AS serves, goal.contributes_to,
    coalesce(goal.contributes_to_key_results, ARRAY[]::uuid[]) AS contributes_to_key_results,
    goal.cycle, frame.name AS cycle_name,
    coalesce(goal.owner_unit, goal.owner_team) AS owner,
    coalesce(owner_unit.name, owner_team.name) AS owner_name,
    goal.responsible_team, responsible.name AS responsible_name,
    coalesce(
        frame.cycle_kind = 'year' AND owner_unit.id IS NOT NULL AND owner_unit.parent IS NULL, false
    ) AS yearly
FROM objectives AS goal
LEFT JOIN cycles AS frame ON frame.id = goal.cycle
LEFT JOIN units AS owner_unit ON owner_unit.id = goal.owner_unit
LEFT JOIN teams AS owner_team ON owner_team.id = goal.owner_team
LEFT JOIN teams AS responsible ON responsible.id = goal.responsible_team
WHERE goal.id IN (SELECT id FROM reached)
ORDER BY goal.id;

-- name: serves_pillars(pillars)
-- Pillars by their place, with what they promise.
SELECT id, name, promise, state, coalesce(proof_read, ARRAY[]::text[]) AS proof_read
FROM pillars WHERE id = ANY(:pillars::uuid[])
ORDER BY place, id;
