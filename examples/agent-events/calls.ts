import type { EventEmitter } from 'node:events';

/** Milliseconds after the event before, the event, and what its listeners are given. */
type Scripted = readonly [afterMs: number, event: string, payload?: unknown];

const speech = (role: string, status: string) => ({ type: 'speech-update', role, status });
const transcript = (role: string, words: string) => ({
  type: 'transcript',
  transcriptType: 'final',
  role,
  transcript: words,
});

/** A call as `@vapi-ai/web` tells it. */
export const VAPI_CALL: readonly Scripted[] = [
  [0, 'call-start'],
  [200, 'message', speech('assistant', 'started')],
  [600, 'message', transcript('assistant', 'Harbor Bank, hello.')],
  [100, 'message', speech('assistant', 'stopped')],
  [400, 'message', speech('user', 'started')],
  [700, 'message', speech('user', 'stopped')],
  [150, 'message', transcript('user', 'What is my balance? My number is 415-555-0132.')],
  [
    100,
    'message',
    {
      type: 'tool-calls',
      toolCallList: [{ id: 'call_1', type: 'function', function: { name: 'balance', arguments: '{}' } }],
    },
  ],
  [
    250,
    'message',
    { type: 'tool-calls-result', toolCallResult: { toolCallId: 'call_1', name: 'balance', result: '12' } },
  ],
  [300, 'message', speech('assistant', 'started')],
  [500, 'message', transcript('assistant', 'Your balance is twelve')],
  [100, 'message', speech('user', 'started')],
  [60, 'message', { type: 'user-interrupted' }],
  [40, 'message', speech('assistant', 'stopped')],
  [500, 'message', speech('user', 'stopped')],
  [100, 'message', transcript('user', 'Thanks, bye.')],
  [200, 'message', { type: 'status-update', status: 'ended', endedReason: 'customer-ended-call' }],
  [0, 'call-end'],
];

/** A call as a library of one's own tells it. */
export const MY_CALL: readonly Scripted[] = [
  [0, 'listening'],
  [800, 'heard', 'Will it rain?'],
  [500, 'speaking', { text: 'Not today.' }],
  [700, 'silent'],
];

/** Emits the events of a call in real time. */
export async function play(emitter: EventEmitter, call: readonly Scripted[]): Promise<void> {
  for (const [afterMs, event, payload] of call) {
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    emitter.emit(event, payload);
  }
}
