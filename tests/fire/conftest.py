"""What sessions under fire share: a zygote, and a proxy before the broker."""

from collections.abc import Callable, Iterator

import pytest

from local.throwaway import ThrowAwayParts
from tests.fire.forking import Zygote
from tests.fire.proxy import KafkaProxy
from tests.fire.session import Session

NewSession = Callable[..., Session]


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """The parent of forked roles."""
    parent = Zygote()
    yield parent
    parent.close()


@pytest.fixture(scope="session")
def proxy(parts: ThrowAwayParts) -> Iterator[KafkaProxy]:
    """The proxy before the broker of all tests."""
    if parts.kafka.detour is None:
        pytest.skip("it comes between the broker and its clients, which containers don't let it")
    passing = KafkaProxy(parts.kafka.detour)
    yield passing
    passing.close()


@pytest.fixture
def new_session(parts: ThrowAwayParts, zygote: Zygote, proxy: KafkaProxy) -> NewSession:
    """`new_session(seed)`, with `sabotage={role: function}` where it is to fail."""

    def make(seed: str, **more: object) -> Session:
        return Session(parts, zygote, proxy, seed, **more)  # type: ignore[arg-type]

    return make
