-- name: keep_retros(states)!
-- Keeps what retros recommend.
INSERT INTO retros (id, team, cycle, recommendations)
SELECT id, team, cycle, recommendations
FROM jsonb_to_recordset(:states::jsonb) AS given (
    id uuid, team uuid, cycle uuid, recommendations jsonb
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET team = excluded.team, cycle = excluded.cycle,
    recommendations = excluded.recommendations;

-- name: recommendations(team, cycle)
-- What a team's retro of a cycle recommends for its objectives.
SELECT recommendations FROM retros WHERE team = :team AND cycle = :cycle ORDER BY id;
