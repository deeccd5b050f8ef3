-- name: try_lead()$
-- Takes the lock of the one relay that sends, for as long as the session lives.
SELECT pg_try_advisory_lock(hashtext('soihtu-relay'));

-- name: show_life()$
-- Keeps the session of the lock from ending.
SELECT true;
