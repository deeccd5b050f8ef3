-- What a service needs to publish and to consume.

CREATE TABLE outbox (
    seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text NOT NULL,
    key        text NOT NULL,
    headers    jsonb NOT NULL,
    value      bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_cost_delay = 0
);
COMMENT ON TABLE outbox IS 'Events that are committed here and not yet in Kafka, in order.';

CREATE TABLE consumer_offsets (
    group_name    text NOT NULL,
    topic         text NOT NULL,
    partition     integer NOT NULL,
    topic_id      text NOT NULL,
    next_offset   bigint NOT NULL,
    last_event_at timestamptz,
    lag           bigint,
    confirmed_at  timestamptz,
    PRIMARY KEY (group_name, topic, partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE consumer_offsets IS 'How far each group has read; advanced with what it wrote.';
COMMENT ON COLUMN consumer_offsets.confirmed_at IS 'When the group was last seen at the end.';

CREATE TABLE seen (
    kind    text NOT NULL,
    id      text NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (kind, id)
) WITH (fillfactor = 80);
COMMENT ON TABLE seen IS 'The highest version of each aggregate that was applied here.';

CREATE TABLE dead_letters (
    id          uuid PRIMARY KEY,
    group_name  text NOT NULL,
    topic       text NOT NULL,
    partition   integer NOT NULL,
    record_offset bigint NOT NULL,
    key         bytea,
    value       bytea,
    headers     jsonb NOT NULL,
    reason      text NOT NULL,
    died_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (group_name, topic, partition, record_offset)
);
COMMENT ON TABLE dead_letters IS 'Records that could not be applied; headers are base64, in order.';
