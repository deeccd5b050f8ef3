"""Checks access tokens against the agency's OIDC provider, whose keys it keeps for a while."""

import asyncio
import re
import time
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError, SecurityWarning
from joserfc.jwk import JWKRegistry, Key

from chassis import telemetry
from chassis.caller import CLAIMS
from chassis.problem import Problem
from chassis.settings import Settings

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
    "ES256", "ES384", "ES512", "Ed25519", "EdDSA",
)  # fmt: skip
"""Signatures with public keys only; what is not here is refused, `none` and HMAC above all."""

LEEWAY = 10
"""Seconds that clocks may differ."""
REFRESH_AFTER = 300.0
"""Age in seconds at which keys are fetched anew."""
KEEP_FOR = 3600.0
"""Age in seconds up to which keys serve while the provider is away."""
FETCH_EVERY = 10.0
"""Seconds between two attempts to fetch keys."""
FETCH_TIMEOUT = 3.0
"""Seconds that a fetch may take; a request waits for it."""
MOST_WAITING = 1000
"""Requests that wait for a fetch at once; one more is told that the provider is away."""
LONGEST_SUBJECT = 255
"""Characters of a subject (OpenID Connect Core 1.0 §2)."""

_OUR_SCOPE = re.compile(r"^[a-z-]+:[a-z-]+$")


@dataclass(frozen=True, slots=True)
class Token:
    """What a checked token says: who it names, agency roles, and scopes of ours."""

    issuer: str
    subject: str
    roles: frozenset[str]
    scopes: frozenset[str]

    @property
    def principal(self) -> str:
        """One text for whoever the token names."""
        return f"{self.issuer} {self.subject}"


Aside: TypeAlias = Callable[[], AbstractContextManager[object]]
"""What surrounds a wait for the provider: who waits takes nothing from others meanwhile."""


class KeysAway(Exception):
    """The provider's keys could not be fetched."""


class Keys:
    """The provider's public keys, by discovery; opens nothing before it is asked."""

    def __init__(
        self,
        issuer: str,
        transport: httpx.AsyncBaseTransport | None = None,
        elapsed: Callable[[], float] = time.monotonic,
        discovery: str = "",
    ) -> None:
        """`discovery`: the address of its document, where that is not below the issuer."""
        self._issuer = issuer
        self._discovery = discovery or f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        self._transport = transport
        self._elapsed = elapsed
        self._keys: list[Key] = []
        self._fetched: float | None = None
        self._tried: float | None = None
        self._waiting = 0
        self._lock = asyncio.Lock()

    async def find(self, kid: str | None, aside: Aside = nullcontext) -> Key | None:
        """The key called `kid`; None when the provider has none. Raises KeysAway.

        Within `aside` it waits for the provider, at most `FETCH_TIMEOUT` and one in a while.
        """
        key = self._known(kid)
        if self._may_wait(key):
            if self._waiting >= MOST_WAITING:
                raise KeysAway
            self._waiting += 1
            try:
                with aside():
                    await self._refresh(kid)
            finally:
                self._waiting -= 1
            key = self._known(kid)
        if key is None and (self._fetched is None or self._tried != self._fetched):
            raise KeysAway
        return key

    def _may_wait(self, key: Key | None) -> bool:
        """Whether a fetch is under way that may bring a key, or one is due."""
        if self._lock.locked():
            return key is None
        return (key is None or self._older_than(REFRESH_AFTER)) and self._may_try()

    def _may_try(self) -> bool:
        return self._tried is None or self._elapsed() - self._tried >= FETCH_EVERY

    def _known(self, kid: str | None) -> Key | None:
        if self._older_than(KEEP_FOR):
            return None
        if kid is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.kid == kid), None)

    def _older_than(self, seconds: float) -> bool:
        return self._fetched is None or self._elapsed() - self._fetched > seconds

    async def _refresh(self, kid: str | None) -> None:
        async with self._lock:
            if self._known(kid) and not self._older_than(REFRESH_AFTER):
                return
            if not self._may_try():
                return
            self._tried = self._elapsed()
            try:
                async with asyncio.timeout(FETCH_TIMEOUT):
                    self._keys = await self._fetch()
            except Exception as error:  # a provider may answer anything at all
                telemetry.log().warning("identity-away", error=type(error).__name__)
                return
            self._fetched = self._tried

    async def _fetch(self) -> list[Key]:
        async with httpx.AsyncClient(transport=self._transport, timeout=FETCH_TIMEOUT) as client:
            found = await client.get(self._discovery)
            document = found.raise_for_status().json()
            if document["issuer"] != self._issuer:
                raise ValueError("the discovery document is of another issuer")
            answer = await client.get(document["jwks_uri"])
            told = answer.raise_for_status().json()["keys"]
            keys = [key for jwk in told for key in _usable(jwk)]
            if not keys:
                raise ValueError("a provider without a key can't have signed anything")
            return keys


