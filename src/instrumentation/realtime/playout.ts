/** Audio of the same speech that goes on after a gap of this size was never interrupted, in milliseconds. */
const JOIN_MS = 50;
/** Pieces of audio that wait for their turn; beyond, the latest are not followed. */
const MAX_WAITING = 64;

interface Segment {
  readonly speechId: string;
  readonly itemId: string;
  start: number;
  end: number;
  /** All of its audio has come. */
  complete: boolean;
}

export interface PlayoutHost {
  audioStarted(speechId: string, time: number): void;
  audioStopped(speechId: string, time: number): void;
}

/**
 * What is heard of audio that comes faster than it plays: one item after the other, each from its first audio on, as
 * long as it is. Servers that play the audio themselves say when they do; then nothing has to be reckoned.
 */
export class Playout {
  readonly #host: PlayoutHost;
  #segments: Segment[] = [];
  #audible: string | undefined;
  /** The server itself tells what it plays. */
  #told = false;
  /** Items that were cut off: audio of theirs that was on its way is not played. */
  readonly #cut = new Set<string>();

  constructor(host: PlayoutHost) {
    this.#host = host;
  }

  /** When `advance` is to be called next. */
  get nextDeadline(): number | undefined {
    const [first] = this.#segments;
    if (first === undefined) return undefined;
    if (this.#audible !== first.speechId) return first.start;
    return first.complete ? first.end : undefined;
  }

  /** Whether something of the speech is heard or waits to be. */
  holds(speechId: string): boolean {
    return this.#audible === speechId || this.#segments.some((segment) => segment.speechId === speechId);
  }

  audio(speechId: string, itemId: string, ms: number, time: number): void {
    if (this.#told || !(ms > 0) || this.#cut.has(itemId)) return;
    const last = this.#segments.at(-1);
    if (last?.itemId === itemId) {
      // It ran dry before this came: what follows is heard later by as much.
      if (last.end < time) last.start += time - last.end;
      last.end = Math.max(last.end, time) + ms;
    } else if (this.#segments.length < MAX_WAITING) {
      const start = Math.max(time, last?.end ?? time);
      if (last !== undefined) last.complete = true;
      this.#segments.push({ speechId, itemId, start, end: start + ms, complete: false });
    }
    this.advance(time);
  }

  /** No more audio comes of the item, or of any item of the speech where none is named. */
  complete(speechId: string, itemId?: string): void {
    for (const segment of this.#segments) {
      if (segment.speechId === speechId && (itemId === undefined || segment.itemId === itemId))
        segment.complete = true;
    }
  }

  advance(time: number): void {
    for (let first = this.#segments[0]; first !== undefined; first = this.#segments[0]) {
      if (first.start > time) return;
      this.#started(first.speechId, first.start);
      if (!first.complete || first.end > time) return;
      this.#segments.shift();
      const next = this.#segments[0];
      const goesOn = next?.speechId === first.speechId && next.start - first.end <= JOIN_MS;
      if (!goesOn) this.#stopped(first.end);
    }
  }

  /**
   * The client stopped playing the item after so much of it, and whatever was to follow.
   *
   * @returns the speech that was cut off and when it fell silent; `undefined` where all of it had been heard
   */
  cut(itemId: string, heardMs: number, time: number): { speechId: string; time: number } | undefined {
    this.advance(time);
    this.#cut.add(itemId);
    if (this.#cut.size > MAX_WAITING) this.#cut.delete(this.#cut.values().next().value ?? '');
    const segment = this.#segments.find((one) => one.itemId === itemId);
    if (segment === undefined) return undefined;
    const { speechId, start, end, complete } = segment;
    if (complete && start + heardMs >= end - 1) return undefined;
    const silent = Math.min(time, Math.max(start, start + heardMs));
    this.#segments = [];
    this.#stopped(silent);
    return { speechId, time: silent };
  }

  /** The server says that it plays the speech from now on. */
  toldStarted(speechId: string, time: number): void {
    this.#told = true;
    this.#segments = [];
    this.#started(speechId, time);
  }

  /** The server says that it plays nothing any more. @returns the speech that was heard */
  toldStopped(time: number): string | undefined {
    const speechId = this.#audible;
    this.#stopped(time);
    return speechId;
  }

  #started(speechId: string, time: number): void {
    if (this.#audible === speechId) return;
    this.#stopped(time);
    this.#audible = speechId;
    this.#host.audioStarted(speechId, time);
  }

  #stopped(time: number): void {
    const speechId = this.#audible;
    if (speechId === undefined) return;
    this.#audible = undefined;
    this.#host.audioStopped(speechId, time);
  }
}
