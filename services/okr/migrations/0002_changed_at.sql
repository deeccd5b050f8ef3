-- When each aggregate last changed, which a republished event tells as its time; null: not known.

ALTER TABLE units ADD COLUMN changed_at timestamptz;
ALTER TABLE units ALTER COLUMN changed_at SET DEFAULT clock_timestamp();
ALTER TABLE teams ADD COLUMN changed_at timestamptz;
ALTER TABLE teams ALTER COLUMN changed_at SET DEFAULT clock_timestamp();
ALTER TABLE people ADD COLUMN changed_at timestamptz;
ALTER TABLE people ALTER COLUMN changed_at SET DEFAULT clock_timestamp();
ALTER TABLE cycles ADD COLUMN changed_at timestamptz;
ALTER TABLE cycles ALTER COLUMN changed_at SET DEFAULT clock_timestamp();
ALTER TABLE team_cycles ADD COLUMN changed_at timestamptz;
ALTER TABLE team_cycles ALTER COLUMN changed_at SET DEFAULT clock_timestamp();
ALTER TABLE objectives ADD COLUMN changed_at timestamptz;
ALTER TABLE objectives ALTER COLUMN changed_at SET DEFAULT clock_timestamp();
ALTER TABLE recorded_values ADD COLUMN changed_at timestamptz;
ALTER TABLE recorded_values ALTER COLUMN changed_at SET DEFAULT clock_timestamp();
ALTER TABLE key_result_progress ADD COLUMN changed_at timestamptz;
ALTER TABLE key_result_progress ALTER COLUMN changed_at SET DEFAULT clock_timestamp();
