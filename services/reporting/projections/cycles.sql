-- name: keep_cycles(rows)!
-- Keeps the states of cycles; an older version changes nothing.
INSERT INTO cycles (id, version, name, cycle_kind, start_date, end_date, state)
SELECT id, version, name, cycle_kind, start, "end", state
FROM jsonb_to_recordset(:rows::jsonb) AS given (
    id uuid, version integer, name jsonb, cycle_kind text, start date, "end" date, state text
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name,
    cycle_kind = excluded.cycle_kind, start_date = excluded.start_date,
    end_date = excluded.end_date, state = excluded.state
WHERE cycles.version < excluded.version;

-- name: keep_team_cycles(rows)!
-- Keeps teams' places in cycles; an older version changes nothing.
INSERT INTO team_cycles (team, cycle, version, place)
SELECT team, cycle, version, place
FROM jsonb_to_recordset(:rows::jsonb) AS given (team uuid, cycle uuid, version integer, place text)
ORDER BY team, cycle
ON CONFLICT (team, cycle) DO UPDATE SET version = excluded.version, place = excluded.place
WHERE team_cycles.version < excluded.version;
