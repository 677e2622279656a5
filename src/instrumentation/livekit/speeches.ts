import type { LiveKitSpeechHandle } from './livekit-types.js';
import { LiveKitSpeech } from './speech.js';

/** Speeches remembered; the oldest goes. */
const MAX_SPEECHES = 64;

/** The speeches of a session, and whose something is that names none. */
export class LiveKitSpeeches {
  readonly #byId = new Map<string, LiveKitSpeech>();
  readonly #byHandle = new Map<string, LiveKitSpeech>();
  readonly #currentId: () => string | undefined;
  readonly #onForgotten: (speech: LiveKitSpeech) => void;

  /**
   * @param currentId the id of the handle that has the floor, where LiveKit says so
   * @param onForgotten told of the oldest when there are too many
   */
  constructor(currentId: () => string | undefined, onForgotten: (speech: LiveKitSpeech) => void) {
    this.#currentId = currentId;
    this.#onForgotten = onForgotten;
  }

  /** A handle was made. One that answers a tool's result goes on with the speech that called the tool. */
  created(handle: LiveKitSpeechHandle): LiveKitSpeech {
    const parent = handle.parent === undefined ? undefined : this.#byHandle.get(handle.parent.id);
    const speech = parent ?? new LiveKitSpeech(handle.id);
    speech.handles.push(handle);
    speech.open += 1;
    this.#byHandle.set(handle.id, speech);
    this.#byId.set(speech.speechId, speech);
    if (this.#byId.size > MAX_SPEECHES) this.#forgetOldest();
    return speech;
  }

  /** The speech of a handle's id. */
  get(handleId: string | undefined): LiveKitSpeech | undefined {
    return handleId === undefined ? undefined : this.#byHandle.get(handleId);
  }

  /** The speech to which a chat item belongs; `say` lists none, there it is the one that has the floor. */
  ofItem(itemId: string): LiveKitSpeech | undefined {
    for (const speech of this.#byId.values()) if (speech.has(itemId)) return speech;
    return this.current;
  }

  /** The speech that has the floor: by LiveKit's word, else the oldest that is not done. */
  get current(): LiveKitSpeech | undefined {
    const named = this.get(this.#currentId());
    if (named !== undefined) return named;
    for (const speech of this.#byId.values()) if (!speech.done) return speech;
    return undefined;
  }

  get all(): LiveKitSpeech[] {
    return [...this.#byId.values()];
  }

  #forgetOldest(): void {
    const oldest = this.#byId.values().next().value;
    if (oldest === undefined) return;
    this.#byId.delete(oldest.speechId);
    for (const handle of oldest.handles) this.#byHandle.delete(handle.id);
    this.#onForgotten(oldest);
  }
}
