-- A version of a source that does not count takes nothing away of what counted before.

DROP INDEX recorded_values_in_order;
ALTER TABLE recorded_values ADD standing jsonb, ADD standing_on date;
ALTER TABLE recorded_values ADD counts_on date GENERATED ALWAYS AS (
    CASE WHEN NOT counted THEN standing_on WHEN NOT withdrawn THEN effective_date END
) STORED;
COMMENT ON COLUMN recorded_values.standing IS 'What counts in its place; null when nothing does.';
COMMENT ON COLUMN recorded_values.counts_on IS 'The day of what counts; null when nothing does.';
CREATE INDEX recorded_values_current ON recorded_values
    (key_result, counts_on, (left(source, 8) <> 'machine/'), number)
    WHERE counts_on IS NOT NULL;
