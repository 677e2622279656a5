import { asNumber, asText, read } from '../../conversation/read.js';

/** A class whose instances are frames. */
export type FrameClass = abstract new (...args: never[]) => object;

/** A field of a frame in either spelling, `stopSecs` or `stop_secs`. */
export function field(frame: unknown, camel: string, snake: string): unknown {
  return read(frame, camel) ?? read(frame, snake);
}

export function textField(frame: unknown, camel: string, snake: string = camel): string | undefined {
  const value = asText(field(frame, camel, snake));
  return value === '' ? undefined : value;
}

export function numberField(frame: unknown, camel: string, snake: string = camel): number | undefined {
  return asNumber(field(frame, camel, snake));
}

/** `{ [key]: value }`, or nothing where there is no value. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}

/**
 * What a name says apart from its spelling: `UserStartedSpeakingFrame#3`, `userStartedSpeaking` and
 * `user_started_speaking` are the same.
 */
export function canonicalName(name: string): string {
  const hash = name.indexOf('#');
  const plain = (hash === -1 ? name : name.slice(0, hash)).toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain.endsWith('frame') ? plain.slice(0, -'frame'.length) : plain;
}
