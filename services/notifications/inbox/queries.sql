-- name: add_notifications(ids, people, rule, subject, occurrence, objective, team, at)
-- Puts an occasion into inboxes; answers the entries that are new.
INSERT INTO notifications (id, rule, subject, person, occurrence, objective, team, at)
SELECT id, :rule, :subject, person, :occurrence, :objective, :team, :at
FROM unnest(:ids::uuid[], :people::uuid[]) AS given (id, person)
ON CONFLICT (rule, subject, person, occurrence) DO NOTHING
RETURNING id, person;

-- name: list_notifications(person, kinds, unread, before, size)
-- A person's entries of these kinds, the newest first, before one; what is not named yet comes
-- without names.
SELECT entry.id, entry.rule, entry.subject, entry.objective, entry.team, entry.at, entry.read_at, entry.version,
    goal.title, team.name
FROM notifications AS entry
LEFT JOIN objectives AS goal ON goal.id = entry.objective
LEFT JOIN teams AS team ON team.id = entry.team
WHERE entry.person = :person AND entry.rule = ANY(:kinds::text[])
    AND (NOT :unread::boolean OR entry.read_at IS NULL)
    AND (:before::uuid IS NULL OR entry.id < :before::uuid)
ORDER BY entry.id DESC
LIMIT :size;

-- name: one_notification(person, id, kinds)^
-- One entry of a person's inbox, of these kinds, held until the transaction ends.
SELECT entry.id, entry.rule, entry.subject, entry.objective, entry.team, entry.at, entry.read_at, entry.version,
    goal.title, team.name
FROM notifications AS entry
LEFT JOIN objectives AS goal ON goal.id = entry.objective
LEFT JOIN teams AS team ON team.id = entry.team
WHERE entry.person = :person AND entry.id = :id AND entry.rule = ANY(:kinds::text[])
FOR UPDATE OF entry;

-- name: mark(id, at, expected)!
-- Has an entry be read since an instant; null: unread.
UPDATE notifications SET read_at = :at, version = version + 1
WHERE id = :id AND version = :expected;

-- name: begin_preferences(person)!
-- Has a person who never chose be one who chose nothing else, so that there is a row to hold.
INSERT INTO preferences (person, version, mail) VALUES (:person, 1, '{}')
ON CONFLICT (person) DO NOTHING;

-- name: forget(before, read_before, most)!
-- Forgets entries of before an instant, and earlier those that were read; what another worker
-- forgets or a person marks at this moment is passed over.
DELETE FROM notifications WHERE id IN (
    SELECT id FROM notifications
    WHERE at < :before::timestamptz OR read_at < :read_before::timestamptz
    LIMIT :most
    FOR UPDATE SKIP LOCKED
);

-- name: preferences(person)^
-- What a person wants mailed, held until the transaction ends.
SELECT version, mail FROM preferences WHERE person = :person FOR UPDATE;

-- name: chosen(person)^
-- The same, only to be read; no row while they never chose.
SELECT version, mail FROM preferences WHERE person = :person;

-- name: put_preferences(person, version, mail)!
-- Keeps what a person wants mailed; kinds of a later release stay as they are.
UPDATE preferences SET version = :version, mail = mail || :mail::jsonb WHERE person = :person;
