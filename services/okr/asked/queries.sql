-- name: choices(person, teams, size)
-- What the teams are choosing where they still can, goals and changes of them, and the person does
-- not support as it is worded now.
SELECT goal.id, goal.responsible_team AS team, goal.state -> 'title' AS title,
    coalesce(goal.state -> 'pending' ->> 'at', goal.state -> 'states' -> 0 ->> 'at') AS since,
    goal.state ->> 'state' = 'agreed' AS change
FROM objectives AS goal
JOIN cycles AS frame ON frame.id = goal.cycle
LEFT JOIN team_cycles AS at ON at.team = goal.responsible_team AND at.cycle = goal.cycle
WHERE goal.responsible_team = ANY(:teams::uuid[])
    AND (
        frame.state ->> 'state' <> 'closed'
        AND coalesce(at.state ->> 'place', 'setting') IN ('setting', 'running')
        OR at.state ->> 'place' <> 'closed' AND goal.state -> 'pending' ->> 'kind' = 'drop'
    )
    AND (
        goal.state ->> 'state' = 'proposed'
        OR goal.state ->> 'state' = 'agreed' AND goal.state -> 'pending' IS NOT NULL
    )
    AND NOT EXISTS (
        SELECT FROM supports AS given
        WHERE given.objective = goal.id AND given.person = :person::uuid
            AND given.given_for >= (goal.state ->> 'wording')::integer
    )
ORDER BY goal.id DESC LIMIT :size;

-- name: confirmations(person, torchbearer_of, supervisor_of, size)
-- Goals of teams of which somebody else recorded how they were chosen, as the other of torchbearer
-- and supervisor than the person is there; a deputy is as the torchbearer.
SELECT goal.id, goal.responsible_team AS team, goal.state -> 'title' AS title,
    goal.state -> 'agreements' -> -1 ->> 'recorded_at' AS since
FROM objectives AS goal
JOIN cycles AS frame ON frame.id = goal.cycle
LEFT JOIN team_cycles AS at ON at.team = goal.responsible_team AND at.cycle = goal.cycle
WHERE goal.state ->> 'state' <> 'closed'
    AND (
        goal.responsible_team = ANY(:torchbearer_of::uuid[])
        AND goal.state -> 'agreements' -> -1 -> 'sides' @> '["supervisor"]'
        OR goal.responsible_team = ANY(:supervisor_of::uuid[])
        AND goal.state -> 'agreements' -> -1 -> 'sides' @> '["torchbearer"]'
    )
    AND (
        frame.state ->> 'state' <> 'closed'
        AND coalesce(at.state ->> 'place', 'setting') IN ('setting', 'running')
        OR at.state ->> 'place' <> 'closed' AND goal.state -> 'pending' ->> 'kind' = 'drop'
    )
    AND goal.state -> 'agreements' -> -1 ->> 'state' = 'recorded'
    AND goal.state -> 'agreements' -> -1 ->> 'recorded_by' IS DISTINCT FROM (:person::uuid)::text
ORDER BY goal.id DESC LIMIT :size;

-- name: invitations(teams, size)
-- Goals that the teams are invited to contribute to, and have not answered while they can.
SELECT goal.id, asked.team, goal.state -> 'title' AS title, asked.at AS since
FROM objectives AS goal
LEFT JOIN team_cycles AS at ON at.team = goal.responsible_team AND at.cycle = goal.cycle
CROSS JOIN jsonb_to_recordset(goal.state -> 'invitations') AS asked (team uuid, state text, at text)
WHERE goal.state -> 'invitations' @> '[{"state": "invited"}]' AND goal.state ->> 'state' <> 'closed'
    AND coalesce(at.state ->> 'place', 'setting') <> 'closed'
    AND asked.state = 'invited' AND asked.team = ANY(:teams::uuid[])
ORDER BY goal.id DESC LIMIT :size;

-- name: requests(person, leads, size)
-- Others' requests, without an answer, to teams that the person leads: those that name a team by
-- it, and those that name none by whose the goal is.
SELECT remark.id, remark.team, goal.state -> 'title' AS title, remark.state ->> 'at' AS since
FROM (
    SELECT id, objective, state, (state ->> 'asked')::uuid AS team
    FROM remarks WHERE (state ->> 'asked')::uuid = ANY(:leads::uuid[])
    UNION ALL
    SELECT said.id, said.objective, said.state, own.responsible_team
    FROM objectives AS own JOIN remarks AS said ON said.objective = own.id
    WHERE own.responsible_team = ANY(:leads::uuid[]) AND said.state -> 'asked' IS NULL
) AS remark
JOIN objectives AS goal ON goal.id = remark.objective
WHERE goal.state ->> 'state' <> 'closed'
    AND remark.state ->> 'remark_kind' = 'request' AND remark.state -> 'answer' IS NULL
    AND remark.state ->> 'state' = 'said' AND remark.state ->> 'author' <> (:person::uuid)::text
ORDER BY remark.id DESC LIMIT :size;

-- name: questions(person, teams, size)
-- Others' questions about goals of the teams, without a reply.
SELECT remark.id, goal.responsible_team AS team, goal.state -> 'title' AS title,
    remark.state ->> 'at' AS since
FROM remarks AS remark
JOIN objectives AS goal ON goal.id = remark.objective
WHERE goal.responsible_team = ANY(:teams::uuid[]) AND goal.state ->> 'state' <> 'closed'
    AND remark.state ->> 'remark_kind' = 'question'
    AND remark.state ->> 'state' = 'said' AND remark.state ->> 'author' <> (:person::uuid)::text
    AND NOT EXISTS (
        SELECT FROM remarks AS reply
        WHERE reply.objective = goal.id AND reply.state ->> 'state' = 'said'
            AND reply.state ->> 'author' <> remark.state ->> 'author'
            AND (reply.state ->> 'parent')::uuid
                = coalesce((remark.state ->> 'parent')::uuid, remark.id)
            AND reply.id > remark.id
    )
ORDER BY remark.id DESC LIMIT :size;

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
