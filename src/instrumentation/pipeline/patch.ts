import { warn } from '../../otel/diagnostics.js';
import { guard } from '../../otel/guard.js';
import { methodOf } from './processors.js';

type Push = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Puts a look-out before an object's own method of pushing frames. The object stays what it is, with its private
 * fields, and every push of its own goes by.
 *
 * @param seen told of each frame before it is pushed; it must not throw
 * @returns puts everything back as it was
 */
export function patchPush(processor: object, seen: (frame: unknown) => void): () => void {
  const method = methodOf(processor);
  if (method === undefined) return () => {};
  return guard(
    'observing a processor',
    () => {},
    () => patch(processor, method, seen),
  );
}

function patch(processor: object, method: 'pushFrame' | 'push', seen: (frame: unknown) => void): () => void {
  const own = Object.getOwnPropertyDescriptor(processor, method);
  const original = (processor as { [key: string]: Push })[method] as Push;
  let watching = true;
  const wrapped: Push = function (this: unknown, ...args): unknown {
    if (watching) seen(args[0]);
    return Reflect.apply(original, this, args);
  };
  try {
    Object.defineProperty(processor, method, {
      value: wrapped,
      configurable: true,
      writable: true,
      enumerable: own?.enumerable ?? false,
    });
  } catch {
    warn('pipeline:sealed', `a processor is frozen: the frames that it pushes are not seen at ${method}`);
    return () => {};
  }
  return () => {
    watching = false;
    const now = Object.getOwnPropertyDescriptor(processor, method);
    // Somebody has wrapped ours since: it stays, and does nothing.
    if (now?.value !== wrapped) return;
    if (own === undefined) delete (processor as { [key: string]: unknown })[method];
    else Object.defineProperty(processor, method, own);
  };
}
