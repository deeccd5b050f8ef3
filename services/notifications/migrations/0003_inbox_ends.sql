-- Finds entries of inboxes that are kept no longer.

CREATE INDEX notifications_by_age ON notifications (at);
CREATE INDEX notifications_read ON notifications (read_at) WHERE read_at IS NOT NULL;
