-- name: subjects()
-- All that okr owns.
SELECT 'units/' || id AS subject, version FROM units
UNION ALL SELECT 'teams/' || id, version FROM teams
UNION ALL SELECT 'people/' || id, version FROM people
UNION ALL SELECT 'pillars/' || id, version FROM pillars
UNION ALL SELECT 'cycles/' || id, version FROM cycles
UNION ALL SELECT 'team-cycles/' || team || '/' || cycle, version FROM team_cycles
UNION ALL SELECT 'objectives/' || id, version FROM objectives
UNION ALL SELECT 'strategies/' || id, version FROM strategies
UNION ALL SELECT 'remarks/' || id, version FROM remarks
UNION ALL SELECT 'values/' || id, version FROM recorded_values
UNION ALL SELECT 'key-results/' || id, version FROM key_result_progress;

-- name: logins_taken(person, issuers, subjects)
-- Which of these logins another person has.
SELECT held.issuer, held.subject FROM person_logins AS held
JOIN unnest(:issuers::text[], :subjects::text[]) AS given (issuer, subject)
    ON md5(held.issuer) = md5(given.issuer) AND md5(held.subject) = md5(given.subject)
WHERE held.person <> :person;

-- name: take_unit(ids)
-- Units that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM units WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_unit(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE units AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;

-- name: take_team(ids)
-- Teams that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM teams WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_team(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE teams AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;

-- name: take_person(ids)
-- People that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM people WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_person(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE people AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;

-- name: take_pillar(ids)
-- Pillars that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM pillars WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_pillar(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE pillars AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;

-- name: take_cycle(ids)
-- Cycles that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM cycles WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_cycle(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE cycles AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;

-- name: take_team_cycle(teams, cycles)
-- Places in cycles that nobody holds, held until the transaction ends.
SELECT team, cycle, state, changed_at FROM team_cycles
WHERE (team, cycle) IN (SELECT * FROM unnest(:teams::uuid[], :cycles::uuid[]))
ORDER BY team, cycle FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_team_cycle(teams, cycles, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE team_cycles AS held SET version = above.version, state = above.state
FROM unnest(:teams::uuid[], :cycles::uuid[], :versions::integer[], :states::jsonb[])
    AS above (team, cycle, version, state)
WHERE held.team = above.team AND held.cycle = above.cycle;

-- name: take_objective(ids)
-- Objectives that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM objectives WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_objective(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE objectives AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;

-- name: take_remark(ids)
-- Remarks that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM remarks WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_remark(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE remarks AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;

-- name: take_strategy(ids)
-- Strategies that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM strategies WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_strategy(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE strategies AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;

-- name: take_value(ids)
-- Values that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM recorded_values WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_value(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE recorded_values AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;

-- name: take_progress(ids)
-- Progress of key results that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM key_result_progress WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_progress(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE key_result_progress AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;
