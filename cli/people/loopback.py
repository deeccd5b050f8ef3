"""Takes the one request by which a browser comes back from the identity provider (RFC 8252)."""

import asyncio
import hmac
import socketserver
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from local.ports import LOOPBACK

BACK = "/callback"
SILENCE_SECONDS = 10.0
"""After which a connection that says nothing is let go; browsers open some ahead of need."""
PAGE = """<!doctype html><meta charset="utf-8"><title>Soihtu</title>
<p lang="fi">Palaa päätteeseen; tämän sivun voi sulkea.</p>
<p lang="sv">Gå tillbaka till terminalen; sidan kan stängas.</p>
<p lang="en">Go back to the terminal; this page can be closed.</p>
"""

Query = Mapping[str, str]


class Loopback:
    """Listens on a free port of this machine alone, while it is a context."""

    def __init__(self, state: str) -> None:
        """`state`: what the browser has to bring along; whatever does not is turned away."""
        self._came: asyncio.Future[Query] = asyncio.get_running_loop().create_future()
        self._server = _Server((LOOPBACK, 0), _Handler)
        self._server.state = state
        self._server.tell = self._tell

    @property
    def address(self) -> str:
        """Where the browser is sent back to."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}{BACK}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    async def request(self, seconds: float) -> Query:
        """The query that the browser brought. Raises TimeoutError."""
        return await asyncio.wait_for(self._came, seconds)

    def _tell(self, query: Query) -> None:
        self._came.get_loop().call_soon_threadsafe(self._settle, query)

    def _settle(self, query: Query) -> None:
        if not self._came.done():
            self._came.set_result(query)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    state: str
    tell: Callable[[Query], None]


class _Handler(BaseHTTPRequestHandler):
    timeout = SILENCE_SECONDS
    server: _Server

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        query = dict(parse_qsl(asked.query))
        if asked.path != BACK:
            self.send_error(HTTPStatus.NOT_FOUND)
        elif not hmac.compare_digest(query.get("state", "").encode(), self.server.state.encode()):
            self.send_error(HTTPStatus.BAD_REQUEST)
        else:
            self._answer()
            self.server.tell(query)

    def _answer(self) -> None:
        page = PAGE.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Says nothing: what comes back is nobody else's."""
