-- name: keep_objectives(rows)!
-- Keeps the states of objectives; an older version changes nothing.
INSERT INTO objectives (
    id, version, cycle, owner_unit, owner_team, responsible_team, contributing_teams, title,
    benefit, from_what, to_what, proof_read, rhythm, state, closed_at, was_agreed, agreed_at,
    recorded_at, contributes_to, contributes_to_key_results, serves, ancestor
)
SELECT id, version, cycle, owner_unit, owner_team, responsible_team, contributing_teams, title,
    benefit, from_what, to_what, proof_read, rhythm, state, closed_at, was_agreed, agreed_at,
    recorded_at, contributes_to, contributes_to_key_results, serves, ancestor
FROM jsonb_to_recordset(:rows::jsonb) AS given (
    id uuid, version integer, cycle uuid, owner_unit uuid, owner_team uuid,
    responsible_team uuid, contributing_teams uuid[], title jsonb, benefit jsonb, from_what jsonb,
    to_what jsonb, proof_read text[], rhythm text, state text, closed_at timestamptz,
    was_agreed boolean, agreed_at timestamptz, recorded_at timestamptz, contributes_to uuid[],
    contributes_to_key_results uuid[], serves uuid[], ancestor uuid
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET version = excluded.version, cycle = excluded.cycle,
    owner_unit = excluded.owner_unit, owner_team = excluded.owner_team,
    responsible_team = excluded.responsible_team,
    contributing_teams = excluded.contributing_teams, title = excluded.title,
    benefit = excluded.benefit, from_what = excluded.from_what, to_what = excluded.to_what,
    proof_read = excluded.proof_read, rhythm = excluded.rhythm, state = excluded.state,
    closed_at = excluded.closed_at, was_agreed = excluded.was_agreed,
    agreed_at = excluded.agreed_at, recorded_at = excluded.recorded_at,
    contributes_to = excluded.contributes_to,
    contributes_to_key_results = excluded.contributes_to_key_results, serves = excluded.serves,
    ancestor = excluded.ancestor
WHERE objectives.version < excluded.version;

-- name: forget_key_results(objectives)!
-- Forgets the key results of objectives whose newer state is about to be kept.
DELETE FROM key_results WHERE objective = ANY(:objectives::uuid[]);

-- name: add_key_results(rows)!
-- Adds the key results of objectives, in the order in which the objective has them.
INSERT INTO key_results (
    objective, id, position, title, kind, unit, team, state, definitions
)
SELECT objective, id, position, title, kind, unit, team, state, definitions
FROM jsonb_to_recordset(:rows::jsonb) AS given (
    objective uuid, id uuid, position integer, title jsonb, kind text, unit text, team uuid,
    state text, definitions jsonb
)
ORDER BY objective, id;
