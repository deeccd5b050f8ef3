"""Keeps who is logged in, a file for each issuer that its owner alone reads; renews what ends."""

import asyncio
import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import httpx

from cli.people.provider import Granted, NotGranted, Provider
from cli.reach import RENEW_BEFORE
from cli.words import Problem
from local.files import write_private


def login_again(issuer: str) -> Problem:
    return Problem("login-ended", issuer=issuer)


@dataclass(frozen=True)
class Login:
    """Where a person's login at one issuer, by one client, is kept."""

    issuer: str
    client: str
    file: Path

    def held(self) -> Granted | None:
        """What is kept; None where nobody is logged in."""
        try:
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            return Granted(**kept) if kept.pop("client") == self.client else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as failure:
            raise Problem("login-spoilt", file=self.file) from failure

    def keep(self, granted: Granted) -> None:
        """From now on; of all that is written here nobody but the owner reads anything."""
        self._make_folder()
        write_private(self.file, json.dumps({"client": self.client, **asdict(granted)}))

    def forget(self) -> None:
        self.file.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process renews meanwhile: a refresh token may serve once."""
        self._make_folder()
        lock = os.open(self.file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _make_folder(self) -> None:
        self.file.parent.parent.mkdir(parents=True, exist_ok=True)
        self.file.parent.mkdir(mode=0o700, exist_ok=True)

    def tokens(self, issuer: str, http: httpx.AsyncClient) -> "LoginToken":
        """Its tokens, for one client of the APIs."""
        assert issuer == self.issuer
        return LoginToken(self, http)


def find_login(issuer: str, client: str, environment: Mapping[str, str] = os.environ) -> Login:
    """In the user's folder for state, as XDG has it."""
    said = environment.get("XDG_STATE_HOME", "")
    state = Path(said) if said.startswith("/") else Path.home() / ".local" / "state"
    return Login(issuer, client, state / "soihtu" / f"{quote(issuer, safe='')}.json")


class LoginToken:
    """An access token of whoever is logged in, renewed before it ends."""

    def __init__(self, login: Login, http: httpx.AsyncClient) -> None:
        self._login = login
        self._http = http
        self._refused = ""
        self._lock = asyncio.Lock()

    async def text(self) -> str:
        """A token that still lives for a while. Raises Problem."""
        async with self._lock:
            if self._serves(held := self._held()):
                return held.access
            with self._login.alone():
                # Another process may have renewed it while this one waited.
                if not self._serves(held := self._held()):
                    held = await self._renewed(held)
                    self._login.keep(held)
            return held.access

    def forget(self, text: str) -> None:
        """This token was not accepted."""
        self._refused = text

    def _held(self) -> Granted:
        held = self._login.held()
        if held is None:
            raise login_again(self._login.issuer)
        return held

    def _serves(self, held: Granted) -> bool:
        return held.access != self._refused and time.time() < held.until - RENEW_BEFORE

    async def _renewed(self, held: Granted) -> Granted:
        if held.refresh is None:
            raise login_again(self._login.issuer)
        try:
            provider = await Provider.find(self._http, self._login.issuer, self._login.client)
            return await provider.renew(held.refresh)
        except NotGranted as refused:
            raise login_again(self._login.issuer) from refused
        except httpx.HTTPError as failure:
            raise unreached(self._login.issuer, failure) from failure


def unreached(issuer: str, failure: Exception) -> Problem:
    return Problem("provider-away", issuer=issuer, why=str(failure) or type(failure).__name__)
