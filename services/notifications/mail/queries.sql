-- name: queue(notifications, kind, at)!
-- Queues a mail for each of these entries whose person wants mails of its kind.
INSERT INTO mails (notification, state, queued_at)
SELECT entry.id, 'queued', :at
FROM notifications AS entry
LEFT JOIN preferences AS chosen ON chosen.person = entry.person
WHERE entry.id = ANY(:notifications::uuid[])
    AND coalesce((chosen.mail ->> :kind::text)::boolean, true)
ON CONFLICT DO NOTHING;

-- name: take_next(until, kinds)^
-- Takes a mail of these kinds whose time has come, as being sent until an instant: whoever has not
-- said by then what became of it is taken for gone. Another sender's are passed over; a database
-- that was restored has nothing to send until it begins to tell.
UPDATE mails SET state = 'sending', tries = tries + 1, next_try_at = :until
WHERE notification = (
    SELECT mail.notification FROM mails AS mail
    JOIN notifications AS entry ON entry.id = mail.notification
    WHERE mail.state IN ('queued', 'sending') AND mail.next_try_at <= clock_timestamp()
        AND entry.rule = ANY(:kinds::text[])
        AND (SELECT place FROM telling)
            = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY mail.next_try_at
    LIMIT 1
    FOR UPDATE OF mail SKIP LOCKED
)
RETURNING notification, queued_at, tries;

-- name: letter(notification)^
-- What a mail is made of: the entry, who is told, names of goal and team, and what was chosen.
SELECT entry.rule, entry.at, person.mail, person.name, person.language, goal.title,
    team.name AS team,
    coalesce((chosen.mail ->> entry.rule)::boolean, true) AS wanted
FROM notifications AS entry
LEFT JOIN contacts AS person ON person.person = entry.person
LEFT JOIN preferences AS chosen ON chosen.person = entry.person
LEFT JOIN objectives AS goal ON goal.id = entry.objective
LEFT JOIN teams AS team ON team.id = entry.team
WHERE entry.id = :notification;

-- name: finish(notification, tries, state, reason)!
-- Has a mail be sent, or dropped for a reason; that it was sent is true whoever says so, also one
-- that was taken for gone.
UPDATE mails SET state = :state, reason = :reason, ended_at = clock_timestamp()
WHERE notification = :notification AND ended_at IS NULL
    AND (:state::text = 'sent' OR tries = :tries);

-- name: try_later(notification, tries, at)!
-- Has a mail wait for another attempt, unless another sender has it by now.
UPDATE mails SET state = 'queued', next_try_at = :at
WHERE notification = :notification AND state = 'sending' AND tries = :tries;

-- name: drop_all_that_wait(reason)!
-- Drops what a restored database holds as waiting: the one before may have sent it.
UPDATE mails SET state = 'dropped', reason = :reason, ended_at = clock_timestamp()
WHERE state IN ('queued', 'sending');

-- name: waiting()$
-- How many mails wait to be sent.
SELECT count(*) FROM mails WHERE state IN ('queued', 'sending');

-- name: forget(days)!
-- Forgets what became of mails so many days ago.
DELETE FROM mails WHERE ended_at < clock_timestamp() - make_interval(days => :days);
