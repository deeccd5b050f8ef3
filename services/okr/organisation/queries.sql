-- name: get_unit(id)^
-- The state of a unit.
SELECT state FROM units WHERE id = :id;

-- name: lock_unit(id)^
-- The state of a unit, held until the transaction ends.
SELECT state FROM units WHERE id = :id FOR NO KEY UPDATE;

-- name: insert_unit(id, version, state)!
-- Adds a unit.
INSERT INTO units (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_unit(id, version, state, expected)!
-- Puts the next state of a unit in place of the one before it.
UPDATE units SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: get_team(id)^
-- The state of a team.
SELECT state FROM teams WHERE id = :id;

-- name: lock_team(id)^
-- The state of a team, held until the transaction ends.
SELECT state FROM teams WHERE id = :id FOR NO KEY UPDATE;

-- name: share_teams(ids)
-- Teams, which can't change until the transaction ends, nor choose who carries their torch.
SELECT id FROM teams WHERE id = ANY(:ids::uuid[]) ORDER BY id FOR SHARE;

-- name: insert_team(id, version, state)!
-- Adds a team.
INSERT INTO teams (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_team(id, version, state, expected)!
-- Puts the next state of a team in place of the one before it.
UPDATE teams SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: list_units(after, size)
-- Units by id.
SELECT state FROM units WHERE :after::uuid IS NULL OR id > :after ORDER BY id LIMIT :size;

-- name: list_teams(without, today, after, size)
-- Teams by id; where a role is given, those in which nobody holds it on the day.
SELECT state FROM teams
WHERE (:after::uuid IS NULL OR id > :after)
    AND (
        :without::text IS NULL
        OR NOT EXISTS (
            SELECT FROM directory_memberships AS held
            WHERE held.team = teams.id AND held.role = :without
                AND held.since <= :today::date
                AND (held.until IS NULL OR held.until >= :today::date)
        )
    )
ORDER BY id LIMIT :size;

-- name: hold_tree()!
-- Lets one transaction at a time move units: two moves could make a loop that neither sees.
SELECT pg_advisory_xact_lock(hashtext('okr-units'));

-- name: unit_and_above(unit)
-- A unit and every unit above it; nothing where there is no such unit.
WITH RECURSIVE above (id, parent) AS (
    SELECT id, parent FROM units WHERE id = :unit
    UNION
    SELECT unit.id, unit.parent FROM units AS unit JOIN above ON unit.id = above.parent
)
SELECT id FROM above;

-- name: names_of(teams, units)
-- What these teams and units are called.
SELECT id, state -> 'name' AS name FROM teams WHERE id = ANY(:teams::uuid[])
UNION ALL
SELECT id, state -> 'name' AS name FROM units WHERE id = ANY(:units::uuid[]);
