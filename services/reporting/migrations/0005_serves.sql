-- What a team's goals are good for: in words, in the languages that somebody has proof-read, and found
-- by the team whatever the cycle. Null in what was read before, until the tables are rebuilt.

ALTER TABLE pillars ADD COLUMN proof_read text[];
ALTER TABLE objectives ADD COLUMN from_what jsonb;
ALTER TABLE objectives ADD COLUMN to_what jsonb;
ALTER TABLE objectives ADD COLUMN proof_read text[];

CREATE INDEX objectives_by_responsible_team ON objectives (responsible_team);
CREATE INDEX objectives_by_contributing_teams ON objectives USING gin (contributing_teams);
