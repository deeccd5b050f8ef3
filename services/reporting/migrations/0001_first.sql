-- A table for each kind of thing, no foreign keys between them: events of different kinds come in
-- any order, and what refers to something is joined when somebody asks.

CREATE TABLE units (
    id        uuid PRIMARY KEY,
    version   integer NOT NULL,
    unit_kind text NOT NULL,
    name      jsonb NOT NULL,
    parent    uuid
);

CREATE TABLE teams (
    id      uuid PRIMARY KEY,
    version integer NOT NULL,
    name    jsonb NOT NULL,
    parent  uuid NOT NULL
);

CREATE TABLE cycles (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL,
    name       jsonb NOT NULL,
    cycle_kind text NOT NULL,
    start_date date NOT NULL,
    end_date   date NOT NULL,
    state      text NOT NULL
);

CREATE TABLE team_cycles (
    team    uuid NOT NULL,
    cycle   uuid NOT NULL,
    version integer NOT NULL,
    place   text NOT NULL,
    PRIMARY KEY (team, cycle)
);

CREATE TABLE objectives (
    id                 uuid PRIMARY KEY,
    version            integer NOT NULL,
    cycle              uuid NOT NULL,
    owner_unit         uuid,
    owner_team         uuid,
    responsible_team   uuid NOT NULL,
    contributing_teams uuid[] NOT NULL,
    title              jsonb NOT NULL,
    benefit            jsonb,
    rhythm             text NOT NULL,
    state              text NOT NULL,
    closed_at          timestamptz,
    contributes_to     uuid[] NOT NULL
);
CREATE INDEX objectives_by_cycle ON objectives (cycle, id);
COMMENT ON COLUMN objectives.closed_at IS 'When it was closed; null while it is not.';

CREATE TABLE key_results (
    objective   uuid NOT NULL,
    id          uuid NOT NULL,
    position    integer NOT NULL,
    title       jsonb NOT NULL,
    kind        text NOT NULL,
    unit        text,
    team        uuid,
    state       text NOT NULL,
    definitions jsonb NOT NULL,
    PRIMARY KEY (objective, id)
);
CREATE INDEX key_results_by_id ON key_results (id);
COMMENT ON COLUMN key_results.definitions IS 'Oldest first; the last one holds.';

CREATE TABLE key_result_progress (
    key_result     uuid PRIMARY KEY,
    version        integer NOT NULL,
    value          double precision,
    effective_date date,
    progress       double precision,
    unclamped      double precision
);

CREATE TABLE objective_progress (
    objective uuid PRIMARY KEY,
    version   integer NOT NULL,
    progress  double precision,
    coverage  double precision NOT NULL
);
COMMENT ON COLUMN objective_progress.version IS 'Counts the totals alone, apart from the objective.';

CREATE TABLE recorded_values (
    id             uuid PRIMARY KEY,
    version        integer NOT NULL,
    key_result     uuid NOT NULL,
    source         text NOT NULL,
    source_version integer NOT NULL,
    source_values  integer NOT NULL,
    number         integer NOT NULL,
    effective_date date NOT NULL,
    value          double precision,
    withdrawn      boolean NOT NULL,
    confidence     smallint,
    counted        boolean NOT NULL,
    reason         text,
    standing       jsonb,
    standing_on    date,
    by_person      boolean NOT NULL GENERATED ALWAYS AS (left(source, 8) <> 'machine/') STORED,
    stands         boolean NOT NULL GENERATED ALWAYS AS (
        CASE WHEN counted THEN NOT withdrawn ELSE standing_on IS NOT NULL END
    ) STORED,
    day            date NOT NULL GENERATED ALWAYS AS (
        CASE WHEN counted THEN effective_date ELSE coalesce(standing_on, effective_date) END
    ) STORED,
    counts         double precision GENERATED ALWAYS AS (
        CASE WHEN counted THEN value ELSE (standing ->> 'value')::double precision END
    ) STORED,
    counts_confidence smallint GENERATED ALWAYS AS (
        CASE WHEN counted THEN confidence ELSE (standing ->> 'confidence')::smallint END
    ) STORED
);
CREATE INDEX recorded_values_in_order ON recorded_values
    (key_result, stands, day, by_person, number, source COLLATE "C");
COMMENT ON COLUMN recorded_values.standing IS 'What counts in its place; null when nothing does.';
COMMENT ON COLUMN recorded_values.day IS 'The day of what counts; of what was said when nothing does.';
CREATE INDEX recorded_values_by_source ON recorded_values (md5(source));
COMMENT ON TABLE recorded_values IS 'The series of each key result; the highest that stands is current.';

CREATE TABLE check_ins (
    id             uuid PRIMARY KEY,
    version        integer NOT NULL,
    objective      uuid NOT NULL,
    team           uuid NOT NULL,
    number         integer NOT NULL,
    effective_date date NOT NULL,
    entries        jsonb NOT NULL,
    help_wanted    text
);
CREATE INDEX check_ins_by_objective ON check_ins (objective, effective_date, number);

CREATE TABLE learnings (
    id        uuid NOT NULL,
    retro     uuid NOT NULL,
    team      uuid NOT NULL,
    cycle     uuid NOT NULL,
    objective uuid NOT NULL,
    result    text NOT NULL,
    text      jsonb NOT NULL,
    shareable boolean NOT NULL,
    found_by  tsvector NOT NULL GENERATED ALWAYS AS (
        to_tsvector(
            'simple',
            coalesce(text ->> 'fi', '') || ' ' || coalesce(text ->> 'sv', '') || ' '
            || coalesce(text ->> 'en', '')
        )
    ) STORED,
    PRIMARY KEY (retro, id)
);
CREATE INDEX learnings_by_team ON learnings (team);
CREATE INDEX learnings_by_words ON learnings USING gin (found_by);
