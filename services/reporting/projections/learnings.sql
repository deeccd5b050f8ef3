-- name: forget_learnings(retros)!
-- Forgets the learnings of retros whose newer state is about to be kept.
DELETE FROM learnings WHERE retro = ANY(:retros::uuid[]);

-- name: add_learnings(rows)!
-- Adds the learnings of retros.
INSERT INTO learnings (id, retro, team, cycle, objective, result, text, shareable)
SELECT id, retro, team, cycle, objective, result, text, shareable
FROM jsonb_to_recordset(:rows::jsonb) AS given (
    id uuid, retro uuid, team uuid, cycle uuid, objective uuid, result text, text jsonb,
    shareable boolean
)
ORDER BY retro, id;
