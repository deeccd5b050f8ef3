-- Which cycles lie in a year, which objectives go on from which, and what retros recommend.

ALTER TABLE cycles ADD COLUMN year uuid GENERATED ALWAYS AS ((state ->> 'year')::uuid) STORED;
CREATE INDEX cycles_by_year ON cycles (year);

ALTER TABLE objectives
    ADD COLUMN ancestor uuid GENERATED ALWAYS AS ((state ->> 'ancestor')::uuid) STORED;
CREATE INDEX objectives_by_ancestor ON objectives (ancestor);

CREATE TABLE retros (
    id              uuid PRIMARY KEY,
    team            uuid NOT NULL,
    cycle           uuid NOT NULL,
    recommendations jsonb NOT NULL
);
CREATE INDEX retros_by_team ON retros (team, cycle);
COMMENT ON TABLE retros IS 'What checkins says; teams, cycles and objectives may come later.';
COMMENT ON COLUMN retros.recommendations IS 'keep, modify, drop … by objective.';