def _usable(jwk: dict[str, Any]) -> list[Key]:
    if jwk.get("use", "sig") != "sig" or jwk.get("kty") not in {"RSA", "EC", "OKP"}:
        return []
    try:
        return [JWKRegistry.import_key(jwk)]
    except (JoseError, ValueError, TypeError):
        return []


class Verifier:
    """Turns an Authorization header into a Token, or refuses it."""

    def __init__(
        self,
        settings: Settings,
        transport: httpx.AsyncBaseTransport | None = None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = settings.issuer
        self._audience = settings.audience
        self._subject_claim = settings.subject_claim
        self._roles_claim = settings.roles_claim
        self._keys = Keys(settings.issuer, transport, elapsed, settings.discovery)
        self._registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)

    async def verify(self, authorization: str | None, aside: Aside = nullcontext) -> Token:
        """The token of an Authorization header, checked at the true time.

        Within `aside` it waits for the provider, where a key is not known.

        Raises Problem `unauthenticated`, `token-refused`, or `identity-unavailable` (503) when
        the provider is away and its keys are not known here.
        """
        scheme, _, value = (authorization or "").strip().partition(" ")
        if scheme.lower() != "bearer" or not value:
            raise Problem("unauthenticated")
        try:
            return self._token(await self._claims(value.strip(), aside))
        except JoseError as error:
            raise Problem("token-refused", reason=_reason(error)) from None
        except (ValueError, TypeError, OverflowError):
            raise Problem("token-refused", reason="malformed") from None

    async def _claims(self, value: str, aside: Aside) -> dict[str, Any]:
        header = jws.extract_compact(value.encode(), registry=self._registry).headers()
        if header.get("alg") not in ALGORITHMS:
            raise Problem("token-refused", reason="algorithm")
        kid = header.get("kid")
        try:
            key = await self._keys.find(kid if kid is None else str(kid), aside)
        except KeysAway:
            raise Problem("identity-unavailable", retry_after=int(FETCH_EVERY)) from None
        if key is None:
            raise Problem("token-refused", reason="unknown-key")
        if key.get("alg") not in (None, header["alg"]):
            raise Problem("token-refused", reason="algorithm")
        claims = self._decode(value, key)
        self._rules().validate(claims)
        return claims

    def _decode(self, value: str, key: Key) -> dict[str, Any]:
        with warnings.catch_warnings():
            # RFC 9864 renames EdDSA to Ed25519; providers go on saying EdDSA.
            warnings.simplefilter("ignore", SecurityWarning)
            return jwt.decode(value, key, ALGORITHMS, self._registry).claims

    def _rules(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(time.time()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
        )

    def _token(self, claims: dict[str, Any]) -> Token:
        subject = _at(claims, self._subject_claim)
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise Problem("token-refused", reason="subject")
        if "\x00" in subject:
            raise Problem("token-refused", reason="subject")
        roles = _words(_at(claims, self._roles_claim)) & CLAIMS
        scopes = _words(claims.get("scope")) | _words(claims.get("scp"))
        ours = frozenset(one for one in scopes if _OUR_SCOPE.match(one))
        return Token(self._issuer, subject, roles, ours)


def _at(claims: dict[str, Any], name: str) -> Any:
    """The claim `name`; a name with dots may be a path, as in `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _words(value: Any) -> frozenset[str]:
    given = value.split() if isinstance(value, str) else value
    if not isinstance(given, list):
        return frozenset()
    return frozenset(one for one in given if isinstance(one, str))


def _reason(error: JoseError) -> str:
    if isinstance(error, ExpiredTokenError):
        return "expired"
    if isinstance(error, ClaimError):
        known = error.claim in {"iss", "aud", "exp", "nbf", "iat"}
        return f"claim-{error.claim}" if known else "claim"
    return "signature"
