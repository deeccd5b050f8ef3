-- name: try_lead()$
-- Takes the lock of the one relay that sends, for as long as the session lives.
SELECT pg_try_advisory_lock(hashtext('soihtu-relay'));
