import { warn } from '../../otel/diagnostics.js';
import { LISTED_EVENT_TYPES } from './wire.js';

/** Types remembered; beyond, the oldest is forgotten and has to be refused anew. */
const MAX_TYPES = 200;
/** A type refused so often in a row is not even asked about for a while. */
const MAX_REFUSALS = 5;
const HOLD_BACK_MS = 5 * 60_000;

interface Refusals {
  inARow: number;
  at: number;
}

/**
 * What the back end makes of event types that the wire's schema does not list: each is sent as it is, one that was
 * refused goes in requests of its own from then on, so that it spoils no others, and one that is refused every time is
 * tried again only every five minutes.
 */
export class EventTypes {
  readonly #refused = new Map<string, Refusals>();

  /** Whether events of this type go in requests of their own. */
  apart(type: string): boolean {
    return this.#refused.has(type);
  }

  /** Whether events of this type are dropped unasked for now. */
  heldBack(type: string, now: number): boolean {
    const refusals = this.#refused.get(type);
    return refusals !== undefined && refusals.inARow >= MAX_REFUSALS && now - refusals.at < HOLD_BACK_MS;
  }

  accepted(type: string): void {
    const refusals = this.#refused.get(type);
    if (refusals !== undefined) refusals.inARow = 0;
  }

  refused(type: string, now: number, reason: string): void {
    if (LISTED_EVENT_TYPES.has(type)) return;
    const refusals = this.#refused.get(type);
    if (refusals !== undefined) {
      refusals.inARow += 1;
      refusals.at = now;
      return;
    }
    this.#refused.set(type, { inARow: 1, at: now });
    if (this.#refused.size > MAX_TYPES) this.#refused.delete(this.#refused.keys().next().value ?? '');
    warn(
      `ashr:event-type:${type}`,
      `AshrExporter: the back end refuses events of the type ${JSON.stringify(type)}; they are dropped (${reason})`,
    );
  }
}
