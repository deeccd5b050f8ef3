-- name: duty_goals(team, cycle)
-- The goals of a cycle that a team is responsible for, with the day of the last check-in. Of what is
-- not rebuilt yet, all but proposals are taken as agreed.
SELECT goal.id, goal.title, goal.rhythm, goal.state,
    coalesce(goal.was_agreed, goal.state <> 'proposed') AS was_agreed,
    goal.agreed_at, goal.recorded_at,
    (
        SELECT max(effective_date) FROM check_ins WHERE check_ins.objective = goal.id
    ) AS last_check_in
FROM objectives AS goal
WHERE goal.responsible_team = :team AND goal.cycle = :cycle
ORDER BY goal.id;

-- name: duty_learned(team, cycle)
-- Of which goals a team's retro of a cycle found something: every finding has a learning.
SELECT DISTINCT retro, objective FROM learnings WHERE team = :team AND cycle = :cycle;
