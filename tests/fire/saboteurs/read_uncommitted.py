"""A worker that reads what may never be committed."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from chassis import roles
from chassis.delivery import Delivery
from chassis.subscription import Subscription


def main(service: roles.Service, argv: Sequence[str]) -> None:
    made = partial(Subscription, delivery=Delivery(isolation_level="read_uncommitted"))
    roles.main(replace(service, subscription=made), argv)
