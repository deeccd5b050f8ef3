-- Who stands for torchbearer or deputy, and what one leaves to the next. No topic is told of these:
-- others need the dated membership that comes of it.

CREATE TABLE candidacies (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL,
    state      jsonb NOT NULL,
    team       uuid GENERATED ALWAYS AS ((state ->> 'team')::uuid) STORED
        NOT NULL REFERENCES teams,
    person     uuid GENERATED ALWAYS AS ((state ->> 'person')::uuid) STORED
        NOT NULL REFERENCES people,
    role       text GENERATED ALWAYS AS (state ->> 'role') STORED NOT NULL,
    step       text GENERATED ALWAYS AS (state ->> 'state') STORED NOT NULL,
    changed_at timestamptz DEFAULT clock_timestamp()
);
CREATE INDEX candidacies_by_team ON candidacies (team, id);
CREATE UNIQUE INDEX one_open_candidacy ON candidacies (person, team, role)
    WHERE step IN ('asked', 'standing');

CREATE TABLE hand_overs (
    id         uuid PRIMARY KEY REFERENCES candidacies,
    version    integer NOT NULL,
    state      jsonb NOT NULL,
    changed_at timestamptz DEFAULT clock_timestamp()
);
