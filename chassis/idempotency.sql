-- name: take_key(digest, principal, body_hash)$
-- Takes a key for this transaction; waits for a twin that has it, and gives null when it is taken.
INSERT INTO idempotency_keys (digest, principal, body_hash)
VALUES (:digest, :principal, :body_hash)
ON CONFLICT DO NOTHING
RETURNING true;

-- name: answer_of_key(digest)^
-- The answer that was given under a key.
SELECT body_hash, status, headers, body FROM idempotency_keys WHERE digest = :digest;

-- name: keep_answer(status, headers, body, digest)!
-- Keeps the answer beside the key that was taken in this transaction.
UPDATE idempotency_keys SET status = :status, headers = :headers, body = :body
WHERE digest = :digest;

-- name: purge_keys(hours)!
-- Forgets keys older than `hours`.
DELETE FROM idempotency_keys
WHERE created_at < clock_timestamp() - make_interval(hours => :hours);
