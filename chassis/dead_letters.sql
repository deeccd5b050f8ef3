-- name: insert_dead_letter(id, group_name, topic, partition, record_offset, key, value, headers, reason)!
-- Sets aside a record that can't be applied.
INSERT INTO dead_letters
    (id, group_name, topic, partition, record_offset, key, value, headers, reason)
VALUES
    (:id, :group_name, :topic, :partition, :record_offset, :key, :value, :headers::jsonb, :reason)
ON CONFLICT DO NOTHING;
