"""`soihtu login`, `logout` and `whoami`: who acts from this terminal."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.people.commands import add
from cli.people.options import As, Json, ToldIn

if TYPE_CHECKING:
    from cli.client import Client
    from cli.words import Words


def register(app: typer.Typer) -> None:
    add(app, "login", login)
    add(app, "logout", logout)
    add(app, "whoami", whoami)


def login(
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True,
    language: ToldIn = None,
    as_json: Json = False,
) -> None:
    """Log in on a page of the identity provider, and say as whom."""
    import webbrowser

    from cli.people.caller import login_at
    from cli.people.login_flow import log_in
    from cli.reach import find_reach
    from cli.words import OTHERWISE, Words, chosen

    words = Words(language or chosen() or OTHERWISE)

    def show(page: str) -> None:
        sys.stderr.write(f"{words('log-in-here')}\n{page}\n")
        if browser:
            webbrowser.open(page)

    asyncio.run(log_in(login_at(find_reach("okr")), show))
    whoami(language=language, as_json=as_json)


def logout(language: ToldIn = None, as_json: Json = False) -> None:
    """Forget who is logged in here."""
    from cli.people.caller import login_at
    from cli.people.login_flow import log_out
    from cli.people.showing import as_answered
    from cli.reach import find_reach
    from cli.words import OTHERWISE, Words, chosen

    words = Words(language or chosen() or OTHERWISE)
    login = login_at(find_reach())
    was = asyncio.run(log_out(login))
    if as_json:
        as_answered({"logged_out": was, "issuer": login.issuer})
    else:
        said = words("logged-out" if was else "nobody-was-logged-in", issuer=login.issuer)
        sys.stdout.write(f"{said}\n")


def whoami(language: ToldIn = None, as_json: Json = False, name: As = None) -> None:
    """Say as whom commands act, and which roles that is."""
    from cli.people.caller import run
    from cli.people.showing import as_answered

    async def ask(client: "Client") -> dict[str, Any]:
        return (await client.get("okr", "/me")).body

    me, words = run(name, ask, "okr", language=language)
    if as_json:
        as_answered(me)
    else:
        sys.stdout.write("\n".join(described(me, words)) + "\n")


def described(me: dict[str, Any], words: "Words") -> list[str]:
    """Whom the APIs know, and a line for each role."""
    from cli.people.showing import printable, text

    person = me["person"]
    lines = [printable(person["name"] if person else str(me["client"]))]
    lines += [f"  {words.name('role', role)}" for role in me["agency_roles"]]
    lines += [
        f"  {words.name('role', one['role'])}, {text(one.get('name'), words.language)}"
        for one in me["roles"]
    ]
    return lines
