import type { ReadableSpanLike } from '../../otel/types.js';
import {
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
} from '../../semconv/generated.js';
import { text } from './attributes.js';
import { msBetween, wireTime } from './format.js';
import { argumentsOf, type IdentifiedCall, resultOf, toolCallsOf } from './messages.js';
import { errorMessage, hasFailed } from './rows.js';
import type { TurnEventRow, WireToolCall } from './wire.js';

/** A tool call as its own span tells it. */
export interface ToolRun extends IdentifiedCall {
  readonly span: ReadableSpanLike;
}

export function toolRun(span: ReadableSpanLike): ToolRun {
  const { attributes } = span;
  const result = resultOf(text(attributes, ATTR_GEN_AI_TOOL_CALL_RESULT));
  return {
    span,
    id: text(attributes, ATTR_GEN_AI_TOOL_CALL_ID),
    name: text(attributes, ATTR_GEN_AI_TOOL_NAME) ?? 'unknown',
    arguments: argumentsOf(text(attributes, ATTR_GEN_AI_TOOL_CALL_ARGUMENTS)),
    result: result ?? (hasFailed(span) ? errorMessage(span) : null),
  };
}

/**
 * Shares the tools of a turn out among its model stages: each goes to the stage that asked for it (by call id, else by
 * name where that call has no result yet), else to the last stage that had begun before it, else to the first. A call
 * that the messages already carry gets its result instead of a second entry. Without any model stage nothing is
 * returned.
 */
export function shareOut(
  tools: readonly ToolRun[],
  models: readonly ReadableSpanLike[],
): ReadonlyMap<ReadableSpanLike, WireToolCall[]> {
  const shares = models.map((span) => ({ span, calls: toolCallsOf(span.attributes) }));
  const first = shares[0];
  if (first === undefined) return new Map();
  const inOrder = [...tools].sort((a, b) => startMs(a.span) - startMs(b.span));
  for (const tool of inOrder) {
    const asked = shares.find(({ calls }) => calls.some((call) => isCallOf(call, tool)));
    if (asked === undefined) {
      const before = shares.filter(({ span }) => startMs(span) <= startMs(tool.span)).at(-1);
      const { span: _, ...call } = tool;
      (before ?? first).calls.push(call);
      continue;
    }
    const index = asked.calls.findIndex((call) => isCallOf(call, tool));
    const call = asked.calls[index];
    if (call !== undefined) asked.calls[index] = { ...call, id: tool.id, result: tool.result ?? call.result };
  }
  return new Map(shares.map(({ span, calls }) => [span, calls.map(({ id, ...call }) => call)]));
}

function isCallOf(call: IdentifiedCall, tool: ToolRun): boolean {
  if (call.id !== undefined && tool.id !== undefined) return call.id === tool.id;
  return call.name === tool.name && call.result === null;
}

function startMs({ startTime }: ReadableSpanLike): number {
  return startTime[0] * 1000 + startTime[1] / 1e6;
}

/** A tool that no model stage can carry any more, as an event. */
export function toolEvent({
  span,
  id,
  name,
  arguments: args,
  result,
}: ToolRun): Pick<TurnEventRow, 'event_type' | 'timestamp' | 'payload'> {
  return {
    event_type: `tool:${name}`,
    timestamp: wireTime(span.startTime),
    payload: {
      name,
      call_id: id ?? null,
      arguments: args,
      result,
      duration_ms: msBetween(span.startTime, span.endTime),
      status: hasFailed(span) ? 'failure' : 'success',
    },
  };
}
