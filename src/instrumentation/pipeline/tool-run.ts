import type { ToolCall } from '../../conversation/payloads.js';
import { asText } from '../../conversation/read.js';
import type { StageRecord } from '../../signals/signal.js';
import type { EventOf } from './events.js';

/** A tool from the model's wish to its result. */
export class ToolRun {
  readonly call: ToolCall;
  startTime: number;
  started = false;

  constructor(id: string, startTime: number) {
    this.call = { id, name: '' };
    this.startTime = startTime;
  }

  /** What is known of it by now; servers tell clients no more than its id unless asked to. */
  known({ name, arguments: args }: { name?: string | undefined; arguments?: unknown }): void {
    if (name !== undefined && name !== '') this.call.name = name;
    if (args !== undefined) this.call.arguments = args;
  }

  toStage({ result, error, cancelled }: EventOf<'tool_ended'>, time: number): StageRecord<'tool'> {
    if (result !== undefined) this.call.result = result;
    const { id, name, arguments: args } = this.call;
    return {
      kind: 'tool',
      startTime: this.startTime,
      endTime: Math.max(this.startTime, time),
      payload: {
        ...(name === '' ? {} : { name }),
        ...(id === undefined ? {} : { callId: id }),
        ...(args === undefined ? {} : { arguments: args }),
        ...(result === undefined ? {} : { result }),
      },
      ...(error === undefined
        ? {}
        : { error: asText(error) === undefined ? error : { name: 'tool_error', message: error } }),
      ...(cancelled === true ? { discarded: true } : {}),
    };
  }
}
