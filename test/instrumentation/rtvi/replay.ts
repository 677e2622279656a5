import type { RtviMessage } from '../../../src/instrumentation/rtvi/messages.js';
import { type ObserveRtviOptions, observeRtvi } from '../../../src/instrumentation/rtvi/observe.js';
import type { ReadableSpanLike } from '../../../src/otel/types.js';
import { fixtureLines, recorder, SetClock } from '../pipeline/conversation.js';

/** A message as the recording has it: seconds at which it was received. */
export interface MessageLine {
  readonly t: number;
  readonly message: RtviMessage;
}

export function recordedMessages(scenario: string): MessageLine[] {
  return fixtureLines<MessageLine>(scenario, 'rtvi.jsonl');
}

/** A recording received again, each message when it was. */
export async function replayMessages(
  scenario: string,
  options: Partial<ObserveRtviOptions> = {},
): Promise<ReadableSpanLike[]> {
  const clock = new SetClock();
  const { tracer, spans } = recorder(clock);
  function* received(): Generator<RtviMessage> {
    for (const { t, message } of recordedMessages(scenario)) {
      clock.now = t * 1000;
      yield message;
    }
  }
  await observeRtvi(received(), { agentId: 'recorded', tracer, ...options }).done;
  return spans;
}
