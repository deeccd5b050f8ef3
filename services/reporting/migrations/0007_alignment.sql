-- Which key results a goal helps; null in what was read before, until the tables are rebuilt. What
-- goals are compared by and found from: the words of their titles by their stems, and their links.

ALTER TABLE objectives ADD COLUMN contributes_to_key_results uuid[];
ALTER TABLE objectives ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('finnish', coalesce(title ->> 'fi', ''))
    || to_tsvector('swedish', coalesce(title ->> 'sv', ''))
    || to_tsvector('english', coalesce(title ->> 'en', ''))
) STORED;
CREATE INDEX objectives_by_contribution ON objectives USING gin (contributes_to);
