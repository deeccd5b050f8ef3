-- name: keep_values(id, version, key_result, source, source_version, source_values, number, effective_date, value, done, withdrawn, confidence, counted, reason, standing)!
-- Keeps rows of key results' series; an older version changes nothing.
INSERT INTO recorded_values (
    id, version, key_result, source, source_version, source_values, number, effective_date, value,
    done, withdrawn, confidence, counted, reason, standing, standing_on
)
SELECT id, version, key_result, source, source_version, source_values, number, effective_date,
    value, CASE WHEN done IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(done)) END,
    withdrawn, confidence, counted, reason, standing, (standing ->> 'effective_date')::date
FROM unnest(
    :id::uuid[], :version::int[], :key_result::uuid[], :source::text[], :source_version::int[],
    :source_values::int[], :number::int[], :effective_date::date[], :value::float8[],
    :done::jsonb[], :withdrawn::boolean[], :confidence::smallint[], :counted::boolean[],
    :reason::text[], :standing::jsonb[]
) AS given (
    id, version, key_result, source, source_version, source_values, number, effective_date, value,
    done, withdrawn, confidence, counted, reason, standing
)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET version = excluded.version, key_result = excluded.key_result,
    source = excluded.source, source_version = excluded.source_version,
    source_values = excluded.source_values, number = excluded.number,
    effective_date = excluded.effective_date, value = excluded.value,
    done = excluded.done, withdrawn = excluded.withdrawn, confidence = excluded.confidence,
    counted = excluded.counted, reason = excluded.reason, standing = excluded.standing,
    standing_on = excluded.standing_on
WHERE recorded_values.version < excluded.version;

-- name: note_whole(ids, versions)!
-- Notes versions of check-ins of which every value is here.
INSERT INTO seen (kind, id, version)
SELECT 'counted', * FROM unnest(:ids::text[], :versions::int[])
ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version
WHERE seen.version < excluded.version;

-- name: note_counted(sources, prefix)!
-- Notes the highest version of each check-in of which every value is here, in it or a newer one.
INSERT INTO seen (kind, id, version)
SELECT 'counted', substr(given.source, length(:prefix::text) + 1), whole.version
FROM unnest(:sources::text[]) AS given (source)
CROSS JOIN LATERAL (
    SELECT max(source_version) AS version
    FROM (
        SELECT source_version, source_values,
            count(*) OVER (ORDER BY source_version DESC) AS here
        FROM recorded_values
        WHERE md5(source) = md5(given.source) AND source = given.source
    ) AS rows
    WHERE here >= source_values
) AS whole
WHERE whole.version IS NOT NULL
ORDER BY given.source
ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version
WHERE seen.version < excluded.version;

-- name: keep_key_results(id, version, value, done, effective_date, progress, unclamped)!
-- Keeps the progress of key results; an older version changes nothing.
INSERT INTO key_result_progress (
    key_result, version, value, done, effective_date, progress, unclamped
)
SELECT id, version, value,
    CASE WHEN done IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(done)) END,
    effective_date, progress, unclamped
FROM unnest(
    :id::uuid[], :version::int[], :value::float8[], :done::jsonb[], :effective_date::date[],
    :progress::float8[], :unclamped::float8[]
) AS given (id, version, value, done, effective_date, progress, unclamped)
ORDER BY id
ON CONFLICT (key_result) DO UPDATE SET version = excluded.version, value = excluded.value,
    done = excluded.done, effective_date = excluded.effective_date, progress = excluded.progress,
    unclamped = excluded.unclamped
WHERE key_result_progress.version < excluded.version;

-- name: keep_totals(objective, objective_progress_version, objective_progress, objective_coverage)!
-- Keeps the newest totals of each objective, by the version that counts them alone.
INSERT INTO objective_progress (objective, version, progress, coverage)
SELECT DISTINCT ON (objective)
    objective, objective_progress_version, objective_progress, objective_coverage
FROM unnest(
    :objective::uuid[], :objective_progress_version::int[], :objective_progress::float8[],
    :objective_coverage::float8[]
) AS given (
    objective, objective_progress_version, objective_progress, objective_coverage
)
ORDER BY objective, objective_progress_version DESC
ON CONFLICT (objective) DO UPDATE SET version = excluded.version, progress = excluded.progress,
    coverage = excluded.coverage
WHERE objective_progress.version < excluded.version;
