import type { FrameClass } from '../../../src/instrumentation/pipeline/frame.js';
import { camelCased } from './camel-case.js';
import type { FrameLine } from './replay.js';

/** The same frames as other libraries would push them. */

/** A class for each name of a frame, with fields in camel case, as ports to TypeScript have them. */
export class ClassFrames {
  readonly classes: Record<string, FrameClass> = {};
  readonly #minified: boolean;

  /** @param minified the classes have lost their names, and the frames have none */
  constructor(minified: boolean) {
    this.#minified = minified;
  }

  readonly shape = (line: FrameLine): object => {
    const { frame, id, sibling, fields } = line;
    const make = this.#make(frame);
    return Object.assign(new make(), {
      id,
      ...(sibling === undefined ? {} : { broadcastSiblingId: sibling }),
      ...camelCased(fields ?? {}),
    });
  };

  #make(name: string): new () => object {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const made = this.#minified ? class {} : { [name]: class {} }[name];
    if (made === undefined) throw new Error(name);
    if (this.#minified) Object.defineProperty(made, 'name', { value: 'u' });
    this.#known.set(name, made);
    this.classes[name] = made;
    return made;
  }

  readonly #known = new Map<string, new () => object>();
}

/** A discriminated union: `{ kind: 'userStartedSpeaking', … }`. */
export function unionFrame({ frame, id, fields }: FrameLine): object {
  const name = frame.replace(/Frame$/, '');
  return { kind: name.charAt(0).toLowerCase() + name.slice(1), id: `f${id}`, ...camelCased(fields ?? {}) };
}
