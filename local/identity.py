"""An embedded OIDC provider: mock-oauth2-server, with the people and machines of a local run."""

import json
import os
import urllib.parse
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from local.files import write_private
from local.jars import Progress, class_path
from local.java import SMALL, find_java
from local.ports import LOOPBACK, answers
from local.problems import SOIHTU, LocalProblem, disk_full_explained
from local.processes import Child

ISSUER = "soihtu"
AUDIENCE = "soihtu"
ANYTHING = "any"
LIFETIME_SECONDS = 600
MACHINES = "machine."
SIGN_IN_CLIENT = "soihtu-cli"
"""The client by which people sign in on the command line."""
AGENCY_ROLES = ("admin", "strategy", "auditor", "operator")
MAIN = "no.nav.security.mock.oauth2.StandaloneMockOAuth2ServerKt"


class Identity:
    """One provider whose signing key outlives restarts, as tokens and cached key sets do."""

    name = "identity"

    def __init__(self, folder: Path, port: int, *, progress: Progress = lambda _: None) -> None:
        self._folder = folder
        self._port = port
        self._progress = progress
        self._command: list[str] = []
        self.child: Child | None = None

    @property
    def issuer(self) -> str:
        return f"http://{LOOPBACK}:{self._port}/{ISSUER}"

    def prepare(self) -> None:
        self._command = [
            str(find_java(os.environ)),
            *("-Xms32m", "-Xmx128m"),
            *SMALL,
            "-cp",
            class_path("identity", self._progress),
            MAIN,
        ]
        with disk_full_explained(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            if not self._key_file.exists():
                write_private(self._key_file, _new_key())
            configured = json.dumps(configuration(self._key_file.read_text()))
            write_private(self._configuration_file, configured)

    @property
    def _key_file(self) -> Path:
        return self._folder / "signing-key.json"

    @property
    def _configuration_file(self) -> Path:
        return self._folder / "configuration.json"

    def launch(self, log: Path) -> Child:
        self.child = Child(
            self._command,
            log=log,
            environment={
                "PATH": os.environ.get("PATH", os.defpath),
                "SERVER_HOSTNAME": LOOPBACK,
                "SERVER_PORT": str(self._port),
                "JSON_CONFIG_PATH": str(self._configuration_file),
            },
            folder=self._folder,
        )
        return self.child

    def is_ready(self) -> bool:
        if not answers(self._port):
            return False
        with suppress(OSError, ValueError):
            return bool(ask(f"{self.issuer}/jwks")["keys"])
        return False

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def token(self, name: str) -> str:
        return request_token(self.issuer, name)


def _new_key() -> str:
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, private=True)
    return json.dumps({**key.as_dict(private=True), "kid": ISSUER})


def configuration(signing_key: str) -> Mapping[str, Any]:
    """What the provider puts into tokens; of the mappings the first that matches counts.

    Whoever logs in on its page is the subject; else everybody is a client, called as they are.
    """
    client = {"sub": "${clientId}"}
    claims: list[tuple[str, dict[str, Any]]] = [
        (SIGN_IN_CLIENT, {}),
        *((role, {**client, "roles": [role]}) for role in AGENCY_ROLES),
        (r"machine\..+", {**client, "scope": "values:write values:write-named"}),
        (".+", client),
    ]
    return {
        "interactiveLogin": True,
        "tokenProvider": {"keyProvider": {"initialKeys": signing_key, "algorithm": "RS256"}},
        "tokenCallbacks": [
            {
                "issuerId": ISSUER,
                "tokenExpiry": LIFETIME_SECONDS,
                "requestMappings": [
                    {
                        "requestParam": "client_id",
                        "match": match,
                        "claims": {"aud": [AUDIENCE], **more},
                    }
                    for match, more in claims
                ],
            }
        ],
    }


def token_form(name: str, secret: str, sign_in: str = "") -> dict[str, str]:
    """What a provider is asked for a token of `name` with.

    `sign_in` is the client by which people sign in with name and password; without one everybody
    is a client of their own, as machines always are.
    """
    if sign_in and not name.startswith(MACHINES):
        who = {"client_id": sign_in, "username": name, "password": secret}
        return {"grant_type": "password", **who, "scope": AUDIENCE}
    who = {"client_id": name, "client_secret": secret}
    return {"grant_type": "client_credentials", **who, "scope": AUDIENCE}


def request_token(issuer: str, name: str, secret: str = ANYTHING, sign_in: str = "") -> str:
    """An access token for `name`, as `token_form` asks for it."""
    try:
        endpoint = ask(f"{issuer}/.well-known/openid-configuration")["token_endpoint"]
        form = urllib.parse.urlencode(token_form(name, secret, sign_in)).encode()
        return str(ask(endpoint, form)["access_token"])
    except (OSError, ValueError, KeyError) as failure:
        raise LocalProblem(
            f"The identity provider {issuer} gave no token for {name} ({failure}): check with "
            f"`{SOIHTU} status` that it runs, or get a token from it by its own means."
        ) from failure


def ask(address: str, form: bytes | None = None) -> dict[str, Any]:
    # A proxy of the environment is for the world outside, not for the loopback address.
    here = urllib.parse.urlsplit(address).hostname == LOOPBACK
    proxies = [urllib.request.ProxyHandler({})] if here else []
    with urllib.request.build_opener(*proxies).open(address, form, timeout=10) as answer:
        told: dict[str, Any] = json.load(answer)
        return told
