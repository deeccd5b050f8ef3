-- name: keep_check_ins(rows)!
-- Keeps the states of check-ins; an older version changes nothing.
INSERT INTO check_ins (id, version, objective, team, number, effective_date, entries, help_wanted)
SELECT id, version, objective, team, number, effective_date, entries, help_wanted
FROM jsonb_to_recordset(:rows::jsonb) AS given (
    id uuid, version integer, objective uuid, team uuid, number integer, effective_date date,
    entries jsonb, help_wanted text
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET version = excluded.version, objective = excluded.objective,
    team = excluded.team, number = excluded.number, effective_date = excluded.effective_date,
    entries = excluded.entries, help_wanted = excluded.help_wanted
WHERE check_ins.version < excluded.version;
