-- name: get_cycle(id)^
-- The state of a cycle.
SELECT state FROM cycles WHERE id = :id;

-- name: lock_cycle(id)^
-- The state of a cycle, held until the transaction ends.
SELECT state FROM cycles WHERE id = :id FOR NO KEY UPDATE;

-- name: insert_cycle(id, version, state)!
-- Adds a cycle.
INSERT INTO cycles (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_cycle(id, version, state, expected)!
-- Puts the next state of a cycle in place of the one before it.
UPDATE cycles SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: share_cycle(id)^
-- The state of a cycle, which can't move until the transaction ends.
SELECT state FROM cycles WHERE id = :id FOR SHARE;

-- name: lock_years()!
-- Lets one transaction at a time plan years: two at once would see none of the other's.
SELECT pg_advisory_xact_lock(hashtext('okr-years'));

-- name: year_planned(start, end)^
-- The cycle of kind year that has these days.
SELECT id FROM cycles
WHERE starts = :start AND state ->> 'end' = :end AND state ->> 'cycle_kind' = 'year'
ORDER BY id LIMIT 1;

-- name: left_outside(year, stays, start, end)^
-- A cycle that lies in a year, and would not if that had these days, or were a year no more.
SELECT state FROM cycles
WHERE year = :year AND NOT (:stays::boolean AND starts >= :start AND state ->> 'end' <= :end)
ORDER BY starts, id LIMIT 1;

-- name: list_cycles(start, id, size)
-- Cycles, the last to start first, after the one given.
SELECT state FROM cycles
WHERE :start::text IS NULL OR (starts, id) < (:start, :id::uuid)
ORDER BY starts DESC, id DESC LIMIT :size;

-- name: get_team_cycle(team, cycle)^
-- A team's place in a cycle.
SELECT state FROM team_cycles WHERE team = :team AND cycle = :cycle;

-- name: lock_team_cycle(team, cycle)^
-- A team's place in a cycle, held for a move until the transaction ends.
SELECT state FROM team_cycles WHERE team = :team AND cycle = :cycle FOR NO KEY UPDATE;

-- name: share_team_cycle(team, cycle)^
-- A team's place in a cycle, which can't move until the transaction ends.
SELECT state FROM team_cycles WHERE team = :team AND cycle = :cycle FOR SHARE;

-- name: share_team_cycles_of_objectives(objectives)
-- The responsible teams' places in the cycles of objectives, which can't move until the
-- transaction ends.
SELECT state FROM team_cycles
WHERE (team, cycle) IN (
    SELECT responsible_team, cycle FROM objectives WHERE id = ANY(:objectives::uuid[])
)
ORDER BY team, cycle
FOR SHARE;

-- name: share_team_cycles(teams, cycles)
-- Teams' places in cycles, which can't move until the transaction ends.
SELECT held.state
FROM unnest(:teams::uuid[], :cycles::uuid[]) AS asked (team, cycle)
JOIN team_cycles AS held ON held.team = asked.team AND held.cycle = asked.cycle
ORDER BY held.team, held.cycle
FOR SHARE OF held;

-- name: share_team_cycles_at_once(teams, cycles)
-- Teams' places in cycles, which can't move until the transaction ends; refused where one moves.
SELECT held.state
FROM unnest(:teams::uuid[], :cycles::uuid[]) AS asked (team, cycle)
JOIN team_cycles AS held ON held.team = asked.team AND held.cycle = asked.cycle
ORDER BY held.team, held.cycle
FOR SHARE OF held NOWAIT;

-- name: insert_team_cycle(team, cycle, version, state)!
-- Adds a team's place in a cycle.
INSERT INTO team_cycles (team, cycle, version, state)
VALUES (:team, :cycle, :version, :state::jsonb);

-- name: save_team_cycle(team, cycle, version, state, expected)!
-- Puts a team's next place in a cycle in place of the one before it.
UPDATE team_cycles SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE team = :team AND cycle = :cycle AND version = :expected;

-- name: list_team_cycles(team, after, size)
-- A team's places in cycles, by the cycle's id.
SELECT state FROM team_cycles
WHERE team = :team AND (:after::uuid IS NULL OR cycle > :after)
ORDER BY cycle LIMIT :size;
