/** Deeper than this, a value is written as a note: nobody reads it, and it may be endless. */
const MAX_DEPTH = 32;
/** Values in one piece of JSON; what comes after is a note, so that no argument can hold up the call. */
const MAX_VALUES = 50_000;

/**
 * JSON of any value a caller hands over: cycles, BigInts, throwing getters and revoked proxies become short
 * notes in their place instead of an error. `undefined` where JSON has nothing to say (functions, symbols).
 */
export function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(new Copier().copy(value, []));
  } catch {
    return '"[unserializable]"';
  }
}

/** Makes a plain copy that `JSON.stringify` cannot stumble over. */
class Copier {
  #left = MAX_VALUES;

  copy(value: unknown, above: readonly object[]): unknown {
    this.#left -= 1;
    if (this.#left < 0) return '[too large]';
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (above.includes(value)) return '[circular]';
    if (above.length >= MAX_DEPTH) return '[too deep]';
    try {
      return this.#object(value, [...above, value]);
    } catch {
      return '[unreadable]';
    }
  }

  #object(value: object, path: readonly object[]): unknown {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (value instanceof Error) return { name: value.name, message: value.message };
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Map) return this.#map(value, path);
    if (value instanceof Set) return this.#items(value, path);
    if (!Array.isArray(value) && 'toJSON' in value && typeof value.toJSON === 'function') {
      return this.copy(value.toJSON(), path);
    }
    return Array.isArray(value) ? this.#array(value, path) : this.#record(value, path);
  }

  /** By index, whatever the array's own iterator does. */
  #array(value: readonly unknown[], path: readonly object[]): unknown[] {
    const copy: unknown[] = [];
    for (let i = 0; i < value.length && this.#left >= 0; i += 1) copy.push(this.copy(value[i], path));
    return copy;
  }

  #items(value: Iterable<unknown>, path: readonly object[]): unknown[] {
    const copy: unknown[] = [];
    for (const item of value) {
      copy.push(this.copy(item, path));
      if (this.#left < 0) break;
    }
    return copy;
  }

  #map(value: Iterable<readonly [unknown, unknown]>, path: readonly object[]): Record<string, unknown> {
    const copy: [string, unknown][] = [];
    for (const [key, item] of value) {
      copy.push([String(key), this.copy(item, path)]);
      if (this.#left < 0) break;
    }
    return Object.fromEntries(copy);
  }

  #record(value: object, path: readonly object[]): Record<string, unknown> {
    const copy: [string, unknown][] = [];
    for (const key of Object.keys(value)) {
      copy.push([key, this.#property(value, key, path)]);
      if (this.#left < 0) break;
    }
    return Object.fromEntries(copy);
  }

  #property(owner: object, key: string, path: readonly object[]): unknown {
    try {
      return this.copy((owner as Record<string, unknown>)[key], path);
    } catch {
      return '[unreadable]';
    }
  }
}
