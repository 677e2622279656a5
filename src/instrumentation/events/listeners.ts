import { read } from '../../conversation/read.js';
import { guard } from '../../otel/guard.js';

/** Something that emits events by name. */
export interface EventEmitterLike {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off?(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener?(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** A WebSocket, a data channel, or another target of DOM events. */
export interface EventTargetLike {
  addEventListener(type: string, listener: (event: unknown) => void): unknown;
  removeEventListener(type: string, listener: (event: unknown) => void): unknown;
}

export function isEmitter(value: unknown): value is EventEmitterLike {
  return typeof read(value, 'on') === 'function';
}

export function isEventTarget(value: unknown): value is EventTargetLike {
  return typeof read(value, 'addEventListener') === 'function';
}

type Listener = (...payload: unknown[]) => void;

/** Listeners of ours, all of which can be taken off. Each is guarded: an emitter never sees an error of ours. */
export class Listeners {
  readonly #removals: (() => void)[] = [];

  /** @param from an emitter or a target of DOM events; anything else is left alone */
  on(from: unknown, event: string, handle: Listener): void {
    const listener: Listener = (...payload) =>
      guard(`the event ${event}`, undefined, () => handle(...payload));
    if (isEmitter(from)) {
      guard(`listening to ${event}`, undefined, () => from.on(event, listener));
      this.#removals.push(() => {
        if (typeof from.off === 'function') from.off(event, listener);
        else from.removeListener?.(event, listener);
      });
    } else if (isEventTarget(from)) {
      guard(`listening to ${event}`, undefined, () => from.addEventListener(event, listener));
      this.#removals.push(() => from.removeEventListener(event, listener));
    }
  }

  /** What else is to be done when the listeners go. */
  alsoRemove(removal: () => void): void {
    this.#removals.push(removal);
  }

  removeAll(): void {
    for (const removal of this.#removals.splice(0)) guard('leaving an emitter', undefined, removal);
  }
}
