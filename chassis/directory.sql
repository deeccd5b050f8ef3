-- name: upsert_units(ids, parents, versions)!
-- Keeps the parents of units; an older version changes nothing.
INSERT INTO directory_units (id, parent, version)
SELECT id, parent, version
FROM unnest(:ids::uuid[], :parents::uuid[], :versions::integer[]) AS given (id, parent, version)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, version = excluded.version
WHERE directory_units.version <= excluded.version;

-- name: upsert_teams(ids, parents, versions)!
-- Keeps the units that teams belong to; an older version changes nothing.
INSERT INTO directory_teams (id, parent, version)
SELECT id, parent, version
FROM unnest(:ids::uuid[], :parents::uuid[], :versions::integer[]) AS given (id, parent, version)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET parent = excluded.parent, version = excluded.version
WHERE directory_teams.version <= excluded.version;

-- name: forget_logins(persons)!
-- Forgets how tokens name these people.
DELETE FROM directory_logins WHERE person = ANY(:persons::uuid[]);

-- name: forget_memberships(persons)!
-- Forgets the roles of these people.
DELETE FROM directory_memberships WHERE person = ANY(:persons::uuid[]);

-- name: add_logins(persons, issuers, subjects)!
-- Adds how tokens name people.
INSERT INTO directory_logins (person, issuer, subject)
SELECT DISTINCT person, issuer, subject
FROM unnest(:persons::uuid[], :issuers::text[], :subjects::text[])
    AS given (person, issuer, subject);

-- name: add_memberships(persons, roles, teams, units, sinces, untils)!
-- Adds dated roles of people.
INSERT INTO directory_memberships (person, role, team, unit, since, until)
SELECT DISTINCT person, role, team, unit, since, until
FROM unnest(
    :persons::uuid[], :roles::text[], :teams::uuid[], :units::uuid[], :sinces::date[],
    :untils::date[]
) AS given (person, role, team, unit, since, until);

-- name: roles_of_login(issuer, subject, today)
-- The person whom a login names, with each role held on a day; one row without a role when none.
SELECT named.person, held.role, held.team, held.unit
FROM directory_logins AS named
LEFT JOIN directory_memberships AS held
    ON held.person = named.person
    AND held.since <= :today::date AND (held.until IS NULL OR held.until >= :today::date)
WHERE md5(named.issuer || ' ' || named.subject) = md5(:issuer::text || ' ' || :subject::text)
    AND named.issuer = :issuer AND named.subject = :subject;

-- name: units_above(units, teams)
-- These units, the units of these teams, and every unit above them.
WITH RECURSIVE above (id) AS (
    (
        SELECT unnest(:units::uuid[])
        UNION
        SELECT parent FROM directory_teams WHERE id = ANY(:teams::uuid[])
    )
    UNION
    SELECT unit.parent
    FROM above JOIN directory_units AS unit ON unit.id = above.id
    WHERE unit.parent IS NOT NULL
)
SELECT id FROM above;
