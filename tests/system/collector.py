"""A collector of traces: an HTTP server that takes what OpenTelemetry's exporters send."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from gzip import decompress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """A span, and the role that made it."""

    role: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: str


@dataclass
class Collected:
    """What has come so far."""

    address: str
    spans: list[Span] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            role = next(
                it.value.string_value
                for it in resource.resource.attributes
                if it.key == "service.name"
            )
            for scope in resource.scope_spans:
                self.spans += [
                    Span(
                        role,
                        it.name,
                        it.trace_id.hex(),
                        it.span_id.hex(),
                        it.parent_span_id.hex(),
                        str(it),
                    )
                    for it in scope.spans
                ]

    def of(self, trace: str) -> dict[tuple[str, str], Span]:
        """The spans of a trace by role and name; of several the last."""
        return {(it.role, it.name): it for it in self.spans if it.trace == trace}


@contextmanager
def collecting() -> Iterator[Collected]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            collected.take(decompress(body) if packed else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collected = Collected(f"http://127.0.0.1:{server.server_port}")
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield collected
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
