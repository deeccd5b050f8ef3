-- name: subjects()
-- All that checkins owns.
SELECT 'check-ins/' || id AS subject, version FROM check_ins
UNION ALL SELECT 'retros/' || id, version FROM retros;

-- name: pass_number(objective, number)!
-- Gives no number again that a check-in of the objective has.
INSERT INTO check_in_numbers (objective, last) VALUES (:objective, :number)
ON CONFLICT (objective) DO UPDATE SET last = greatest(check_in_numbers.last, excluded.last);

-- name: take_check_in(ids)
-- Check-ins that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM check_ins WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_check_in(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE check_ins AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;

-- name: take_retro(ids)
-- Retros that nobody holds, held until the transaction ends.
SELECT id, state, changed_at FROM retros WHERE id = ANY(:ids::uuid[])
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED;

-- name: raise_retro(ids, versions, states)!
-- Puts states in place that are the same at a higher version; the rows are held.
UPDATE retros AS held SET version = above.version, state = above.state
FROM unnest(:ids::uuid[], :versions::integer[], :states::jsonb[]) AS above (id, version, state)
WHERE held.id = above.id;
