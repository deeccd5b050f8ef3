"""The realm of Keycloak that containers run with: the people and machines of the local run.

`python -m local.realm` writes it; passwords are placeholders, which Keycloak fills at its start.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from cli.demo.people import people
from cli.people.loopback import BACK
from local.addresses import ROOT
from local.identity import (
    AGENCY_ROLES,
    AUDIENCE,
    ISSUER,
    LIFETIME_SECONDS,
    MACHINES,
    SIGN_IN_CLIENT,
)
from local.ports import LOOPBACK

FILE = ROOT / "deploy" / "keycloak" / "soihtu-realm.json"
MACHINE = f"{MACHINES}site"
MACHINE_SCOPES = ("values:write", "values:write-named")
FOR_PEOPLE = "${SOIHTU_DEMO_PASSWORD}"
FOR_MACHINES = "${SOIHTU_MACHINE_SECRET}"
BACK_AT = f"http://{LOOPBACK}{BACK}"
"""Where people are sent back to, on this machine; Keycloak takes any port of it (RFC 8252)."""


def realm() -> dict[str, Any]:
    """As Keycloak imports it. What it names replaces Keycloak's own scopes."""
    return {
        "realm": ISSUER,
        "enabled": True,
        "sslRequired": "external",
        "accessTokenLifespan": LIFETIME_SECONDS,
        "roles": {"realm": [{"name": role} for role in AGENCY_ROLES]},
        "clientScopes": [_audience_scope(), *map(_scope, MACHINE_SCOPES)],
        "defaultDefaultClientScopes": [AUDIENCE],
        "clients": [_sign_in_client(), _machine()],
        "users": list(_users()),
    }


def _scope(name: str, *mappers: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "protocol": "openid-connect",
        "attributes": {"include.in.token.scope": "true"},
        "protocolMappers": list(mappers),
    }


def _audience_scope() -> dict[str, Any]:
    return _scope(
        AUDIENCE,
        _mapper("subject", "oidc-sub-mapper"),
        _mapper("audience", "oidc-audience-mapper", {"included.custom.audience": AUDIENCE}),
        _mapper(
            "name",
            "oidc-usermodel-attribute-mapper",
            {"user.attribute": "username", "claim.name": "preferred_username"},
        ),
        _mapper(
            "agency roles",
            "oidc-usermodel-realm-role-mapper",
            {"claim.name": "roles", "multivalued": "true"},
        ),
    )


def _mapper(name: str, kind: str, more: dict[str, str] | None = None) -> dict[str, Any]:
    text = {"jsonType.label": "String"} if more and "claim.name" in more else {}
    return {
        "name": name,
        "protocol": "openid-connect",
        "protocolMapper": kind,
        "config": {"access.token.claim": "true", **text, **(more or {})},
    }


def _sign_in_client() -> dict[str, Any]:
    """By which people log in on a page for the command line, or with name and password."""
    return {
        "clientId": SIGN_IN_CLIENT,
        "publicClient": True,
        "standardFlowEnabled": True,
        "redirectUris": [BACK_AT],
        "attributes": {"pkce.code.challenge.method": "S256"},
        "directAccessGrantsEnabled": True,
        "defaultClientScopes": [AUDIENCE],
        "optionalClientScopes": [],
    }


def _machine() -> dict[str, Any]:
    return {
        "clientId": MACHINE,
        "secret": FOR_MACHINES,
        "standardFlowEnabled": False,
        "serviceAccountsEnabled": True,
        "defaultClientScopes": [AUDIENCE, *MACHINE_SCOPES],
        "optionalClientScopes": [],
    }


def _users() -> Iterator[dict[str, Any]]:
    for role in AGENCY_ROLES:
        yield _user(role, role.capitalize(), "Elantovirasto", (role,))
    for person in people():
        first, _, last = person.name.partition(" ")
        yield _user(person.subject, first, last)


def _user(name: str, first: str, last: str, roles: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "username": name,
        "enabled": True,
        "firstName": first,
        "lastName": last,
        "email": f"{name}@elantovirasto.example",
        "emailVerified": True,
        "credentials": [{"type": "password", "value": FOR_PEOPLE, "temporary": False}],
        "realmRoles": list(roles),
    }


def text() -> str:
    """The file's content."""
    return json.dumps(realm(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{FILE.relative_to(ROOT)}\n")
