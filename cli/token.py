"""`soihtu token`: an access token for curl."""

import sys
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command()(token)


def token(
    name: Annotated[
        str,
        typer.Option(
            "--as",
            help="A person (lumme.torchbearer), an agency role (admin, strategy, auditor, "
            "operator) or a machine (machine.NAME).",
        ),
    ],
) -> None:
    """Print a token that lives 10 minutes, and nothing else; in a local run alone."""
    from cli.reach import Credentials, expect_local, find_reach
    from local.identity import request_token

    reach = find_reach()
    expect_local(reach)
    who = Credentials.of(name=name)
    sys.stdout.write(request_token(reach.issuer, name, who.secret, who.sign_in) + "\n")
