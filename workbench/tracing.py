"""Traces by OpenTelemetry: what a request or job did, part by part, and how long each took.

Off until `configure`: then nothing of OpenTelemetry is loaded, and a span costs a comparison. Attributes say what was done
with which kind of thing, never for whom: no names, addresses, parameters or texts of a user.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

    from workbench.service_settings import Traces

Kind = Literal["internal", "server", "client", "consumer"]

# A child process is given the span that started it, as OpenTelemetry's specification of environment variables names it.
VARIABLE = "TRACEPARENT"
_HEADER = "traceparent"
_FLUSH_MILLISECONDS = 5_000
_OFF: AbstractContextManager[None] = nullcontext()

_provider: Any = None
_tracer: Any = None


def is_on() -> bool:
    """Whether spans are recorded."""
    return _tracer is not None


def configure(chosen: Traces, *, version: str, exporter: SpanExporter | None = None) -> None:
    """Records spans from here on and sends them to the endpoint of the settings; does nothing without one, or again.

    What the process does belongs to the span that its parent handed on. `exporter` takes the place of the endpoint's.
    """
    global _provider, _tracer  # noqa: PLW0603  one for the process, like its log
    if is_on() or (chosen.endpoint is None and exporter is None):
        return
    from opentelemetry import context
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

    resource = Resource({"service.name": chosen.service_name, "service.version": version})
    # By the trace's id alone: all processes decide alike, and a caller's header cannot decide for us.
    _provider = TracerProvider(sampler=TraceIdRatioBased(chosen.ratio), resource=resource, shutdown_on_exit=False)
    if exporter is None:
        sender = OTLPSpanExporter(endpoint=f"{(chosen.endpoint or '').rstrip('/')}/v1/traces", timeout=chosen.timeout_seconds)
        _provider.add_span_processor(BatchSpanProcessor(sender))
        atexit.register(stop)
    else:
        _provider.add_span_processor(SimpleSpanProcessor(exporter))
    _tracer = _provider.get_tracer("workbench", version)
    if parent := os.environ.get(VARIABLE):
        context.attach(_context_of(parent))


def stop() -> None:
    """Sends what was recorded and records nothing from here on."""
    global _provider, _tracer
    provider, _provider, _tracer = _provider, None, None
    if provider is not None:
        provider.shutdown()


def flush() -> None:
    """Sends what was recorded so far; waits for it a few seconds at most."""
    if _provider is not None:
        _provider.force_flush(_FLUSH_MILLISECONDS)


def span(name: str, kind: Kind = "internal", **attributes: str | int | bool) -> AbstractContextManager[Span | None]:
    """A span for the block, within that of the running code; None while traces are off. `a__b` is the attribute `a.b`."""
    return _OFF if _tracer is None else _running(name, kind, None, attributes)


def span_of(parent: str | None, name: str, kind: Kind, **attributes: str | int | bool) -> AbstractContextManager[Span | None]:
    """As `span`, within the span of another process that `traceparent` named there, or at the beginning of a trace."""
    return _OFF if _tracer is None else _running(name, kind, parent or "", attributes)


def traceparent() -> str | None:
    """The running span as W3C Trace Context names it; None outside of one."""
    if _tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get(_HEADER)


def trace_id() -> str | None:
    """The id of the running trace, 32 hexadecimal digits; None outside of one."""
    parent = traceparent()
    return parent.split("-")[1] if parent else None


def child_variables() -> Mapping[str, str]:
    """What a child process needs in its environment to go on with the trace."""
    parent = traceparent()
    return {VARIABLE: parent} if parent else {}


def begin(name: str, kind: Kind, attributes: Mapping[str, str]) -> Span | None:
    """A span that its caller ends, for what begins and ends in different functions."""
    return _tracer.start_span(name, kind=_kind(kind), attributes=attributes) if _tracer is not None else None


def mark_failed(recorded: Span, kind: str) -> None:
    """Marks the span as failed, by the kind of the error alone: its message may name what a user asked for."""
    from opentelemetry.trace import Status, StatusCode

    recorded.set_attribute("error.type", kind)
    recorded.set_status(Status(StatusCode.ERROR))


@contextmanager
def _running(name: str, kind: Kind, parent: str | None, attributes: Mapping[str, str | int | bool]) -> Iterator[Span]:
    options: dict[str, Any] = {} if parent is None else {"context": _context_of(parent)}
    with _tracer.start_as_current_span(
        name,
        kind=_kind(kind),
        attributes={each.replace("__", "."): value for each, value in attributes.items()},
        record_exception=False,
        set_status_on_exception=False,
        **options,
    ) as recorded:
        try:
            yield recorded
        except BaseException as error:
            mark_failed(recorded, type(error).__name__)
            raise


def _context_of(parent: str) -> Any:
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({_HEADER: parent}, Context())


def _kind(kind: Kind) -> Any:
    from opentelemetry.trace import SpanKind

    return SpanKind[kind.upper()]
