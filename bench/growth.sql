-- What many events, and many key results, leave in the tables; ids as bench/records.py numbers them.

-- name: events none
TRUNCATE recorded_values, seen, key_result_progress, objective_progress;

-- name: events values
INSERT INTO recorded_values (
    id, version, key_result, source, source_version, source_values, number, effective_date, value,
    withdrawn, confidence, counted
)
SELECT (lpad(to_hex(number), 12, '0') || '70008000000400000000')::uuid, 1,
    (lpad(to_hex(number % $2::int * 3 + number / $2 % 3), 12, '0') || '70008000000200000000')::uuid,
    'check-in/' || (lpad(to_hex(number), 12, '0') || '70008000000300000000')::uuid, 1, 1,
    number + 1, date '2026-03-02', 620 - number % 370, false, 7, true
FROM generate_series(0, $1::int - 1) AS number;

-- name: events seen
INSERT INTO seen (kind, id, version)
SELECT kind, (lpad(to_hex(number), 12, '0') || '7000800000' || digits || '00000000')::uuid,
    version
FROM (VALUES ('values', '04', 1), ('counted', '03', 1), ('key-results', '02', 0))
    AS of (kind, digits, version)
CROSS JOIN generate_series(0, $1::int - 1) AS number
WHERE kind <> 'key-results' OR number < $2::int * 3;

-- name: events progress
INSERT INTO key_result_progress (key_result, version, value, effective_date, progress, unclamped)
SELECT (lpad(to_hex(number), 12, '0') || '70008000000200000000')::uuid, 0, 500, date '2026-03-02',
    0.5, 0.5
FROM generate_series(0, least($1::int, $2::int * 3) - 1) AS number;

-- name: events totals
INSERT INTO objective_progress (objective, version, progress, coverage)
SELECT (lpad(to_hex(number), 12, '0') || '70008000000100000000')::uuid, 0, 0.5, 1
FROM generate_series(0, least($1::int, $2::int) - 1) AS number;

-- name: goals objectives
INSERT INTO objectives (id, version, state)
SELECT id, 2, $3::jsonb || jsonb_build_object('id', id, 'key_results', (
    SELECT jsonb_agg(goal || jsonb_build_object('id', (
        lpad(to_hex(number * $2::int + place - 1), 12, '0') || '70008000000200000000'
    )::uuid))
    FROM jsonb_array_elements($3::jsonb -> 'key_results') WITH ORDINALITY AS of (goal, place)
))
FROM generate_series(0, $1::int - 1) AS number
CROSS JOIN LATERAL (
    SELECT (lpad(to_hex(number), 12, '0') || '70008000000100000000')::uuid AS id
) AS named;

-- name: goals key results
INSERT INTO key_results (id, objective)
SELECT (lpad(to_hex(number), 12, '0') || '70008000000200000000')::uuid,
    (lpad(to_hex(number / $2::int), 12, '0') || '70008000000100000000')::uuid
FROM generate_series(0, $1::int * $2 - 1) AS number;

-- name: goals progress
INSERT INTO key_result_progress (id, version, state)
SELECT key_result, 1,
    $3::jsonb || jsonb_build_object('id', key_result, 'version', 1, 'objective', objective)
FROM generate_series(0, $1::int * $2::int - 1) AS number
CROSS JOIN LATERAL (
    SELECT (lpad(to_hex(number), 12, '0') || '70008000000200000000')::uuid AS key_result,
        (lpad(to_hex(number / $2::int), 12, '0') || '70008000000100000000')::uuid AS objective
) AS named;

-- name: goals values
INSERT INTO recorded_values (id, version, state)
SELECT id, 1, $3::jsonb || jsonb_build_object(
    'id', id, 'key_result', key_result, 'objective', objective, 'source', 'check-in/' || id
)
FROM generate_series(0, $1::int * $2::int - 1) AS number
CROSS JOIN LATERAL (
    SELECT (lpad(to_hex(number), 12, '0') || '70008000000400000000')::uuid AS id,
        (lpad(to_hex(number), 12, '0') || '70008000000200000000')::uuid AS key_result,
        (lpad(to_hex(number / $2::int), 12, '0') || '70008000000100000000')::uuid AS objective
) AS named;
