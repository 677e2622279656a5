import type { HrTime } from '@opentelemetry/api';

/** RFC 3339 in UTC with microseconds, as the Python SDK writes its times. */
export function wireTime(time: HrTime): string {
  const micros = Math.floor(time[1] / 1000);
  const seconds = new Date(time[0] * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(micros).padStart(6, '0')}Z`;
}

/** An ISO 8601 time of an attribute in the wire's form; `undefined` where it is none. */
export function wireTimeOfText(text: string | undefined): string | undefined {
  const ms = Date.parse(text ?? '');
  if (Number.isNaN(ms)) return undefined;
  const fraction = /\.(\d+)/.exec(text ?? '')?.[1] ?? '';
  return wireTime([Math.floor(ms / 1000), Number(fraction.padEnd(6, '0').slice(0, 6)) * 1000]);
}

/** Seconds of an attribute as whole milliseconds. */
export function wireMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

/** From one `HrTime` to another, as whole milliseconds; never negative. */
export function msBetween(from: HrTime, to: HrTime): number {
  return Math.max(0, Math.round((to[0] - from[0]) * 1000 + (to[1] - from[1]) / 1e6));
}

/** A sum of dollars without the residue of binary floating point. */
export function roundDollars(amount: number): number {
  return Math.round(amount * 1e12) / 1e12;
}

/**
 * 16 hex digits that stand for a text: the same text gives the same digits, in every process, so that a row sent
 * again keeps its id. Two independent runs of FNV-1a with a final mix; not for secrets.
 */
export function hexDigits(text: string): string {
  return [0x811c9dc5, 0x27d4eb2f].map((seed) => hash(text, seed).toString(16).padStart(8, '0')).join('');
}

function hash(text: string, seed: number): number {
  let state = seed;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
