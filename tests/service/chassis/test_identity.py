"""What becomes of tokens when the provider changes its keys, is slow, or is away."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from chassis.auth import FETCH_EVERY, KEEP_FOR, MOST_WAITING, REFRESH_AFTER, Token, Verifier
from chassis.problem import Problem
from chassis.problem_texts import Catalogue
from chassis.settings import Settings
from chassis.testing.identity import Issuer
from chassis.testing.identity import new_key as made_key
from local.ports import LOOPBACK, free_port

Refusal: TypeAlias = tuple[int, str]
DISCOVERY = "/soihtu/.well-known/openid-configuration"


new_key = cache(made_key)
catalogue = cache(Catalogue.load)


class Provider:
    """A JWKS server that can be away, be slow, and answer anything."""

    def __init__(self) -> None:
        self.port = free_port()
        self.tokens = Issuer(f"http://{LOOPBACK}:{self.port}/soihtu")
        self.fetched = 0
        self.says: Callable[[], bytes] = self._keys
        self.held = threading.Event()
        self.held.set()
        self._server: ThreadingHTTPServer | None = None

    def _keys(self) -> bytes:
        keys = [key.as_dict(private=False) for key in self.tokens.published]
        return json.dumps({"keys": keys}).encode()

    def answer(self, path: str) -> bytes:
        self.held.wait()
        if path == DISCOVERY:
            issuer = self.tokens.issuer
            return json.dumps({"issuer": issuer, "jwks_uri": f"{issuer}/jwks"}).encode()
        self.fetched += 1
        return self.says()

    def come(self) -> None:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = provider.answer(self.path)
                with suppress(OSError):  # whoever asked has given up
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer((LOOPBACK, self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,)).start()

    def go(self) -> None:
        self.held.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Asked:
    """A verifier of tokens of the provider, at a time that the test sets."""

    def __init__(self, provider: Provider) -> None:
        self.now = 1000.0
        settings = Settings(
            kafka="unused:9", postgres=SecretStr("unused"), issuer=provider.tokens.issuer
        )
        self._tokens = provider.tokens
        self._verifier = Verifier(settings, elapsed=lambda: self.now)

    def header(self, key: RSAKey | None = None) -> str:
        return f"Bearer {self._tokens.token('maija', key=key)}"

    async def verify(self, key: RSAKey | None = None) -> Token:
        return await self._verifier.verify(self.header(key))

    async def refused(self, key: RSAKey | None = None, header: str | None = None) -> Refusal:
        with pytest.raises(Problem) as refusal:
            await self._verifier.verify(header or self.header(key))
        told = catalogue().tell(refusal.value, "en", "")
        return told.status, refusal.value.code


UNAVAILABLE: Refusal = (503, "identity-unavailable")
REFUSED: Refusal = (401, "token-refused")


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    made.come()
    yield made
    made.go()


@pytest.fixture
def asked(provider: Provider) -> Asked:
    return Asked(provider)


async def test_a_new_key_is_found_when_a_token_names_it(provider: Provider, asked: Asked) -> None:
    await asked.verify()
    second = new_key("second")
    provider.tokens.published = [provider.tokens.key, second]
    asked.now += FETCH_EVERY
    assert (await asked.verify(second)).subject == "maija"
    provider.tokens.published = [second]
    asked.now += REFRESH_AFTER + 1
    assert await asked.refused() == REFUSED
    assert (await asked.verify(second)).subject == "maija"


async def test_unknown_keys_make_one_fetch_in_ten_seconds(provider: Provider, asked: Asked) -> None:
    await asked.verify()
    strangers = [new_key(f"stranger-{number}") for number in range(3)]
    for turn in range(2, 4):
        asked.now += FETCH_EVERY
        told = await asyncio.gather(*(asked.refused(key) for key in strangers * 3))
        assert set(told) == {REFUSED}
        assert provider.fetched == turn
        asked.now += FETCH_EVERY - 0.1
        assert await asked.refused(strangers[0]) == REFUSED
        assert provider.fetched == turn
        asked.now -= FETCH_EVERY - 0.1


async def test_known_keys_serve_for_an_hour(provider: Provider, asked: Asked) -> None:
    began = asked.now
    await asked.verify()
    provider.go()
    for after in range(0, int(KEEP_FOR) + 1, 300):
        asked.now = began + after
        assert (await asked.verify()).subject == "maija"
        assert await asked.refused(new_key("second")) == (UNAVAILABLE if after else REFUSED)
    for after in (1, 5, 600, 100_000):
        asked.now = began + KEEP_FOR + after
        assert await asked.refused() == UNAVAILABLE
    provider.come()
    asked.now += FETCH_EVERY
    assert (await asked.verify()).subject == "maija"


async def test_before_the_first_answer_nobody_is_refused(provider: Provider, asked: Asked) -> None:
    provider.go()
    assert {await asked.refused() for _ in range(3)} == {UNAVAILABLE}
    asked.now += FETCH_EVERY
    provider.come()
    assert (await asked.verify()).subject == "maija"


@pytest.mark.parametrize(
    "said", [b"", b"<html>", b"[]", b'{"keys": {"a": 1}}', b'{"keys": ["a"]}', b'{"keys": []}']
)
async def test_an_answer_without_keys_is_none(
    provider: Provider, asked: Asked, said: bytes
) -> None:
    await asked.verify()
    provider.says = lambda: said
    asked.now += REFRESH_AFTER + 1
    assert (await asked.verify()).subject == "maija"
    assert await asked.refused(new_key("second")) == UNAVAILABLE
    assert provider.fetched == 2


async def test_known_keys_serve_beside_a_fetch_that_hangs(provider: Provider, asked: Asked) -> None:
    await asked.verify()
    provider.held.clear()
    asked.now += REFRESH_AFTER + 1
    fetching = asyncio.create_task(asked.refused(new_key("second")))
    await asyncio.sleep(0)
    while not fetching.done():
        assert (await asked.verify()).subject == "maija"
        await asyncio.sleep(0)
    assert await fetching == UNAVAILABLE


async def test_only_so_many_wait_for_a_fetch(provider: Provider, asked: Asked) -> None:
    provider.held.clear()
    header = asked.header(new_key("second"))
    asking = [asyncio.create_task(asked.refused(header=header)) for _ in range(MOST_WAITING + 1)]
    (one, *more), waiting = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
    assert (one.result(), more, len(waiting)) == (UNAVAILABLE, [], MOST_WAITING)
    provider.held.set()
    assert {await it for it in waiting} == {REFUSED}
    assert provider.fetched == 1
