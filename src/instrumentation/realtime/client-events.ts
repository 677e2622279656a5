import { read } from '../../conversation/read.js';
import type { Listeners } from '../events/listeners.js';
import { patchMethod } from '../events/patch-method.js';
import type { RealtimeCalls } from './calls.js';

/** Events of the client's that say something; the many others are not even read. */
const TELLING: ReadonlySet<unknown> = new Set([
  'input_audio_buffer.append',
  'conversation.item.truncate',
  'conversation.item.create',
]);

/**
 * Watches what the client sends: how much audio and when, how much of the agent was heard when it was cut off, and the
 * output of tools. `sendEvent` of a transport of `@openai/agents-realtime`, `send` of a socket or of OpenAI's own client.
 */
export function watchClientEvents(sender: unknown, calls: RealtimeCalls, listeners: Listeners): void {
  const method = ['sendEvent', 'send'].find((name) => typeof read(sender, name) === 'function');
  if (method === undefined || typeof sender !== 'object' || sender === null) return;
  listeners.alsoRemove(
    patchMethod(sender, method, (sent) => {
      const event = typeof sent === 'string' ? parsedIfTelling(sent) : sent;
      if (!TELLING.has(read(event, 'type'))) return;
      calls.client(undefined, (translator, time) => translator.clientEvent(event, time));
    }),
  );
}

/** Most of what is sent is audio: a message is only read when it may say something. */
function parsedIfTelling(text: string): unknown {
  const maySay = /"(?:input_audio_buffer\.append|conversation\.item\.(?:truncate|create))"/.test(text);
  return maySay ? JSON.parse(text) : undefined;
}
