import { writePayload } from '../../../conversation/payload-attributes.js';
import { derivedSpanId } from '../ids.js';
import type { MessageResult, PromptMessage } from '../messages.js';
import type { SpanStage } from '../span-stage.js';
import { askedBy, type Exchange } from './exchange.js';
import { VAD_START_MS } from './outcome.js';
import type { LlmService } from './services.js';

/** What Pipecat tells the model of a handler that raised (1.14.0). */
const RAISED = /^"?The function `[^`]*` failed and returned no result/;

/**
 * The tools of an exchange. A cascade has no spans of them: what was called and what came of it is in the next
 * prompt, and it ran between two generations. Tools that have spans are not made a second time.
 */
export function toolStages(exchange: Exchange, next: Exchange | undefined): SpanStage[] {
  if (exchange.tools.length > 0) return [];
  const { llms } = exchange;
  return llms.flatMap((llm, index) => {
    const later = llms[index + 1] ?? next?.llms[0];
    const inside = index + 1 < llms.length;
    const called = newCalls(llm, later);
    if (called.length === 0) return inside ? unnamed(llm, later) : [];
    const cancelledAt = next?.stts[0] === undefined ? undefined : next.stts[0].startTime + VAD_START_MS;
    const endTime = inside ? later?.startTime : cancelledAt;
    return called.map(({ call, result }) =>
      stage(llm, call.id ?? call.name, endTime, {
        name: call.name,
        callId: call.id,
        arguments: call.arguments,
        result: result?.content,
      }),
    );
  });
}

interface Called {
  readonly call: PromptMessage['calls'][number];
  readonly result: MessageResult | undefined;
}

/** The calls that the later prompt has beyond the earlier one; of prompts of a speech-to-speech model by name. */
function newCalls(llm: LlmService, later: LlmService | undefined): Called[] {
  const after = later?.messages;
  if (after === undefined) return [];
  const fresh =
    llm.messages === undefined
      ? after.filter(({ calls }) => calls.some(({ name }) => llm.calls.includes(name))).slice(-1)
      : after.slice(llm.messages.length);
  const results = after.flatMap((message) => message.results);
  return fresh.flatMap(({ calls }) =>
    calls.map((call) => ({
      call,
      result: results.findLast(({ id }) => id !== undefined && id === call.id),
    })),
  );
}

/** Names on the span itself, where no prompt tells more. */
function unnamed(llm: LlmService, later: LlmService | undefined): SpanStage[] {
  if (later === undefined || (llm.calls.length === 0 && askedBy(later) !== 'tool')) return [];
  const names = llm.calls.length === 0 ? [undefined] : llm.calls;
  return names.map((name, index) => stage(llm, name ?? index, later.startTime, { name }));
}

function stage(
  llm: LlmService,
  key: string | number,
  endTime: number | undefined,
  payload: { name: string | undefined; callId?: string | undefined; arguments?: unknown; result?: unknown },
): SpanStage {
  const raised = typeof payload.result === 'string' && RAISED.test(payload.result);
  const { traceId, spanId } = llm.span;
  return {
    kind: 'tool',
    startTime: llm.endTime,
    endTime: Math.max(llm.endTime, endTime ?? llm.endTime),
    ...(raised ? { error: 'tool_error' } : {}),
    origin: {
      spanId: derivedSpanId(traceId, spanId, 'tool', key),
      span: undefined,
      attributes: writePayload('tool', payload).attributes,
      kept: [],
      errorType: raised ? 'tool_error' : undefined,
    },
  };
}
