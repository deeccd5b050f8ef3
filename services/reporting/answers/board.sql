-- name: board_team(team)^
-- A team by its id.
SELECT id, name FROM teams WHERE id = :team;

-- name: board_cycle(team, cycle)^
-- The cycle that is asked for, or the newest one in which the team's place is running, or the
-- newest one; with the team's place in it.
SELECT frame.id, frame.name, frame.cycle_kind, frame.start_date, frame.end_date, frame.state,
    held.place
FROM cycles AS frame
LEFT JOIN team_cycles AS held ON held.cycle = frame.id AND held.team = :team
WHERE :cycle::uuid IS NULL OR frame.id = :cycle::uuid
ORDER BY coalesce(held.place = 'running', false) DESC, frame.start_date DESC, frame.id DESC
LIMIT 1;

-- name: board_trends(key_results, length)
-- The last values that stand of each key result, oldest first.
SELECT goal.id AS key_result, said.day AS effective_date, said.counts AS value
FROM unnest(:key_results::uuid[]) AS goal (id)
CROSS JOIN LATERAL (
    SELECT day, counts, by_person, number, source FROM recorded_values
    WHERE key_result = goal.id AND stands AND counts IS NOT NULL
    ORDER BY day DESC, by_person DESC, number DESC, source COLLATE "C" DESC
    LIMIT :length
) AS said
ORDER BY goal.id, said.day, said.by_person, said.number, said.source COLLATE "C";

-- name: board_check_ins(objectives)
-- The last check-in of each objective, with the team that made it.
SELECT said.id, said.objective, said.team, teams.name AS team_name, said.number,
    said.effective_date, said.entries, said.help_wanted
FROM unnest(:objectives::uuid[]) AS goal (id)
CROSS JOIN LATERAL (
    SELECT * FROM check_ins WHERE check_ins.objective = goal.id
    ORDER BY effective_date DESC, number DESC, id DESC
    LIMIT 1
) AS said
LEFT JOIN teams ON teams.id = said.team;

-- name: board_team_names(teams)
-- The names of teams.
SELECT id, name FROM teams WHERE id = ANY(:teams::uuid[]);

-- name: board_learnings(team, shareable_only, length)
-- What a team learned last: the newest cycle first, and in it the newest learning.
SELECT said.id, said.text, said.shareable, said.cycle, said.objective, said.result
FROM learnings AS said
LEFT JOIN cycles AS frame ON frame.id = said.cycle
WHERE said.team = :team AND (said.shareable OR NOT :shareable_only::boolean)
ORDER BY coalesce(frame.end_date, 'infinity') DESC, said.id DESC
LIMIT :length;
