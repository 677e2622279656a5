/** The kinds of ids: session, turn, stage. */
export type IdPrefix = 's' | 't' | 'st';

/** A fresh id: the prefix, an underscore and 16 random hex digits. */
export function createId(prefix: IdPrefix): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(8));
  return `${prefix}_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
