import { asText, read } from '../../conversation/read.js';
import type { StageRecord } from '../../signals/signal.js';

/** Calls that run; beyond, the oldest are forgotten. */
const MAX_CALLS = 64;

interface ToolRun {
  readonly speechId: string | undefined;
  name: string | undefined;
  arguments: string | undefined;
  startTime: number;
}

/** A call that is over, and the speech that asked for it. */
export interface FinishedTool {
  readonly stage: StageRecord<'tool'>;
  readonly speechId: string | undefined;
  readonly result: string | undefined;
}

/** Tool calls from the model's wish to their output. */
export class ToolRuns {
  readonly #runs = new Map<string, ToolRun>();

  /** The model's wish is complete: an item of type `function_call` or `mcp_call`. */
  asked(item: unknown, speechId: string | undefined, time: number): string | undefined {
    const callId = asText(read(item, 'call_id')) ?? asText(read(item, 'id'));
    if (callId === undefined || this.#runs.has(callId)) return undefined;
    this.#runs.set(callId, {
      speechId,
      name: asText(read(item, 'name')),
      arguments: asText(read(item, 'arguments')),
      startTime: time,
    });
    if (this.#runs.size > MAX_CALLS) this.#runs.delete(this.#runs.keys().next().value ?? '');
    return callId;
  }

  /** It begins to run. */
  started(callId: string | undefined, time: number): void {
    const run = this.#runs.get(callId ?? '');
    if (run !== undefined) run.startTime = time;
  }

  ended(
    callId: string | undefined,
    time: number,
    result: unknown,
    error?: unknown,
  ): FinishedTool | undefined {
    const run = this.#runs.get(callId ?? '');
    if (run === undefined || callId === undefined) return undefined;
    this.#runs.delete(callId);
    const { name, arguments: args, startTime, speechId } = run;
    return {
      speechId,
      result: asText(result),
      stage: {
        kind: 'tool',
        startTime,
        endTime: Math.max(startTime, time),
        payload: {
          callId,
          ...(name === undefined ? {} : { name }),
          ...(args === undefined ? {} : { arguments: args }),
          ...(result === undefined || result === null ? {} : { result }),
        },
        ...(error === undefined || error === null ? {} : { error: toolError(error) }),
      },
    };
  }
}

function toolError(error: unknown): { name: string; message: string } {
  const name = asText(read(error, 'type')) ?? 'tool_error';
  return { name, message: asText(read(error, 'message')) ?? name };
}
