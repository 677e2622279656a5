/**
 * Collects entries under masked keys. Two keys may become the same placeholder; the later one then carries a
 * number, so that no value is lost.
 */
export class KeyedCopy {
  readonly record: Record<string, unknown> = {};
  readonly #times = new Map<string, number>();

  set(key: string, value: unknown): string {
    let free = key;
    while (Object.hasOwn(this.record, free)) {
      const times = (this.#times.get(key) ?? 1) + 1;
      this.#times.set(key, times);
      free = `${key}#${times}`;
    }
    // Of a record of our own only this key needs to be defined; assigning is faster.
    if (free === '__proto__') setOwn(this.record, free, value);
    else this.record[free] = value;
    return free;
  }
}

/** Makes an object hold just the given entries, writing only what differs. Throws when the object is frozen. */
export function overwriteRecord(
  target: Record<string, unknown>,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const key of Object.keys(target)) if (!Object.hasOwn(values, key)) delete target[key];
  for (const key of Object.keys(values)) {
    const value = values[key];
    if (Object.is(target[key], value)) continue;
    setOwn(target, key, value);
  }
}

/** Sets a property whatever its key, `__proto__` included, and whatever it was. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
