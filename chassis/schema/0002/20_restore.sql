-- What keeps a restored database from contradicting its topics.

CREATE TABLE republish_due (
    single      boolean PRIMARY KEY DEFAULT true CHECK (single),
    backup_of   timestamptz NOT NULL,
    restored_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE republish_due IS 'A row from a restore until `republish`: nothing is published.';
