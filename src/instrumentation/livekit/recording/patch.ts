import { guard } from '../../../otel/guard.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Takes back a patch. */
export type Restore = () => void;

/**
 * Has `before` called with the arguments of every call of `target[name]`, and the call goes on as if nothing were there:
 * same receiver, arguments, result and error. `before` cannot harm it. Patched is this one object, not its class.
 *
 * The way back leaves the object as it was. Where somebody has patched over us since, their patch stays and ours, which
 * they call, does nothing any more.
 *
 * @returns `undefined` when there is no such method or the object cannot be changed
 */
export function beforeCall(
  target: object,
  name: string,
  before: (argument: unknown) => void,
): Restore | undefined {
  return guard(`tapping ${name}`, undefined, () => {
    const original: unknown = Reflect.get(target, name);
    if (typeof original !== 'function') return undefined;
    const own = Object.getOwnPropertyDescriptor(target, name);
    let active = true;
    const patch: Method = function (...args) {
      if (active) guard(`the tap of ${name}`, undefined, () => before(args[0]));
      return Reflect.apply(original, this, args);
    };
    Object.defineProperty(target, name, {
      value: patch,
      writable: true,
      configurable: true,
      enumerable: false,
    });
    return () => {
      active = false;
      guard(`removing the tap of ${name}`, undefined, () => {
        if (Object.getOwnPropertyDescriptor(target, name)?.value !== patch) return;
        if (own === undefined) Reflect.deleteProperty(target, name);
        else Object.defineProperty(target, name, own);
      });
    };
  });
}

/** Has `changed` called with every value that is about to be assigned to the accessor `target[name]`. */
export function onAssign(
  target: object,
  name: string,
  changed: (value: unknown) => void,
): Restore | undefined {
  return guard(`watching ${name}`, undefined, () => {
    const accessor = inherited(target, name);
    const { get, set } = accessor ?? {};
    if (get === undefined || set === undefined || Object.hasOwn(target, name)) return undefined;
    let active = true;
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: false,
      get() {
        return get.call(target);
      },
      set(value: unknown) {
        if (active) guard(`the change of ${name}`, undefined, () => changed(value));
        set.call(target, value);
      },
    });
    return () => {
      active = false;
      guard(`no longer watching ${name}`, undefined, () => Reflect.deleteProperty(target, name));
    };
  });
}

function inherited(target: object, name: string): PropertyDescriptor | undefined {
  for (let proto: unknown = target; typeof proto === 'object' && proto !== null; ) {
    const found = Object.getOwnPropertyDescriptor(proto, name);
    if (found !== undefined) return found;
    proto = Object.getPrototypeOf(proto);
  }
  return undefined;
}
