import { asNumber, asText, read } from '../../conversation/read.js';
import { debug, errorText } from '../../otel/diagnostics.js';
import type { RtviMessage } from './messages.js';

/** A message with the time at which it was received. */
export interface TimedRtviMessage {
  readonly message: RtviMessage | string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** A message as far as it can be read. */
export interface ReceivedMessage {
  readonly type: string;
  readonly data: unknown;
  readonly time: number | undefined;
}

/** Reads an item of a stream: a message, a line of JSON, or either with its time; `undefined` for anything else. */
export function receivedMessage(item: unknown): ReceivedMessage | undefined {
  const given = typeof item === 'string' ? parsed(item) : item;
  const inner = read(given, 'message');
  const timed = read(given, 'type') === undefined && inner !== undefined;
  const message = timed ? (typeof inner === 'string' ? parsed(inner) : inner) : given;
  const type = asText(read(message, 'type'));
  if (type === undefined) return undefined;
  const time = timed ? asNumber(read(given, 'time')) : undefined;
  return { type, data: read(message, 'data'), time };
}

function parsed(text: string): unknown {
  try {
    return text.trim() === '' ? undefined : JSON.parse(text);
  } catch (error) {
    debug(`a line that is no JSON was left out: ${errorText(error)}`);
    return undefined;
  }
}
