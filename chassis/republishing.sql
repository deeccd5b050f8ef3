-- name: hold_republish()$
-- Takes the one place of who republishes, for as long as the session lives.
SELECT pg_try_advisory_lock(hashtext('soihtu-republish'));

-- name: forget_due()!
-- Lets a restored service publish again.
DELETE FROM republish_due;

-- name: move_refs(kind, ids, olds, news)!
-- Keeps other systems' last words at the versions that now say them.
UPDATE external_refs AS held SET version = moved.new
FROM unnest(:ids::uuid[], :olds::integer[], :news::integer[]) AS moved (id, old, new)
WHERE held.kind = :kind AND held.id = moved.id AND held.version = moved.old;
