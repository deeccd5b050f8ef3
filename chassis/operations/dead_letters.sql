-- name: select_dead_letters(ids, groups, topics, reasons)
-- Records that are set aside, by position; null is no choice.
SELECT id, group_name, topic, partition, record_offset, headers::text AS headers, reason, died_at
FROM dead_letters
WHERE (:ids::uuid[] IS NULL OR id = ANY(:ids::uuid[]))
    AND (:groups::text[] IS NULL OR group_name = ANY(:groups::text[]))
    AND (:topics::text[] IS NULL OR topic = ANY(:topics::text[]))
    AND (:reasons::text[] IS NULL OR reason = ANY(:reasons::text[]))
ORDER BY group_name, topic, partition, record_offset;

-- name: show_dead_letter(id)^
-- A record that is set aside, whole.
SELECT id, group_name, topic, partition, record_offset, key, value, headers::text AS headers,
    reason, died_at
FROM dead_letters WHERE id = :id;

-- name: drop_dead_letters(ids)
-- Gives up records that are set aside.
DELETE FROM dead_letters WHERE id = ANY(:ids::uuid[]) RETURNING id;
