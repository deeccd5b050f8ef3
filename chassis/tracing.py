"""Spans from a command to the projections that show it, where a collector is named."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
from structlog.contextvars import bound_contextvars, get_contextvars

from contracts.envelope import Envelope

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer

_tracers: list["Tracer"] = []


class NoExporter(Exception):
    """A collector is named, and what sends to it is not installed."""


def configure(collector: str, service: str, role: str, instance: str) -> None:
    """Send spans to the OTLP collector at this address (HTTP); to none where it is empty.

    Whether a trace is kept is its beginner's choice, and OTEL_TRACES_SAMPLER's.
    """
    if not collector:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        raise NoExporter("SOIHTU_OTLP: install the packages of the group traces") from missing
    named = {
        "service.namespace": "soihtu",
        "service.name": f"{service}-{role}",
        "service.instance.id": instance,
    }
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(f"{collector.rstrip('/')}/v1/traces"))
    )
    _tracers[:] = [provider.get_tracer("soihtu")]


@contextmanager
def serving(method: str) -> Iterator[dict[str, Any]]:
    """The span of a request, which the trace context at hand leads to from here on.

    What is put into the mapping that is yielded becomes its attributes; `operation` its name.
    """
    told: dict[str, Any] = {}
    if not _tracers:
        yield told
        return
    from opentelemetry.trace import SpanKind, StatusCode

    parent = _context(get_contextvars().get("traceparent", ""))
    with _tracers[0].start_as_current_span(
        method, parent, SpanKind.SERVER, record_exception=False, set_status_on_exception=False
    ) as span:  # an exception may hold words of people
        with bound_contextvars(traceparent=_traceparent(span)):
            yield told
        span.update_name(str(told.get("operation", method)))
        span.set_attributes({"http.request.method": method, **told})
        if told.get("http.response.status_code", 0) >= 500:
            span.set_status(StatusCode.ERROR)


@contextmanager
def processing(envelopes: Sequence[Envelope]) -> Iterator[Sequence[Envelope]]:
    """A span for each event of a batch, each in its own trace.

    Yields the envelopes with the contexts that what is published because of them continues.
    """
    if not _tracers:
        yield envelopes
        return
    from opentelemetry.trace import SpanKind

    spans = [
        _tracers[0].start_span(
            f"process {it.type}", _context(it.traceparent), SpanKind.CONSUMER, _of_event(it)
        )
        for it in envelopes
    ]
    try:
        contexts = [_traceparent(span) for span in spans]
        yield [it._replace(traceparent=c) for it, c in zip(envelopes, contexts, strict=True)]
    except Exception as error:
        for span in spans:
            span.set_attribute("error.type", type(error).__name__)
        raise
    finally:
        for span in spans:
            span.end()


def relayed(rows: Iterable[Mapping[str, Any]]) -> None:
    """Tell of rows of the outbox that are in Kafka now, and how long they waited there."""
    if not _tracers:
        return
    from opentelemetry.trace import SpanKind

    for row in rows:
        headers = orjson.loads(row["headers"])
        _tracers[0].start_span(
            f"publish {headers['ce_type']}",
            _context(headers["ce_traceparent"]),
            SpanKind.PRODUCER,
            {"messaging.system": "kafka", "messaging.message.id": headers["ce_id"]},
            start_time=int(row["created_at"].timestamp() * 1e9),
        ).end()


def _of_event(envelope: Envelope) -> dict[str, Any]:
    """Ids alone: a span leaves the house."""
    return {
        "messaging.system": "kafka",
        "messaging.message.id": str(envelope.id),
        "cloudevents.event_subject": f"{envelope.subject}@{envelope.sequence}",
    }


def _context(traceparent: str) -> "Context":
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": traceparent})


def _traceparent(span: "Span") -> str:
    found = span.get_span_context()
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{int(found.trace_flags):02x}"
