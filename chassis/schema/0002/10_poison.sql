-- What stops a consumer that sets too much aside, and what lets it go on.

ALTER TABLE consumer_offsets ADD COLUMN passed bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN consumer_offsets.passed IS 'How many records the group has read here.';

ALTER TABLE dead_letters ADD COLUMN passed bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN dead_letters.passed IS 'How many records its group had read, this one the last.';
ALTER TABLE dead_letters ADD COLUMN kept boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN dead_letters.kept IS 'It waits for something unknown, and is tried again.';
CREATE INDEX dead_letters_passed ON dead_letters (group_name, passed);
CREATE INDEX dead_letters_kept ON dead_letters (group_name) WHERE kept;

CREATE TABLE consumer_limits (
    group_name   text PRIMARY KEY,
    stopped_at   timestamptz,
    counted_from bigint NOT NULL DEFAULT 0,
    accept       bigint NOT NULL DEFAULT 0,
    accepted_at  timestamptz,
    reason       text NOT NULL DEFAULT ''
);
COMMENT ON TABLE consumer_limits IS 'Groups that set much aside: since when they are stopped, and
how many more dead letters someone has accepted, and why. What was set aside before as many records
as counted_from had been read counts no more.';
