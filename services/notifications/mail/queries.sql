-- name: queue(notifications, kind, at)!
-- Queues a mail for each of these entries whose person wants mails of its kind.
INSERT INTO mails (notification, state, queued_at)
SELECT entry.id, 'queued', :at
FROM notifications AS entry
LEFT JOIN preferences AS chosen ON chosen.person = entry.person
WHERE entry.id = ANY(:notifications::uuid[])
    AND coalesce((chosen.mail ->> :kind::text)::boolean, true)
ON CONFLICT DO NOTHING;
