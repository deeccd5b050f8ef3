-- The pillars of the strategy; the states of goals say which ones they serve.

CREATE TABLE pillars (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL,
    state      jsonb NOT NULL,
    place      integer GENERATED ALWAYS AS ((state ->> 'order')::integer) STORED,
    changed_at timestamptz DEFAULT clock_timestamp()
);
CREATE INDEX pillars_by_place ON pillars (place, id);
