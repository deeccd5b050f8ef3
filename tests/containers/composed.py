"""The system as docker-compose.yml has it: a project of its own, on free ports."""

import json
import os
import re
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx

from local.addresses import ROOT
from local.graph import SERVICE_NAMES, Running
from local.identity import SIGN_IN_CLIENT, request_token
from local.ports import free_port

MOVED = re.compile(r"\$\{(SOIHTU_\w+_PORT):-\d+\}")
FIRST, SECOND = "test-first", "test-second"
"""Versions of the images."""


SECURED = "docker-compose.yml:deploy/compose.secure.yaml"


def environment(**more: str) -> dict[str, str]:
    """Of a project of its own, with each port of its own."""
    own = {name: it for name, it in os.environ.items() if not name.startswith("SOIHTU_")}
    moved = sorted(set(MOVED.findall((ROOT / "docker-compose.yml").read_text("utf-8"))))
    return own | {
        **{name: str(free_port()) for name in moved},
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "COMPOSE_PROJECT_NAME": f"soihtu-{secrets.token_hex(4)}",
        "SOIHTU_VERSION": FIRST,
        **more,
    }


@dataclass
class Composed:
    """Acts on its containers by the commands that operators type."""

    environment: dict[str, str] = field(default_factory=environment)

    def shell(self, commands: str) -> str:
        """What they say. Raises AssertionError with it when one fails."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = f"{done.stdout[-1000:]}\n{done.stderr[-2000:]}"
        assert done.returncode == 0, f"{commands}\n{said}\n{self.states()}"
        return done.stdout

    def compose(self, words: str) -> str:
        return self.shell(f"docker compose {words}")

    def states(self) -> str:
        """How the containers are."""
        done = subprocess.run(
            ["docker", "compose", "ps", "--all", "--format", "{{.Service}}: {{.Status}}"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout

    def containers(self, name: str) -> list[Mapping[str, Any]]:
        """What docker knows of the containers of a role."""
        ids = self.compose(f"ps --all --quiet {name}").split()
        found: list[Mapping[str, Any]] = json.loads(self.shell(f"docker inspect {' '.join(ids)}"))
        return found

    def take_down(self) -> None:
        profile = "--profile observability"
        self.compose(f"{profile} down --volumes --remove-orphans --timeout 20")
        names = [f"soihtu/{name}:{it}" for name in SERVICE_NAMES for it in (FIRST, SECOND)]
        self.shell(f"docker image rm --force {' '.join(names)}")

    @cached_property
    def running(self) -> Running:
        reached = self.reached
        return Running(
            kafka={name: it for name, it in reached.items() if name.startswith("SOIHTU_KAFKA")},
            issuer=reached["SOIHTU_ISSUER"],
            apis={it: reached[f"SOIHTU_{it.upper()}_URL"] for it in SERVICE_NAMES},
        )

    @cached_property
    def reached(self) -> dict[str, str]:
        """What the soihtu command is told of where the containers are."""
        told = self.shell("deploy/compose/reach.sh")
        return dict(re.findall(r"^export (\w+)=(.*)$", told, re.MULTILINE))

    @property
    def apis(self) -> Mapping[str, str]:
        return self.running.apis

    def pause(self, role: str) -> None:
        self.compose(f"pause {role}")

    def resume(self, role: str) -> None:
        self.compose(f"unpause {role}")

    def token(self, name: str) -> str:
        """A token of a person, who is given a login where the realm has none of that name."""
        password = self.reached["SOIHTU_CLIENT_SECRET"]
        self._have(name, password)
        return request_token(self.running.issuer, name, password, SIGN_IN_CLIENT)

    def machine_token(self, name: str) -> str:
        return request_token(self.running.issuer, name, self._secret("machine"))

    def _secret(self, name: str) -> str:
        command = f"exec -T identity bash -c 'echo $(</run/secrets/{name})'"
        return self.compose(command).strip()

    def _have(self, name: str, password: str) -> None:
        server, _, realm = self.running.issuer.partition("/realms/")
        form = {
            "grant_type": "password", "client_id": "admin-cli",
            "username": "admin", "password": self._administrator,
        }  # fmt: skip
        with httpx.Client(base_url=server, timeout=30, trust_env=False) as http:
            granted = http.post("/realms/master/protocol/openid-connect/token", data=form)
            made = http.post(
                f"/admin/realms/{realm}/users",
                headers={"Authorization": f"Bearer {granted.json()['access_token']}"},
                json={
                    "username": name, "enabled": True, "firstName": name, "lastName": name,
                    "email": f"{name}@example.org", "emailVerified": True,
                    "credentials": [{"type": "password", "value": password}],
                },
            )  # fmt: skip
            assert made.status_code in (201, 409), made.text

    @cached_property
    def _administrator(self) -> str:
        return self._secret("admin")
