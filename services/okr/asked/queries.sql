-- name: proposals(teams, size)
-- Goals that are proposed to one of the teams, in cycles that are not closed.
SELECT goal.id, goal.responsible_team AS team, goal.state -> 'title' AS title,
    goal.state -> 'states' -> 0 ->> 'at' AS since
FROM objectives AS goal
JOIN cycles AS frame ON frame.id = goal.cycle
WHERE goal.responsible_team = ANY(:teams::uuid[]) AND goal.state ->> 'state' = 'proposed'
    AND frame.state ->> 'state' <> 'closed'
ORDER BY goal.id DESC LIMIT :size;

-- name: candidacies(person, teams, size)
-- Open candidacies: those that wait for the person's own answer, and those of the teams that the
-- person has not said yes to.
SELECT id, team, person = :person::uuid AS own, role FROM candidacies
WHERE (person = :person::uuid AND step = 'asked')
    OR (
        team = ANY(:teams::uuid[]) AND step = 'standing'
        AND NOT state -> 'yes' @> to_jsonb(:person::uuid)
    )
ORDER BY id DESC LIMIT :size;
