-- Which goal of an earlier cycle a goal goes on from; null for others, and for what was read before,
-- until the tables are rebuilt.

ALTER TABLE objectives ADD COLUMN ancestor uuid;
