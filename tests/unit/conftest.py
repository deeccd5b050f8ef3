"""Unit tests reach nothing: a socket that one opens is a failure."""

import socket
from typing import Any, NoReturn

import pytest


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> NoReturn:
        raise AssertionError("a unit test may not open a socket")

    for act in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, act, refuse)
