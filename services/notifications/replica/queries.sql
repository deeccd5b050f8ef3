-- name: put_teams(states)!
-- Keeps what teams are called.
INSERT INTO teams (id, name)
SELECT id, name FROM jsonb_to_recordset(:states::jsonb) AS given (id uuid, name jsonb)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET name = excluded.name;

-- name: put_contacts(states)!
-- Keeps how people are reached.
INSERT INTO contacts (person, name, mail, language)
SELECT id, name, mail, language
FROM jsonb_to_recordset(:states::jsonb) AS given (id uuid, name text, mail text, language text)
ORDER BY id
ON CONFLICT (person) DO UPDATE SET
    name = excluded.name, mail = excluded.mail, language = excluded.language;

-- name: put_cycles(states)!
-- Keeps the days and states of cycles.
INSERT INTO cycles (id, start_date, end_date, state)
SELECT id, start, "end", state
FROM jsonb_to_recordset(:states::jsonb) AS given (id uuid, start date, "end" date, state text)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    start_date = excluded.start_date, end_date = excluded.end_date, state = excluded.state;

-- name: put_team_cycles(states)!
-- Keeps the places of teams in cycles.
INSERT INTO team_cycles (team, cycle, place)
SELECT team, cycle, place
FROM jsonb_to_recordset(:states::jsonb) AS given (team uuid, cycle uuid, place text)
ORDER BY team, cycle
ON CONFLICT (team, cycle) DO UPDATE SET place = excluded.place;

-- name: put_objectives(states)!
-- Keeps objectives.
INSERT INTO objectives (
    id, cycle, responsible_team, contributing_teams, title, rhythm, state, contributes_to,
    serves, agreed_at
)
SELECT id, cycle, responsible_team, contributing_teams, title, rhythm, state, contributes_to,
    serves, agreed_at
FROM jsonb_to_recordset(:states::jsonb) AS given (
    id uuid, cycle uuid, responsible_team uuid, contributing_teams uuid[], title jsonb,
    rhythm text, state text, contributes_to uuid[], serves uuid[], agreed_at timestamptz
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    cycle = excluded.cycle, responsible_team = excluded.responsible_team,
    contributing_teams = excluded.contributing_teams, title = excluded.title,
    rhythm = excluded.rhythm, state = excluded.state, contributes_to = excluded.contributes_to,
    serves = excluded.serves, agreed_at = excluded.agreed_at;

-- name: put_check_ins(states)!
-- Keeps whose check-ins are about which objective, and of which day.
INSERT INTO check_ins (id, objective, author, effective_date)
SELECT id, objective, author, effective_date
FROM jsonb_to_recordset(:states::jsonb) AS given (
    id uuid, objective uuid, author uuid, effective_date date
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    objective = excluded.objective, author = excluded.author,
    effective_date = excluded.effective_date;

-- name: put_remarks(states)!
-- Keeps who said something of a goal, in which thread, and whether it is still to be read.
INSERT INTO remarks (id, parent, remark_kind, author, state)
SELECT id, parent, remark_kind, author, state
FROM jsonb_to_recordset(:states::jsonb) AS given (
    id uuid, parent uuid, remark_kind text, author uuid, state text
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    parent = excluded.parent, remark_kind = excluded.remark_kind, author = excluded.author,
    state = excluded.state;

-- name: held_in_teams(teams, day)
-- Who holds which role in these teams on a day.
SELECT DISTINCT person, role, team FROM directory_memberships
WHERE team = ANY(:teams::uuid[])
    AND since <= :day::date AND (until IS NULL OR until >= :day::date);

-- name: goal(objective)^
-- An objective's teams; none while it is not known.
SELECT responsible_team, contributing_teams FROM objectives WHERE id = :objective;

-- name: goals_in_rhythm(day)
-- Agreed goals of open cycles around a day whose responsible team is on its way, with their rhythm,
-- when people agreed on them, and the day of the last check-in.
SELECT goal.id, goal.rhythm, goal.responsible_team, goal.agreed_at, cycle.start_date,
    cycle.end_date,
    (SELECT max(effective_date) FROM check_ins WHERE check_ins.objective = goal.id) AS last
FROM objectives AS goal
JOIN cycles AS cycle ON cycle.id = goal.cycle
JOIN team_cycles AS held ON held.team = goal.responsible_team AND held.cycle = goal.cycle
WHERE goal.state = 'agreed' AND cycle.state = 'open' AND held.place = 'running'
    AND :day::date BETWEEN cycle.start_date AND cycle.end_date;

-- name: author(check_in)^
-- Who wrote a check-in; no row while it is not known.
SELECT author FROM check_ins WHERE id = :check_in;

-- name: is_unsaid(remark)$
-- Whether a remark is hidden or removed; null while it is not known.
SELECT state <> 'said' FROM remarks WHERE id = :remark;

-- name: askers(remark)^
-- Who is answered by a remark: of a request who made it; of a reply those who asked a question
-- in its thread before. No row while it, or what its thread began with, is not known.
SELECT array(
    SELECT DISTINCT asked.author FROM remarks AS asked
    WHERE asked.state = 'said' AND (
        asked.id = said.id AND asked.remark_kind = 'request'
        OR (asked.id = said.parent OR asked.parent = said.parent) AND asked.id < said.id
            AND asked.remark_kind = 'question'
    )
) AS people
FROM remarks AS said
WHERE said.id = :remark AND (
    said.parent IS NULL OR EXISTS (SELECT FROM remarks AS first WHERE first.id = said.parent)
);

-- name: teams_beside(objective)
-- Teams whose goal, agreed and in an open cycle, contributes to what this objective contributes to,
-- or serves a pillar that it serves.
SELECT DISTINCT unnest(goal.responsible_team || goal.contributing_teams) AS team
FROM objectives AS told
JOIN objectives AS goal
    ON goal.contributes_to && told.contributes_to OR goal.serves && told.serves
JOIN cycles AS cycle ON cycle.id = goal.cycle
WHERE told.id = :objective AND goal.state = 'agreed' AND cycle.state = 'open';
