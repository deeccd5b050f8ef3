-- name: surroundings(objective, team, cycle)^
-- How many goals of the team in the cycle are not closed, and the confidence of the goal's key
-- results.
SELECT
    (
        SELECT count(*) FROM objectives
        WHERE cycle = :cycle AND responsible_team = :team AND state ->> 'state' <> 'closed'
    ) AS goals,
    (
        SELECT jsonb_object_agg(id, state -> 'confidence') FROM key_result_progress
        WHERE objective = :objective AND state ->> 'confidence' IS NOT NULL
    ) AS confidences;

-- name: goals_like(objective, size)
-- Titles of other teams' goals in open cycles that share words with a goal, as its team would have
-- it, and are not tied to it, also not by an invitation, those with most of its words first.
WITH own AS MATERIALIZED (
    SELECT id, responsible_team, teams, state, replace((
        plainto_tsquery('finnish', coalesce(said.title ->> 'fi', ''))
        || plainto_tsquery('swedish', coalesce(said.title ->> 'sv', ''))
        || plainto_tsquery('english', coalesce(said.title ->> 'en', ''))
    )::text, '&', '|')::tsquery AS any_word
    FROM objectives
    CROSS JOIN LATERAL (
        SELECT coalesce(state #> '{pending,title}', state -> 'title') AS title
    ) AS said
    WHERE id = :objective
)
SELECT other.id, other.state ->> 'title' AS title
FROM own
JOIN objectives AS other ON other.words @@ own.any_word
JOIN cycles ON cycles.id = other.cycle AND cycles.state ->> 'state' = 'open'
WHERE other.state ->> 'state' <> 'closed'
    AND NOT other.teams @> jsonb_build_array(own.responsible_team)
    AND NOT own.teams @> jsonb_build_array(other.responsible_team)
    AND NOT coalesce(other.state -> 'invitations', '[]')
        @> jsonb_build_array(jsonb_build_object('team', own.responsible_team))
    AND NOT coalesce(own.state -> 'invitations', '[]')
        @> jsonb_build_array(jsonb_build_object('team', other.responsible_team))
    AND NOT EXISTS (
        SELECT FROM contributions AS link
        WHERE (link.objective, link.contributes_to) IN ((own.id, other.id), (other.id, own.id))
    )
ORDER BY ts_rank(other.words, own.any_word) DESC, other.id
LIMIT :size;
