-- The words of the titles of goals, by their stems, to find teams that aim at nearly the same.

ALTER TABLE objectives ADD COLUMN words tsvector GENERATED ALWAYS AS (
    to_tsvector('finnish', coalesce(state -> 'title' ->> 'fi', ''))
    || to_tsvector('swedish', coalesce(state -> 'title' ->> 'sv', ''))
    || to_tsvector('english', coalesce(state -> 'title' ->> 'en', ''))
) STORED;
CREATE INDEX objectives_by_words ON objectives USING gin (words);
