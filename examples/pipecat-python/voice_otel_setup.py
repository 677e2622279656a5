"""Switches Pipecat's own tracing on and sends it to the voice-otel gateway, without a change to the application.

    PIPECAT_SETUP_FILES=/path/to/voice_otel_setup.py python bot.py

OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS and OTEL_SERVICE_NAME are honoured; without them spans go to
http://localhost:4318, where `npx voice-otel gateway` listens. Needs pipecat-ai[tracing] 1.3 or later and
opentelemetry-exporter-otlp-proto-http. Pipecat has no public way to do this: the names that begin with an underscore
were tried with 1.14.0.
"""

import os

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pipecat.observers.turn_tracking_observer import TurnTrackingObserver
from pipecat.observers.user_bot_latency_observer import UserBotLatencyObserver
from pipecat.utils.tracing.setup import setup_tracing
from pipecat.utils.tracing.tracing_context import TracingContext
from pipecat.utils.tracing.turn_trace_observer import TurnTraceObserver

provider = trace.get_tracer_provider()
if isinstance(provider, TracerProvider):
    # The application has one of its own: the gateway gets a copy of what it records.
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
else:
    setup_tracing(os.getenv("OTEL_SERVICE_NAME", "pipecat"), exporter=OTLPSpanExporter())


async def setup_pipeline_worker(worker):
    # Without metrics spans have no time to first byte and no usage.
    worker._params.enable_metrics = True
    worker._params.enable_usage_metrics = True
    if worker._enable_tracing:
        return
    if worker._turn_tracking_observer is None:
        worker._turn_tracking_observer = TurnTrackingObserver()
        worker.add_observer(worker._turn_tracking_observer)
    latency = UserBotLatencyObserver()
    worker._enable_tracing = True
    worker._tracing_context = TracingContext()
    worker._turn_trace_observer = TurnTraceObserver(
        worker._turn_tracking_observer,
        latency_tracker=latency,
        conversation_id=worker._conversation_id,
        additional_span_attributes=worker._additional_span_attributes,
        tracing_context=worker._tracing_context,
    )
    worker.add_observer(latency)
    worker.add_observer(worker._turn_trace_observer)
