"""Asks the identity provider for a person: by authorization code with PKCE, and by renewal."""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

import httpx

from cli.people.showing import printable
from local.identity import AUDIENCE

SCOPE = f"openid {AUDIENCE}"
UNSAID_SECONDS = 60.0
"""How long a token is held to live whose provider does not say it."""


class NotGranted(Exception):
    """The provider's refusal, in its words."""


@dataclass(frozen=True)
class Granted:
    """What a person was given: an access token until an instant, and how to renew it."""

    access: str
    until: float
    """Seconds since the epoch, by the true time."""
    refresh: str | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any], asked: float, before: str | None = None) -> Self:
        """As a token endpoint told it; `before` renews where it gives no other."""
        lives = float(told.get("expires_in", UNSAID_SECONDS))
        return cls(str(told["access_token"]), asked + lives, told.get("refresh_token", before))


@dataclass(frozen=True)
class Attempt:
    """One attempt to log in: the secrets that only this process knows."""

    state: str
    verifier: str

    @classmethod
    def new(cls) -> Self:
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(64))

    @property
    def challenge(self) -> str:
        """S256 of the verifier (RFC 7636, 4.2)."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class Provider:
    """The endpoints of one issuer, as a public client asks them."""

    def __init__(self, http: httpx.AsyncClient, client: str, told: Mapping[str, Any]) -> None:
        self._http = http
        self._client = client
        self._authorize = str(told["authorization_endpoint"])
        self._token = str(told["token_endpoint"])
        self._revoke: str | None = told.get("revocation_endpoint")

    @classmethod
    async def find(cls, http: httpx.AsyncClient, issuer: str, client: str) -> Self:
        """As the issuer describes itself. Raises NotGranted, httpx.HTTPError."""
        answer = await http.get(f"{issuer}/.well-known/openid-configuration")
        try:
            told = answer.raise_for_status().json()
            if told["issuer"].rstrip("/") != issuer:
                raise NotGranted(f"it calls itself {told['issuer']!r}")
            return cls(http, client, told)
        except (ValueError, KeyError, TypeError, AttributeError) as failure:
            raise NotGranted("it does not describe itself as OpenID Connect has it") from failure

    def page(self, attempt: Attempt, back: str) -> str:
        """The address at which a person logs in, and from which the browser comes `back`."""
        query = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": attempt.state,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._authorize}{'&' if '?' in self._authorize else '?'}{urlencode(query)}"

    async def exchange(self, attempt: Attempt, back: str, query: Mapping[str, str]) -> Granted:
        """For what the browser brought back. Raises NotGranted, httpx.HTTPError."""
        if "code" not in query:
            raise NotGranted(_reason(query))
        return await self._grant(
            grant_type="authorization_code",
            code=query["code"],
            redirect_uri=back,
            code_verifier=attempt.verifier,
        )

    async def renew(self, refresh: str) -> Granted:
        """A new token for an old login. Raises NotGranted, httpx.HTTPError."""
        return await self._grant(grant_type="refresh_token", refresh_token=refresh)

    async def revoke(self, refresh: str) -> None:
        """Nobody can renew by it any more, where the provider knows how (RFC 7009)."""
        if self._revoke:
            form = {"token": refresh, "token_type_hint": "refresh_token"}
            await self._http.post(self._revoke, data={"client_id": self._client, **form})

    async def _grant(self, **form: str) -> Granted:
        asked = time.time()
        answer = await self._http.post(self._token, data={"client_id": self._client, **form})
        try:
            told = answer.json()
            if answer.is_error:
                raise NotGranted(_reason(told))
            return Granted.of(told, asked, form.get("refresh_token"))
        except (ValueError, KeyError, TypeError, AttributeError) as failure:
            raise NotGranted(f"HTTP {answer.status_code} without a token") from failure


def _reason(told: Mapping[str, Any]) -> str:
    parts = [str(told[name]) for name in ("error", "error_description") if told.get(name)]
    said = ": ".join(parts) or "it gave no reason"
    return printable(said)
