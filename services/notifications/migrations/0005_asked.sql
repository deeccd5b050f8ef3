-- Whom a request on the goal of the team that asks is told to.

ALTER TABLE occasions ADD COLUMN asked uuid;
COMMENT ON COLUMN occasions.asked IS 'The team that is asked, where the request names it.';
