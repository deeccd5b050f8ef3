-- name: telling_since()$
-- Since when this database tells people anything; null in one that was restored or copied.
SELECT since FROM telling
WHERE place = (SELECT oid FROM pg_database WHERE datname = current_database());

-- name: begin_telling(now)!
-- Has a database that was restored or copied tell nothing of before: another may have told it.
UPDATE telling SET since = :now, place = held.oid
FROM pg_database AS held
WHERE held.datname = current_database() AND telling.place <> held.oid;

-- name: forget(hours)!
-- Forgets occasions that were settled so long ago that no event can bring them again.
DELETE FROM occasions WHERE settled_at < clock_timestamp() - make_interval(hours => :hours);

-- name: note(states)!
-- Notes occasions; one that was noted before stays as it is.
INSERT INTO occasions (rule, subject, occurrence, objective, team, person, asked, at)
SELECT rule, subject, occurrence, objective, team, person, asked, at
FROM jsonb_to_recordset(:states::jsonb) AS given (
    rule text, subject text, occurrence text, objective uuid, team uuid, person uuid,
    asked uuid, at timestamptz
)
ORDER BY rule, subject, occurrence
ON CONFLICT DO NOTHING;

-- name: unsettled(confirmed_at, rules, most)
-- Takes occasions of these rules that the copy was confirmed after; another worker's are passed
-- over.
SELECT rule, subject, occurrence, objective, team, person, asked, at FROM occasions
WHERE settled_at IS NULL AND noted_at <= :confirmed_at::timestamptz
    AND rule = ANY(:rules::text[])
ORDER BY noted_at
LIMIT :most
FOR UPDATE SKIP LOCKED;

-- name: settle(rule, subject, occurrence)!
-- Has an occasion be over.
UPDATE occasions SET settled_at = clock_timestamp()
WHERE rule = :rule AND subject = :subject AND occurrence = :occurrence;

-- name: put_off(rule, subject, occurrence)!
-- Looks at an occasion again once the copy was confirmed again.
UPDATE occasions SET noted_at = clock_timestamp()
WHERE rule = :rule AND subject = :subject AND occurrence = :occurrence;
