-- Objectives, what they contribute to, and the values and progress of their key results.

CREATE TABLE objectives (
    id      uuid PRIMARY KEY,
    version integer NOT NULL,
    state   jsonb NOT NULL,
    cycle   uuid GENERATED ALWAYS AS ((state ->> 'cycle')::uuid) STORED REFERENCES cycles,
    responsible_team uuid
        GENERATED ALWAYS AS ((state ->> 'responsible_team')::uuid) STORED REFERENCES teams,
    owner_unit uuid GENERATED ALWAYS AS ((state ->> 'owner_unit')::uuid) STORED REFERENCES units,
    owner_team uuid GENERATED ALWAYS AS ((state ->> 'owner_team')::uuid) STORED REFERENCES teams,
    teams   jsonb GENERATED ALWAYS AS (
        coalesce(state -> 'contributing_teams', '[]'::jsonb) || (state -> 'responsible_team')
    ) STORED
);
CREATE INDEX objectives_by_cycle ON objectives (cycle, id);
CREATE INDEX objectives_by_team ON objectives USING gin (teams jsonb_path_ops);

CREATE TABLE key_results (
    id        uuid PRIMARY KEY,
    objective uuid NOT NULL REFERENCES objectives
);
COMMENT ON TABLE key_results IS 'Which objective a key result belongs to; the rest is its state.';

CREATE TABLE contributions (
    objective      uuid NOT NULL REFERENCES objectives,
    contributes_to uuid NOT NULL REFERENCES objectives,
    PRIMARY KEY (objective, contributes_to)
);

CREATE TABLE recorded_values (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL,
    state      jsonb NOT NULL,
    key_result uuid GENERATED ALWAYS AS ((state ->> 'key_result')::uuid) STORED
        REFERENCES key_results,
    source     text GENERATED ALWAYS AS (state ->> 'source') STORED,
    by_person  boolean GENERATED ALWAYS AS (left(state ->> 'source', 8) <> 'machine/') STORED,
    number     integer GENERATED ALWAYS AS ((state ->> 'number')::integer) STORED,
    said_on    text GENERATED ALWAYS AS (state ->> 'effective_date') STORED,
    counts_on  text GENERATED ALWAYS AS (
        CASE WHEN NOT (state ->> 'counted')::boolean THEN state -> 'standing' ->> 'effective_date'
            WHEN NOT (state ->> 'withdrawn')::boolean THEN state ->> 'effective_date' END
    ) STORED,
    UNIQUE (key_result, source)
);
COMMENT ON COLUMN recorded_values.counts_on IS 'The day of what counts; null when nothing does.';
CREATE INDEX recorded_values_current ON recorded_values
    (key_result, counts_on DESC, by_person DESC, number DESC, source COLLATE "C" DESC)
    WHERE counts_on IS NOT NULL;
CREATE INDEX recorded_values_by_source ON recorded_values (source);

CREATE TABLE key_result_progress (
    id        uuid PRIMARY KEY REFERENCES key_results,
    version   integer NOT NULL,
    state     jsonb NOT NULL,
    objective uuid GENERATED ALWAYS AS ((state ->> 'objective')::uuid) STORED
        REFERENCES objectives,
    totals    integer GENERATED ALWAYS AS
        ((state ->> 'objective_progress_version')::integer) STORED
);
CREATE INDEX key_result_progress_by_objective ON key_result_progress (objective);
