-- name: get_person(id)^
-- The state of a person.
SELECT state FROM people WHERE id = :id;

-- name: lock_person(id)^
-- The state of a person, held until the transaction ends.
SELECT state FROM people WHERE id = :id FOR NO KEY UPDATE;

-- name: insert_person(id, version, state)!
-- Adds a person.
INSERT INTO people (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_person(id, version, state, expected)!
-- Puts the next state of a person in place of the one before it.
UPDATE people SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: forget_logins(person)!
-- Forgets how tokens name a person.
DELETE FROM person_logins WHERE person = :person;

-- name: add_logins(person, issuers, subjects)
-- Adds how tokens name a person; answers those that no other person has.
INSERT INTO person_logins (person, issuer, subject)
SELECT :person, issuer, subject
FROM unnest(:issuers::text[], :subjects::text[]) AS given (issuer, subject)
ORDER BY md5(issuer), md5(subject)
ON CONFLICT DO NOTHING
RETURNING issuer, subject;

-- name: forget_spans(person)!
-- Forgets the dated roles of a person.
DELETE FROM membership_spans WHERE person = :person;

-- name: add_spans(person, roles, teams, units, sinces, untils)!
-- Adds dated roles of a person.
INSERT INTO membership_spans (person, role, team, unit, days)
SELECT :person, role, team, unit, daterange(since, until, '[]')
FROM unnest(
    :roles::text[], :teams::uuid[], :units::uuid[], :sinces::date[], :untils::date[]
) AS given (role, team, unit, since, until);
