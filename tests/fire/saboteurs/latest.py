"""A worker that begins a partition that its group has never read at the end of it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from chassis import roles
from chassis.delivery import Delivery
from tests.fire.saboteurs.trusting import Trusting


def main(service: roles.Service, argv: Sequence[str]) -> None:
    made = partial(Trusting, delivery=Delivery(auto_offset_reset="latest"))
    roles.main(replace(service, subscription=made), argv)
