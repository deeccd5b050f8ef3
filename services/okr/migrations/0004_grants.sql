-- What other agencies are granted to read. A grant stays when it has ended.

CREATE TABLE grants (
    id         uuid PRIMARY KEY,
    version    integer NOT NULL,
    state      jsonb NOT NULL,
    agency     text GENERATED ALWAYS AS (state ->> 'agency') STORED,
    step       text GENERATED ALWAYS AS (state ->> 'state') STORED,
    changed_at timestamptz DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX one_grant_of_an_agency ON grants (agency) WHERE step <> 'ended';
