"""`soihtu login`, `logout` and `whoami`: who acts from this terminal."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.people.options import As, Json

if TYPE_CHECKING:
    from cli.client import Client


def register(app: typer.Typer) -> None:
    app.command()(login)
    app.command()(logout)
    app.command()(whoami)


def login(
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open a browser, or only say where.")
    ] = True,
) -> None:
    """Log in on a page of your identity provider; from then on commands act as you.

    The browser comes back to a port of this machine. What it brings is kept for you alone, and
    renewed for as long as the provider has it so.
    """
    import webbrowser

    from cli.people.caller import login_at
    from cli.people.login_flow import log_in
    from cli.reach import find_reach

    def show(page: str) -> None:
        sys.stderr.write(f"Log in on this page:\n{page}\n")
        if browser:
            webbrowser.open(page)

    asyncio.run(log_in(login_at(find_reach("okr")), show))
    whoami()


def logout() -> None:
    """Forget who is logged in here."""
    from cli.people.caller import login_at
    from cli.people.login_flow import log_out
    from cli.reach import find_reach

    login = login_at(find_reach())
    was = asyncio.run(log_out(login))
    sys.stdout.write(f"{'logged out' if was else 'nobody was logged in'} at {login.issuer}\n")


def whoami(name: As = None, as_json: Json = False) -> None:
    """Say as whom commands act, and which roles that is."""
    from cli.people.caller import language, run
    from cli.people.showing import as_answered

    async def ask(client: "Client") -> dict[str, Any]:
        return (await client.get("okr", "/me")).body

    me = run(name, ask, "okr")
    if as_json:
        as_answered(me)
    else:
        sys.stdout.write("\n".join(described(me, language())) + "\n")


def described(me: dict[str, Any], language: str) -> list[str]:
    """Whom the APIs know, and a line for each role."""
    from cli.people.showing import printable, text

    person = me["person"]
    lines = [printable(person["name"] if person else str(me["client"]))]
    lines += [f"  {role}" for role in me["agency_roles"]]
    lines += [f"  {one['role']}, {text(one.get('name'), language)}" for one in me["roles"]]
    return lines
