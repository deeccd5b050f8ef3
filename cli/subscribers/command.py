"""`soihtu subscriber`: grants other agencies to read the open topics, and ends that."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from local.problems import SOIHTU, LocalProblem

if TYPE_CHECKING:
    from chassis.kafka_access import Subscribers
    from chassis.settings import KafkaSettings
    from cli.subscribers.desk import Desk

T = TypeVar("T")
Code = Annotated[str, typer.Argument(help="The agency's code, as meteo; its groups begin so.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What other agencies are granted to read.", no_args_is_help=True)
    for name, command in (("add", add), ("list", list_), ("remove", remove), ("sweep", sweep)):
        group.command(name)(command)
    app.add_typer(group, name="subscriber")


def add(
    code: Code,
    contact: Annotated[str, typer.Option(help="Whom there to reach; administrators read it.")],
    purpose: Annotated[str, typer.Option(help="What it is needed for; all staff read it.")],
    basis: Annotated[str, typer.Option(help="The legal basis; all staff read it.")],
    until: Annotated[str, typer.Option(help="The last day, YYYY-MM-DD.")],
) -> None:
    """Grant an agency to read the open topics; its password is told once and kept nowhere."""
    said = {
        "agency": _checked_code(code), "contact": contact.strip(), "purpose": purpose.strip(),
        "basis": basis.strip(), "until": _checked_day(until),
    }  # fmt: skip
    settings = _secured()
    rights = _rights(settings)

    def hand_over(password: str) -> None:
        for name, told in (
            ("broker", settings.kafka), ("user", rights.username(code)), ("password", password),
            ("groups", f"{rights.groups(code)}…"), ("CA", settings.kafka_ca or "of the system"),
        ):  # fmt: skip
            sys.stdout.write(f"{name:10}{told}\n")
        sys.stdout.flush()

    _at_the_desk(rights, lambda desk: desk.add(said, hand_over))


def list_(
    ended: Annotated[bool, typer.Option("--all", help="Those that have ended, too.")] = False,
) -> None:
    """Say which agencies receive what, for what, on which basis and until when."""
    from cli.client import Client
    from cli.reach import Credentials, find_reach

    async def told() -> list[str]:
        async with Client(find_reach("okr"), Credentials.of()) as client:
            items = await client.items("okr", "/grants")
        return [_told(it) for it in items if ended or it["state"] != "ended"]

    sys.stdout.write("".join(_run(told())) or "nothing is granted\n")


def _told(grant: Mapping[str, Any]) -> str:
    past = grant["state"] == "granted" and not grant["stands"]
    return (
        f"{grant['agency']}  {'past' if past else grant['state']}  until {grant['until']}\n"
        f"    {', '.join(grant['topics'])}\n"
        f"    for: {grant['purpose']}\n"
        f"    basis: {grant['basis']}\n"
    )


def remove(
    code: Code,
    reason: Annotated[str, typer.Option(help="Why it ends; all staff read it.")],
) -> None:
    """End an agency's grant: it reads nothing any more, from now on."""
    _at_the_desk(_rights(_secured()), lambda desk: desk.remove(code, reason))


def sweep() -> None:
    """End what is past its last day; take away rights without a grant. At any time, any often."""
    _at_the_desk(_rights(_secured()), lambda desk: desk.sweep())


def _checked_code(code: str) -> str:
    from services.okr.grants.domain import CODE

    if not re.fullmatch(CODE, code):
        raise LocalProblem(
            f"{code!r} is no code of an agency: it is 1 to 32 small letters, digits and dashes, "
            "as meteo."
        )
    return code


def _checked_day(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise LocalProblem(f"--until takes a day as 2027-12-31, not {day!r}.") from None


def _secured() -> "KafkaSettings":
    """Those of Kafka. Raises LocalProblem where rights would hold nobody back."""
    from cli.tail import kafka_settings_here

    settings = kafka_settings_here()
    if settings.kafka_security != "SASL_SSL":
        raise LocalProblem(
            f"Kafka at {settings.kafka} is not secured: whoever reaches it reads everything, so a "
            f"grant would hold nobody back, and nothing was done. Start it with `{SOIHTU} up "
            "--secure`, or name a secured one by SOIHTU_KAFKA and its kin, and say this again."
        )
    return settings


def _rights(settings: "KafkaSettings") -> "Subscribers":
    from chassis.kafka_access import KafkaAccess, Subscribers

    return Subscribers(KafkaAccess(settings.for_confluent()), settings.topic_prefix)


def _at_the_desk(rights: "Subscribers", work: Callable[["Desk"], Awaitable[None]]) -> None:
    from cli.client import Client
    from cli.reach import Credentials, find_reach
    from cli.subscribers.desk import Desk

    async def done() -> None:
        async with Client(find_reach("okr"), Credentials.of()) as client:
            await work(Desk(client, rights, lambda told: _note(f"{told}\n")))

    _run(done())


def _note(text: str) -> None:
    sys.stderr.write(text)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """What comes of it. Raises LocalProblem, for whatever was refused or is away."""
    from chassis.kafka_access import AccessProblem
    from cli.client import Refused

    try:
        return asyncio.run(work)
    except Refused as refusal:
        raise LocalProblem(str(refusal)) from refusal
    except AccessProblem as problem:
        raise LocalProblem(
            f"{problem}. Say the same again: it goes on from there, and a password that was told "
            "above may then be another."
        ) from problem
