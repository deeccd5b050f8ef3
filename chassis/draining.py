"""How an API leaves: it says so, still takes what comes for a while, and finishes what it took."""

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Leaving:
    """Asks callers, once the process is leaving, to make their next request elsewhere.

    What routes by readiness sends no new connections here; those that are open stay until
    their caller is told.
    """

    def __init__(self, app: ASGIApp, leaves: asyncio.Event) -> None:
        self._app = app
        self._leaves = leaves

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; answers close their connection while leaving."""

        async def send_last(message: Message) -> None:
            if message["type"] == "http.response.start" and self._leaves.is_set():
                MutableHeaders(scope=message)["connection"] = "close"
            await send(message)

        await self._app(scope, receive, send_last)
