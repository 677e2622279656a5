import {
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_TYPE,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_VOICE_EVENT_PAYLOAD,
  ATTR_VOICE_STAGE_END_REASON,
  ATTR_VOICE_STAGE_ID,
  ATTR_VOICE_STAGE_MODE,
  ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT,
  ATTR_VOICE_STAGE_TYPE,
} from '../semconv/generated.js';
import { durationMsOf, roundMs, textOf } from './attributes.js';
import { stageCost } from './cost.js';
import type { ErrorReport, EventReport, StageReport } from './model.js';
import type { SpanRecord } from './otlp.js';

/** A stage from its span; `origin` is the session's start in epoch milliseconds. */
export function readStage(span: SpanRecord, origin: number): StageReport {
  const { attributes } = span;
  const kind = textOf(attributes, ATTR_VOICE_STAGE_TYPE) ?? 'unknown';
  return {
    stageId: textOf(attributes, ATTR_VOICE_STAGE_ID) ?? span.spanId,
    traceId: span.traceId,
    spanId: span.spanId,
    kind,
    name: span.name,
    operation: textOf(attributes, ATTR_GEN_AI_OPERATION_NAME),
    provider: textOf(attributes, ATTR_GEN_AI_PROVIDER_NAME),
    model: textOf(attributes, ATTR_GEN_AI_REQUEST_MODEL),
    toolName: textOf(attributes, ATTR_GEN_AI_TOOL_NAME),
    mode: textOf(attributes, ATTR_VOICE_STAGE_MODE),
    startMs: roundMs(span.startTime - origin),
    endMs: roundMs((span.endTime ?? span.startTime) - origin),
    timeToFirstOutputMs: durationMsOf(attributes, ATTR_VOICE_STAGE_TIME_TO_FIRST_OUTPUT),
    endReason: textOf(attributes, ATTR_VOICE_STAGE_END_REASON),
    error: readError(span),
    cost: stageCost(kind, attributes),
    events: readEvents(span, origin),
    attributes,
  };
}

/** What went wrong, where the span's status is Error. */
export function readError(span: SpanRecord): ErrorReport | undefined {
  if (!span.failed) return undefined;
  const exception = span.events.find(({ name }) => name === 'exception')?.attributes ?? {};
  return {
    type: textOf(span.attributes, ATTR_ERROR_TYPE) ?? textOf(exception, ATTR_EXCEPTION_TYPE),
    message: span.statusMessage ?? textOf(exception, ATTR_EXCEPTION_MESSAGE),
  };
}

/** The events of a span, by time. */
export function readEvents(span: SpanRecord, origin: number): EventReport[] {
  return span.events
    .map(({ name, time, attributes }) => ({
      name,
      timeMs: roundMs(time - origin),
      payload: textOf(attributes, ATTR_VOICE_EVENT_PAYLOAD),
      attributes,
    }))
    .sort((a, b) => a.timeMs - b.timeMs);
}
