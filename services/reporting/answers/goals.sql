-- name: goals(cycle, team)
-- The objectives of a cycle with names, totals and the day of the last check-in; where a team is
-- given, those that it is responsible for or contributes to. Of what is not rebuilt yet, all but
-- proposals are taken as agreed.
SELECT goal.id, goal.title, goal.benefit, goal.owner_unit, goal.owner_team,
    coalesce(owner_unit.name, owner_team.name) AS owner_name,
    goal.responsible_team, responsible.name AS responsible_name,
    goal.contributing_teams, goal.rhythm, goal.state,
    coalesce(goal.was_agreed, goal.state <> 'proposed') AS was_agreed,
    goal.agreed_at, goal.closed_at,
    goal.contributes_to, goal.ancestor,
    coalesce(goal.contributes_to_key_results, ARRAY[]::uuid[]) AS contributes_to_key_results,
    coalesce(goal.serves, ARRAY[]::uuid[]) AS serves,
    totals.progress, coalesce(totals.coverage, 0) AS coverage,
    (
        SELECT max(effective_date) FROM check_ins WHERE check_ins.objective = goal.id
    ) AS last_check_in
FROM objectives AS goal
LEFT JOIN objective_progress AS totals ON totals.objective = goal.id
LEFT JOIN units AS owner_unit ON owner_unit.id = goal.owner_unit
LEFT JOIN teams AS owner_team ON owner_team.id = goal.owner_team
LEFT JOIN teams AS responsible ON responsible.id = goal.responsible_team
WHERE goal.cycle = :cycle
    AND (
        :team::uuid IS NULL
        OR goal.responsible_team = :team::uuid
        OR :team::uuid = ANY(goal.contributing_teams)
    )
ORDER BY goal.id;

-- name: goal_key_results(objectives)
-- The open key results of objectives with their progress and the latest confidence that was said.
SELECT goal.objective, goal.id, goal.title, goal.kind, goal.unit, goal.team, goal.definitions,
    held.value, held.done, held.effective_date, held.progress, held.unclamped, latest.confidence
FROM key_results AS goal
LEFT JOIN key_result_progress AS held ON held.key_result = goal.id
LEFT JOIN LATERAL (
    SELECT counts_confidence AS confidence FROM recorded_values AS said
    WHERE said.key_result = goal.id AND said.stands AND said.counts_confidence IS NOT NULL
    ORDER BY said.day DESC, said.by_person DESC, said.number DESC,
        said.source COLLATE "C" DESC
    LIMIT 1
) AS latest ON true
WHERE goal.objective = ANY(:objectives::uuid[]) AND goal.state <> 'dropped'
ORDER BY goal.objective, goal.position;

-- name: goal_titles(objectives)
-- The titles of objectives, whichever cycle they are in.
SELECT id, title FROM objectives WHERE id = ANY(:objectives::uuid[]);

-- name: goal_helped(key_results)
-- Key results by their ids, whichever objectives they are of.
SELECT id, objective, title FROM key_results WHERE id = ANY(:key_results::uuid[]);

-- name: goal_pillars(pillars)
-- The names of pillars.
SELECT id, name FROM pillars WHERE id = ANY(:pillars::uuid[]);

-- name: cycle_of_day(cycle, day)^
-- A cycle by its id; when none is given the open one that began last by a day, else the open one
-- that begins next; the same of all where none is open. A tertial comes before its year.
SELECT id, name, cycle_kind, start_date, end_date, state FROM cycles
WHERE :cycle::uuid IS NULL OR id = :cycle::uuid
ORDER BY state = 'open' DESC, start_date <= :day::date DESC, abs(start_date - :day::date), end_date, id DESC
LIMIT 1;
