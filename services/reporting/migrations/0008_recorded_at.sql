-- Since when the second of torchbearer and supervisor is waited for. Null where nobody is, and in
-- what was read before, until the tables are rebuilt.

ALTER TABLE objectives ADD COLUMN recorded_at timestamptz;

-- Whether the team ever agreed on it; a proposal that was taken back is closed without that. Null in
-- what was read before, until the tables are rebuilt.

ALTER TABLE objectives ADD COLUMN was_agreed boolean;
