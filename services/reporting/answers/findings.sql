-- name: findings(cycle, starts, ends, unit, first, place, goal, other, length)
-- What agreed goals tell about how goals fit together, after a finding: those of a cycle that lead to
-- no pillar and to no goal of the year; goals of the years that it lies in which no agreed goal leads
-- to; pairs of different teams that say nearly the same. Only of a unit and those below it, if given.
WITH RECURSIVE inside (id) AS (
    SELECT :unit::uuid
    UNION
    SELECT below.id FROM inside JOIN units AS below ON below.parent = inside.id
), owners (id) AS (
    SELECT id FROM inside
    UNION ALL
    SELECT team.id FROM inside JOIN teams AS team ON team.parent = inside.id
), yearly AS MATERIALIZED (
    SELECT goal.id, goal.state, frame.start_date, frame.end_date
    FROM objectives AS goal
    JOIN cycles AS frame ON frame.id = goal.cycle AND frame.cycle_kind = 'year'
    JOIN units AS agency ON agency.id = goal.owner_unit AND agency.parent IS NULL
), goals AS MATERIALIZED (
    SELECT goal.id, goal.responsible_team AS team, home.parent AS unit, goal.contributing_teams,
        goal.contributes_to, goal.words
    FROM objectives AS goal
    LEFT JOIN teams AS home ON home.id = goal.responsible_team
    WHERE goal.cycle = :cycle AND goal.state = 'agreed'
), above (goal, id) AS (
    SELECT id, id FROM goals
    UNION
    SELECT above.goal, target.id
    FROM above
    JOIN objectives AS passed ON passed.id = above.id
    CROSS JOIN LATERAL unnest(passed.contributes_to) AS target (id)
), below (goal, id) AS (
    SELECT id, id FROM yearly
    WHERE state = 'agreed' AND start_date <= :ends::date AND end_date >= :starts::date
    UNION
    SELECT below.goal, helping.id
    FROM below
    JOIN objectives AS helping ON helping.contributes_to @> ARRAY[below.id]
), links AS MATERIALIZED (
    SELECT goals.team, array_agg(target.id) AS targets,
        array_agg(helped.responsible_team) AS helped
    FROM goals
    CROSS JOIN LATERAL unnest(goals.contributes_to) AS target (id)
    LEFT JOIN objectives AS helped ON helped.id = target.id
    GROUP BY goals.team
), said AS MATERIALIZED (
    SELECT goals.id, word FROM goals CROSS JOIN LATERAL unnest(tsvector_to_array(words)) AS word
), alike AS MATERIALIZED (
    SELECT one.id AS one, other.id AS other, count(*) AS words
    FROM said AS one JOIN said AS other ON other.word = one.word AND other.id > one.id
    GROUP BY one.id, other.id HAVING count(*) > 1
), found (place, code, goal, other) AS (
    SELECT 0, 'serves-nothing', goals.id, goals.id FROM goals
    WHERE NOT EXISTS (
        SELECT FROM above
        JOIN objectives AS reached ON reached.id = above.id
        WHERE above.goal = goals.id
            AND (cardinality(reached.serves) > 0 OR reached.id IN (SELECT id FROM yearly))
    )
    UNION ALL
    SELECT 1, 'served-by-nothing', below.goal, below.goal
    FROM below LEFT JOIN objectives AS helping
        ON helping.id = below.id AND helping.id <> below.goal AND helping.state = 'agreed'
    GROUP BY below.goal HAVING count(helping.id) = 0
    UNION ALL
    SELECT 2, 'aim-at-the-same', one.id, other.id
    FROM alike
    JOIN goals AS one ON one.id = alike.one
    JOIN goals AS other ON other.id = alike.other
    LEFT JOIN links AS ties ON ties.team = one.team
    LEFT JOIN links AS other_ties ON other_ties.team = other.team
    WHERE 2 * alike.words >= least(length(one.words), length(other.words))
        AND one.team <> other.team
        AND one.team <> ALL(other.contributing_teams)
        AND other.team <> ALL(one.contributing_teams)
        AND one.id <> ALL(other.contributes_to)
        AND other.id <> ALL(one.contributes_to)
        AND (
            one.unit = other.unit
            OR ties.targets && other_ties.targets
            OR other.team = ANY(ties.helped)
            OR one.team = ANY(other_ties.helped)
        )
)
SELECT found.place, found.code, found.goal, found.other
FROM found
WHERE (:first::boolean OR (found.place, found.goal, found.other)
        > (:place::integer, :goal::uuid, :other::uuid))
    AND (
        :unit::uuid IS NULL
        OR EXISTS (
            SELECT FROM objectives AS told
            WHERE told.id IN (found.goal, found.other) AND (
                coalesce(told.owner_unit, told.owner_team) IN (SELECT id FROM owners)
                OR told.responsible_team IN (SELECT id FROM owners)
            )
        )
    )
ORDER BY found.place, found.goal, found.other
LIMIT :length;

-- name: findings_goals(objectives)
-- Objectives with the names of who owns them and who is responsible.
SELECT goal.id, goal.title, goal.cycle, coalesce(goal.owner_unit, goal.owner_team) AS owner,
    coalesce(owner_unit.name, owner_team.name) AS owner_name,
    goal.responsible_team, responsible.name AS responsible_name
FROM objectives AS goal
LEFT JOIN units AS owner_unit ON owner_unit.id = goal.owner_unit
LEFT JOIN teams AS owner_team ON owner_team.id = goal.owner_team
LEFT JOIN teams AS responsible ON responsible.id = goal.responsible_team
WHERE goal.id = ANY(:objectives::uuid[]);

-- name: findings_unit(unit)$
-- Whether there is such a unit.
SELECT EXISTS (SELECT FROM units WHERE id = :unit);
