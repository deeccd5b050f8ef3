-- name: get_strategy(id)^
-- The state of a strategy.
SELECT state FROM strategies WHERE id = :id;

-- name: lock_strategy(id)^
-- The state of a strategy, held until the transaction ends.
SELECT state FROM strategies WHERE id = :id FOR NO KEY UPDATE;

-- name: insert_strategy(id, version, state)!
-- Adds a strategy.
INSERT INTO strategies (id, version, state) VALUES (:id, :version, :state::jsonb);

-- name: save_strategy(id, version, state, expected)!
-- Puts the next state of a strategy in place of the one before it.
UPDATE strategies SET version = :version, state = :state::jsonb, changed_at = DEFAULT
WHERE id = :id AND version = :expected;

-- name: list_strategies(year, drafts, after, size)
-- Strategies, the newest first, after the one given; of cycles with a day in a year where one is
-- given, and drafts only where they are asked for.
SELECT said.state
FROM strategies AS said
JOIN cycles AS frame ON frame.id = said.cycle
WHERE (:drafts::boolean OR said.step <> 'draft')
    AND (
        :year::integer IS NULL
        OR :year::integer BETWEEN left(frame.starts, 4)::integer
            AND left(frame.state ->> 'end', 4)::integer
    )
    AND (:after::uuid IS NULL OR said.id < :after::uuid)
ORDER BY said.id DESC LIMIT :size;
