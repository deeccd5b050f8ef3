-- A copy of what others say, a table for each kind, no foreign keys between them: events of
-- different kinds come in any order. Words of check-ins are not copied.

CREATE TABLE contacts (
    person   uuid PRIMARY KEY,
    name     text NOT NULL,
    mail     text,
    language text NOT NULL
);
COMMENT ON TABLE contacts IS 'Names and mail addresses of people, for mails alone.';

CREATE TABLE teams (
    id   uuid PRIMARY KEY,
    name jsonb NOT NULL
);

CREATE TABLE cycles (
    id         uuid PRIMARY KEY,
    start_date date NOT NULL,
    end_date   date NOT NULL,
    state      text NOT NULL
);

CREATE TABLE team_cycles (
    team  uuid NOT NULL,
    cycle uuid NOT NULL,
    place text NOT NULL,
    PRIMARY KEY (team, cycle)
);

CREATE TABLE objectives (
    id                 uuid PRIMARY KEY,
    cycle              uuid NOT NULL,
    responsible_team   uuid NOT NULL,
    contributing_teams uuid[] NOT NULL,
    title              jsonb NOT NULL,
    rhythm             text NOT NULL,
    state              text NOT NULL,
    contributes_to     uuid[] NOT NULL,
    serves             uuid[] NOT NULL
);
CREATE INDEX objectives_by_cycle ON objectives (cycle);
CREATE INDEX objectives_by_contribution ON objectives USING gin (contributes_to);
CREATE INDEX objectives_by_pillar ON objectives USING gin (serves);
COMMENT ON COLUMN objectives.serves IS 'Pillars.';

CREATE TABLE check_ins (
    id             uuid PRIMARY KEY,
    objective      uuid NOT NULL,
    author         uuid,
    effective_date date NOT NULL
);
CREATE INDEX check_ins_by_objective ON check_ins (objective, effective_date);

-- The service's own.

CREATE TABLE telling (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    since timestamptz NOT NULL,
    place oid NOT NULL
);
COMMENT ON TABLE telling IS 'Since when people are told: nothing that is older than this database.';
COMMENT ON COLUMN telling.place IS 'The database that this is of: a restored one begins anew.';
INSERT INTO telling (since, place)
SELECT clock_timestamp(), oid FROM pg_database WHERE datname = current_database();

CREATE TABLE occasions (
    rule       text NOT NULL,
    subject    text NOT NULL,
    occurrence text NOT NULL,
    objective  uuid NOT NULL,
    team       uuid,
    person     uuid,
    at         timestamptz NOT NULL,
    noted_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz,
    PRIMARY KEY (rule, subject, occurrence)
);
CREATE INDEX occasions_unsettled ON occasions (noted_at) WHERE settled_at IS NULL;
CREATE INDEX occasions_settled ON occasions (settled_at) WHERE settled_at IS NOT NULL;
COMMENT ON TABLE occasions IS 'What people are told of, once the copy is known to be that far.';
COMMENT ON COLUMN occasions.team IS 'The team that said it, where one did.';
COMMENT ON COLUMN occasions.person IS 'Who did it, and is not told of it; null where not known.';
COMMENT ON COLUMN occasions.at IS 'When it happened, by the clock of the agency.';
COMMENT ON COLUMN occasions.noted_at IS 'By the true clock; the copy has to be confirmed after it.';

CREATE TABLE notifications (
    id         uuid PRIMARY KEY,
    rule       text NOT NULL,
    subject    text NOT NULL,
    person     uuid NOT NULL,
    occurrence text NOT NULL,
    objective  uuid NOT NULL,
    team       uuid NOT NULL,
    at         timestamptz NOT NULL,
    read_at    timestamptz,
    version    integer NOT NULL DEFAULT 1,
    UNIQUE (rule, subject, person, occurrence)
);
CREATE INDEX notifications_of_person ON notifications (person, id);
COMMENT ON TABLE notifications IS 'Inboxes: references alone, told in words when they are read.';

CREATE TABLE preferences (
    person  uuid PRIMARY KEY,
    version integer NOT NULL,
    mail    jsonb NOT NULL
);
COMMENT ON COLUMN preferences.mail IS 'By kind, whether mails are wanted; what is absent is.';

CREATE TABLE mails (
    notification uuid PRIMARY KEY,
    state        text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'dropped')),
    reason       text,
    queued_at    timestamptz NOT NULL,
    next_try_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    tries        integer NOT NULL DEFAULT 0,
    ended_at     timestamptz
);
CREATE INDEX mails_to_send ON mails (next_try_at) WHERE state IN ('queued', 'sending');
CREATE INDEX mails_by_end ON mails (ended_at) WHERE ended_at IS NOT NULL;
COMMENT ON TABLE mails IS 'One for each entry of an inbox; no address and no words, these are read when it is sent.';
COMMENT ON COLUMN mails.queued_at IS 'By the clock of the agency, as what it tells of.';
COMMENT ON COLUMN mails.next_try_at IS 'By the true clock; of one that is being sent, when it is taken for given up.';
