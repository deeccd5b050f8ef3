-- What waits for somebody's answer is found by the teams that are asked.

CREATE INDEX objectives_by_responsible_team ON objectives (responsible_team);
CREATE INDEX objectives_by_invitation ON objectives
    USING gin ((state -> 'invitations') jsonb_path_ops);
