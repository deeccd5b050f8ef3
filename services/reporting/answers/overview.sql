-- name: overview_units()
-- All units and teams with their names and what is above them, in the order of their names.
SELECT id, kind, unit_kind, name, parent
FROM (
    SELECT id, 'unit' AS kind, unit_kind, name, parent FROM units
    UNION ALL
    SELECT id, 'team' AS kind, NULL AS unit_kind, name, parent FROM teams
) AS known
ORDER BY kind DESC, coalesce(name ->> 'fi', name ->> 'sv', name ->> 'en'), id;
