-- name: learnings(first, own_teams, headed, team, cycle, words, before, id, length)
-- Learnings after a row, of the newest cycle first: the shareable ones, and all of the caller's own
-- teams and of those below the units that the caller heads.
WITH RECURSIVE below (id) AS (
    SELECT unnest(:headed::uuid[])
    UNION
    SELECT unit.id FROM below JOIN directory_units AS unit ON unit.parent = below.id
), own (id) AS (
    SELECT unnest(:own_teams::uuid[])
    UNION
    SELECT team.id FROM below JOIN directory_teams AS team ON team.parent = below.id
), readable AS (
    SELECT said.id, said.text, said.shareable, said.team, said.cycle, said.objective, said.result,
        teams.name AS team_name, frame.name AS cycle_name, goal.title AS objective_title,
        coalesce(frame.end_date, DATE '9999-12-31') AS cycle_end
    FROM learnings AS said
    LEFT JOIN cycles AS frame ON frame.id = said.cycle
    LEFT JOIN teams ON teams.id = said.team
    LEFT JOIN objectives AS goal ON goal.id = said.objective
    WHERE (said.shareable OR said.team IN (SELECT id FROM own))
        AND (:team::uuid IS NULL OR said.team = :team::uuid)
        AND (:cycle::uuid IS NULL OR said.cycle = :cycle::uuid)
        AND (:words::text IS NULL OR said.found_by @@ to_tsquery('simple', :words::text))
)
SELECT * FROM readable
WHERE :first::boolean OR (cycle_end, id) < (:before::date, :id::uuid)
ORDER BY cycle_end DESC, id DESC
LIMIT :length;
