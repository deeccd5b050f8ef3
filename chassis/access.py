"""Who may what: a service's table of operations and rules, and its one question, `require`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, get_args
from uuid import UUID

from chassis import directory
from chassis.db import Tx
from chassis.problem import Problem
from contracts.people import Role
