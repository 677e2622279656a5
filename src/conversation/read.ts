import { debug, errorText } from '../otel/diagnostics.js';

/** A property of whatever a caller handed over; `undefined` where reading it is impossible. */
export function read(owner: unknown, key: string): unknown {
  if ((typeof owner !== 'object' && typeof owner !== 'function') || owner === null) return undefined;
  try {
    return (owner as Record<string, unknown>)[key];
  } catch (error) {
    debug(`could not read ${key}: ${errorText(error)}`);
    return undefined;
  }
}

/** Ids and names longer than this are cut: they stand on every span. */
const MAX_ID_LENGTH = 1024;

/** A usable id or name: a non-empty string, or a finite number as text. */
export function asId(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value.slice(0, MAX_ID_LENGTH);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return undefined;
}

/** A finite number, else `undefined`. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Items read of one list; nobody looks at more. */
const MAX_ITEMS = 10_000;

/** The items of an array, as far as they can be read, by index; `undefined` for anything else. */
export function asList(value: unknown): unknown[] | undefined {
  try {
    if (!Array.isArray(value)) return undefined;
    const items: unknown[] = [];
    for (let i = 0; i < Math.min(value.length, MAX_ITEMS); i += 1) items.push(value[i]);
    return items;
  } catch (error) {
    debug(`could not read a list: ${errorText(error)}`);
    return undefined;
  }
}

/** A string, else `undefined`. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
