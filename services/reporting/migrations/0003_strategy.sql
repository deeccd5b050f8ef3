-- Pillars and what serves them, where people work, and which milestones are done. What was read
-- before has none of it until the tables are rebuilt.

CREATE TABLE pillars (
    id      uuid PRIMARY KEY,
    version integer NOT NULL,
    name    jsonb NOT NULL,
    promise jsonb NOT NULL,
    place   integer NOT NULL,
    state   text NOT NULL
);

CREATE TABLE people (
    id        uuid PRIMARY KEY,
    version   integer NOT NULL,
    site      text,
    home_team uuid
);
CREATE INDEX people_by_home_team ON people (home_team);
COMMENT ON TABLE people IS 'Where people work and which team they belong to; never who they are.';

ALTER TABLE objectives ADD COLUMN serves uuid[];
ALTER TABLE key_result_progress ADD COLUMN done text[];
ALTER TABLE recorded_values ADD COLUMN done text[];
