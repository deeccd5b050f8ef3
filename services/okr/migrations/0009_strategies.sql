-- The strategy of each year, as it was said; a year has one.

CREATE TABLE strategies (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL,
    state      jsonb NOT NULL,
    cycle      uuid GENERATED ALWAYS AS ((state ->> 'cycle')::uuid) STORED NOT NULL UNIQUE
        REFERENCES cycles,
    step       text GENERATED ALWAYS AS (state ->> 'state') STORED NOT NULL,
    changed_at timestamptz DEFAULT clock_timestamp()
);
