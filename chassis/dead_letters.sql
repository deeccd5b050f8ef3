-- name: insert_dead_letter(id, group_name, topic, partition, record_offset, key, value, headers, reason, passed, kept)!
-- Sets aside a record that can't be applied; of a topic made anew it replaces the old one's.
INSERT INTO dead_letters
    (id, group_name, topic, partition, record_offset, key, value, headers, reason, passed,
     kept)
VALUES
    (:id, :group_name, :topic, :partition, :record_offset, :key, :value, :headers::jsonb, :reason,
     :passed, :kept)
ON CONFLICT (group_name, topic, partition, record_offset) DO UPDATE
    SET key = excluded.key, value = excluded.value, headers = excluded.headers,
        reason = excluded.reason, died_at = excluded.died_at,
        passed = excluded.passed, kept = excluded.kept;

-- name: lock_dead_letter(group_name, id)^
-- Holds a record that is set aside, for whoever applies it again; null when it is gone.
SELECT topic, partition, record_offset, key, value, headers::text AS headers
FROM dead_letters WHERE group_name = :group_name AND id = :id
FOR UPDATE;

-- name: change_reason(reason, kept, id)$
-- Notes for what a record stays set aside, and whether it waits for something unknown; gives its
-- id, or null where both are as they were.
UPDATE dead_letters SET reason = :reason, kept = :kept
WHERE id = :id AND (reason, kept) IS DISTINCT FROM (:reason, :kept)
RETURNING id;

-- name: delete_dead_letter(id)!
-- Ends the setting aside of a record.
DELETE FROM dead_letters WHERE id = :id;
