-- What a team says while it chooses, and how many of it took part. Who supports what, and the
-- exact figures, are for the team: no topic tells them.

CREATE TABLE supports (
    objective uuid NOT NULL REFERENCES objectives,
    person    uuid REFERENCES people,
    given_for integer NOT NULL,
    UNIQUE (objective, person)
);
COMMENT ON COLUMN supports.person IS 'Null once names are forgotten: the count stays.';
COMMENT ON COLUMN supports.given_for IS 'The objective''s version that the person saw.';

CREATE TABLE remarks (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL,
    state      jsonb NOT NULL,
    objective  uuid GENERATED ALWAYS AS ((state ->> 'objective')::uuid) STORED
        NOT NULL REFERENCES objectives,
    changed_at timestamptz DEFAULT clock_timestamp()
);
CREATE INDEX remarks_by_objective ON remarks (objective, id);

CREATE TABLE team_choosings (
    team       uuid PRIMARY KEY REFERENCES teams,
    version    integer NOT NULL,
    state      jsonb NOT NULL,
    changed_at timestamptz DEFAULT clock_timestamp()
);

CREATE TABLE participations (
    objective uuid NOT NULL REFERENCES objectives,
    number    integer NOT NULL,
    present   integer,
    support   integer NOT NULL,
    took_part integer NOT NULL,
    members   integer NOT NULL,
    PRIMARY KEY (objective, number)
);
COMMENT ON TABLE participations IS 'The figures of an objective''s agreements, by their place.';

CREATE INDEX membership_spans_by_team ON membership_spans (team);
