-- name: give_support(objective, person, version)!
-- Notes that a person supports an objective as it is at a version; the objective is shared.
INSERT INTO supports (objective, person, given_for) VALUES (:objective, :person, :version)
ON CONFLICT (objective, person) DO UPDATE SET given_for = excluded.given_for;

-- name: take_back_support(objective, person)!
-- Forgets that a person supports an objective.
DELETE FROM supports WHERE objective = :objective AND person = :person;

-- name: count_support(objective, wording)$
-- How many support an objective as it is worded since a version.
SELECT count(*) FROM supports WHERE objective = :objective AND given_for >= :wording;

-- name: supporters(objective, wording)
-- Who supports an objective as it is worded since a version, where that is still known.
SELECT given.person, person.state ->> 'name' AS name
FROM supports AS given JOIN people AS person ON person.id = given.person
WHERE given.objective = :objective AND given.given_for >= :wording
ORDER BY name, given.person;

-- name: forget_supporters(closed_before, ended_before)!
-- Forgets who supported objectives of cycles that were closed before an instant, or ended before
-- another; counts stay.
UPDATE supports SET person = NULL
WHERE person IS NOT NULL AND objective IN (
    SELECT objective.id FROM objectives AS objective
    JOIN cycles AS cycle ON cycle.id = objective.cycle
    WHERE (cycle.state ->> 'end')::timestamptz < :ended_before::timestamptz
        OR cycle.state ->> 'state' = 'closed'
        AND coalesce(cycle.changed_at, (cycle.state ->> 'end')::timestamptz)
            < :closed_before::timestamptz
);

-- name: members(team, today)
-- The roles that people hold in a team on a day.
SELECT person, role FROM membership_spans WHERE team = :team AND days @> :today::date;

-- name: keep_participation(objective, number, present, support, took_part, members)!
-- Keeps the figures of an agreement of an objective, which is held.
INSERT INTO participations (objective, number, present, support, took_part, members)
VALUES (:objective, :number, :present, :support, :took_part, :members)
ON CONFLICT (objective, number) DO UPDATE
SET present = excluded.present, support = excluded.support, took_part = excluded.took_part,
    members = excluded.members;

-- name: participation(objective, number)^
-- The figures of an agreement of an objective.
SELECT present, support, took_part, members FROM participations
WHERE objective = :objective AND number = :number;

-- name: get_choosing(team)^
-- How a team chooses.
SELECT state FROM team_choosings WHERE team = :team;

-- name: lock_choosing(team)^
-- How a team chooses, held until the transaction ends.
SELECT state FROM team_choosings WHERE team = :team FOR NO KEY UPDATE;

-- name: insert_choosing(team, version, state)!
-- Adds how a team chooses.
INSERT INTO team_choosings (team, version, state) VALUES (:team, :version, :state::jsonb);

-- name: save_choosing(team, version, state, expected)!
-- Puts how a team chooses next in place of how it did.
UPDATE team_choosings SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE team = :team AND version = :expected;
