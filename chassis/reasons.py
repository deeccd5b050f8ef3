"""Why a role is not ready, or not alive any more: a closed list, each with what it means."""

REASONS = {
    "starting": "it has not finished starting",
    "database-away": "its database can't be reached, or ends its sessions; it goes on by itself",
    "database-went-back": "its database lost its last moments; what they held is read again",
    "database-refuses": "its database is there and refuses what it wants to write",
    "draining": "it was told to end, and finishes what it has",
    "handler-failed": "it meets an error of ours in an event, and tries again",
    "kafka-away": "Kafka can't be reached; it goes on by itself",
    "kafka-silent": "Kafka answers others and not this process; it has to be started anew",
    "log-unreadable": "part of a topic is broken, or packed in a way that it does not know",
    "must-rebuild": "its rows are of another log than Kafka has; only `rebuild` mends that",
    "must-republish": "its database was restored; nothing is published before `republish`",
    "not-consuming": "its consumer has ended; it has to be started anew",
    "not-placed": "it can't learn yet where in the topics to begin",
    "too-many-dead-letters": "it sets too much aside, and stopped; `consumer go-on` lets it go on",
    "producer-failed": "its producer can't be trusted any more; the process ends and is started",
}
