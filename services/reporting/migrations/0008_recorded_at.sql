-- Since when the second of torchbearer and supervisor is waited for. Null where nobody is, and in
-- what was read before, until the tables are rebuilt.

ALTER TABLE objectives ADD COLUMN recorded_at timestamptz;
