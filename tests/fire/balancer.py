"""A tiny balancer, as operations have one: requests go to instances that say they are ready."""

import asyncio
import itertools
import re
import threading
from collections.abc import Sequence
from contextlib import suppress

from local.graph import Instance
from local.ports import LOOPBACK, free_port
from local.probe import readiness

LOOK_EVERY = 0.1
NOBODY = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"
KEPT = re.compile(rb"(?im)^connection:[^\r\n]*\r\n")
LENGTH = re.compile(rb"(?im)^content-length: *([0-9]+)")


class Balancer(threading.Thread):
    """Passes each request on once: what an instance drops is answered 502."""

    def __init__(self, instances: Sequence[Instance]) -> None:
        super().__init__(name=f"balances {instances[0].service}", daemon=True)
        self._instances = instances
        self._turns = itertools.count()
        self._ready: list[Instance] = []
        self._port = free_port()
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._serves = threading.Event()
        self.start()
        self._serves.wait()

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self._port}"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self.join()

    def run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._run())

    async def _run(self) -> None:
        self._ready = await asyncio.to_thread(self._look)
        following = asyncio.create_task(self._follow())
        async with await asyncio.start_server(self._serve, LOOPBACK, self._port):
            self._serves.set()
            await self._ended.wait()
        following.cancel()

    async def _follow(self) -> None:
        while True:
            self._ready = await asyncio.to_thread(self._look)
            await asyncio.sleep(LOOK_EVERY)

    def _look(self) -> list[Instance]:
        return [it for it in self._instances if readiness(it.operations_port).ready]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            body = await reader.readexactly(int(length[1])) if length else b""
            last = KEPT.sub(b"", head)[:-2] + b"connection: close\r\n\r\n"
            writer.write(await self._passed_on(last + body))
            await writer.drain()
        writer.close()

    async def _passed_on(self, request: bytes) -> bytes:
        if not self._ready:
            return NOBODY
        instance = self._ready[next(self._turns) % len(self._ready)]
        answer = b""
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(LOOPBACK, instance.api_port)
            writer.write(request)
            answer = await reader.read(-1)
            writer.close()
        return answer or NOBODY
