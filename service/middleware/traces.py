"""Answered requests → OpenTelemetry spans, where an endpoint is configured (extra `otel`)."""

from typing import Any

from index.errors import TiaowenError
from service.middleware.exchange import Exchange


class Traces:
    """An observer: a span for each request, and one for each step of its search."""

    def __init__(self, endpoint: str, exporter: Any = None) -> None:
        """Send to an OTLP/HTTP endpoint such as http://127.0.0.1:4318/v1/traces. Raises TiaowenError."""
        try:
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

            if exporter is None:
                from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

                exporter = OTLPSpanExporter(endpoint=endpoint)
        except ImportError as error:
            raise TiaowenError("TIAOWEN_OTEL_ENDPOINT is set but OpenTelemetry is not installed; install the extra: "
                               "pip install 'tiaowen[otel]'") from error  # fmt: skip
        self._provider = TracerProvider(resource=Resource.create({"service.name": "tiaowen"}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("tiaowen")
        self._propagator = TraceContextTextMapPropagator()

    def observe(self, exchange: Exchange) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

        start = int(exchange.started * 1e9)
        above = (
            self._propagator.extract({"traceparent": exchange.traceparent}) if exchange.traceparent else None
        )
        span = self._tracer.start_span(
            f"{exchange.method} {exchange.route}", above, SpanKind.SERVER, start_time=start,
            attributes={
                "http.request.method": exchange.method, "http.route": exchange.route,
                "http.response.status_code": exchange.status, "tiaowen.request_id": exchange.request_id,
            },
        )  # fmt: skip
        if exchange.status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        inner, at = set_span_in_context(span), start
        for stage, milliseconds in exchange.notes.stages.items():
            if stage != "total":
                step = self._tracer.start_span(stage, inner, start_time=at)
                at += int(milliseconds * 1e6)
                step.end(at)
        span.end(start + int(exchange.seconds * 1e9))

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()
