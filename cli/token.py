"""`soihtu token`: an access token for curl."""

import os
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
    """Print a token that lives 10 minutes, and nothing else."""
    from local.control import running
    from local.identity import ANYTHING, request_token

    secret = os.environ.get("SOIHTU_CLIENT_SECRET", ANYTHING)
    sys.stdout.write(request_token(running().issuer, name, secret) + "\n")
