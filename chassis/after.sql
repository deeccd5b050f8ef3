-- name: version_seen(kind, id)$
-- The highest version of an aggregate that was applied here; null when none was.
SELECT version FROM seen WHERE kind = :kind AND id = :id;
