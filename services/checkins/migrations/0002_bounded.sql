-- The current value of a key result, and the objectives that a team looks back on.

DROP INDEX recorded_values_by_objective;
CREATE INDEX recorded_values_in_order ON recorded_values
    (key_result, effective_date, (left(source, 8) <> 'machine/'), number)
    WHERE counted AND NOT withdrawn AND value IS NOT NULL;
CREATE INDEX objectives_by_team ON objectives
    (((state ->> 'responsible_team')::uuid), ((state ->> 'cycle')::uuid));

-- Reasons of retros were free codes and are a closed list from now on.
UPDATE retros SET state = jsonb_set(state, '{findings}', (
    SELECT jsonb_agg(
        CASE WHEN finding -> 'reasons' IS NULL THEN finding
        ELSE jsonb_set(finding, '{reasons}', (
            SELECT coalesce(jsonb_agg(DISTINCT CASE
                WHEN reason IN (
                    'worked-together', 'clear-goal', 'clear-roles', 'enough-time', 'enough-people',
                    'customer-feedback', 'new-way-of-working', 'tried-small', 'regular-rhythm',
                    'goal-too-big', 'goal-unclear', 'too-many-goals', 'other-work-came-first',
                    'waited-for-others', 'lack-of-people', 'absences', 'tools-or-systems',
                    'change-in-law-or-need'
                ) THEN reason ELSE 'other'
            END), '[]')
            FROM jsonb_array_elements_text(finding -> 'reasons') AS given (reason)
        )) END
        ORDER BY position
    )
    FROM jsonb_array_elements(state -> 'findings') WITH ORDINALITY AS found (finding, position)
))
WHERE jsonb_array_length(state -> 'findings') > 0;
