"""The realm of Keycloak that containers run with: the people and machines of the local run.

`python -m local.realm` writes it; passwords are placeholders, which Keycloak fills at its start.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from cli.demo.people import people
from local.addresses import ROOT
from local.identity import AGENCY_ROLES, AUDIENCE, ISSUER, LIFETIME_SECONDS, MACHINES

FILE = ROOT / "deploy" / "keycloak" / "soihtu-realm.json"
SIGN_IN_CLIENT = "soihtu-cli"
MACHINE = f"{MACHINES}site"
MACHINE_SCOPE = "values:write"
FOR_PEOPLE = "${SOIHTU_DEMO_PASSWORD}"
FOR_MACHINES = "${SOIHTU_MACHINE_SECRET}"


def realm() -> dict[str, Any]:
    """As Keycloak imports it. What it names replaces Keycloak's own scopes."""
    return {
        "realm": ISSUER,
        "enabled": True,
        "sslRequired": "external",
        "accessTokenLifespan": LIFETIME_SECONDS,
        "roles": {"realm": [{"name": role} for role in AGENCY_ROLES]},
        "clientScopes": [_audience_scope(), _scope(MACHINE_SCOPE)],
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
    """By which people get a token for their name and password, on the command line."""
    return {
        "clientId": SIGN_IN_CLIENT,
        "publicClient": True,
        "standardFlowEnabled": False,
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
        "defaultClientScopes": [AUDIENCE, MACHINE_SCOPE],
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
