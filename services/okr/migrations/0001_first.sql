-- Units, teams, people, cycles, and the teams' places in them.

CREATE TABLE units (
    id      uuid PRIMARY KEY,
    version integer NOT NULL,
    state   jsonb NOT NULL,
    parent  uuid GENERATED ALWAYS AS ((state ->> 'parent')::uuid) STORED REFERENCES units
);
CREATE INDEX units_by_parent ON units (parent);
CREATE UNIQUE INDEX units_one_root ON units ((parent IS NULL)) WHERE parent IS NULL;

CREATE TABLE teams (
    id      uuid PRIMARY KEY,
    version integer NOT NULL,
    state   jsonb NOT NULL,
    parent  uuid GENERATED ALWAYS AS ((state ->> 'parent')::uuid) STORED
        NOT NULL REFERENCES units
);
CREATE INDEX teams_by_parent ON teams (parent);

CREATE TABLE people (
    id      uuid PRIMARY KEY,
    version integer NOT NULL,
    state   jsonb NOT NULL,
    home_team uuid GENERATED ALWAYS AS ((state ->> 'home_team')::uuid) STORED REFERENCES teams
);
CREATE INDEX people_by_home_team ON people (home_team);

CREATE TABLE person_logins (
    person  uuid NOT NULL REFERENCES people,
    issuer  text NOT NULL,
    subject text NOT NULL
);
-- The texts themselves may be longer than an index entry.
CREATE UNIQUE INDEX person_logins_once ON person_logins (md5(issuer), md5(subject));
CREATE INDEX person_logins_by_person ON person_logins (person);
COMMENT ON TABLE person_logins IS 'How tokens name people: a login is one person''s.';

CREATE TYPE uuidrange AS RANGE (subtype = uuid);
CREATE TYPE coderange AS RANGE (subtype = text, collation = "C");

CREATE TABLE membership_spans (
    person uuid NOT NULL REFERENCES people,
    role   text NOT NULL,
    team   uuid REFERENCES teams,
    unit   uuid REFERENCES units,
    days   daterange NOT NULL CHECK (NOT isempty(days)),
    CONSTRAINT membership_spans_one_place CHECK (num_nonnulls(team, unit) = 1),
    CONSTRAINT membership_spans_apart EXCLUDE USING gist (
        uuidrange(person, person, '[]') WITH &&,
        uuidrange(coalesce(team, unit), coalesce(team, unit), '[]') WITH &&,
        coderange(role, role, '[]') WITH &&,
        days WITH &&
    )
);
CREATE INDEX membership_spans_by_person ON membership_spans (person);
COMMENT ON TABLE membership_spans IS 'Dated roles: nobody holds one twice in a place at once.';

CREATE TABLE cycles (
    id      uuid PRIMARY KEY,
    version integer NOT NULL,
    state   jsonb NOT NULL,
    starts  text GENERATED ALWAYS AS (state ->> 'start') STORED NOT NULL
);
CREATE INDEX cycles_by_start ON cycles (starts, id);
COMMENT ON COLUMN cycles.starts IS 'The first day; as text, whose order is that of the days.';

CREATE TABLE team_cycles (
    team    uuid NOT NULL REFERENCES teams,
    cycle   uuid NOT NULL REFERENCES cycles,
    version integer NOT NULL,
    state   jsonb NOT NULL,
    PRIMARY KEY (team, cycle)
);
CREATE INDEX team_cycles_by_cycle ON team_cycles (cycle);
