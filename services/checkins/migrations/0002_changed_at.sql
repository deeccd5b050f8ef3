-- When each aggregate last changed, which a republished event tells as its time; null: not known.

ALTER TABLE check_ins ADD COLUMN changed_at timestamptz;
ALTER TABLE check_ins ALTER COLUMN changed_at SET DEFAULT clock_timestamp();
ALTER TABLE retros ADD COLUMN changed_at timestamptz;
ALTER TABLE retros ALTER COLUMN changed_at SET DEFAULT clock_timestamp();
