import { warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';

/**
 * Puts a look-out before a method of one object, which stays what it is: the method is called with the same `this` and
 * arguments, and what it returns or throws goes back unchanged. Where there is no such method, `seen` becomes it.
 *
 * @param seen told of each call before it is made; its own errors stay with us
 * @returns puts everything back as it was
 */
export function patchMethod(object: object, method: string, seen: (...args: unknown[]) => void): () => void {
  return guard(
    `watching ${method}`,
    () => {},
    () => patch(object, method, seen),
  );
}

function patch(object: object, method: string, seen: (...args: unknown[]) => void): () => void {
  const own = Object.getOwnPropertyDescriptor(object, method);
  const original: unknown = Reflect.get(object, method);
  let watching = true;
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    if (watching) guard(`watching ${method}`, undefined, () => seen(...args));
    return typeof original === 'function' ? Reflect.apply(original, this, args) : undefined;
  };
  const placed = Reflect.defineProperty(object, method, {
    value: wrapped,
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? original === undefined,
  });
  if (!placed) {
    warn('patch:sealed', `an object is frozen: calls of its ${method} are not seen`);
    return () => {};
  }
  return () => {
    watching = false;
    const now = Object.getOwnPropertyDescriptor(object, method);
    // Somebody has wrapped ours since: it stays, and does nothing.
    if (now?.value !== wrapped) return;
    if (own === undefined) Reflect.deleteProperty(object, method);
    else Object.defineProperty(object, method, own);
  };
}
