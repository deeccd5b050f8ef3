"""A thin HTTP client, so that what loads an API takes little of the machine itself."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

MOST_CONNECTIONS = 900
"""Open at once; what would need more is counted as not sent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, ready to be sent."""

    head: bytes
    body: bytes

    @classmethod
    def of(cls, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> "Asked":
        lines = [f"{method} {path} HTTP/1.1", "host: api", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return cls("\r\n".join(lines).encode(), body)

    def line(self, more: str = "") -> bytes:
        """The request's bytes, with `more` headers, each ending its line."""
        return self.head + b"\r\n" + more.encode() + b"\r\n" + self.body


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._buffer = bytearray()
        self._answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(0)

    @property
    def is_open(self) -> bool:
        return not self._transport.is_closing()

    def close(self) -> None:
        self._transport.close()

    async def ask(self, request: bytes) -> int:
        """The status; 0 where the connection ended instead."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or self._answer is None or self._answer.done():
            return
        head = bytes(self._buffer[:end]).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0")
        if len(self._buffer) >= end + 4 + length:
            del self._buffer[: end + 4 + length]
            self._answer.set_result(int(head[9:12]))


class Wire:
    """Connections to one API; idle ones are used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[_Connection] = []
        self._open = 0

    async def ask(self, request: bytes) -> tuple[int, float]:
        """The status, 0 without an answer and -1 where it was not sent, and seconds taken."""
        began = time.perf_counter()
        connection = await self._connected()
        if connection is None:
            return -1, 0.0
        status = await connection.ask(request)
        if status and connection.is_open:
            self._idle.append(connection)
        else:
            self._open -= 1
        return status, time.perf_counter() - began

    async def _connected(self) -> _Connection | None:
        while self._idle:
            if (found := self._idle.pop()).is_open:
                return found
            self._open -= 1
        if self._open >= MOST_CONNECTIONS:
            return None
        self._open += 1
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(_Connection, "127.0.0.1", self._port)
        return made

    def close(self) -> None:
        for connection in self._idle:
            connection.close()
