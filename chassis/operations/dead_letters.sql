-- name: list_dead_letters()
-- Records that are set aside, oldest first.
SELECT id, died_at, reason, topic, partition, record_offset
FROM dead_letters
ORDER BY died_at, id;
