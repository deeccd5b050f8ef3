-- name: put_cycles(states)!
-- Keeps the states of cycles.
INSERT INTO cycles (id, state)
SELECT (state ->> 'id')::uuid, state FROM unnest(:states::jsonb[]) AS given (state)
ORDER BY 1
ON CONFLICT (id) DO UPDATE SET state = excluded.state;

-- name: put_team_cycles(teams, cycles, places)!
-- Keeps the places of teams in cycles.
INSERT INTO team_cycles (team, cycle, place)
SELECT team, cycle, place
FROM unnest(:teams::uuid[], :cycles::uuid[], :places::text[]) AS given (team, cycle, place)
ORDER BY team, cycle
ON CONFLICT (team, cycle) DO UPDATE SET place = excluded.place;

-- name: put_objectives(states)!
-- Keeps the states of objectives.
INSERT INTO objectives (id, state)
SELECT (state ->> 'id')::uuid, state FROM unnest(:states::jsonb[]) AS given (state)
ORDER BY 1
ON CONFLICT (id) DO UPDATE SET state = excluded.state;

-- name: put_values(states)!
-- Keeps rows of key results' series.
INSERT INTO recorded_values (
    id, key_result, objective, source, source_version, source_values, number, effective_date,
    value, done, withdrawn, confidence, counted, reason, standing, standing_on
)
SELECT
    id, key_result, objective, source, source_version, source_values, number, effective_date,
    value, done, withdrawn, confidence, counted, reason, standing,
    (standing ->> 'effective_date')::date
FROM jsonb_to_recordset(:states::jsonb) AS given (
    id uuid, key_result uuid, objective uuid, source text, source_version integer,
    source_values integer, number integer, effective_date date, value double precision,
    done text[], withdrawn boolean, confidence integer, counted boolean, reason text, standing jsonb
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    key_result = excluded.key_result, objective = excluded.objective, source = excluded.source,
    source_version = excluded.source_version, source_values = excluded.source_values,
    number = excluded.number, effective_date = excluded.effective_date, value = excluded.value,
    done = excluded.done, withdrawn = excluded.withdrawn, confidence = excluded.confidence,
    counted = excluded.counted, reason = excluded.reason, standing = excluded.standing,
    standing_on = excluded.standing_on;

-- name: mark_counted(sources)!
-- Notes the version up to which okr has taken in each of these check-ins: the highest one
-- whose rows, with those of later versions, are as many as its source has.
INSERT INTO seen (kind, id, version)
SELECT 'counted', split_part(source, '/', 2), max(source_version)
FROM (
    SELECT source, source_version,
        count(*) OVER later AS present, max(source_values) OVER later AS expected
    FROM recorded_values
    WHERE source = ANY(:sources::text[])
    WINDOW later AS (PARTITION BY source ORDER BY source_version DESC)
) AS versions
WHERE present >= expected
GROUP BY source
ORDER BY source
ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version
    WHERE seen.version < excluded.version;

-- name: goal(objective)^
-- An objective, its cycle, and the place in it of the responsible team.
SELECT objective.state AS objective, cycle.state AS cycle, held.place
FROM objectives AS objective
LEFT JOIN cycles AS cycle ON cycle.id = (objective.state ->> 'cycle')::uuid
LEFT JOIN team_cycles AS held
    ON held.team = (objective.state ->> 'responsible_team')::uuid
    AND held.cycle = (objective.state ->> 'cycle')::uuid
WHERE objective.id = :objective;

-- name: place(team, cycle)$
-- The place of a team in a cycle; null when none is known.
SELECT place FROM team_cycles WHERE team = :team AND cycle = :cycle;

-- name: some_objectives(objectives)
-- These objectives, as far as they are known.
SELECT state FROM objectives WHERE id = ANY(:objectives::uuid[]);

-- name: objectives_of_team(team, cycle)
-- The objectives of a cycle that a team is responsible for.
SELECT state FROM objectives
WHERE (state ->> 'responsible_team')::uuid = :team AND (state ->> 'cycle')::uuid = :cycle;

-- name: values(key_results, whole, aside)
-- Every row of the series that comes from some sources, and the current row of each key result
-- when other sources are left aside.
WITH current AS (
    SELECT latest.id
    FROM unnest(:key_results::uuid[]) AS goal (id)
    CROSS JOIN LATERAL (
        SELECT id FROM recorded_values
        WHERE key_result = goal.id AND counts_on IS NOT NULL AND source <> ALL(:aside::text[])
        ORDER BY counts_on DESC, (left(source, 8) <> 'machine/') DESC, number DESC,
            source COLLATE "C" DESC
        LIMIT 1
    ) AS latest
)
SELECT to_jsonb(said) AS state FROM recorded_values AS said
WHERE source = ANY(:whole::text[]) OR id IN (SELECT id FROM current);
