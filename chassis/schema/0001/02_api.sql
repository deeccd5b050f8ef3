-- What an API needs to answer the same command once.

CREATE TABLE idempotency_keys (
    digest     bytea PRIMARY KEY,
    principal  text NOT NULL,
    body_hash  bytea NOT NULL,
    status     integer,
    headers    jsonb,
    body       bytea,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
COMMENT ON TABLE idempotency_keys IS 'Answers to creations, kept 48 h to be told again.';
COMMENT ON COLUMN idempotency_keys.digest IS 'SHA-256 of principal, route and key.';

CREATE TABLE external_refs (
    kind      text NOT NULL,
    system    text NOT NULL,
    key       text NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 2000),
    id        uuid NOT NULL,
    body_hash bytea NOT NULL,
    version   integer NOT NULL,
    PRIMARY KEY (kind, system, key)
);
COMMENT ON TABLE external_refs IS 'What other systems call an aggregate, and what they last said.';
COMMENT ON COLUMN external_refs.version IS 'The version that their last word made.';
