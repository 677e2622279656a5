import { read } from '../../conversation/read.js';
import { type Reading, readingOf } from './classify.js';
import { canonicalName, type FrameClass } from './frame.js';
import { whiskerRecord } from './whisker.js';

/** Names and classes remembered with what they stand for; beyond, all are looked up again. */
const MAX_NAMES = 2000;

/** A frame that says something of the conversation. */
export interface ReadFrame {
  /** What the frame is, whatever it is called. */
  readonly name: string;
  readonly reading: Reading;
  /** What holds the frame's fields. */
  readonly fields: unknown;
  /** Epoch milliseconds, where the frame itself says when it was seen. */
  readonly time: number | undefined;
}

type Registered = readonly [name: string, frameClass: FrameClass];

/** What a name or a class stands for; `undefined`: nothing of the conversation. */
interface Meaning {
  readonly name: string;
  readonly reading: Reading;
}

/**
 * Tells what a frame is: by the application's registry of classes, then by `kind` or `type`, then by its name before
 * the `#`, then by the name of its class, which a minified bundle has lost. It is asked at every push, so what a class
 * or a name stands for is looked up once.
 */
export class FrameReader {
  readonly #registry: readonly Registered[];
  readonly #classes = new Map<object, Meaning | undefined>();
  readonly #names = new Map<string, Meaning | undefined>();

  constructor(classes: Readonly<Record<string, FrameClass>>) {
    this.#registry = Object.entries(classes).map(([name, frameClass]) => [canonicalName(name), frameClass]);
  }

  /** `undefined`: the frame says nothing of the conversation. */
  read(frame: object): ReadFrame | undefined {
    const { constructor: own } = frame;
    const isClass = typeof own === 'function' && own !== Object;
    if (isClass && this.#classes.has(own)) return readFrame(this.#classes.get(own), frame);
    const record = whiskerRecord(frame);
    if (record !== undefined) return readFrame(this.#meaning(record.name), record.payload, record.time);
    const registered = this.#registered(frame);
    if (isClass && registered !== undefined) this.#remember(own, registered);
    return readFrame(registered ?? this.#named(frame, isClass ? own : undefined), frame);
  }

  #registered(frame: object): Meaning | undefined {
    // The most derived class that fits: a transcription is a text frame as well.
    let best: Registered | undefined;
    for (const one of this.#registry) {
      if (!(frame instanceof one[1])) continue;
      if (best === undefined || one[1].prototype instanceof best[1]) best = one;
    }
    return best === undefined ? undefined : this.#meaning(best[0]);
  }

  /** By the first of a frame's names that stands for something. */
  #named(frame: object, own: { readonly name: string } | undefined): Meaning | undefined {
    const label = read(frame, 'kind') ?? read(frame, 'type');
    const name = read(frame, 'name');
    const given = [label, name].filter((one) => typeof one === 'string');
    const known = [...given, own?.name ?? '']
      .map((one) => this.#meaning(one))
      .find((one) => one !== undefined);
    // Whatever else a frame of this class is called, it is what the class is called.
    const sameForAll =
      own !== undefined && given.every((one) => canonicalName(one) === canonicalName(own.name));
    if (sameForAll) this.#remember(own, known);
    return known;
  }

  #meaning(name: string): Meaning | undefined {
    const hash = name.indexOf('#');
    const plain = hash === -1 ? name : name.slice(0, hash);
    const known = this.#names.get(plain);
    if (known !== undefined || this.#names.has(plain)) return known;
    const canonical = canonicalName(plain);
    const reading = readingOf(canonical);
    const meaning = reading === undefined ? undefined : { name: canonical, reading };
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(plain, meaning);
    return meaning;
  }

  #remember(frameClass: object, meaning: Meaning | undefined): void {
    if (this.#classes.size >= MAX_NAMES) this.#classes.clear();
    this.#classes.set(frameClass, meaning);
  }
}

function readFrame(meaning: Meaning | undefined, fields: unknown, time?: number): ReadFrame | undefined {
  if (meaning === undefined) return undefined;
  return { name: meaning.name, reading: meaning.reading, fields, time };
}
