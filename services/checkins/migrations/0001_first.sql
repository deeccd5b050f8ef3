-- What checkins owns.

CREATE TABLE check_ins (
    id        uuid PRIMARY KEY,
    version   integer NOT NULL CHECK (version > 0),
    state     jsonb NOT NULL,
    objective uuid NOT NULL GENERATED ALWAYS AS ((state ->> 'objective')::uuid) STORED,
    number    integer NOT NULL GENERATED ALWAYS AS ((state ->> 'number')::integer) STORED,
    UNIQUE (objective, number)
);
COMMENT ON TABLE check_ins IS 'Check-ins as they stand; the state is CheckInRecorded.';

CREATE TABLE check_in_numbers (
    objective uuid PRIMARY KEY,
    last      integer NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE check_in_numbers IS 'The last number given to a check-in of each objective.';

CREATE TABLE retros (
    id      uuid PRIMARY KEY,
    version integer NOT NULL CHECK (version > 0),
    state   jsonb NOT NULL,
    team    uuid NOT NULL GENERATED ALWAYS AS ((state ->> 'team')::uuid) STORED,
    cycle   uuid NOT NULL GENERATED ALWAYS AS ((state ->> 'cycle')::uuid) STORED,
    UNIQUE (team, cycle)
);
COMMENT ON TABLE retros IS 'A team''s retro of a cycle as it stands; the state is RetroCompleted.';

-- The copy of what okr owns. No foreign keys between kinds: their events come in any order.

CREATE TABLE cycles (
    id    uuid PRIMARY KEY,
    state jsonb NOT NULL
);
COMMENT ON TABLE cycles IS 'First and last days of cycles.';

CREATE TABLE team_cycles (
    team  uuid NOT NULL,
    cycle uuid NOT NULL,
    place text NOT NULL,
    PRIMARY KEY (team, cycle)
);
COMMENT ON TABLE team_cycles IS 'The place of each team in each cycle.';

CREATE TABLE objectives (
    id    uuid PRIMARY KEY,
    state jsonb NOT NULL
);
CREATE INDEX objectives_by_team ON objectives
    (((state ->> 'responsible_team')::uuid), ((state ->> 'cycle')::uuid));
COMMENT ON TABLE objectives IS 'Objectives with their key results, as far as checkins uses them.';

CREATE TABLE recorded_values (
    id             uuid PRIMARY KEY,
    key_result     uuid NOT NULL,
    objective      uuid NOT NULL,
    source         text NOT NULL,
    source_version integer NOT NULL,
    source_values  integer NOT NULL,
    number         integer NOT NULL,
    effective_date date NOT NULL,
    value          double precision,
    withdrawn      boolean NOT NULL,
    confidence     integer,
    counted        boolean NOT NULL,
    reason         text,
    standing       jsonb,
    standing_on    date,
    counts_on      date GENERATED ALWAYS AS (
        CASE WHEN NOT counted THEN standing_on WHEN NOT withdrawn THEN effective_date END
    ) STORED
);
CREATE INDEX recorded_values_by_source ON recorded_values (source);
CREATE INDEX recorded_values_current ON recorded_values
    (key_result, counts_on, (left(source, 8) <> 'machine/'), number)
    WHERE counts_on IS NOT NULL;
COMMENT ON COLUMN recorded_values.standing IS 'What counts in its place; null when nothing does.';
COMMENT ON COLUMN recorded_values.counts_on IS 'The day of what counts; null when nothing does.';
COMMENT ON TABLE recorded_values IS 'The rows of key results'' series, and whether okr counted them.';
