-- When people agreed on a goal: what was due before asks nothing. Null for an import, and for what
-- was read before, until the tables are rebuilt.

ALTER TABLE objectives ADD COLUMN agreed_at timestamptz;
