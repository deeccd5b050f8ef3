"""A relay that deletes events when it takes them, before they are in Kafka."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from chassis import roles, sql
from chassis.relay import Relay

_outbox = sql.load(__file__, "delete_first.sql")


def main(service: roles.Service, argv: Sequence[str]) -> None:
    roles.main(replace(service, relay=partial(Relay, outbox=_outbox)), argv)
