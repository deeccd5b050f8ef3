"""Logs with the ids of what is being done, trace context, and the closed list of metrics."""

import logging
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram
from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars

from chassis import ids
from chassis.log_rate import Ours, Rate, Theirs
from contracts.envelope import Envelope

LONGEST_ID = 200
"""Characters of an id that are logged: foreign records may have any."""
_TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")

LOG_EVENTS = {
    "database-away": "a request found the database away",
    "dead-letter": "a record was set aside, and why",
    "dead-letters-forgotten": "records were set aside for too long; how many",
    "dead-letters-not-kept": "what is set aside could not be looked after; tried again soon",
    "disclosure": "another agency was granted topics, or its grant ended",
    "handler-failed": "a handler raised what is neither poison nor an outage",
    "identity-away": "the identity provider's keys could not be fetched; known ones serve on",
    "mails-held": "the mail server is away or takes nothing for now; tried again, for a day",
    "not-ready": "readiness was asked for while a part was away",
    "operation": "an operator changed something, who and why",
    "problem-not-told": "a problem has no text, or lacks a fact of its text",
    "producer-not-stopped": "a producer that is thrown away did not stop in time",
    "purge-failed": "old answers to repeated requests could not be deleted; tried again later",
    "request-failed": "a request met an error of ours",
    "role-dead": "the role can't do its work any more, and says so to be started anew",
    "role-ends": "the process ends, to be started anew",
    "role-ready": "the role can do its work",
    "role-waits": "the role waits for a part; at most once per reason and 10 s, with a count",
    "tick-failed": "what is done by the clock could not be; tried again soon",
}
"""Log events: a closed list."""

# Metrics: a closed list.
OUTBOX_DEPTH = Gauge("soihtu_outbox_depth", "Events committed and not yet in Kafka, up to 10,000")
OUTBOX_AGE = Gauge("soihtu_outbox_age_seconds", "Age of the oldest of them")
RELAY_LEADER = Gauge("soihtu_relay_leader", "1 while this relay is the one that sends")
RELAYED = Counter("soihtu_relayed_total", "Events that this relay has brought to Kafka")
CONSUMED = Counter("soihtu_consumed_total", "Records by what became of them", ["outcome"])
LAG = Gauge("soihtu_lag_records", "Records between the position and the end", ["topic"])
CONFIRMED_AGE = Gauge(
    "soihtu_confirmed_age_seconds",
    "Age of the oldest time at which a partition of this worker was known to be read to its end",
)
REQUESTS = Histogram(
    "soihtu_requests_seconds",
    "Time to answer a command or a question, by operation and outcome: done, refused, failed",
    ["operation", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
FRESHNESS = Histogram(
    "soihtu_freshness_seconds",
    "Age of the oldest event of a batch that people caused, when it was applied",
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0),
)
IN_FLIGHT = Gauge("soihtu_requests_in_flight", "Requests that this API works on")
REFUSED = Counter("soihtu_requests_refused_total", "Requests refused for load, by code", ["code"])
MAILS = Counter("soihtu_mails_total", "Mails that were sent, or dropped for a reason", ["outcome"])
MAILS_WAITING = Gauge("soihtu_mails_waiting", "Mails that wait to be sent")
DEAD_LETTERS = Counter("soihtu_dead_letters_total", "Records set aside, by reason", ["reason"])
DEAD_LETTERS_WAITING = Gauge("soihtu_dead_letters_waiting", "Records that are set aside")
DEAD_LETTERS_AGE = Gauge("soihtu_dead_letters_age_seconds", "Age of the oldest of them")
CONSUMER_STOPPED = Gauge("soihtu_consumer_stopped", "1 while too much is set aside to go on")


def configure_logs(log_format: str, rate: Rate | None = None, **bound: str) -> None:
    """Send logs, ours and the libraries', to standard error as JSON lines or for a console.

    `rate` holds them to one line for each reason and 10 s.
    """
    rate = rate or Rate()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[Ours(rate), *shared, structlog.processors.format_exc_info, last],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            *shared,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=["times"]),
            structlog.processors.format_exc_info,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(Theirs(rate))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    bind_contextvars(**bound)


def log() -> Any:
    """The logger; what is bound to the context goes with each line."""
    return structlog.get_logger()


def begin(correlation_id: str | None, traceparent: str | None) -> None:
    """Bind the ids of a new piece of work; what is absent or malformed is made anew."""
    if traceparent is None or not _TRACEPARENT.match(traceparent):
        traceparent = new_traceparent()
    bind_contextvars(correlation_id=correlation_id or str(ids.new()), traceparent=traceparent)


def correlation_id() -> str:
    """The id that ties together all that one request led to."""
    found: str | None = get_contextvars().get("correlation_id")
    return found or str(ids.new())


def traceparent() -> str:
    """The W3C trace context of the work at hand."""
    found: str | None = get_contextvars().get("traceparent")
    return found or new_traceparent()


def new_traceparent() -> str:
    """A W3C trace context that continues no other."""
    return f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01"


def event_ids(envelope: Envelope) -> dict[str, str]:
    """What a log line says of an event: ids alone, never words."""
    return {
        "event_id": str(envelope.id),
        "event_type": envelope.type[:LONGEST_ID],
        "subject": f"{envelope.subject}@{envelope.sequence}",
        "correlation_id": envelope.correlationid[:LONGEST_ID],
        "traceparent": envelope.traceparent[:LONGEST_ID],
    }


@contextmanager
def handling(envelopes: Sequence[Envelope]) -> Iterator[None]:
    """Have log lines say which event is handled; of a batch, its first trace and its size."""
    first = event_ids(envelopes[0])
    if len(envelopes) > 1:
        named = ("event_type", "correlation_id", "traceparent")
        first = {name: first[name] for name in named}
    with bound_contextvars(**first, events=len(envelopes)):
        yield
