-- name: practice_pillars()
-- All pillars by their place.
SELECT id, name, promise, state FROM pillars ORDER BY place, id;

-- name: practice_serving(objectives)
-- Which of these objectives serve which pillar: themselves, or by what they contribute to, over any
-- number of objectives in any cycle.
WITH RECURSIVE reached (objective, through) AS (
    SELECT id, id FROM unnest(:objectives::uuid[]) AS asked (id)
    UNION
    SELECT reached.objective, target.id
    FROM reached
    JOIN objectives AS goal ON goal.id = reached.through
    CROSS JOIN LATERAL unnest(goal.contributes_to) AS target (id)
)
SELECT DISTINCT reached.objective, served.pillar
FROM reached
JOIN objectives AS goal ON goal.id = reached.through
CROSS JOIN LATERAL unnest(goal.serves) AS served (pillar);

-- name: practice_sites(day)
-- Of each team, how many people are of a known site and have a supervisor of one, and how many of
-- them are of no supervisor's site. A supervisor is not their own.
SELECT person.home_team AS team, count(*)::integer AS people,
    (count(*) FILTER (WHERE NOT told.beside))::integer AS elsewhere
FROM people AS person
CROSS JOIN LATERAL (
    SELECT bool_or(supervisor.site = person.site) AS beside
    FROM directory_memberships AS held
    JOIN people AS supervisor ON supervisor.id = held.person
    WHERE held.team = person.home_team AND held.role = 'supervisor'
        AND held.since <= :day AND (held.until IS NULL OR held.until >= :day)
        AND supervisor.id <> person.id AND supervisor.site IS NOT NULL
) AS told
WHERE person.site IS NOT NULL AND told.beside IS NOT NULL
    AND EXISTS (
        SELECT FROM directory_memberships AS belongs
        WHERE belongs.person = person.id AND belongs.team = person.home_team
            AND belongs.since <= :day AND (belongs.until IS NULL OR belongs.until >= :day)
    )
GROUP BY person.home_team
ORDER BY person.home_team;
