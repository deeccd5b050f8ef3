-- A version of a source that does not count takes nothing away of what counted before.

DROP INDEX recorded_values_in_order;
ALTER TABLE recorded_values DROP COLUMN stands, ADD standing jsonb, ADD standing_on date;
ALTER TABLE recorded_values
    ADD stands boolean NOT NULL GENERATED ALWAYS AS (
        CASE WHEN counted THEN NOT withdrawn ELSE standing_on IS NOT NULL END
    ) STORED,
    ADD day date NOT NULL GENERATED ALWAYS AS (
        CASE WHEN counted THEN effective_date ELSE coalesce(standing_on, effective_date) END
    ) STORED,
    ADD counts double precision GENERATED ALWAYS AS (
        CASE WHEN counted THEN value ELSE (standing ->> 'value')::double precision END
    ) STORED,
    ADD counts_confidence smallint GENERATED ALWAYS AS (
        CASE WHEN counted THEN confidence ELSE (standing ->> 'confidence')::smallint END
    ) STORED;
CREATE INDEX recorded_values_in_order ON recorded_values
    (key_result, stands, day, by_person, number, source COLLATE "C");
COMMENT ON COLUMN recorded_values.standing IS 'What counts in its place; null when nothing does.';
COMMENT ON COLUMN recorded_values.day IS 'The day of what counts; of what was said when nothing does.';
