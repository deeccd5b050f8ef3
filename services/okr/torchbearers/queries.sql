-- name: get_candidacy(id)^
-- The state of a candidacy.
SELECT state FROM candidacies WHERE id = :id;

-- name: lock_candidacy(id)^
-- The state of a candidacy, held until the transaction ends.
SELECT state FROM candidacies WHERE id = :id FOR NO KEY UPDATE;

-- name: insert_candidacy(id, version, state)!
-- Adds a candidacy.
INSERT INTO candidacies (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_candidacy(id, version, state, expected)!
-- Puts the next state of a candidacy in place of the one before it.
UPDATE candidacies SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: list_candidacies(team, after, size)
-- Candidacies of a team, the newest first, after the one given.
SELECT state FROM candidacies
WHERE team = :team AND (:after::uuid IS NULL OR id < :after)
ORDER BY id DESC LIMIT :size;

-- name: lock_others(id, team, role)
-- Open candidacies of others for the same role in a team, held until the transaction ends.
SELECT state FROM candidacies
WHERE team = :team AND role = :role AND step IN ('asked', 'standing') AND id <> :id
ORDER BY id FOR NO KEY UPDATE;

-- name: roles_on(team, today)
-- Who has which roles in a team on a day.
SELECT DISTINCT person, role FROM membership_spans WHERE team = :team AND days @> :today::date;

-- name: predecessors(team, role, person, since, until)
-- Who else holds a role in a team on a day of a span.
SELECT DISTINCT person FROM membership_spans
WHERE team = :team AND role = :role AND person <> :person
    AND days && daterange(:since::date, :until::date, '[]');

-- name: get_hand_over(id)^
-- A hand-over note.
SELECT state FROM hand_overs WHERE id = :id;

-- name: lock_hand_over(id)^
-- A hand-over note, held until the transaction ends.
SELECT state FROM hand_overs WHERE id = :id FOR NO KEY UPDATE;

-- name: insert_hand_over(id, version, state)!
-- Adds a hand-over note.
INSERT INTO hand_overs (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_hand_over(id, version, state, expected)!
-- Puts the next state of a hand-over note in place of the one before it.
UPDATE hand_overs SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;
