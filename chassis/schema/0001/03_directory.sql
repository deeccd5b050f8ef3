-- Who is who, who has which role where, and how the units lie: what commands are authorised from.
-- No foreign keys between the tables: events of different kinds come in any order.

CREATE TABLE directory_logins (
    issuer  text NOT NULL,
    subject text NOT NULL,
    person  uuid NOT NULL
);
CREATE INDEX directory_logins_by_login ON directory_logins (md5(issuer || ' ' || subject));
CREATE INDEX directory_logins_by_person ON directory_logins (person);
COMMENT ON TABLE directory_logins IS 'How tokens name a person.';

CREATE TABLE directory_memberships (
    person uuid NOT NULL,
    role   text NOT NULL,
    team   uuid,
    unit   uuid,
    since  date NOT NULL,
    until  date
);
CREATE INDEX directory_memberships_by_person ON directory_memberships (person);
CREATE INDEX directory_memberships_by_team ON directory_memberships (team);
COMMENT ON TABLE directory_memberships IS 'Dated roles in teams, and of heads in units.';

CREATE TABLE directory_units (
    id      uuid PRIMARY KEY,
    parent  uuid,
    version integer NOT NULL
);
CREATE INDEX directory_units_by_parent ON directory_units (parent);
COMMENT ON TABLE directory_units IS 'The tree of units; the root has no parent.';

CREATE TABLE directory_teams (
    id      uuid PRIMARY KEY,
    parent  uuid NOT NULL,
    version integer NOT NULL
);
CREATE INDEX directory_teams_by_parent ON directory_teams (parent);
COMMENT ON TABLE directory_teams IS 'Teams and the units that they belong to.';
