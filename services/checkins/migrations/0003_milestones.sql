-- Which milestones okr knows to be done; null where a key result has none.

ALTER TABLE recorded_values ADD COLUMN done text[];
