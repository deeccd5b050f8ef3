-- name: keep_units(rows)!
-- Keeps the states of units; an older version changes nothing.
INSERT INTO units (id, version, unit_kind, name, parent)
SELECT id, version, unit_kind, name, parent
FROM jsonb_to_recordset(:rows::jsonb)
    AS given (id uuid, version integer, unit_kind text, name jsonb, parent uuid)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET version = excluded.version, unit_kind = excluded.unit_kind,
    name = excluded.name, parent = excluded.parent
WHERE units.version < excluded.version;

-- name: keep_teams(rows)!
-- Keeps the states of teams; an older version changes nothing.
INSERT INTO teams (id, version, name, parent)
SELECT id, version, name, parent
FROM jsonb_to_recordset(:rows::jsonb) AS given (id uuid, version integer, name jsonb, parent uuid)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name,
    parent = excluded.parent
WHERE teams.version < excluded.version;

-- name: keep_people(rows)!
-- Keeps where people work, and which team they belong to; an older version changes nothing.
INSERT INTO people (id, version, site, home_team)
SELECT id, version, site, home_team
FROM jsonb_to_recordset(:rows::jsonb)
    AS given (id uuid, version integer, site text, home_team uuid)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET version = excluded.version, site = excluded.site,
    home_team = excluded.home_team
WHERE people.version < excluded.version;
