"""An OIDC provider inside of a test: it signs tokens, and serves its keys without a socket."""

import asyncio
import time
from functools import cache
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

ISSUER = "https://identity.test/soihtu"


class Issuer:
    """Signs access tokens; `transport` is what an API under test asks for discovery and keys."""

    def __init__(self, issuer: str = ISSUER) -> None:
        self.issuer = issuer
        self.key = _first_key()
        self.published = [self.key]
        self.away = False
        self.asked = 0
        self.held = asyncio.Event()
        self.held.set()
        self.transport = httpx.MockTransport(self._serve)

    async def _serve(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("the provider is away")
        if request.url.path.endswith("/.well-known/openid-configuration"):
            self.asked += 1
            await self.held.wait()
            found = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"}
            return httpx.Response(200, json=found)
        keys = [key.as_dict(private=False) for key in self.published]
        return httpx.Response(200, json={"keys": keys})

    def claims(self, subject: str, **more: Any) -> dict[str, Any]:
        """The claims of a good token, with `more` in place of some; None leaves one out."""
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": ["soihtu"], "sub": subject, "iat": now, "exp": now + 600,
        }  # fmt: skip
        return {name: value for name, value in (claims | more).items() if value is not None}

    def token(self, subject: str, key: RSAKey | None = None, **more: Any) -> str:
        """An access token for `subject`, RS256."""
        signing = key or self.key
        header = {"alg": "RS256", "kid": signing.kid}
        return jwt.encode(header, self.claims(subject, **more), signing)

    def headers(self, subject: str, **more: Any) -> dict[str, str]:
        """The Authorization header of `subject`."""
        return {"Authorization": f"Bearer {self.token(subject, **more)}"}


@cache
def _first_key() -> RSAKey:
    return new_key("first")


def new_key(kid: str) -> RSAKey:
    """A key pair of the provider."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})
