"""A TCP proxy before a broker's second listener, which can hold a client's requests by kind."""

import asyncio
import struct
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum

import psutil

from local.kafka import Detour
from local.ports import LOOPBACK

BODY = struct.Struct(">i")
KIND = struct.Struct(">h")


class Request(IntEnum):
    """Kinds of requests of Kafka's protocol, by their numbers in it."""

    ANY = -1
    PRODUCE = 0
    OFFSET_COMMIT = 8
    END_TXN = 26


@dataclass
class Hold:
    """From the first request of `kind` by process `pid` on, nothing of its connection passes."""

    kind: Request
    pid: int
    caught: threading.Event = field(default_factory=threading.Event)
    _passes: "Future[bool]" = field(default_factory=Future)

    def release(self) -> None:
        """Let what was held go on to the broker."""
        if not self._passes.done():
            self._passes.set_result(True)

    def drop(self) -> None:
        """Close the connection; the broker never sees what was held."""
        if not self._passes.done():
            self._passes.set_result(False)

    async def passes(self) -> bool:
        """Whether the held request may go on, once that is known."""
        return await asyncio.wrap_future(self._passes)


class KafkaProxy:
    """Passes everything on, but for what is held; runs in a thread of its own."""

    def __init__(self, detour: Detour) -> None:
        self._detour = detour
        self._holds: list[Hold] = []
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        listening: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(listening,), name="kafka-proxy")
        self._thread.start()
        listening.result(10)

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._detour.proxy}"

    def hold(self, kind: Request, pid: int) -> Hold:
        """Arm a hold; it catches one connection."""
        hold = Hold(kind, pid)
        self._holds.append(hold)
        return hold

    def forget(self, hold: Hold) -> None:
        """End a hold; what it has caught is dropped, if it was not released."""
        hold.drop()
        with suppress(ValueError):
            self._holds.remove(hold)

    def close(self) -> None:
        for hold in self._holds:
            hold.drop()
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def _run(self, listening: "Future[None]") -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve(listening))
        except OSError as error:
            listening.set_exception(error)
        finally:
            self._loop.close()

    async def _serve(self, listening: "Future[None]") -> None:
        server = await asyncio.start_server(self._connected, LOOPBACK, self._detour.proxy)
        listening.set_result(None)
        await self._ended.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connected(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            server, out = await asyncio.open_connection(LOOPBACK, self._detour.port)
            port: int = back.get_extra_info("peername")[1]
            answers = asyncio.create_task(_copy(server, back))
            try:
                await self._pass_requests(client, out, port)
            finally:
                answers.cancel()
                out.close()
        back.close()

    async def _pass_requests(
        self, client: asyncio.StreamReader, out: asyncio.StreamWriter, port: int
    ) -> None:
        while True:
            size = await client.readexactly(BODY.size)
            body = await client.readexactly(BODY.unpack(size)[0])
            hold = self._hold_of(KIND.unpack_from(body)[0], port)
            if hold:
                hold.caught.set()
                if not await hold.passes():
                    return
            out.write(size + body)
            await out.drain()

    def _hold_of(self, kind: int, port: int) -> Hold | None:
        for hold in list(self._holds):
            if hold.kind in (kind, Request.ANY) and port in _ports_of(hold.pid):
                self._holds.remove(hold)
                return hold
        return None


def _ports_of(pid: int) -> set[int]:
    """The local ports of a process's connections."""
    with suppress(psutil.NoSuchProcess):
        return {it.laddr.port for it in psutil.Process(pid).net_connections("tcp4")}
    return set()


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()
