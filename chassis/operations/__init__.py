"""What operators do to a service: `python -m services.<service> <operation>`, never over HTTP."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import asyncpg
from aiokafka.errors import KafkaError

from chassis import db, telemetry
from chassis.settings import Settings

if TYPE_CHECKING:
    from chassis.roles import Service

# Operation → what it is for. The module of its name has `arguments(parser)`, which says what may
# be given, and `run(call)`, which does it and returns an exit code; it is imported when called.
OPERATIONS: dict[str, str] = {
    "doctor": "what is healthy and what is not, and why",
    "dead-letters": "what could not be applied: list, show, retry, drop",
    "consumer": "let one go on that set too much aside",
    "backup": "the database as it is at one moment, with how far its topics were",
    "restore": "the database as a backup has it, in the place of the serving one",
    "republish": "every aggregate out anew, above all that the topics have",
    "rebuild": "make what is copied of others anew from its topics, while it serves",
    "verify": "compare the tables with a fold of the topics that knows nothing of projections",
}


MUST_MIGRATE = (
    "The database is of an older schema than this program: run `migrate --phase pre`"
    " (docs/operate.md, Migrations)."
)


class OperationProblem(Exception):
    """Why an operation can't be done, and what to do: one sentence for whoever called it."""


@dataclass(frozen=True)
class Call:
    """An operation that was asked for."""

    service: "Service"
    settings: Settings
    arguments: argparse.Namespace

    @asynccontextmanager
    async def database(self, *, any_schema: bool = False) -> AsyncIterator[db.Database]:
        """The service's database, as its roles see it."""
        opened = await db.connect(
            self.settings, self.service.name, "operation", limits={}, any_schema=any_schema
        )
        try:
            yield opened
        finally:
            await opened.pool.close()

    def say(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def must_republish(service: str) -> str:
    """What to do before anything is written to a restored database."""
    return (
        "its database was restored, and nothing is written to it or published before"
        f" `soihtu republish {service} --reason …` (docs/operate.md, A service is restored)."
    )


def need_reason(parser: argparse.ArgumentParser) -> None:
    """Have an operation that changes something be told why; it is logged, with who asked."""
    parser.add_argument("--reason", required=True, help="why; it is logged, with who you are")


def main(service: "Service", argv: Sequence[str], settings: Settings) -> int:
    """Run the operation that `argv` names; returns the exit code."""
    name = argv[0]
    module = import_module(f"chassis.operations.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(
        prog=f"python -m services.{service.name} {name}", description=OPERATIONS[name]
    )
    module.arguments(parser)
    arguments = parser.parse_args(argv[1:])
    reason = getattr(arguments, "reason", None)
    if reason is not None:
        telemetry.log().info("operation", operation=name, who=_who(settings), reason=reason)
    try:
        done: int = asyncio.run(module.run(Call(service, settings, arguments)))
    except OperationProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except db.RepublishDue:
        sys.stderr.write(f"{name} was not done: {must_republish(service.name)}\n")
        return 1
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError) as error:
        sys.stderr.write(f"{name} was not done: {error}. {MUST_MIGRATE}\n")
        return 1
    except (*db.AWAY, KafkaError) as error:
        sys.stderr.write(f"{name} was not done: {type(error).__name__}: {error}\n")
        return 1
    return done


def _who(settings: Settings) -> str:
    return settings.operator or getpass.getuser()
