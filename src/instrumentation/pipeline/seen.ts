import { read } from '../../conversation/read.js';
import { field } from './frame.js';

/** Frames remembered by their ids; beyond, the oldest are forgotten. */
const MAX_IDS = 512;

/**
 * Frames that have been seen: the same object at the next processor, a copy with the same id, or the twin that a
 * broadcast sends the other way.
 */
export class SeenFrames {
  readonly #objects = new WeakSet<object>();
  readonly #ids = new Set<string>();

  /** @returns whether it had been seen before; it has been now */
  before(frame: object): boolean {
    if (this.#objects.has(frame)) return true;
    this.#objects.add(frame);
    return false;
  }

  /** The same by id: a frame's own full name (`TextFrame#7`), else its id among frames of its kind. */
  beforeById(frame: object, name: string, fields: unknown): boolean {
    const id = keyOf(frame, name);
    if (id === undefined) return false;
    const sibling = field(fields, 'broadcastSiblingId', 'broadcast_sibling_id');
    const twin = isId(sibling) ? `${name}:${sibling}` : undefined;
    if (this.#ids.has(id) || (twin !== undefined && this.#ids.has(twin))) return true;
    this.#ids.add(id);
    if (this.#ids.size > MAX_IDS) this.#ids.delete(this.#ids.keys().next().value ?? '');
    return false;
  }
}

function keyOf(frame: object, name: string): string | undefined {
  const id = read(frame, 'id');
  if (isId(id)) return `${name}:${id}`;
  const full = read(frame, 'name');
  return typeof full === 'string' && full.includes('#') ? full : undefined;
}

function isId(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value !== '');
}
